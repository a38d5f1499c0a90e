# SPDX-License-Identifier: MIT
"""The committed inputs of every fuzz target find nothing, and each target does fuzz."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import fuzz  # noqa: E402  (beside this file)

TARGETS = sorted(path.stem for path in HERE.glob("*.c"))
PATCHES = sorted((HERE / "planted").glob("*.patch"))


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "elf"])
def test_the_committed_inputs_find_nothing(target, tmp_path):
    folder = fuzz.unpack_corpus(target, tmp_path / "corpus")
    assert len(list(folder.iterdir())) >= 20
    result = fuzz.libfuzzer(ROOT / "build/fuzz" / target, [folder], "-runs=0",
                            fuzz.longest(target), artifacts=tmp_path)
    assert result.returncode == 0, result.stderr[-2000:]


def test_hostile_program_files_find_nothing_in_a_short_run(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("hello", "tiny"):
        shutil.copy(ROOT / f"build/user/{name}.bin", corpus)
    result = fuzz.libfuzzer(ROOT / "build/fuzz/elf", [corpus], fuzz.longest("elf"),
                            "-max_total_time=3", artifacts=tmp_path)
    assert result.returncode == 0, result.stderr[-2000:]


def test_a_finding_fails(tmp_path):
    """What the other tests rely on: a program that aborts is no success."""
    source = tmp_path / "bad.c"
    source.write_text("#include <stdlib.h>\n#include <stdint.h>\n"
                      "int LLVMFuzzerTestOneInput(const uint8_t *b, size_t n)"
                      "{ if (n > 0 && b[0] == 'x') abort(); return 0; }\n")
    subprocess.run(["clang-19", "-fsanitize=fuzzer", source, "-o", tmp_path / "bad"],
                   check=True)
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "x").write_bytes(b"x")
    assert fuzz.libfuzzer(tmp_path / "bad", [folder], "-runs=0",
                          artifacts=tmp_path).returncode != 0


def test_there_are_ten_planted_bugs_and_all_apply(tmp_path):
    assert len(PATCHES) >= 10
    for patch in PATCHES:
        assert fuzz.patch_facts(patch) in TARGETS
        scratch = tmp_path / patch.stem
        scratch.mkdir()
        fuzz.planted_tree(patch, scratch)  # raises where it does not apply
