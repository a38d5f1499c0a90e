#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Random schemas, judged by the reference implementation; `make conformance` runs this.

Writes the schemas of a seed, has the plugin make their reflection tables, links them with
core/capnp (under ASan and UBSan) and the judge, and lets it compare what both make of random
values. The status is 0 only if nothing differed.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from random_schema import PER_FILE, make_schemas, write_files

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGIN = ROOT / "build/tools/capnpc-capos"
PARTS = ROOT / "build/conformance/libjudge.a"
CORE = ROOT / "build/hosted/libcore.a"
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
LIBRARIES = ["-lcapnpc", "-lcapnp-rpc", "-lcapnp", "-lkj-async", "-lkj"]
# A check of the reference compiler for users of its versions before 0.6.
os.environ["CAPNP_IGNORE_ISSUE_344"] = "1"


class Failure(Exception):
    """Says which command failed, and how."""


def must(command, **options):
    """The output of a command that has to succeed."""
    words = [str(word) for word in command]
    result = subprocess.run(words, check=False, capture_output=True, timeout=600, **options)
    if result.returncode != 0:
        shown = " ".join(words[:12])
        raise Failure(f"{shown}: status {result.returncode}\n"
                      + result.stderr.decode(errors="replace")[:4000])
    return result.stdout


def generate(folder, name):
    """The plugin's files of one schema file, in folder/gen."""
    must(["capnp", "compile", f"-I{folder}", f"--src-prefix={folder}",
          f"-o{PLUGIN}:{folder}/gen", folder / f"{name}.capnp"])


def compile_c(folder, source, *flags):
    out = source.with_suffix(".o")
    must(["clang-19", "-std=c23", "-O0", "-w", f"-I{ROOT}", f"-I{folder}", *flags, "-c", source,
          "-o", out])
    return out


def make_tables(folder, names, pool):
    """The reflection tables of the files @names as objects. All are generated before any is
    compiled, because schemas that import each other include each other's headers."""
    list(pool.map(lambda name: generate(folder, name), names))
    return list(pool.map(lambda name: compile_c(folder, folder / f"gen/{name}.reflect.c"),
                         names))


def roots(schemas):
    """(number, file, name in the schema, name in C) of each root, in the judge's order."""
    for schema in schemas:
        yield schema.number, f"{schema.file}.capnp", f"S{schema.number}", f"s{schema.number}"
        if schema.old:
            yield (schema.number, f"{schema.file}.capnp", f"S{schema.number}Old",
                   f"s{schema.number}_old")


def write_table(folder, known):
    """What subject.c and the judge know the roots by: see roots()."""
    names = [name for _, _, _, name in known]
    (folder / "roots.txt").write_text("".join(
        f"{number} {file} {name}\n" for number, file, name, _ in known))
    lines = ["#include <stddef.h>", "struct capnp_struct_info;"]
    lines += [f"extern const struct capnp_struct_info {name}_schema;" for name in names]
    lines += ["extern const struct capnp_struct_info *const subject_roots[];",
              "const struct capnp_struct_info *const subject_roots[] = {"]
    lines += [f"\t&{name}_schema," for name in names]
    lines += ["};", "extern const size_t subject_root_count;",
              f"const size_t subject_root_count = {len(names)};"]
    (folder / "table.c").write_text("\n".join(lines) + "\n")
    return compile_c(folder, folder / "table.c")


def build_judge(folder, files, known, workers):
    """A judge of the roots @known in the schema files that lie in @folder."""
    (folder / "gen").mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(workers) as pool:
        tables = make_tables(folder, files, pool)
    judge = folder / "judge"
    must(["clang++-19", *SANITIZE, "-fuse-ld=lld-19", write_table(folder, known), *tables, PARTS,
          CORE, *LIBRARIES, "-o", judge])
    return judge


def build_random_judge(folder, schemas, workers):
    folder.mkdir(parents=True, exist_ok=True)
    return build_judge(folder, write_files(folder, schemas), list(roots(schemas)), workers)


def run_judge(folder, seed, values, value=None, flags=()):
    """(whether all was the same, what it printed)."""
    command = [folder / "judge", *flags, folder, seed, values]
    if value is not None:
        command.append(value)
    result = subprocess.run([str(word) for word in command], check=False, timeout=600,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.returncode == 0, result.stdout.decode(errors="replace")


def judge_part(job):
    """Builds and runs one part of all schemas: a program of its own, on one processor."""
    folder, options, first, count = job
    schemas = make_schemas(options.seed, first, count, options.without)
    build_random_judge(folder, schemas, 1)
    return run_judge(folder, options.seed, options.values, options.value)


def parts(options, folder):
    """As many jobs as processors, each of whole files."""
    if options.schema is not None:
        return [(folder / "part0", options, options.schema, 1)]
    size = -(-options.schemas // options.workers)
    size = -(-size // PER_FILE) * PER_FILE
    return [(folder / f"part{first // size}", options, first,
             min(size, options.schemas - first)) for first in range(0, options.schemas, size)]


def run_all(options, folder):
    """(whether nothing differed, the report)."""
    jobs = parts(options, folder)
    with ThreadPoolExecutor(options.workers) as pool:
        results = list(pool.map(judge_part, jobs))
    return all(good for good, _ in results), "".join(text for _, text in results)


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--schemas", type=int, default=2000, help="how many")
    parser.add_argument("--values", type=int, default=4, help="random values of each schema")
    parser.add_argument("--schema", type=int, help="only the one with this number")
    parser.add_argument("--value", type=int, help="only the one with this number")
    parser.add_argument("--without", action="append", default=[],
                        help="a feature that no schema shall use")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=Path, default=ROOT / "build/conformance/random")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    started = time.monotonic()
    try:
        good, report = run_all(options, options.folder)
    except Failure as failure:
        print(f"conformance: {failure}")
        return 1
    print(report, end="")
    count = 1 if options.schema is not None else options.schemas
    print(f"conformance: seed {options.seed}, schemas: {count}, "
          f"{time.monotonic() - started:.1f} s")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
