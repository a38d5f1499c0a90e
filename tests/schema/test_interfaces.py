# SPDX-License-Identifier: MIT
"""Inheritance, narrowed facets and streaming, from the schema to the C that is made of it."""

from pathlib import Path

import pytest

from conftest import ROOT, SANITIZE, compile_flags, generate, must, run

HERE = Path(__file__).resolve().parent
SCHEMA = HERE / "interfaces.capnp"
IMPORTS = [ROOT / "schema", "/usr/include"]

ID = "@0xe0a1b2c3d4e5f607;\nusing C = import \"/c.capnp\";\n"
STORE = "interface Store %s { read @0 (); write @1 (); sealAll @2 (); }"


def facet(name="Reader", number="0xd1c2b3a495867701", methods='["read"]'):
    return STORE % f"$C.facet(name = \"{name}\", id = {number}, methods = {methods})"


REFUSED = {
    facet(methods='["wirte"]'):
        "x.capnp: Reader: as a facet it cannot have wirte: no method of the interface itself "
        "is called so; the nearest is write",
    facet(methods='["read", "sealal"]'): "called so; the nearest is sealAll",
    facet(methods='["read", "write", "read"]'):
        "x.capnp: Reader: as a facet it cannot name a method twice: read",
    facet(methods="[]"): "x.capnp: Reader: as a facet it cannot be without methods",
    facet(number="17"): "as a facet it cannot have an id that no `capnp id` gives",
    facet(number="0xe0a1b2c3d4e5f607"): "x.capnp: Reader: as a facet it cannot have the id of ",
    facet(name="reader"): "x.capnp: Store: a facet cannot be called \"reader\"",
    facet(name=""): "x.capnp: Store: a facet cannot be called \"\"",
    facet(name="Store"): "the name in C, store, is that of Store in x.capnp",
    "interface A { a @0 (); }\n"
    "interface B extends(A) $C.facet(name = \"F\", id = 0xd1c2b3a495867701, methods = [\"a\"])"
    " { b @0 (); }": "x.capnp: F: as a facet it cannot have a: no method of the interface itself",
    facet() + "\nstruct A { s @0 :Store $C.heldAs(\"Raeder\"); }":
        "x.capnp: A.s: no facet of Store is called Raeder; the nearest is Reader",
    "struct A { s @0 :Text $C.heldAs(\"Reader\"); }":
        "x.capnp: A.s: heldAs is for fields whose type is an interface",
    facet() + "\nstruct A { s @0 :List(Store) $C.heldAs(\"Reader\"); }":
        "x.capnp: A.s: heldAs is for fields whose type is an interface",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_facet_that_cannot_be_is_refused_and_the_nearest_valid_name_given(tmp_path, text):
    out = tmp_path / "out"
    (tmp_path / "x.capnp").write_text(ID + text + "\n")
    result = generate(out, tmp_path / "x.capnp", prefix=tmp_path, imports=IMPORTS)
    assert result.returncode != 0
    assert REFUSED[text] in result.stderr.decode()
    assert not list(out.iterdir())


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    out = tmp_path_factory.mktemp("interfaces")
    result = generate(out / "gen", SCHEMA, prefix=HERE, imports=IMPORTS)
    assert result.returncode == 0, result.stderr.decode()
    return out


def test_what_is_made_of_interfaces_compiles_without_a_warning(generated):
    for name in ("interfaces.client.c", "interfaces.reflect.c"):
        must([*compile_flags(generated), "-fsyntax-only", generated / "gen" / name])
    (generated / "server.c").write_text('#include "gen/interfaces.server.h"\n')
    must([*compile_flags(generated), "-fsyntax-only", generated / "server.c"])


def test_stubs_call_servers_through_ancestors_facets_and_streams(generated):
    sources = [generated / "gen/interfaces.client.c", generated / "gen/interfaces.reflect.c",
               *[ROOT / f"runtime/{name}.c" for name in ("ring", "arena", "stream")],
               *sorted(path for path in (ROOT / "core/capnp").glob("*.c")
                       if not path.name.endswith("_test.c"))]
    must([*compile_flags(generated), *SANITIZE, "-x", "c",
          HERE / "interfaces_harness.c.in", *sources, "-lcmocka", "-o", generated / "harness"])
    done = run([generated / "harness"])
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
