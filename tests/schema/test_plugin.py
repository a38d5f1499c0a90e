# SPDX-License-Identifier: MIT
"""tools/capnpc-capos: what it refuses, that it makes itself, that it always makes the same."""

import filecmp
import time
from pathlib import Path

import pytest

from conftest import PLUGIN, ROOT, compile_flags, generate, must, run

ID = "@0xe0a1b2c3d4e5f607;\n"


def write_schema(folder, text):
    schema = folder / "x.capnp"
    schema.write_text(ID + text + "\n")
    return schema


@pytest.mark.parametrize("count, kind, message", [
    (256, "Text", "x.capnp: A: it has 256 pointers; at most 255 are possible"),
    (8192, "UInt64", "x.capnp: A: its data has 8192 words; at most 8191 are possible"),
])
def test_a_struct_that_is_too_large_is_refused_by_name(tmp_path, count, kind, message):
    schema = write_schema(tmp_path, "struct A { " + " ".join(
        f"a{i} @{i} :{kind};" for i in range(count)) + " }")
    result = generate(tmp_path / "out", schema, prefix=tmp_path)
    assert result.returncode == 1 and message in result.stderr.decode()


def test_two_files_that_would_be_made_the_same_are_refused(tmp_path):
    (tmp_path / "x").write_text("@0xe0a1b2c3d4e5f608;\n")
    schema = write_schema(tmp_path, "struct A {}")
    result = generate(tmp_path / "out", schema, tmp_path / "x", prefix=tmp_path)
    assert result.returncode == 1 and b"has the name of what is made of another" in result.stderr


def test_annotations_are_for_whoever_knows_them(tmp_path):
    schema = write_schema(tmp_path, "annotation note(*) :Text;\nannotation mark(*) :Void;\n"
                          "$note(\"file\");\n"
                          "struct A $note(\"a\") { a @0 :Bool $mark; g :group $mark { b @1 :Int8; }"
                          " union { c @2 :Int8 $mark; d @3 :Void; } }\n"
                          "enum E $mark { e @0 $note(\"e\"); }\n"
                          "interface I $mark { m @0 (p :Int8 $mark) -> (r :Int8 $mark) $mark; }\n"
                          "const c :Int8 = 1 $mark;\nannotation other(*) :Void $mark;")
    out = tmp_path / "out"
    result = generate(out, schema, prefix=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    text = (out / "x.capnp.h").read_text()
    ids = [line for line in text.splitlines() if "_ANNOTATION_ID " in line]
    assert [line.split()[1] for line in ids] == [
        "NOTE_ANNOTATION_ID", "MARK_ANNOTATION_ID", "OTHER_ANNOTATION_ID"]


def test_all_schemas_of_the_tree_take_less_than_a_second(tmp_path):
    schemas = sorted((ROOT / "schema").glob("*.capnp"))
    start = time.monotonic()
    result = generate(tmp_path, *schemas, prefix=ROOT / "schema", imports=[ROOT / "schema"])
    assert result.returncode == 0 and time.monotonic() - start < 1


COMMENTS = [
    "a */ b /* c", "*/", "/* */ *//**/", "what??/", "?" "?/ ??= ??(", "ends in a backslash \\",
    "carriage \r return", "tab\tand bell \a", "umlaut \u00e4 \u20ac \U0001f600",
    "other way \u202e round \u2066", "%s %n %d", "/ * /", "**//**//",
]


def test_no_comment_ends_early_or_says_more_than_text(tmp_path):
    schema = tmp_path / "x.capnp"
    lines = "".join(f"  # {comment}\n" for comment in COMMENTS)
    single = "".join(f"struct S{i} {{\n  # {comment}\n}}\n" for i, comment in enumerate(COMMENTS))
    schema.write_bytes((ID + "struct A {\n" + lines + "  a @0 :Bool;\n" + lines + "}\n" + single +
                        "enum E {\n" + lines + " e @0;\n" + lines + "}\n").encode() +
                       b"struct Bad {\n  # \xff\xfe \xc3( \xed\xa0\x80 \xf8\x88 \xc0\x80\n}\n")
    out = tmp_path / "out"
    result = generate(out / "gen", schema, prefix=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    for name in ("x.capnp.h", "x.reflect.c"):
        must([*compile_flags(out), "-Wcomment", "-Wtrigraphs", "-Winvalid-utf8", "-x", "c",
              "-Wno-unused-function", "-c", out / "gen" / name, "-o", tmp_path / "x.o"])
        (out / "gen" / name).read_text(encoding="utf-8")


def test_strings_are_what_they_were(tmp_path):
    schema = write_schema(tmp_path, 'const c :Text = "a\\x00b??/\\"\\\\\\n\\x01\\xff1%s";')
    out = tmp_path / "out"
    assert generate(out / "gen", schema, prefix=tmp_path).returncode == 0
    source = tmp_path / "x.c"
    source.write_text('#include "gen/x.capnp.h"\nstatic_assert(sizeof(C) == 15);\n'
                      'int main(void)\n{\n\treturn __builtin_memcmp(C, "a\\0b?" "?/\\"\\\\\\n\\1\\377"'
                      ' "1%s", 15);\n}\n')
    must([*compile_flags(out), source, "-o", tmp_path / "x"])
    must([tmp_path / "x"])


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    schema = write_schema(tmp_path, "struct A { a @0 :Bool; }")
    out = tmp_path / "out"
    (out / "x.capnp.h.tmp").mkdir(parents=True)
    result = generate(out, schema, prefix=tmp_path)
    assert result.returncode != 0 and b"cannot be created" in result.stderr


@pytest.mark.parametrize("input_bytes", [b"", b"\0" * 8, b"\xff" * 64, b"\0\0\0\0\1\0\0\0\xff" * 9,
                                         b"\0" * 4 + b"\1\0\0\0" + b"\2" + b"\0" * 7])
def test_what_is_no_request_is_refused(tmp_path, input_bytes):
    result = run([PLUGIN], input=input_bytes, cwd=tmp_path)
    assert result.returncode == 1 and result.stderr.startswith(b"capnpc-capos: ")
    assert not list(tmp_path.iterdir())


def test_the_same_schemas_give_the_same_bytes_in_any_order(tmp_path):
    schemas = sorted((ROOT / "schema").glob("*.capnp"))
    for name, order in (("one", schemas), ("two", schemas), ("back", schemas[::-1])):
        result = generate(tmp_path / name, *order, prefix=ROOT / "schema",
                          imports=[ROOT / "schema"])
        assert result.returncode == 0, result.stderr.decode()
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 5 * len(schemas) + 1
    for other in ("two", "back"):
        match, differ, errors = filecmp.cmpfiles(tmp_path / "one", tmp_path / other, names,
                                                 shallow=False)
        assert not differ and not errors and len(match) == len(names)


def test_two_schemas_may_import_each_other(tmp_path):
    (tmp_path / "a.capnp").write_text(
        "@0xe0a1b2c3d4e5f601;\nusing B = import \"b.capnp\";\n"
        "struct A { b @0 :B.B; list @1 :List(B.B); }\n"
        "interface I { get @0 () -> (j :B.J, kind :B.Kind); }\n")
    (tmp_path / "b.capnp").write_text(
        "@0xe0a1b2c3d4e5f602;\nusing A = import \"a.capnp\";\n"
        "struct B { a @0 :A.A; }\nenum Kind { one @0; }\n"
        "interface J { get @0 () -> (i :A.I); }\n")
    out = tmp_path / "out"
    result = generate(out / "gen", tmp_path / "a.capnp", tmp_path / "b.capnp",
                      prefix=tmp_path, imports=[tmp_path])
    assert result.returncode == 0, result.stderr.decode()
    for name in ("a", "b"):
        for kind in ("client", "reflect"):
            must([*compile_flags(out), "-c", out / f"gen/{name}.{kind}.c",
                  "-o", tmp_path / "x.o"])


def test_the_generated_code_compiles_without_floating_point(tmp_path):
    out = tmp_path / "out"
    here = Path(__file__).resolve().parent
    assert generate(out / "gen", here / "features.capnp", prefix=here).returncode == 0
    must([*compile_flags(out), "-O2", "-ffreestanding", "-mgeneral-regs-only", "-mno-sse",
          "-mcmodel=kernel", "-mno-red-zone", "-Wno-unused-function", "-x", "c", "-c",
          out / "gen/features.server.h", "-o", tmp_path / "x.o"])


def test_plain_fields_compile_to_stores(tmp_path):
    """The whole of building a message of one integer: a check, the header, two stores."""
    source = tmp_path / "x.c"
    source.write_text(
        '#include "gen/features.capnp.h"\nvoid build(struct capnp_builder *, uint32_t);\n'
        "void build(struct capnp_builder *m, uint32_t v)\n"
        "{\n\told_point_set_x(old_point_new(m), (int32_t)v);\n}\n")
    out = tmp_path / "out"
    here = Path(__file__).resolve().parent
    assert generate(out / "gen", here / "features.capnp", prefix=here).returncode == 0
    must([*compile_flags(out), "-O2", "-ffreestanding", "-S", "-fno-asynchronous-unwind-tables",
          source, "-o", tmp_path / "x.s"])
    text = (tmp_path / "x.s").read_text()
    body = text[text.index("build:"):text.index(".size\tbuild")]
    code = [line for line in body.splitlines() if line.startswith("\t") and
            not line.startswith("\t.")]
    assert len(code) <= 14 and "call" not in body, body


def test_the_bootstrap_is_what_the_plugin_makes():
    must(["/usr/bin/python3", ROOT / "tools/capnpc-capos/bootstrap_check.py"])
