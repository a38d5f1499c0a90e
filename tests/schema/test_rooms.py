# SPDX-License-Identifier: MIT
"""Messages built in many pieces of memory, with orphans, read by Debian's capnp decode."""

from pathlib import Path

import pytest

from conftest import CORE_CAPNP, SANITIZE, compile_flags, generate, must

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "rooms.capnp"


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    out = tmp_path_factory.mktemp("rooms")
    result = generate(out / "gen", SCHEMA, prefix=HERE)
    assert result.returncode == 0, result.stderr.decode()
    sources = [out / "gen/rooms.reflect.c", *CORE_CAPNP]
    must([*compile_flags(out), f"-I{out / 'gen'}", *SANITIZE, "-x", "c",
          HERE / "rooms_harness.c.in", *sources, "-o", out / "harness"])
    return out / "harness"


def decode(message):
    return must(["capnp", "decode", "--short", SCHEMA, "Tree"], input=message).decode()


@pytest.mark.parametrize("orphans", [0, 1])
@pytest.mark.parametrize("max_words", [50, 100, 1000])
def test_the_reference_reads_the_same_whatever_the_pieces_are(harness, max_words, orphans):
    whole = must([harness, "whole"])
    assert whole[:4] == b"\0\0\0\0"  # one segment
    expected = decode(whole)
    for seed in range(4):
        pieces = must([harness, "random", seed, max_words, orphans])
        assert int.from_bytes(pieces[:4], "little") > 0  # several
        assert decode(pieces) == expected
