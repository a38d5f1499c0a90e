# SPDX-License-Identifier: MIT
"""What the tests of the schema path share: the plugin, and the flags of the build."""

import functools
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PLUGIN = ROOT / "build/tools/capnpc-capos"
WARNINGS = """-std=c23 -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow
    -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wimplicit-fallthrough
    -Wcast-qual -Wwrite-strings -Wswitch-enum""".split()
CORE_CAPNP = sorted(path for path in (ROOT / "core/capnp").glob("*.c")
                    if not path.stem.endswith("_test"))
CORE_FOLDER = tempfile.TemporaryDirectory()
SANITIZE = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all".split()


def run(command, **options):
    return subprocess.run([str(word) for word in command], check=False,
                          capture_output=True, timeout=240, **options)


def must(command, **options):
    result = run(command, **options)
    assert result.returncode == 0, result.stderr.decode(errors="replace")
    return result.stdout


def generate(out, *schemas, prefix, imports=()):
    """Runs the plugin; returns the finished process."""
    out.mkdir(parents=True, exist_ok=True)
    return run(["capnp", "compile", "--no-standard-import", *[f"-I{i}" for i in imports],
                f"--src-prefix={prefix}", f"-o{PLUGIN}:{out}", *schemas])


@functools.cache
def core_library():
    """All of core/capnp with sanitizers, in one archive that is built once in a run."""
    folder = Path(CORE_FOLDER.name)
    objects = []
    for source in CORE_CAPNP:
        objects.append(folder / f"{source.stem}.o")
        must(["clang-19", *WARNINGS, *SANITIZE, f"-I{ROOT}", "-c", source,
              "-o", objects[-1]])
    must(["llvm-ar-19", "rcs", folder / "libcapnp.a", *objects])
    return folder / "libcapnp.a"


def compile_flags(out):
    return ["clang-19", *WARNINGS, f"-I{ROOT}", f"-I{out}", f"-I{ROOT}/build",
            f"-I{ROOT}/runtime/include"]


@pytest.fixture(scope="session", autouse=True)
def plugin():
    if not os.access(PLUGIN, os.X_OK):
        pytest.fail(f"{PLUGIN} is not there: run make tools")
    return PLUGIN
