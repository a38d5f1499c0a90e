# SPDX-License-Identifier: MIT
"""2,000 random schemas with random values: what the C++ library says, core/capnp says."""

import re

import pytest

import run

SEED, SCHEMAS, VALUES = 1, 2000, 4


def total(report, what):
    return sum(int(count) for count in re.findall(rf"(\d+) {what}", report))


@pytest.fixture(scope="module", name="options")
def make_options():
    return run.parse([f"--seed={SEED}", f"--schemas={SCHEMAS}", f"--values={VALUES}"])


def test_both_sides_agree_on_random_values_of_random_schemas(options):
    good, report = run.run_all(options, options.folder)
    assert good, report
    assert total(report, "types") > SCHEMAS, report
    assert total(report, "comparisons") > 10 * SCHEMAS * VALUES, report


def test_the_judge_sees_one_wrong_bit(options):
    """The same programs, but the subject is handed messages with a bit changed."""
    good, report = run.run_judge(options.folder / "part0", SEED, 1, flags=["spoil"])
    assert not good
    assert total(report, "differences") > total(report, "types") / 2, report
