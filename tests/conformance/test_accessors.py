# SPDX-License-Identifier: MIT
"""The generated accessors, of a sample of random schemas, every field of random values: what
their setters write `capnp decode` reads, and their getters read what `capnp encode` writes."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

import accessor
import run
from random_schema import make_schemas, write_files
from random_value import Value, random_struct

SEED, COUNT, DEPTH = 4, 40, 4
WITHOUT = ("generics", "any", "clashes")
FLAGS = ["-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wsign-conversion", "-Wshadow",
         "-Wno-unused-function", *run.SANITIZE]


class Sample:
    """A program with the values of all schemas in it."""

    def __init__(self, folder):
        self.folder = folder
        self.schemas = make_schemas(SEED, 0, COUNT, WITHOUT)
        self.values = [random_struct(random.Random(f"accessors:{SEED}:{schema.number}"),
                                     schema.root, DEPTH) for schema in self.schemas]
        self.program = self.build()

    def build(self):
        (self.folder / "gen").mkdir(parents=True, exist_ok=True)
        files = write_files(self.folder, self.schemas)
        with ThreadPoolExecutor() as pool:
            tables = run.make_tables(self.folder, files, pool)
        self.write("schemas.h", "".join(f'#include "gen/{name}.capnp.h"\n' for name in files))
        self.write("functions.h", "\n".join(map(accessor.functions, self.schemas, self.values)))
        self.write("rows.h", "".join(f"\t{{ write_{i}, check_{i}, copy_{i} }},\n"
                                     for i in range(COUNT)))
        run.must(["clang-19", "-std=c23", "-O0", *FLAGS, f"-I{run.ROOT}", f"-I{self.folder}",
                  "-x", "c", run.ROOT / "tests/conformance/accessor_main.c.in", "-x", "none",
                  *tables, run.CORE, "-o", self.folder / "accessors"])
        return self.folder / "accessors"

    def write(self, name, text):
        (self.folder / name).write_text(text)

    def ours(self, what, number, given=b""):
        return run.must([self.program, what, number], input=given)

    def capnp(self, command, number, *flags, given):
        file = self.folder / f"{self.schemas[number].file}.capnp"
        return run.must(["capnp", command, *flags, file, f"S{number}"], input=given)


@pytest.fixture(scope="module", name="sample")
def make_sample():
    return Sample(run.ROOT / "build/conformance/accessors")


@pytest.fixture(params=range(COUNT), name="number")
def every_number(request):
    return request.param


def test_what_setters_write_is_what_capnp_decodes(sample, number):
    text = sample.values[number].text().encode()
    expected = sample.capnp("encode", number, given=text)
    built = sample.ours("write", number)
    decoded = sample.capnp("decode", number, given=built)
    assert decoded == sample.capnp("decode", number, given=expected)


def test_getters_read_what_capnp_encodes(sample, number):
    text = sample.values[number].text().encode()
    for size in (2, 4000):
        encoded = sample.capnp("encode", number, f"--segment-size={size}", given=text)
        sample.ours("check", number, encoded)


def test_setters_that_copy_take_what_getters_give(sample, number):
    value = sample.values[number]
    encoded = sample.capnp("encode", number, given=value.text().encode())
    part = Value(value.type, accessor.copied(value)).text().encode()
    expected = sample.capnp("encode", number, given=part)
    copied = sample.ours("copy", number, encoded)
    assert (sample.capnp("decode", number, given=copied)
            == sample.capnp("decode", number, given=expected))


def test_a_wrong_value_is_seen(sample):
    """The checks can fail: a message of nothing but defaults passes hardly any of them."""
    failed = 0
    for number in range(COUNT):
        empty = sample.capnp("encode", number, given=b"()")
        try:
            sample.ours("check", number, empty)
        except run.Failure:
            failed += 1
    assert failed > COUNT * 3 // 4
