# SPDX-License-Identifier: MIT
"""The reference implementation's own programs judge a sample of random schemas.

Values are written as text; `capnp encode` and `capnp convert` make every form of bytes of
them, which core/capnp reads; what core/capnp makes, `capnp decode` reads.
"""

import os
import random
import re

import pytest

import run
from random_schema import make_schemas
from random_value import random_struct

SEED, COUNT, DEPTH = 2, 60, 4


QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')


def hide_brackets(quoted):
    """`capnp encode` counts brackets in quotes, too, when it looks for a value's end."""
    return re.sub(rb"[][(){}]", lambda found: b"\\x%02x" % ord(found[0]), quoted[0])


class Sample:
    """Schemas built once, with a judge that has their tables."""

    def __init__(self, folder):
        self.folder = folder
        self.schemas = make_schemas(SEED, 0, COUNT)
        self.judge = run.build_random_judge(folder, self.schemas, os.cpu_count())
        self.indexes = {entry[0]: index for index, entry in
                        reversed(list(enumerate(run.roots(self.schemas))))}

    def type_of(self, number):
        return [self.folder / f"{self.schemas[number].file}.capnp", f"S{number}"]

    def value(self, number):
        rng = random.Random(f"tools:{SEED}:{number}")
        return random_struct(rng, self.schemas[number].root, DEPTH).text()

    def theirs(self, number, command, *flags, given):
        """What a capnp program answers."""
        return run.must(["capnp", command, *flags, *self.type_of(number)], input=given)

    def ours(self, number, operation, *numbers, given):
        """What core/capnp answers."""
        return run.must([self.judge, "tool", operation, self.indexes[number], *numbers],
                        input=given)


@pytest.fixture(scope="module", name="sample")
def make_sample():
    return Sample(run.ROOT / "build/conformance/tools")


@pytest.fixture(params=range(COUNT), name="number")
def every_number(request):
    return request.param


def test_what_capnp_encodes_is_read_as_capnp_decodes_it(sample, number):
    given = sample.value(number).encode()
    flat = sample.theirs(number, "encode", given=given)
    short = sample.theirs(number, "decode", "--short", given=flat).removesuffix(b"\n")
    lines = sample.theirs(number, "decode", given=flat).removesuffix(b"\n")
    assert sample.ours(number, "render", given=flat) == short
    assert sample.ours(number, "lines", given=flat) == lines
    for size in (1, 3, 10):
        small = sample.theirs(number, "encode", f"--segment-size={size}", given=given)
        assert sample.ours(number, "render", given=small) == short
        packed = sample.theirs(number, "encode", "--packed", f"--segment-size={size}",
                               given=given)
        assert sample.ours(number, "pack", given=small) == packed
        assert sample.ours(number, "unpack", given=packed) == small


def test_what_is_built_is_what_capnp_decodes(sample, number):
    flat = sample.theirs(number, "encode", given=sample.value(number).encode())
    short = sample.theirs(number, "decode", "--short", given=flat)
    text = sample.theirs(number, "decode", given=flat)
    for operation, given in (("rebuild", flat), ("copy", flat), ("parse", text)):
        built = sample.ours(number, operation, random.Random(number).choice([0, 4]), given=given)
        assert sample.theirs(number, "decode", "--short", given=built) == short
        packed = sample.ours(number, "pack", given=built)
        assert sample.theirs(number, "decode", "--packed", "--short", given=packed) == short


def test_the_canonical_form_is_that_of_capnp_convert(sample, number):
    given = sample.theirs(number, "encode", "--segment-size=2", given=sample.value(number).encode())
    canonical = sample.theirs(number, "convert", "binary:canonical", given=given)
    assert sample.ours(number, "canonical", given=given) == canonical


def test_text_made_here_is_encoded_to_the_same_message(sample, number):
    flat = sample.theirs(number, "encode", given=sample.value(number).encode())
    text = QUOTED.sub(hide_brackets, sample.ours(number, "lines", given=flat))
    assert sample.theirs(number, "encode", given=text) == flat
