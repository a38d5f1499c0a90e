# SPDX-License-Identifier: MIT
"""tools/capnpc-capos: no name in the C that it makes collides with another, or with C."""

import re

import pytest

from clashes import Maker
from conftest import ROOT, compile_flags, generate, must

ID = "@0xe0a1b2c3d4e5f60a;\nusing C = import \"/c.capnp\";\n"

# Each kind of collision, and what has to be found in the header.
CLASHES = {
    # words of C, of compilers, of standard headers, of the library
    "struct Int {} struct Unix {} struct Call {} enum Default { a @0; }":
        ["struct int_ {", "struct unix_ {", "struct call_ {", "enum default_ :", "int_new("],
    "const null :Int8 = 1; const int8Max :Int8 = 1; const eof :Text = \"\";":
        ["#define NULL_ ", "#define INT8_MAX_ ", "#define EOF_ "],
    "struct CapnpReader { x @0 :Int8; } struct Capnp { u8 @0 :UInt8; } const capnpNoCap :Int8 = 1;":
        ["struct capnp_reader_ {", " capnp__get_u8(", "#define CAPNP_NO_CAP_ "],
    # members among themselves
    "struct A { fooBar @0 :Int8; fooBAR @1 :Int8; fooBaR @2 :Text; default @3 :Int8; }":
        [" a_get_foo_bar(", " a_get_foo_bar_2(", " a_get_foo_ba_r(", " a_get_default("],
    "enum Color { count @0; list @1; reD @2; rED @3; schema @4; }":
        ["COLOR_COUNT_2 = 0", "COLOR_LIST_2 = 1", "COLOR_RE_D = 2", "COLOR_R_ED = 3",
         "COLOR_COUNT = 5", "COLOR_SCHEMA = 4", "#define COLOR_LIST(X)"],
    "struct A { union { dataWords @0 :Int8; pointers @1 :Int8; } }":
        ["A_DATA_WORDS_2 = 0", "A_POINTERS_2 = 1", " a_get_data_words_2("],
    "interface I { table @0 () -> (); count @1 () -> (); b @2 () -> (); bBegin @3 () -> (); }":
        ["I_METHOD_TABLE_2 = 0", "I_METHOD_COUNT_2 = 1", "I_METHOD_B = 2",
         "I_METHOD_B_BEGIN_2 = 3", "struct i_b_begin_2_params {", "I_METHOD_COUNT = 4"],
    "interface I { m @0 (text :Text, textSize :UInt32); }":
        [" i_m_params_get_text_size_2("],
    # nested names and those that are written together
    "struct FooBar { a @0 :Int8; } struct Foo { struct Bar { b @0 :Int8; } }":
        [" foo_bar_get_a(", " foo_bar_2_get_b("],
    "struct Foo { read @0 :Int8; struct Get {} }": [" foo_get_read(", "struct foo_get_2 {"],
    "struct Foo { g :group { x @0 :Int8; } struct G {} }": ["struct foo_g {", "struct foo_g_2 {"],
    "interface Is { m @0 (a :Int8) -> (); } struct IsMParams {}":
        ["struct is_m_params {", "struct is_m_params_2 {"],
    # what is made of one declaration, and another's name
    "struct Foo { struct Builder {} struct Which {} union { a @0 :Int8; b @1 :Int8; } }":
        ["struct foo_builder_2 {", "struct foo_which_2 {", "enum foo_which :"],
    "struct Foo {} struct ListOfFoo {}": ["struct list_of_foo {", "struct list_of_foo_2 {"],
    "interface Foo { m @0 (); } struct FooClient {}": ["struct foo_client_2 {"],
    "enum Color { red @0; } const colorRed :Int8 = 1;": ["COLOR_RED = 0", "#define COLOR_RED_2 "],
    "struct Foo { union { limiT @0 :Int8; x @1 :Int8; } const limIT :Int8 = 2; }":
        ["FOO_LIMI_T = 0", "#define FOO_LIM_IT "],
    "struct Foo { union { limit @0 :Int8; x @1 :Int8; } } const fooLimit :Int8 = 2;":
        ["FOO_LIMIT = 0", "#define FOO_LIMIT_2 "],
    # what is in something renamed follows it
    "struct IsOf {} struct Is { struct Of { struct At { d @0 :Int8; } } }":
        [" is_of_2_at_get_d("],
    # given names
    "struct Zed $C.name(\"Other\") { y @0 :Int8 $C.name(\"whyNot\");"
    " g :group $C.name(\"gee\") { z @1 :Int8; } struct N {} }":
        ["struct other {", " other_get_why_not(", " other_gee_get_z(", "struct other_n {"],
    "enum E { count @0 $C.name(\"many\"); } interface I { m @0 () -> () $C.name(\"run\"); }"
    " const c :Int8 = 1 $C.name(\"d\");":
        ["E_MANY = 0", "I_METHOD_RUN = 0", "struct i_run_params {", "#define D "],
    "$C.name(\"acme\"); struct A { struct B {} } const c :Int8 = 1;":
        ["struct acme_a {", "struct acme_a_b {", "#define ACME_C "],
}

REFUSED = {
    "struct A { x @0 :Int8 $C.name(\"y\"); y @1 :Int8 $C.name(\"y\"); }":
        "x.capnp: A.y: the name in C, y, is that of something else in it",
    "struct A {} struct D $C.name(\"A\") {}":
        "x.capnp: D: the name in C, a, is that of A in x.capnp",
    "struct A { b @0 :Int8 $C.name(\"1x\"); }": "x.capnp: A.b: \"1x\" cannot be its name in C",
    "struct A $C.name(\"\") {}": "x.capnp: A: \"\" cannot be its name in C",
}


def make(tmp_path, text):
    (tmp_path / "x.capnp").write_text(ID + text + "\n")
    return generate(tmp_path / "out/gen", tmp_path / "x.capnp", prefix=tmp_path,
                    imports=[ROOT / "schema", tmp_path])


def compile_all(out):
    """Every generated file by itself."""
    for path in sorted((out / "gen").rglob("*")):
        if path.suffix in (".c", ".h"):
            must([*compile_flags(out), "-Wno-unused-function", "-x", "c", "-fsyntax-only", path])


@pytest.mark.parametrize("text", CLASHES)
def test_a_collision_is_resolved_and_the_rest_keeps_its_name(tmp_path, text):
    result = make(tmp_path, text)
    assert result.returncode == 0, result.stderr.decode()
    header = (tmp_path / "out/gen/x.capnp.h").read_text()
    for part in CLASHES[text]:
        assert part in header
    compile_all(tmp_path / "out")


@pytest.mark.parametrize("text", REFUSED)
def test_a_given_name_that_cannot_be_used_is_refused(tmp_path, text):
    result = make(tmp_path, text)
    assert result.returncode == 1 and REFUSED[text] in result.stderr.decode()
    assert not list((tmp_path / "out/gen").iterdir())


def test_schemas_full_of_the_words_of_generated_names_compile(tmp_path):
    """Files of one run are included together too: no name is in two of them."""
    schemas = []
    for seed in range(16):
        schemas.append(tmp_path / f"r{seed:02}.capnp")
        schemas[-1].write_text(Maker(seed).schema(0xe0a1b2c3d4e50000 + seed))
    out = tmp_path / "out"
    result = generate(out / "gen", *schemas, prefix=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    names = [path.stem for path in schemas]
    everything = tmp_path / "all.c"
    everything.write_text("".join(f'#include "gen/{name}.client.h"\n#include "gen/{name}.server.h"\n'
                                  for name in names))
    must([*compile_flags(out), "-Wno-unused-function", "-c", everything, "-o", tmp_path / "x.o"])
    objects = []
    for name in names:
        for kind in ("client", "reflect"):
            objects.append(tmp_path / f"{name}.{kind}.o")
            must([*compile_flags(out), "-c", out / f"gen/{name}.{kind}.c", "-o", objects[-1]])
    must(["ld.lld-19", "-r", *objects, "-o", tmp_path / "all.o"])


def test_a_name_does_not_depend_on_what_else_is_made(tmp_path):
    (tmp_path / "a.capnp").write_text("@0xe0a1b2c3d4e5f601;\nusing Z = import \"z.capnp\";\n"
                                      "struct Foo { z @0 :Z.Foo; }\n")
    (tmp_path / "z.capnp").write_text("@0xe0a1b2c3d4e5f602;\nstruct Foo { x @0 :Int8; }\n")
    a, z = tmp_path / "a.capnp", tmp_path / "z.capnp"
    for name, files in (("both", [a, z]), ("back", [z, a]), ("a", [a]), ("z", [z])):
        result = generate(tmp_path / name, *files, prefix=tmp_path, imports=[tmp_path])
        assert result.returncode == 0, result.stderr.decode()
    for file, only in (("a.capnp.h", "a"), ("z.capnp.h", "z")):
        text = (tmp_path / "both" / file).read_bytes()
        assert text == (tmp_path / "back" / file).read_bytes()
        assert text == (tmp_path / only / file).read_bytes()
    assert "struct foo_2 {" in (tmp_path / "both/a.capnp.h").read_text()


def included_names(tmp_path):
    """Macros, types and tags of what generated files include, but for other schemas'."""
    out = tmp_path / "out"
    assert make(tmp_path, "interface I { m @0 (); }").returncode == 0
    source = tmp_path / "x.c"
    source.write_text("#include <limits.h>\n#include \"gen/x.client.h\"\n"
                      "#include \"gen/x.server.h\"\n")
    macros = must([*compile_flags(out), "-E", "-dM", source]).decode()
    names = set(re.findall(r"^#define (\w+)", macros, re.M))
    text = must([*compile_flags(out), "-E", "-P", source]).decode()
    names |= set(re.findall(r"^typedef [^;{]*?(\w+);", text, re.M))
    names |= set(re.findall(r"^(?:struct|enum|union) (\w+)", text, re.M))
    names |= set(re.findall(r"^(?:static inline |extern )[^(;={]*?\*?(\w+)[(;[]", text, re.M))
    schema = re.sub(r"/\*.*?\*/", "", (ROOT / "build/gen/status.capnp.h").read_text(), flags=re.S)
    others = {name for name in re.findall(r"(?:struct|enum|#define) (\w+)", schema)
              if not name.startswith("capnp_")}
    return {name for name in names - others if name[0] != "_"
            and not name.startswith(("i_m_", "list_of_", "I_"))}


def test_a_declaration_may_be_called_like_anything_that_is_included(tmp_path):
    names = included_names(tmp_path)
    assert {"UINT64_MAX", "offsetof", "capnp_reader", "status_t", "call", "ABI_CAP_H"} - names == set()
    camels = {"".join(part[:1].upper() + part[1:].lower() for part in name.split("_"))
              for name in names}
    result = make(tmp_path, "\n".join(
        f"struct {camel} {{ a @0 :Int8; }} const {camel[0].lower() + camel[1:]} :Int8 = 1;"
        for camel in sorted(camels)) + "\ninterface I { m @0 (a :Int8) -> (b :Int8); }")
    assert result.returncode == 0, result.stderr.decode()
    compile_all(tmp_path / "out")
