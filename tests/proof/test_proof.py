# SPDX-License-Identifier: MIT
"""The proofs are written as prove.py wants them, and their faults can be planted.

That they hold, and find the faults, takes minutes: `make prove`.
"""

import pytest
from prove import ROOT, Fault, Wrong, parse, proofs


def test_there_are_proofs_of_every_kind():
    assert {proof.name.split("_")[0] for proof in proofs()} >= {"reader"}


@pytest.mark.parametrize("proof", proofs(), ids=lambda proof: proof.name)
def test_sources_are_there_and_each_fault_changes_one_place(proof):
    for name in proof.link:
        assert (ROOT / name).is_file()
    for fault in proof.faults:
        text = (ROOT / fault.file).read_text()
        assert fault.plant(text) != text


def test_a_fault_that_fits_nowhere_or_twice_is_refused():
    with pytest.raises(Wrong):
        Fault("x.c", "return 1;", "return 2;").plant("return 0;")
    with pytest.raises(Wrong):
        Fault("x.c", "a", "b").plant("a a")


def test_a_proof_without_a_fault_is_refused(tmp_path):
    file = tmp_path / "x.c"
    file.write_text("// PROVES: something\n// BOUND: none\n")
    with pytest.raises(Wrong):
        parse(file)
