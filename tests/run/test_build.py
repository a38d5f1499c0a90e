# SPDX-License-Identifier: MIT
"""What the build promises, judged on what `make test` has just built."""

import re
import subprocess
from pathlib import Path

from tools.run_qemu import ROOT

BUILT = sorted(path for pattern in ("kernel/*.elf", "user/*.elf", "user/*.bin", "systems/*.pkg")
               for path in (ROOT / "build").glob(pattern))


def make(*arguments):
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)


def test_no_path_of_this_machine_is_in_an_image():
    assert BUILT
    for path in BUILT:
        content = path.read_bytes()
        assert str(ROOT).encode() not in content, path
        assert str(Path.home()).encode() + b"/" not in content, path


def test_a_second_make_has_nothing_to_do():
    """Not `make -q`: it takes generated files for made anew whose text did not change."""
    result = make("core")
    steps = [line for line in result.stdout.splitlines() if re.match(r"  [A-Z]+ ", line)]
    assert result.returncode == 0 and not steps, steps[:3]


def test_help_names_every_target_a_person_types():
    text = make("help").stdout
    for target in ("run", "debug", "test", "host-test", "system-test", "check", "iso", "bench",
                   "gen", "abi-golden", "fresh-check", "clean"):
        assert re.search(rf"^make {target} ", text, re.MULTILINE), target
