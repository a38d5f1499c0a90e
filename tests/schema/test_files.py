# SPDX-License-Identifier: MIT
"""tools/capnpc-capos: schemas in several folders, imports of all kinds, names of files."""

import pytest

from conftest import compile_flags, generate, must


def write(path, number, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"@0xe0a1b2c3d4e5f7{number:02x};\n{text}\n")
    return path


def compile_headers(out, *flags):
    """Each header by itself, from a folder that has nothing to do with it."""
    for path in sorted(out.rglob("*.[ch]")):
        if not path.name.startswith("reflect_registry"):
            must([*compile_flags(out), "-Wno-unused-function", *flags, "-x", "c",
                  "-fsyntax-only", path], cwd="/")


def test_files_of_one_name_in_two_folders_include_each_other(tmp_path):
    source = tmp_path / "in"
    one = write(source / "one/shape.capnp", 1, "using Two = import \"../two/shape.capnp\";\n"
                "struct Round { edge @0 :Two.Edge; }\ninterface Drawer { draw @0 (r :Round); }")
    two = write(source / "two/shape.capnp", 2, "using One = import \"/one/shape.capnp\";\n"
                "struct Edge { of @0 :One.Round; drawer @1 :One.Drawer; }")
    top = write(source / "top-level file.capnp", 3, "using A = import \"one/shape.capnp\";\n"
                "using B = import \"/two/shape.capnp\";\n"
                "struct Both { a @0 :A.Round; b @1 :List(B.Edge); }")
    out = tmp_path / "out"
    result = generate(out, one, two, top, prefix=source, imports=[source])
    assert result.returncode == 0, result.stderr.decode()
    assert (out / "one/shape.capnp.h").exists() and (out / "two/shape.capnp.h").exists()
    assert '#include "../two/shape.capnp.h"' in (out / "one/shape.capnp.h").read_text()
    assert '#include "one/shape.capnp.h"' in (out / "top-level file.capnp.h").read_text()
    compile_headers(out)


def test_files_of_two_runs_include_each_other_as_they_were_imported(tmp_path):
    here = tmp_path / "here"
    there = tmp_path / "there"
    kept = write(there / "lib/kept.capnp", 4, "struct Kept { x @0 :Int8; }")
    beside = write(here / "sub/beside.capnp", 5, "struct Beside { x @0 :Int8; }")
    user = write(here / "user.capnp", 6, "using K = import \"/lib/kept.capnp\";\n"
                 "using B = import \"sub/beside.capnp\";\n"
                 "struct User { k @0 :K.Kept; b @1 :B.Beside; }")
    for schema, prefix, out in ((kept, there, "lib"), (beside, here, "gen"), (user, here, "gen")):
        result = generate(tmp_path / out, schema, prefix=prefix, imports=[there])
        assert result.returncode == 0, result.stderr.decode()
    header = (tmp_path / "gen/user.capnp.h").read_text()
    assert "#include <lib/kept.capnp.h>" in header
    assert '#include "sub/beside.capnp.h"' in header
    compile_headers(tmp_path / "gen", f"-I{tmp_path / 'lib'}")


def test_what_an_import_imports_is_included_when_it_is_used(tmp_path):
    write(tmp_path / "c.capnp", 7, "struct Deep { x @0 :Int8; }")
    write(tmp_path / "b.capnp", 8, "using C = import \"c.capnp\";\nstruct B { c @0 :C.Deep; }")
    a = write(tmp_path / "a.capnp", 9, "using B = import \"b.capnp\";\n"
              "struct A { c @0 :B.C.Deep; }")
    result = generate(tmp_path / "out", a, tmp_path / "b.capnp", tmp_path / "c.capnp",
                      prefix=tmp_path, imports=[tmp_path])
    assert result.returncode == 0, result.stderr.decode()
    compile_headers(tmp_path / "out")


@pytest.mark.parametrize("name", ["a-b.capnp", "a_b.capnp", "1.capnp", "a.b.capnp", "int.capnp",
                                  "plain", "sp ace.capnp", "ümlaut.capnp", "a*b?c.capnp"])
def test_a_file_may_have_any_name_that_can_be_included(tmp_path, name):
    schema = write(tmp_path / name, 10, "struct A { x @0 :Int8; }\ninterface I { m @0 (); }")
    result = generate(tmp_path / "out", schema, prefix=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    stem = name.removesuffix(".capnp")
    assert (tmp_path / f"out/{stem}.capnp.h").exists()
    compile_headers(tmp_path / "out")


@pytest.mark.parametrize("name", ["a\"b.capnp", "a\\b.capnp", "a<b.capnp", "a\nb.capnp"])
def test_a_file_that_cannot_be_included_is_refused(tmp_path, name):
    schema = write(tmp_path / name, 11, "struct A {}")
    result = generate(tmp_path / "out", schema, prefix=tmp_path)
    assert result.returncode == 1 and b"cannot be included in C" in result.stderr
    assert not list((tmp_path / "out").iterdir())


def test_guards_of_files_with_like_names_differ(tmp_path):
    for number, name in ((12, "a-b"), (13, "a_b"), (14, "a.b")):
        write(tmp_path / f"{name}.capnp", number, f"struct S{number} {{ x @0 :Int8; }}")
    result = generate(tmp_path / "out", *sorted(tmp_path.glob("*.capnp")), prefix=tmp_path)
    assert result.returncode == 0, result.stderr.decode()
    source = tmp_path / "x.c"
    source.write_text('#include "a-b.capnp.h"\n#include "a_b.capnp.h"\n#include "a.b.capnp.h"\n'
                      "struct s12 a;\nstruct s13 b;\nstruct s14 c;\n")
    must([*compile_flags(tmp_path / "out"), "-Wno-unused-function", "-fsyntax-only", source])


def test_streaming_needs_no_file_of_capnps_own(tmp_path):
    schema = write(tmp_path / "x.capnp", 15, "interface I { put @0 (d :Data) -> stream; }")
    result = generate(tmp_path / "out", schema, prefix=tmp_path, imports=["/usr/include"])
    assert result.returncode == 0, result.stderr.decode()
    assert "stream.capnp" not in (tmp_path / "out/x.capnp.h").read_text()
    compile_headers(tmp_path / "out")
