# SPDX-License-Identifier: MIT
"""Schemas that use every feature of the language, judged as the random ones are."""

import os
import shutil

import pytest

import run

HERE = run.ROOT / "tests/conformance"
FEATURES = run.ROOT / "tests/schema/features.capnp"
SEED, VALUES = 3, 150
# File, root, and its name in C.
ROOTS = [("features.capnp", name, name.lower()) for name in
         ("Scalars", "Everything", "Result", "Defaults", "Anything", "Boxes", "Noted")]
ROOTS += [("features.capnp", "OldPoint", "old_point")]
ROOTS += [("everything.capnp", name, name.lower()) for name in
          ("Tree", "Retrofitted", "Holder", "Wide", "Hollow")]
ROOTS += [("imported.capnp", "Leaf", "leaf"), ("imported.capnp", "Pair", "pair")]


@pytest.fixture(scope="module", name="folder")
def build():
    folder = run.ROOT / "build/conformance/language"
    folder.mkdir(parents=True, exist_ok=True)
    for source in (FEATURES, HERE / "everything.capnp", HERE / "imported.capnp"):
        shutil.copy(source, folder)
    files = [name.removesuffix(".capnp") for name in sorted({file for file, _, _ in ROOTS})]
    known = [(number, *root) for number, root in enumerate(ROOTS)]
    run.build_judge(folder, files, known, os.cpu_count())
    return folder


def test_both_sides_agree_on_every_feature_of_the_language(folder):
    good, report = run.run_judge(folder, SEED, VALUES)
    assert good, report
    assert f"{len(ROOTS)} types" in report
