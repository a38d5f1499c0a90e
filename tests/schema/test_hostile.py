# SPDX-License-Identifier: MIT
"""tools/capnpc-capos on requests that capnp did not make: refused with one line, or harmless."""

import random
import subprocess

import pytest

from conftest import CORE_CAPNP, ROOT, SANITIZE, WARNINGS, must, run

CHANGES = 150


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    """The plugin with sanitizers."""
    out = tmp_path_factory.mktemp("plugin") / "capnpc-capos"
    must(["clang-19", *WARNINGS, *SANITIZE, "-D_GNU_SOURCE", f"-I{ROOT}",
          *sorted((ROOT / "tools/capnpc-capos").glob("*.c")), *CORE_CAPNP, "-o", out])
    return out


@pytest.fixture(scope="module")
def request_bytes():
    return must(["capnp", "compile", "-o-", ROOT / "tests/schema/features.capnp"])


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_request_is_refused_in_words_or_made_into_files(plugin, request_bytes,
                                                                  tmp_path, seed):
    rng = random.Random(seed)
    refused = 0
    for _ in range(CHANGES // 4):
        changed = bytearray(request_bytes)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(8, len(changed))
            changed[at] = rng.choice([0, 1, 0xff, changed[at] ^ 1 << rng.randrange(8)])
        result = subprocess.run([plugin], input=bytes(changed), cwd=tmp_path, check=False,
                                capture_output=True, timeout=120,
                                env={"ASAN_OPTIONS": "detect_leaks=0"})
        assert result.returncode in (0, 1), result.stderr.decode(errors="replace")
        assert b"Sanitizer" not in result.stderr and b"runtime error" not in result.stderr
        assert (result.returncode == 1) == bool(result.stderr)
        refused += result.returncode
    assert refused > 0


@pytest.mark.parametrize("keep", [0, 7, 8, 16, 1000, 0.5, 0.999])
def test_a_request_that_is_cut_short_is_refused(plugin, request_bytes, tmp_path, keep):
    size = keep if isinstance(keep, int) else int(len(request_bytes) * keep)
    result = run([plugin], input=request_bytes[:size], cwd=tmp_path)
    assert result.returncode == 1 and result.stderr.startswith(b"capnpc-capos: ")
    assert not list(tmp_path.iterdir())
