# SPDX-License-Identifier: MIT
"""Builds the fuzzer of program files and lets it run for a few seconds."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 3


def test_hostile_program_files_find_nothing_in_a_short_run(tmp_path):
    subprocess.run(
        ["clang-19", "-std=c23", "-Iruntime/include", "-I.", "-Ibuild", "-g", "-O1",
         "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all",
         "tests/fuzz/elf.c", "core/elf.c", "runtime/loader_plan.c", "runtime/format.c",
         "-o", tmp_path / "fuzzer"], cwd=ROOT, check=True)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("hello", "tiny"):
        shutil.copy(ROOT / f"build/user/{name}.bin", corpus)
    result = subprocess.run(
        [tmp_path / "fuzzer", "-max_len=24576", f"-max_total_time={SECONDS}",
         f"-artifact_prefix={tmp_path}/", corpus], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-2000:]
