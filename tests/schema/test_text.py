# SPDX-License-Identifier: MIT
"""Printing as text, byte for byte as Debian's capnp decode prints."""

import random
import struct
from pathlib import Path

import pytest

from conftest import ROOT, SANITIZE, compile_flags, generate, must

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "text.capnp"
CORE = ("reader", "builder", "dynamic", "render", "decimal")


def build(out, schema):
    """The harness with the reflection tables of @schema."""
    result = generate(out / "gen", schema, prefix=schema.parent)
    assert result.returncode == 0, result.stderr.decode()
    sources = [*sorted((out / "gen").glob("*reflect*.c")),
               *[ROOT / f"core/capnp/{name}.c" for name in CORE]]
    must([*compile_flags(out), *SANITIZE, "-x", "c", HERE / "text_harness.c.in", *sources,
          "-o", out / "harness"])
    return out / "harness"


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    return build(tmp_path_factory.mktemp("text"), SCHEMA)


def encode(text, name="Sample", schema=SCHEMA):
    return must(["capnp", "encode", "--segment-size=60000", schema, name],
                input=text.encode())


def decode(message, name="Sample", schema=SCHEMA, short=True):
    """With the line end that the tool adds, and nothing more, taken off."""
    option = ["--short"] if short else []
    shown = must(["capnp", "decode", *option, schema, name], input=message)
    assert shown.endswith(b"\n")
    return shown[:-1]


def same(harness, message, name="Sample", schema=SCHEMA):
    short = must([harness, "short", name], input=message)
    assert short == decode(message, name, schema)
    assert must([harness, "pretty", name], input=message) == decode(message, name, schema, False)
    return short


TEXTS = [
    "()",
    "(flag = true, last = true, nothing = void)",
    "(single = 0.1, double = 0.1, tiny = -128, small = -32768, wide = -9223372036854775808,"
    " byte = 255, short = 65535, word = 4294967295, long = 18446744073709551615)",
    "(text = \"\", data = \"\", greeting = \"\")",
    "(text = \"a \\\"quoted\\\" \\\\ text's end\\n\\t\\r\\a\\b\\f\\v\\x1b[2J\\x7f\")",
    "(text = \"\u00e4\u20ac\U0001f600 as it is\", data = 0x\"00 01 80 ff fe c3 28\")",
    "(text = \"" + "".join(f"\\x{byte:02x}" for byte in range(1, 256)) + "\")",
    "(color = darkGreen, colors = [red, darkGreen])",
    "(colors = [red, aVeryLongNameOfAColorWhichBreaksLines])",
    "(point = (), points = [(), (x = 1, y = 2)])",
    "(points = [(x = 1000000000, y = -1000000000)])",
    "(points = [(x = 100000, y = -10000)], texts = [])",
    "(texts = [\"a\", \"\", \"b\"], blobs = [\"\", \"xyz\", 0x\"0102\"])",
    "(texts = [\"twenty-two characters.\", \"x\"])",
    "(texts = [\"twenty-three characters\", \"x\"])",
    "(integers = [1, 2, 3], nothings = [void, void], flags = [true, false])",
    "(matrix = [[], [1], [1, 2, 3, 4, 5, 6, 7, 8, 9]])",
    "(matrix = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1]])",
    "(deep = [[[\"a\"], []], [], [[\"twenty-three characters\", \"b\"]]])",
    "(singles = [0, -0, 1.5, inf, -inf, nan, 3.4e38, 0.1, 16777216, 1e7, 123456789, 1e-7, 1e-40])",
    "(doubles = [0, -0, 1.5, inf, -inf, nan, 1e300, 0.1, 123456789012345678, 1e15, 1e16, 1e17,"
    " 5e-324, 1e-5, 0.0001, 2.2250738585072014e-308, -2.2250738585072014e-308])",
    "(place = (name = \"here\", number = -1))",
    "(place = (name = \"\"))",
    "(none = void)", "(count = 7)", "(count = 0)", "(label = \"\")", "(label = \"x\")",
    "(box = (width = 3))", "(box = (name = \"b\"))", "(spot = ())", "(spot = (y = 1))",
    "(choice = (first = \"\"))", "(choice = (second = \"a longer text that needs a line\"))",
    "(child = ())", "(child = (child = (child = (count = 1, text = \"deep\"))))",
    "(children = [(), (children = [(), (count = 2)])])",
]


@pytest.mark.parametrize("text", TEXTS)
def test_messages_print_as_capnp_decode_prints_them(harness, text):
    same(harness, encode(text))


def message_of(data, pointers, *words):
    """One framed segment: a root of these words, and what is behind it."""
    root = len(data) << 32 | len(pointers) << 48
    content = [root, *data, *pointers, *words]
    return struct.pack(f"<II{len(content)}Q", 0, len(content), *content)


@pytest.mark.parametrize("discriminant", range(7))
def test_a_chosen_member_that_is_null_prints_as_its_default(harness, discriminant):
    """The union's tag is the lowest 16 bits of the third word, that of choice the next 16."""
    shown = {same(harness, message_of([0, 0, discriminant | choice << 16, *[0] * 4], []))
             for choice in range(3)}
    assert len(shown) == 2  # the first of choice is null, and a third does not exist
    member = ("none = void", "count = 0", 'label = "a label"', "box = (width = 0)",
              "spot = (x = 0, y = -7)", "last = false", "last = false")[discriminant]
    assert all(member.encode() in text for text in shown)


def test_numbers_that_an_enum_does_not_know_print_in_parentheses(harness):
    shown = same(harness, message_of([77 << 16, *[0] * 6], []))
    assert b"color = (77)" in shown


def random_text(source, size):
    return "\"" + "".join(source.choice("abcXYZ 0189\\n\u00e9").replace("\\", "\\\\")
                          for _ in range(source.randrange(size))) + "\""


def random_sample(source, depth):
    """Some fields of a Sample, as text."""
    def some(make, most=5):
        return "[" + ", ".join(make() for _ in range(source.randrange(most))) + "]"

    def integer(bits):
        return str(source.randrange(-2 ** (bits - 1), 2 ** (bits - 1)) >> source.randrange(bits))

    def number():
        return repr(source.uniform(-1, 1) * 10 ** source.randrange(-30, 30))

    def point():
        return f"(x = {integer(32)}, y = {integer(20)})"

    makers = {
        "flag": lambda: source.choice(["true", "false"]),
        "single": number, "double": number, "wide": lambda: integer(64),
        "text": lambda: random_text(source, 40), "data": lambda: random_text(source, 30),
        "color": lambda: source.choice(["red", "darkGreen"]), "point": point,
        "points": lambda: some(point), "texts": lambda: some(lambda: random_text(source, 26)),
        "integers": lambda: some(lambda: integer(32), 20),
        "matrix": lambda: some(lambda: some(lambda: integer(32), 4)),
        "singles": lambda: some(number), "doubles": lambda: some(number),
        "blobs": lambda: some(lambda: random_text(source, 26)),
        "place": lambda: f"(name = {random_text(source, 30)})",
        source.choice(["label", "box"]): lambda: "",
        "deep": lambda: some(lambda: some(lambda: some(lambda: random_text(source, 9)))),
    }
    makers["label"] = lambda: random_text(source, 30)
    makers.pop("box", None)
    if depth > 0:
        makers["child"] = lambda: random_sample(source, depth - 1)
        makers["children"] = lambda: some(lambda: random_sample(source, depth - 1), 3)
    names = source.sample(sorted(makers), source.randrange(5))
    return "(" + ", ".join(f"{name} = {makers[name]()}" for name in names) + ")"


@pytest.mark.parametrize("seed", range(40))
def test_random_messages_print_as_capnp_decode_prints_them(harness, seed):
    same(harness, encode(random_sample(random.Random(seed), 3)))
