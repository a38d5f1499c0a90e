# SPDX-License-Identifier: MIT
"""The parts of the schema language that go beyond plain structs, against Debian's capnp."""

from pathlib import Path

import pytest

from conftest import ROOT, SANITIZE, compile_flags, core_library, generate, must, run
from test_text import encode, same

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "features.capnp"

BOXES = """(texts = (value = "abc", group = (inner = "in"), some = "s"),
    points = (value = (x = 1, y = 2), text = (value = "deep")), size = large,
    boxes = (value = (value = "d")), lists = (value = [1, 2, 3]),
    ages = (entries = [(key = "k", value = (x = 1))]),
    lid = (top = "t", bottom = "b", both = (entries = [(key = "a", value = "b")])),
    plain = (of = (shade = 1)), many = [(value = (x = 1))],
    deep = [[(entries = [(key = "k", value = "v")])], []])"""


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    out = tmp_path_factory.mktemp("language")
    result = generate(out / "gen", SCHEMA, prefix=HERE)
    assert result.returncode == 0, result.stderr.decode()
    must([*compile_flags(out), *SANITIZE, "-x", "c", HERE / "language_harness.c.in",
          "-x", "none", core_library(), "-o", out / "harness"])
    return out / "harness"


@pytest.fixture(scope="module")
def text_harness(tmp_path_factory):
    out = tmp_path_factory.mktemp("reflected")
    assert generate(out / "gen", SCHEMA, prefix=HERE).returncode == 0
    must([*compile_flags(out), *SANITIZE, "-x", "c", HERE / "text_harness.c.in",
          out / "gen/features.reflect.c", out / "gen/reflect_registry.c", "-x", "none",
          core_library(), "-o", out / "harness"])
    return out / "harness"


def test_constants_of_every_type_are_what_the_schema_says(harness):
    must([harness, "constants"])


def test_defaults_of_every_type_are_read_where_nothing_was_sent(harness):
    must([harness, "defaults"])


def test_members_of_a_union_that_are_not_chosen_read_as_their_defaults(harness):
    must([harness, "given"], input=encode("(second = [1, 2, -3])", "Defaults", SCHEMA))
    # The same words as a member of another kind: the discriminant alone decides.
    result = run([harness, "given"], input=encode("(first = (x = 1))", "Defaults", SCHEMA))
    assert result.returncode == 1 and b"chosen" in result.stderr


def test_what_a_parameter_is_bound_to_is_read_as_that(harness):
    must([harness, "generic"], input=encode(BOXES, "Boxes", SCHEMA))


def decode(message, name):
    return must(["capnp", "decode", "--short", SCHEMA, name], input=message).decode()


def test_what_a_parameter_is_bound_to_is_written_as_that(harness):
    text = decode(must([harness, "build"]), "Boxes")
    for part in ('texts = (value = "abc", group = (), some = "s"', "points = (value = (x = 4",
                 'ages = (entries = [(key = "k", value = (x = 0, y = 5))])', "unbound = (value = "):
        assert part in text


def test_structs_and_lists_are_set_to_copies(harness):
    text = ('(text = "t", point = (x = 1), matrix = [[1], []], cloud = [[(y = 2)]], count = 3,'
            ' pair = (left = (data = "d")))')
    message = must([harness, "copy"], input=encode(text, "Everything", SCHEMA))
    shown = decode(message, "Everything")
    for part in ("point = (x = 1, y = -7)", "matrix = [[1], []]", "cloud = [[(x = 0, y = 2)]]",
                 "points = [(x = 1, y = -7), (x = 11, y = 12)]", 'data = "d"'):
        assert part in shown
    whole = decode(encode(text, "Everything", SCHEMA), "Everything").strip()
    assert f"self = {whole}" in shown


def test_orphans_are_adopted_where_they_belong(harness):
    shown = decode(must([harness, "orphans"]), "Defaults")
    for part in ('text = "hi"', "points = [(x = 0, y = -7), (x = 0, y = 9)]", "first = (x = 8"):
        assert part in shown


def test_a_group_that_becomes_the_chosen_member_starts_empty(harness):
    must([harness, "union"])


def test_any_pointers_hold_anything(harness):
    must([harness, "anything"])


@pytest.mark.parametrize("name, text", [
    ("Boxes", BOXES), ("Boxes", "()"), ("Defaults", "()"),
    ("Defaults", "(second = [1], ints = [], point = (), pair = (left = ()))"),
    ("Defaults", "(sixth = (low = 1), place = (name = [\"a\"]))"),
    ("Noted", "(either = (b = void), field = 3)"),
])
def test_reflection_knows_defaults_and_brands(text_harness, name, text):
    same(text_harness, encode(text, name, SCHEMA), name, SCHEMA)


def test_types_that_contain_themselves_with_larger_parameters_end(tmp_path):
    (tmp_path / "x.capnp").write_text(
        "@0xe0a1b2c3d4e5f607;\n"
        "struct P(T, U) { a @0 :P(P(T, U), U); b @1 :P(T, P(T, U)); t @2 :T; u @3 :U; }\n"
        "struct Q { p @0 :P(Text, Data); }\n"
        "interface I(T) { get @0 (t :T) -> (next :I(I(T))); }\n"
        "interface J extends(I(Text)) { more @0 [V] (v :V) -> (i :I(Q)); }\n")
    out = tmp_path / "out"
    result = generate(out / "gen", tmp_path / "x.capnp", prefix=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    must([*compile_flags(out), "-c", out / "gen/x.reflect.c", "-o", tmp_path / "x.o"])
    assert (out / "gen/x.reflect.c").stat().st_size < 4 << 20


ALL_WARNINGS = """-Weverything -Werror -Wno-padded -Wno-unsafe-buffer-usage -Wno-pre-c23-compat
    -Wno-declaration-after-statement -Wno-overlength-strings -Wno-c++-compat
    -Wno-switch-default -Wno-bad-function-cast -Wno-unused-macros
    -Wno-missing-variable-declarations""".split()


@pytest.mark.parametrize("kind", ["capnp.h", "client.h", "client.c", "server.h", "reflect.c"])
def test_what_is_made_has_no_warnings_at_all(tmp_path, kind):
    """As C23 with every warning on but those about taste; the library counts as a system's."""
    out = tmp_path / "out"
    assert generate(out, SCHEMA, prefix=HERE).returncode == 0
    must(["clang-19", "-std=c23", *ALL_WARNINGS, "-isystem", ROOT, "-isystem", ROOT / "build",
          "-isystem", ROOT / "runtime/include", "-Wno-unused-function", "-x", "c",
          "-fsyntax-only", out / f"features.{kind}"])
