# SPDX-License-Identifier: MIT
"""Text printed byte for byte as Debian's capnp decode does, and read as its encode does."""

import random
import struct
from pathlib import Path

import pytest

from conftest import CORE_CAPNP, SANITIZE, compile_flags, generate, must, run

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "text.capnp"
ANY_SCHEMA = HERE / "text_any.capnp"


def build(out, schema):
    """The harness with the reflection tables of @schema."""
    result = generate(out / "gen", schema, prefix=schema.parent)
    assert result.returncode == 0, result.stderr.decode()
    sources = [*sorted((out / "gen").glob("*reflect*.c")),
               *CORE_CAPNP]
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


def parsed(harness, text, name="Sample"):
    return must([harness, "parse", name], input=text.encode())


@pytest.mark.parametrize("text", [text for text in TEXTS if "-0," not in text])
def test_texts_are_read_as_capnp_encode_reads_them(harness, text):
    message = encode(text)
    mine = parsed(harness, text)
    assert decode(mine) == decode(message)
    for short in (True, False):  # and what is printed is read back
        again = must([harness, "parse", "Sample"], input=decode(message, short=short))
        assert decode(again) == decode(message)
    exact = must([harness, "exact", "Sample"], input=message)
    assert decode(must([harness, "parse", "Sample"], input=exact)) == decode(message)


FORMS = [
    "(singles = [- 5, -inf, - inf, 1., 1E5, 1e+5, 0x10, 010, 16777217, 1e-400, 12e-1])",
    "(integers = [0x1F, 0xff, 017, - 5, -0x10, -017, -2147483648, 2147483647, -0])",
    "( # comment\n integers = [1, # (\n 2,], texts = [ \"a\" \"b\" \"\", \"c\" ] , )",
    "(text = \"\\x41\\101\\1x\\0\\?\\'\", data = 0x\"AB cd\")",
    "(place = (number = 1), choice = (second = \"x\"), text\t=\r\n\"y\")",
    "(blobs = [0x\"00\", \"\\x80\"], long = 0xffffffffffffffff)",
]


@pytest.mark.parametrize("text", FORMS)
def test_other_forms_are_read_as_capnp_encode_reads_them(harness, text):
    assert decode(parsed(harness, text)) == decode(encode(text))


WRONG = {
    "": "1:1: expected `(`, found the end",
    "()(": "1:3: expected the end of the text, found `(`",
    "(\n  colour = red)": "2:3: no field `colour`; the nearest is color",
    "(color = redd)": "1:10: field color: Color has no value `redd`; the nearest is red",
    "(point = (z = 1))": "1:11: no field `z`; the nearest is x",
    "(tiny = 128)": "1:9: field tiny: 128 does not fit Int8 (-128 to 127)",
    "(tiny = - 129)": "1:9: field tiny: - 129 does not fit Int8 (-128 to 127)",
    "(byte = -1)": "1:9: field byte: -1 does not fit UInt8 (0 to 255)",
    "(long = 18446744073709551616)": "1:9: field long: 18446744073709551616 does not fit "
                                    "UInt64 (0 to 18446744073709551615)",
    "(single = 1e39)": "1:11: field single: 1e39 does not fit Float32",
    "(double = 1e309)": "1:11: field double: 1e309 does not fit Float64",
    "(flag = 1)": "1:9: field flag: Bool is wanted (such as true or false), not `1`",
    "(text = void)": "1:9: field text: Text is wanted (such as \"hello\"), not `void`",
    "(text = 0x\"00\")": "1:9: field text: Text is wanted (such as \"hello\"), not "
                        "`0x\"00\"`",
    "(integers = 5)": "1:13: field integers: List(Int32) is wanted (such as [a, b]), not `5`",
    "(integers = [1, x])": "1:17: field integers: Int32 is wanted (such as -42), not `x`",
    "(flag = true, flag = true)": "1:15: field flag: given twice",
    "(count = 1, none = void)": "1:13: field none: excludes count; they are a union",
    "(text = \"\\q\")": "1:9: expected escapes \\n \\\\ \\\" \\x1f \\33 and other ones of C in "
                        "a text, found `\"\\q\"`",
    "(text = \"open": "1:9: expected a value, found `\"open`",
    "(integers = [1 2])": "1:16: expected `,` or `]`, found `2`",
    "(flag = true last = true)": "1:14: expected `,` or `)`, found `last`",
    "(flag true)": "1:7: expected `=`, found `true`",
    "(flag = )": "1:9: expected a value, found `)`",
    "(": "1:2: expected the name of a field, found the end",
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_texts_are_refused_with_place_and_reason(harness, text):
    result = run([harness, "parse", "Sample"], input=text.encode())
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.decode() == WRONG[text]


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
    text = random_sample(random.Random(seed), 3)
    assert decode(parsed(harness, text)) == decode(encode(text))


@pytest.fixture(scope="module")
def any_harness(tmp_path_factory):
    return build(tmp_path_factory.mktemp("text_any"), ANY_SCHEMA)


@pytest.mark.parametrize("discriminant", range(13))
def test_a_chosen_null_has_the_default_that_the_schema_gives_it(any_harness, discriminant):
    shown = same(any_harness, message_of([discriminant], []), schema=ANY_SCHEMA)
    default = (b"(", b'point = (x = 9, label = "given")', b'data = "\\000\\377A"',
               b"list = [1, 2, 3]", b"points = [(x = 1), (x = 3, label = ", b'text = "of text"',
               b"plain = (x = 3)", b"any = <opaque pointer>", b"anyStruct = <opaque pointer>",
               b"anyList = <opaque pointer>", b"self = (list = [4]", b'texts = ["a", "b"]',
               b"(number = 0)")[discriminant]
    assert default in shown


ANY_TEXTS = [
    "(texts2 = (first = \"a\", second = [0x\"ff\", \"b\"], inner = (deep = \"c\")))",
    "(points2 = (first = (x = 1), second = [(), (x = 2)], inner = (deep = (label = \"d\"))))",
    "(lists2 = (first = [\"a\", \"b\"], second = [(first = \"c\"), ()]))",
    "(free = ())", "(points = [(x = 1)], after = ())", "(self = (self = (none = \"x\")))",
]


@pytest.mark.parametrize("text", ANY_TEXTS)
def test_type_parameters_print_and_are_read_as_what_they_are(any_harness, text):
    message = encode(text, schema=ANY_SCHEMA)
    same(any_harness, message, schema=ANY_SCHEMA)
    mine = must([any_harness, "parse", "Sample"], input=text.encode())
    assert decode(mine, schema=ANY_SCHEMA) == decode(message, schema=ANY_SCHEMA)


@pytest.mark.parametrize("kind", ["struct", "list"])
def test_any_pointers_are_opaque(any_harness, kind):
    """Pointers 5, 6 and 7 of 9, as capnp compile -ocapnp says, lead to one word."""
    shapes = {"struct": 1 << 32, "list": 1 | 5 << 32 | 1 << 35}
    for at in range(5, 8):
        pointers = [0] * 9
        pointers[at] = (8 - at) << 2 | shapes[kind]
        shown = same(any_harness, message_of([0], pointers, 7), schema=ANY_SCHEMA)
        assert b"<opaque pointer>" in shown
