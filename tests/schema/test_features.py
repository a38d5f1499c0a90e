# SPDX-License-Identifier: MIT
"""Every supported feature of the schema language, against Debian's capnp encode and decode."""

import struct
from pathlib import Path

import pytest

from conftest import ROOT, SANITIZE, compile_flags, core_library, generate, must, run

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "features.capnp"

EVERYTHING = [
    "()",
    "(text = \"a \\\"b\\\"\\n\\t\\\\\", greeting = \"\", data = 0x\"00 ff 10\")",
    "(scalars = ())",
    "(scalars = (flag = true, flagOn = false, i8 = -128, i8d = 127, i16 = -32768, i16d = 1,"
    " i32 = -2147483648, i32d = 0, i64 = -9223372036854775808, i64d = 0, u8 = 255, u8d = 0,"
    " u16 = 65535, u32 = 4294967295, u64 = 18446744073709551615, u64d = 0, f32 = 0.25,"
    " f32d = -3, f64 = 1e300, f64d = 0.5, color = blue, colorD = red))",
    "(point = (x = 1), points = [(x = 1, y = 2), (), (y = 0)])",
    "(bools = [true, false, true], bytes = [1, 2, 255], shorts = [-1, 2], ints = [-5, 6],"
    " longs = [1, 18446744073709551615], floats = [0.5, -2], doubles = [0.125, 1e-300])",
    "(texts = [\"a\", \"\", \"c\"], blobs = [0x\"01\", \"xyz\"], colors = [blue, red])",
    "(matrix = [[1, 2], [], [3]], voids = [void, void], cloud = [[(x = 1)], [], [(), ()]])",
    "(place = (name = \"here\", number = 9, inner = (deep = -3)))",
    "(count = 7)", "(label = \"x\")", "(spot = (y = 1))", "(box = (width = 1, height = 2))",
    "(choice = (first = true))", "(choice = (second = -1))",
    "(choice = (third = [(count = 1), (choice = (third = [()]))]))",
    "(self = (self = (default = 3)), default = 4, nested = (int = -1),"
    " pair = (left = (count = 2), right = (none = void)))",
]


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    out = tmp_path_factory.mktemp("features")
    result = generate(out / "gen", SCHEMA, prefix=HERE)
    assert result.returncode == 0, result.stderr.decode()
    must([*compile_flags(out), *SANITIZE, "-x", "c", HERE / "features_harness.c.in",
          out / "gen/features.reflect.c", "-x", "none", core_library(), "-o", out / "harness"])
    return out / "harness"


def encode(text, name="Everything"):
    return must(["capnp", "encode", "--segment-size=8000", SCHEMA, name],
                input=text.encode())


def decode(message, name="Everything"):
    return must(["capnp", "decode", "--short", SCHEMA, name], input=message).decode()


@pytest.mark.parametrize("text", EVERYTHING)
def test_a_copy_by_reflection_decodes_to_the_same(harness, text):
    message = encode(text)
    copy = must([harness, "copy", "Everything"], input=message)
    assert decode(copy) == decode(message)


RENDERED = {
    "(point = (x = 1))": ["point = (x = 1, y = -7)", "none = void",
                          "choice = (first = false)", "default = 0"],
    "(text = \"a\\\"\\n\", data = 0x\"00 ff\")": ["text = \"a\\\"\\n\"", "data = \"\\000\\377\""],
    "(texts = [\"a\", \"\"], colors = [blue, red], bools = [true, false])": [
        "texts = [\"a\", \"\"]", "colors = [blue, red]", "bools = [true, false]"],
    "(scalars = (f32 = 0.1, f64 = 0.5, i64 = -9223372036854775808))": [
        "f32 = 0.1", "f64 = 0.5", "i64 = -9223372036854775808", "f64d = -2.25",
        "u64d = 18000000000000000000", "colorD = blue", "nothing = void", "flagOn = true"],
    "(box = (width = 1, height = 2), matrix = [[1], []])": [
        "box = (width = 1, height = 2)", "matrix = [[1], []]"],
    "(text = \"\x1b[2Jä\")": ["text = \"\\033[2Jä\""],
}


@pytest.mark.parametrize("text", RENDERED)
def test_rendering_shows_names_values_and_defaults(harness, text):
    shown = must([harness, "render", "Everything"], input=encode(text)).decode()
    for part in RENDERED[text]:
        assert part in shown


def test_members_of_a_union_that_are_not_chosen_are_not_shown(harness):
    shown = must([harness, "render", "Everything"], input=encode("(count = 7)")).decode()
    assert "count = 7" in shown
    for absent in ("none", "label", "spot", "box", "second", "third"):
        assert f"{absent} = " not in shown


def test_generated_setters_make_what_capnp_decodes(harness):
    text = decode(must([harness, "build"]))
    for part in ("flagOn = false", "i64d = 5000000000", "u64 = 18446744073709551615",
                 "colorD = red", 'text = "some text"', "ints = [-5, 6]",
                 'texts = ["one", ""]', "colors = [blue]",
                 'place = (name = "here", number = 4, inner = (deep = -9))',
                 "box = (width = 3, height = 4)", "choice = (second = -12)", "default = 8",
                 "voids = [void, void, void, void]", "nested = (int = 12)"):
        assert part in text


@pytest.mark.parametrize("canonical", [False, True])
def test_generated_getters_read_what_capnp_encodes(harness, canonical):
    message = must([harness, "build"])
    if canonical:
        message = must(["capnp", "convert", "binary:canonical", SCHEMA, "Everything"],
                       input=message)
        message = struct.pack("<II", 0, len(message) // 8) + message  # it has no header
    must([harness, "read"], input=message)


def test_older_and_newer_structs_read_as_each_other(harness):
    must([harness, "evolve"])


def test_server_table_reads_calls_and_refuses(harness):
    must([harness, "serve"])


@pytest.mark.parametrize("step", [1, 2, 3])
def test_broken_messages_are_harmless(harness, step):
    """Each byte of a full message changed: an error or other values, never a crash."""
    message = bytearray(encode(EVERYTHING[-1]))
    for at in range(8 + step, len(message), 3 * 8 + 1):
        broken = bytearray(message)
        broken[at] ^= 0x55 << step & 0xff
        result = run([harness, "render", "Everything"], input=bytes(broken))
        assert b"Sanitizer" not in result.stderr and b"runtime error" not in result.stderr
