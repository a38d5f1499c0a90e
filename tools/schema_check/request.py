# SPDX-License-Identifier: MIT
"""What `capnp compile` knows of schemas, as Python values.

The compiler writes a CodeGeneratorRequest and `capnp decode` prints it; the parser below
reads that text: a struct becomes a dict, a list a list, a number or text itself, an
enumerant or void a Word. Values behind untyped pointers (defaults and constants of struct,
list and pointer type) are printed as <opaque pointer>; their text comes from the schema
that `capnp compile -ocapnp` writes.
"""

import re
import subprocess

META_SCHEMA = "/usr/include/capnp/schema.capnp"
TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(<[^>]*>)|([()\[\],=])|([^\s()\[\],="]+))')
ESCAPE = re.compile(rb"\\(?:([0-7]{3})|(.))", re.DOTALL)
ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f",
           b"v": b"\v"}


class SchemaError(Exception):
    """What the compiler said about a schema that it does not accept."""


class Word(str):
    """An enumerant, void, a boolean or an opaque pointer."""


OPAQUE = Word("<opaque pointer>")


def unquote(quoted):
    """The text of a quoted string, whose escapes stand for bytes."""
    def byte(match):
        octal, other = match.groups()
        return bytes([int(octal, 8)]) if octal else ESCAPED.get(other, other)
    plain = ESCAPE.sub(byte, quoted[1:-1].encode())
    return plain.decode(errors="backslashreplace")


def atom(text):
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return Word(text)


class Parser:
    """Reads the text form of one value."""

    def __init__(self, text):
        self.tokens = [match.groups() for match in TOKEN.finditer(text)]
        self.next = 0

    def peek(self):
        return self.tokens[self.next][2] if self.next < len(self.tokens) else None

    def take(self, symbol):
        if self.peek() != symbol:
            raise ValueError(f"expected {symbol} at token {self.next}")
        self.next += 1

    def value(self):
        quoted, opaque, symbol, word = self.tokens[self.next]
        if symbol == "(":
            return self.struct()
        if symbol == "[":
            return self.list()
        self.next += 1
        if quoted is not None:
            return unquote(quoted)
        return OPAQUE if opaque else atom(word)

    def struct(self):
        fields = {}
        self.take("(")
        while self.peek() != ")":
            name = self.tokens[self.next][3]
            self.next += 1
            self.take("=")
            fields[name] = self.value()
            if self.peek() == ",":
                self.take(",")
        self.take(")")
        return fields

    def list(self):
        items = []
        self.take("[")
        while self.peek() != "]":
            items.append(self.value())
            if self.peek() == ",":
                self.take(",")
        self.take("]")
        return items


def parse(text):
    return Parser(text).value()


def run(command, **options):
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, **options)
    if done.returncode != 0:
        raise SchemaError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def compile_command(folder, files):
    return ["capnp", "compile", "--no-standard-import", f"-I{folder}",
            f"--src-prefix={folder}", *[str(name) for name in files]]


def request(folder, files):
    """The CodeGeneratorRequest for schema `files`, which lie in `folder`."""
    encoded = run([*compile_command(folder, files), "-o-"])
    decoded = run(["capnp", "decode", META_SCHEMA, "CodeGeneratorRequest"], input=encoded)
    return parse(decoded.decode())


def canonical_text(folder, files):
    """The schemas as the compiler writes them: no comments, every id explicit."""
    return run([*compile_command(folder, files), "-ocapnp"]).decode()
