#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the fuzz targets of build/fuzz: `make fuzz`, `fuzz-smoke`, `fuzz-corpus`,
`fuzz-coverage` and `fuzz-planted` start it.

    fuzz.py run [--seconds N] TARGET...     from the committed corpus
    fuzz.py corpus [--seconds N] TARGET...  seeds, fuzzes, and keeps the smallest corpus
    fuzz.py coverage                        what the corpora cover of the files below
    fuzz.py planted [PATCH...]              finds each planted bug within 60 s

A corpus is one file of lines, corpus/TARGET.txt: each line is one input in base64, so
that a commit shows which inputs came and went.
"""

import argparse
import base64
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build/fuzz"
CORPUS = HERE / "corpus"
PLANTED = HERE / "planted"
PLANTED_SECONDS = 60
COVERAGE_PERCENT = 95
LONGEST = {"plugin": 4096, "reader": 4096, "elf": 24576}
LONGEST_DEFAULT = 1024

# What the corpora have to cover to COVERAGE_PERCENT: the reader, and what makes its segments
# of the bytes of others. The other files are shown beside them.
READER_FILES = ["reader.c", "reader.h", "reader_error.c", "frame.c", "unpack.c"]


def inputs_of(target):
    path = CORPUS / f"{target}.txt"
    if not path.exists():
        return []
    return [base64.b64decode(line) for line in path.read_text().splitlines()]


def unpack_corpus(target, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for i, data in enumerate(inputs_of(target)):
        (folder / f"{i:05}").write_bytes(data)
    return folder


def store_corpus(target, folder):
    lines = sorted({base64.b64encode(path.read_bytes()).decode()
                    for path in folder.iterdir()}, key=lambda line: (len(line), line))
    CORPUS.mkdir(exist_ok=True)
    (CORPUS / f"{target}.txt").write_text("".join(line + "\n" for line in lines))
    return len(lines)


def libfuzzer(program, folder, *options, artifacts):
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1"}
    return subprocess.run([program, f"-artifact_prefix={artifacts}/", "-timeout=20",
                           "-rss_limit_mb=3000", *options, *folder],
                          capture_output=True, text=True, env=environment, check=False)


def longest(target):
    return f"-max_len={LONGEST.get(target, LONGEST_DEFAULT)}"


def run(targets, seconds):
    good = True
    for target in targets:
        with tempfile.TemporaryDirectory() as scratch:
            folder = unpack_corpus(target, Path(scratch) / "corpus")
            result = libfuzzer(BUILD / target, [folder], longest(target),
                               f"-max_total_time={seconds}", artifacts=BUILD)
        runs = result.stderr.rpartition("Done ")[2].split(" ")[0]
        print(f"fuzz: {target:10} {seconds} s,", f"{runs} runs, nothing found"
              if result.returncode == 0 else "FOUND SOMETHING", flush=True)
        if result.returncode != 0:
            good = False
            print(result.stderr[-3000:])
    return good


# ---- Corpora ------------------------------------------------------------------------------

MESSAGES = [
    '()', '(text = "abc", points = [(x = 1), (y = 2)], data = "xyz", bools = [true, false])',
    '(matrix = [[1, 2], []], choice = (third = [()]), texts = ["a", ""], blobs = ["b", ""])',
    '(self = (self = (label = "x")), voids = [void], cloud = [[()]], colors = [blue])',
    '(scalars = (flag = true, i8 = -1, i64 = -5, u64 = 7, f32 = 1.5, f64 = inf))',
    '(place = (name = "here", number = 9, inner = (deep = -3)), bytes = [1, 2, 255])',
    '(shorts = [-1, 2], ints = [3], longs = [4, 5], floats = [1.5, nan], doubles = [-inf])',
]
TEXTS = MESSAGES + [
    '(text = "\\x1b\\n\\"\\101é", data = 0x"00 ff", greeting = "a" "b")', '(u8 = 0x10, i8 = -017)',
    '( # a comment\n x = 1, y = -2147483648)', '(x = 1, x = 2)', '(y = 99999999999)', '(xx = 1)',
    '(f32 = 1e-45, f64 = -1.7976931348623157e308)', '(f64 = 0.1e', '(color = greeen)', '(', '[',
    '(self = (self = (self = (self = (self = (self = ()))))))', '(text = "', '(data = 0x"0',
    '(count = 1, label = "two")', '(bools = [true, maybe])', '(matrix = [1])', '(text = 1)',
]

SCHEMAS = [
    "struct A { x @0 :Int32 = 7; t @1 :Text = \"a\"; l @2 :List(A); }",
    "struct A { union { x @0 :Bool; y @1 :Float64; } g :group { z @2 :Data = 0x\"01\"; } }",
    "enum E { a @0; b @1; } const c :E = b; const d :List(UInt8) = [1, 2];",
    "interface I { m @0 (a :Int8) -> (b :I); n @1 (d :Data) -> (); }",
    "interface I {} interface J extends(I) { m @0 () -> (); }",
    "struct B(T) { v @0 :T; } struct C { b @0 :B(Text); a @1 :AnyPointer; }",
    "annotation a @0x8123456789abcde9 (*) :Text; struct S $a(\"x\") { s @0 :S = (); }",
]


def capnp(arguments, text, schema="tests/schema/features.capnp"):
    return subprocess.run(["capnp", *arguments, ROOT / schema, "Everything"], check=True,
                          input=text.encode(), capture_output=True).stdout


def seeds(target):
    if target in ("reader", "copy", "canonical", "frame"):
        for text in MESSAGES:
            yield capnp(["encode"], text)
            yield capnp(["encode", "--segment-size=2"], text)
            yield capnp(["encode", "--flat"], text)
            yield capnp(["convert", "text:canonical"], text)
        yield struct.pack("<IHH", 0, 0, 300) + bytes(300 * 8)  # more pointers than the limit
        yield struct.pack("<II", 1, 2 | 4 << 3) + b"abc\0" + bytes(4)
        yield struct.pack("<IIIIQQQQ", 1, 1, 3, 0, 1 << 32 | 1 << 3 | 6,  # a double-far pointer
                          42, 1 << 32 | 2, 1 << 32)
    elif target == "unpack":
        for text in MESSAGES:
            yield capnp(["encode", "--packed"], text)
    elif target == "text":
        for depth in (60, 61, 62, 63, 64, 65, 66, 90):
            for number in range(40):
                yield bytes([number]) + b"(self = " * depth + b"()" + b")" * depth
        for i, text in enumerate(TEXTS):
            for number in (i % 32, (i * 7) % 32, 1, 2, 3):
                yield bytes([number]) + text.encode()
    elif target == "plugin":
        with tempfile.TemporaryDirectory() as scratch:
            for i, text in enumerate(SCHEMAS):
                schema = Path(scratch) / f"s{i}.capnp"
                schema.write_text("@0x8123456789abcde0;\n" + text)
                yield subprocess.run(["capnp", "compile", "--no-standard-import", "-o-", schema],
                                     capture_output=True, check=True).stdout
    elif target == "elf":
        for name in ("hello", "tiny"):
            yield (ROOT / f"build/user/{name}.bin").read_bytes()[:LONGEST["elf"]]


def make_corpus(targets, seconds):
    for target in targets:
        with tempfile.TemporaryDirectory() as scratch:
            work = unpack_corpus(target, Path(scratch) / "work")
            for i, data in enumerate(seeds(target)):
                (work / f"seed{i}").write_bytes(data)
            small = Path(scratch) / "small"
            small.mkdir()
            found = libfuzzer(BUILD / target, [work], longest(target), "-use_value_profile=1",
                              f"-max_total_time={seconds}", artifacts=BUILD)
            if found.returncode != 0:
                print(found.stderr[-3000:])
                return False
            libfuzzer(BUILD / target, [small, work], longest(target), "-merge=1",
                      artifacts=BUILD)
            print(f"fuzz: {target}: {store_corpus(target, small)} inputs", flush=True)
    return True


# ---- Coverage -----------------------------------------------------------------------------

def replay_for_coverage(scratch):
    profiles = []
    for program in sorted((BUILD / "coverage").iterdir()):
        folder = unpack_corpus(program.name, scratch / program.name)
        profile = scratch / f"{program.name}.profraw"
        subprocess.run([program, "-runs=0", folder], check=True, capture_output=True,
                       env={**os.environ, "LLVM_PROFILE_FILE": str(profile)})
        profiles.append((program, profile))
    merged = scratch / "merged.profdata"
    subprocess.run(["llvm-profdata-19", "merge", "-o", merged, *[p for _, p in profiles]],
                   check=True)
    return [program for program, _ in profiles], merged


def coverage():
    """Edges are the branches of llvm-cov: both ways of every condition."""
    with tempfile.TemporaryDirectory() as scratch:
        programs, merged = replay_for_coverage(Path(scratch))
        objects = [word for program in programs[1:] for word in ("-object", program)]
        report = subprocess.run(
            ["llvm-cov-19", "export", "--summary-only", f"-instr-profile={merged}", programs[0],
             *objects], check=True, capture_output=True, text=True).stdout
    good = True
    for entry in sorted(json.loads(report)["data"][0]["files"], key=lambda e: e["filename"]):
        path = Path(entry["filename"])
        if path.parent.name != "capnp":
            continue
        branches = entry["summary"]["branches"]
        if branches["count"] == 0:
            continue
        wanted = path.name in READER_FILES
        low = wanted and branches["percent"] < COVERAGE_PERCENT
        good &= not low
        print(f"coverage: {path.name:20} {branches['covered']:4} of {branches['count']:4} edges,"
              f" {branches['percent']:5.1f} %" + (f"  below {COVERAGE_PERCENT} %" if low else
                                                  "" if wanted else "  "))
    return good


# ---- Planted bugs ---------------------------------------------------------------------------

def patch_facts(patch):
    """The target that finds it, from the line `Found-by: TARGET`."""
    for line in patch.read_text().splitlines():
        if line.startswith("Found-by: "):
            return line.removeprefix("Found-by: ").strip()
    raise SystemExit(f"{patch.name}: no line Found-by:")


def planted_tree(patch, scratch):
    tree = Path(scratch) / "tree"
    tree.mkdir()
    for folder in ("core", "tools", "tests/fuzz", "runtime", "abi"):
        shutil.copytree(ROOT / folder, tree / folder,
                        ignore=shutil.ignore_patterns("*.txt", "__pycache__"))
    subprocess.run(["patch", "-s", "-p1", "-i", patch], cwd=tree, check=True)
    return tree


def find_planted(patch):
    target = patch_facts(patch)
    with tempfile.TemporaryDirectory() as scratch:
        tree = planted_tree(patch, scratch)
        program = BUILD / "planted" / patch.stem
        subprocess.run(["make", "-s", "-C", ROOT, f"FUZZ_ROOT={tree}", f"TARGET={target}",
                        f"build/fuzz/planted/{patch.stem}"], check=True,
                       env={name: value for name, value in os.environ.items()
                            if name != "MAKEFLAGS"})
        folder = unpack_corpus(target, Path(scratch) / "corpus")
        started = time.monotonic()
        result = libfuzzer(program, [folder], longest(target),
                           f"-max_total_time={PLANTED_SECONDS}", artifacts=scratch)
        seconds = time.monotonic() - started
    found = result.returncode != 0
    print(f"planted: {patch.stem:36} {target:10}",
          f"found after {seconds:4.1f} s" if found else
          f"NOT FOUND in {PLANTED_SECONDS} s", flush=True)
    return found


def planted(names):
    patches = sorted(PLANTED.glob("*.patch"))
    chosen = [patch for patch in patches if not names or patch.stem in names]
    return all([find_planted(patch) for patch in chosen]) and bool(chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["run", "corpus", "coverage", "planted"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=int, default=20)
    arguments = parser.parse_intermixed_args()
    if arguments.what == "run":
        return run(arguments.names, arguments.seconds)
    if arguments.what == "corpus":
        return make_corpus(arguments.names, arguments.seconds)
    if arguments.what == "coverage":
        return coverage()
    return planted(arguments.names)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
