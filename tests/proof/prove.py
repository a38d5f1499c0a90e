#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the proofs of this folder with cbmc, and shows that each can fail.

    prove.py --tools FOLDER --build FOLDER [NAME ...]     tools: see tools/fetch_cbmc.py

Each *.c here is a proof; proof.h says how one is written. A line is printed for each, with
its time; then its planted faults, each of which cbmc must find. The status is 0 only if
all proofs hold and all faults are found.
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
LIMIT_S = 600
UNWIND = "4"
# The names of proof.h, and of the compiler's functions, as cbmc knows them.
NAMES = {"proof_assume": "__CPROVER_assume", "proof_require": "__CPROVER_assert",
         "proof_same_object": "__CPROVER_same_object",
         "proof_allocate": "__CPROVER_allocate", "proof_offset": "__CPROVER_POINTER_OFFSET",
         "__builtin_memcpy": "memcpy", "__builtin_memset": "memset",
         "__builtin_memcmp": "memcmp", "__builtin_memmove": "memmove"}
CHECKS = ["--c23", "--object-bits", "10", "--unwinding-assertions",
          "--pointer-overflow-check", "--unsigned-overflow-check", "--drop-unused-functions",
          "--stop-on-fail"]


class Wrong(Exception):
    """A proof file that cannot be understood."""


@dataclass
class Fault:
    file: str
    old: str = ""
    new: str = ""

    def plant(self, text):
        if not self.old or text.count(self.old) != 1:
            raise Wrong(f"{self.file} has {text.count(self.old)} times: {self.old}")
        return text.replace(self.old, self.new)


@dataclass
class Proof:
    name: str
    proves: str = ""
    bound: str = ""
    link: list = field(default_factory=list)
    unwind: list = field(default_factory=lambda: [UNWIND])
    solver: str = ""
    faults: list = field(default_factory=list)


def parse(file):
    proof = Proof(file.stem)
    for line in file.read_text().splitlines():
        found = re.match(r"// (\w+:|[-+]) ?(.*)", line)
        if not found:
            continue
        key, rest = found.groups()
        if key == "PROVES:":
            proof.proves = rest
        elif key == "BOUND:":
            proof.bound = rest
        elif key == "LINK:":
            proof.link += rest.split()
        elif key == "UNWIND:":
            proof.unwind = rest.split()
        elif key == "SOLVER:":
            proof.solver = rest
        elif key == "FAULT:":
            proof.faults.append(Fault(rest))
        elif key == "-" and proof.faults:
            proof.faults[-1].old = rest
        elif key == "+" and proof.faults:
            proof.faults[-1].new = rest
        else:
            raise Wrong(f"{file.name}: {line}")
    if not (proof.proves and proof.bound and proof.faults):
        raise Wrong(f"{file.name} lacks one of PROVES, BOUND, FAULT")
    return proof


def proofs(names=()):
    found = {file.stem: parse(file) for file in sorted(HERE.glob("*.c"))}
    if unknown := set(names) - set(found):
        raise Wrong(f"there is no proof {', '.join(sorted(unknown))}; there are: {', '.join(found)}")
    return [found[name] for name in names or found]


def violated(output):
    """Where and what, of the first check that failed."""
    found = re.search(r"^Violated property:\n  file (\S+) .*?line (\d+).*\n  (.*)$", output,
                      re.MULTILINE)
    return found and f"{found[1]}:{found[2]}: {found[3][:120]}"


class Runner:
    def __init__(self, tools, build):
        self.tools, self.build = tools, build

    def sources(self, proof, folder, overlay):
        """The proof and what it links with, preprocessed; a file in @overlay comes first."""
        folder.mkdir(parents=True, exist_ok=True)
        includes = [f"-I{overlay}"] if overlay else []
        result = []
        for name in [f"tests/proof/{proof.name}.c", *proof.link]:
            source = overlay / name if overlay and (overlay / name).exists() else ROOT / name
            result.append(folder / (name.replace("/", "-").removesuffix(".c") + ".i"))
            subprocess.run(["clang-19", "-std=c23", "-ffreestanding", "-nostdlibinc", "-E", *includes,
                            f"-I{ROOT}", *[f"-D{old}={new}" for old, new in NAMES.items()],
                            source, "-o", result[-1]], check=True)
        return result

    def check(self, proof, folder, overlay=None):
        """(cbmc's word, its output, seconds): SUCCESSFUL, FAILED, or none."""
        files = self.sources(proof, folder, overlay)
        turns, *loops = proof.unwind
        unwind = ["--unwind", turns, *(["--unwindset", ",".join(loops)] if loops else [])]
        solver = ["--external-sat-solver", self.tools / proof.solver] if proof.solver else []
        start = time.monotonic()
        try:
            result = subprocess.run(
                [self.tools / "cbmc", *CHECKS, *unwind, *solver, *files],
                capture_output=True, text=True, timeout=LIMIT_S)
            output = result.stdout + result.stderr
        except subprocess.TimeoutExpired:
            output = f"not done in {LIMIT_S} s\n"
        (folder / "cbmc.log").write_text(output)
        word = re.search(r"^VERIFICATION (\w+)$", output, re.MULTILINE)
        return word[1] if word else "", output, time.monotonic() - start

    def prove(self, proof):
        word, output, seconds = self.check(proof, self.build / proof.name)
        if word == "SUCCESSFUL":
            return True, f"  proved  {seconds:6.1f} s  {proof.name}: {proof.proves}; {proof.bound}"
        what = violated(output) or "\n    ".join(output.splitlines()[-3:])
        return False, f"  FAILED  {seconds:6.1f} s  {proof.name}: {what}"

    def find(self, proof, number):
        """Plants the fault in a copy of its file, which the proof is then made of."""
        fault = proof.faults[number]
        overlay = self.build / proof.name / f"fault{number + 1}"
        shutil.rmtree(overlay, ignore_errors=True)
        copy = overlay / fault.file
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(fault.plant((ROOT / fault.file).read_text()))
        word, output, seconds = self.check(proof, overlay, overlay)
        if word == "FAILED" and violated(output):
            return True, f"  found   {seconds:6.1f} s  {proof.name}, fault {number + 1}: " \
                         f"{violated(output)}"
        return False, f"  MISSED  {seconds:6.1f} s  {proof.name}, fault {number + 1}: {fault.new}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tools", required=True, type=Path)
    options.add_argument("--build", required=True, type=Path)
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("names", nargs="*")
    options = options.parse_args()
    runner = Runner(options.tools.resolve(), options.build)
    start = time.monotonic()
    bad = 0
    try:
        chosen = proofs(options.names)
        with ThreadPoolExecutor(options.jobs) as pool:
            jobs = [job for proof in chosen for job in
                    [pool.submit(runner.prove, proof),
                     *[pool.submit(runner.find, proof, i) for i in range(len(proof.faults))]]]
            for job in jobs:
                good, line = job.result()
                bad += not good
                print(line, flush=True)
    except (Wrong, OSError, subprocess.CalledProcessError) as error:
        print(f"prove: {error}", file=sys.stderr)
        return 1
    faults = sum(len(proof.faults) for proof in chosen)
    print(f"prove: {len(chosen)} proofs, {faults} planted faults, {bad} not as they should be, "
          f"{time.monotonic() - start:.0f} s")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
