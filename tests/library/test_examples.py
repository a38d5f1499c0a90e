# SPDX-License-Identifier: MIT
"""The examples and the guide's code are compiled outside the repository, with their own few
lines of make, and do what they say; Debian's capnp tool is the judge."""

import re
import shutil

import pytest

from conftest import ROOT, must, run

GUIDE = ROOT / "docs/capnp-library.md"
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
DRAWING = ('(title = "a \\"plan\\"", shapes = [(colour = red, circle = (centre = (x = 1.5, y = 2), '
           "radius = 0.25)), (colour = black, polygon = [(x = 1, y = 0), (x = -3, y = 4)])])")


def build(installed, folder, name):
    shutil.copytree(ROOT / "examples/capnp" / name, folder, dirs_exist_ok=True)
    must(["make", "CFLAGS=-std=c23 -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined"],
         cwd=folder, env=installed.environment)
    return folder


@pytest.fixture(scope="module")
def address_book(installed, tmp_path_factory):
    return build(installed, tmp_path_factory.mktemp("address_book"), "address_book")


@pytest.fixture(scope="module")
def convert(installed, tmp_path_factory):
    return build(installed, tmp_path_factory.mktemp("convert"), "convert")


def test_the_address_book_reads_what_it_writes(address_book):
    book = must([address_book / "address_book", "write"])
    assert must([address_book / "address_book", "list"], input=book).decode() == (
        "123 Ada\n  555-1212 (mobile)\n  555-4567 (office)\n  works for Analytical Engines\n"
        "456 Bob\n")


def test_the_reference_tool_reads_the_address_book(address_book):
    book = must([address_book / "address_book", "write"])
    text = must(["capnp", "decode", "--short", address_book / "address_book.capnp",
                 "AddressBook"], input=book).decode()
    assert text == (
        '(people = [(id = 123, name = "Ada", phones = [(number = "555-1212", kind = mobile), '
        '(number = "555-4567", kind = office)], work = (employer = "Analytical Engines")), '
        '(id = 456, name = "Bob", work = (none = void))])\n')


def test_the_address_book_reads_what_the_reference_tool_writes(address_book):
    book = must(["capnp", "encode", "--segment-size=2", address_book / "address_book.capnp",
                 "AddressBook"], input=b'(people = [(id = 7, name = "Eve", '
                                       b'work = (school = "Eden"))])')
    assert must([address_book / "address_book", "list"], input=book) == \
        b"7 Eve\n  goes to Eden\n"


def test_a_malformed_address_book_is_refused_with_the_place(address_book):
    book = bytearray(must([address_book / "address_book", "write"]))
    book[20] ^= 0x40  # the list of people has more elements than words
    done = run([address_book / "address_book", "list"], input=bytes(book))
    assert done.returncode == 1
    assert done.stderr.decode().startswith("not an address book: segment 0, word ")
    done = run([address_book / "address_book", "list"], input=bytes(book[:40]))
    assert (done.returncode, b"not a message: " in done.stderr) == (1, True)


def reference(convert, source, target, data):
    return must(["capnp", "convert", f"{source}:{target}", convert / "shapes.capnp", "Drawing"],
                input=data)


@pytest.mark.parametrize("form", ["binary", "packed", "canonical"])
def test_text_becomes_what_the_reference_tool_reads(convert, form):
    data = must([convert / "convert", "text", form, "Drawing"], input=DRAWING.encode())
    assert reference(convert, form, "text", data) == \
        reference(convert, "text", "text", DRAWING.encode())


@pytest.mark.parametrize("form", ["binary", "packed", "canonical"])
def test_what_the_reference_tool_writes_becomes_its_text(convert, form):
    data = reference(convert, "text", form, DRAWING.encode())
    assert must([convert / "convert", form, "text", "Drawing"], input=data) == \
        reference(convert, form, "text", data)


def test_canonical_bytes_are_those_of_the_reference_tool(convert):
    assert must([convert / "convert", "text", "canonical", "Drawing"], input=DRAWING.encode()) == \
        reference(convert, "text", "canonical", DRAWING.encode())


@pytest.mark.parametrize("words, data, reason", [
    (["text", "binary", "Drawing"], b"(titel = 1)", "line 1, column 2: "),
    (["text", "binary", "Drawin"], b"()", "Drawin: is no struct of the schema"),
    (["words", "binary", "Drawing"], b"()", "words: is no form"),
    (["binary", "text", "Drawing"], b"\x00" * 4, "binary input: "),
    (["packed", "text", "Drawing"], b"\x01", "packed input: "),
    (["binary", "text", "Drawing"], bytes([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]),
     "segment 0, word 0: "),
])
def test_convert_says_what_is_wrong(convert, words, data, reason):
    done = run([convert / "convert", *words], input=data)
    assert done.returncode in (1, 2)
    assert reason in done.stderr.decode()


# The guide


def blocks(language):
    return [text for kind, text in FENCED.findall(GUIDE.read_text()) if kind == language]


@pytest.fixture(scope="module")
def guide(installed, tmp_path_factory):
    """The guide's schema and its C, one file in the order of the page, compiled."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "library.capnp").write_text(blocks("capnp")[0])
    (folder / "guide.c").write_text("\n".join(blocks("c")))
    installed.generate(folder, "library.capnp")
    done = installed.compile(folder, "-g", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror",
                             "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
                             "guide.c", "library.reflect.c", "-o", "guide")
    assert done.returncode == 0, done.stderr.decode()
    return folder


def test_the_guide_compiles_and_keeps_its_word(guide):
    done = run([guide / "guide"])
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert done.stdout.decode() == "".join(blocks("text")), "what the page says it prints"


def test_every_function_and_row_that_the_guide_names_exists(installed):
    known = (ROOT / "bench/rows.toml").read_text() + "".join(path.read_text() for path in
                      (installed.prefix / "include/capos-capnp/core/capnp").glob("*.h"))
    named = set(re.findall(r"`(capnp_\w+)(?:\(\))?`", GUIDE.read_text()))
    assert len(named) > 40
    assert sorted(name for name in named if not re.search(rf"\b{name}\b", known)) == []
