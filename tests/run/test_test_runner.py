# SPDX-License-Identifier: MIT
"""The test runner counts what ran, and never calls a crash, a hang or nothing a success."""

import pytest

from tools import test_runner

PASSES = "[==========] Running 3 test(s).\n[==========] 3 test(s) run.\n[  PASSED  ] 3 test(s).\n"
ONE_FAILS = "[==========] 3 test(s) run.\n[  PASSED  ] 2 test(s).\n[  FAILED  ] 1 test(s)\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(test_runner, "ROOT", tmp_path)
    monkeypatch.setattr(test_runner, "LOGS", tmp_path / "build/test")
    monkeypatch.setattr(test_runner, "HOST_TEST_LIMIT_S", 1)
    (tmp_path / "build/test").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    return tmp_path


def add_host_test(root, output, ending="exit 0"):
    (root / "core").mkdir(exist_ok=True)
    (root / "core/x_test.c").write_text("")
    program = root / "build/host-test/core/x_test"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{output}END\n{ending}\n")
    program.chmod(0o755)


@pytest.mark.parametrize("output, ending, passed, failed", [
    (PASSES, "exit 0", 3, 0),
    (ONE_FAILS, "exit 1", 2, 1),
    (PASSES, "exit 1", 3, 1),
    ("", "exit 0", 0, 1),
    ("", "kill -SEGV $$", 0, 1),
    (PASSES, "sleep 9", 3, 1),
])
def test_host_programs_are_counted(root, output, ending, passed, failed):
    add_host_test(root, output, ending)
    result = test_runner.run_suite("host", test_runner.run_host, 300)
    assert (result.passed, result.failed) == (passed, failed)


def test_a_host_test_that_is_not_built_failed(root):
    add_host_test(root, PASSES)
    (root / "build/host-test/core/x_test").unlink()
    result = test_runner.run_suite("host", test_runner.run_host, 300)
    assert (result.passed, result.failed) == (0, 1)


@pytest.mark.parametrize("text, limit_s, passed, failed", [
    ("def test_a():\n    pass\ndef test_b():\n    assert 0\n", 30, 1, 1),
    ("import nowhere_to_be_found\n", 30, 0, 1),
    ("import time\ndef test_a():\n    pass\ndef test_b():\n    time.sleep(60)\n", 4, 1, 1),
    ("\n", 30, 0, 1),
])
def test_pytest_suites_are_counted(root, text, limit_s, passed, failed):
    (root / "tests/thing").mkdir()
    (root / "tests/thing/test_thing.py").write_text(text)
    result = test_runner.run_suite("thing", test_runner.all_suites()["thing"], limit_s)
    assert (result.passed, result.failed) == (passed, failed)


def test_what_is_not_there_is_no_suite(root):
    assert not test_runner.all_suites()


def test_the_abi_dump_must_equal_the_golden_text(root):
    (root / "tests/abi").mkdir()
    (root / "build/abi").mkdir()
    dump = root / "build/abi/dump"
    dump.write_text("#!/bin/sh\necho 'sqe 64'\n")
    dump.chmod(0o755)
    golden = root / "tests/abi/golden.txt"
    for text, passed, failed in (("sqe 64\n", 1, 0), ("sqe 56\n", 0, 1)):
        golden.write_text(text)
        result = test_runner.run_suite("abi", test_runner.run_abi, 300)
        assert (result.passed, result.failed) == (passed, failed)
    assert "-sqe 56" in result.reports[0] and "+sqe 64" in result.reports[0]


def test_a_long_report_is_cut_and_its_log_is_named(root, capsys):
    report = "passing\n" * 9 + "=== FAILURES ===\n" + "x" * 500 + "\n" * 200 + "the end\n"
    test_runner.show_report(report, root / "build/test/thing.log")
    shown = capsys.readouterr().out
    assert "passing" not in shown and "build/test/thing.log" in shown
    assert shown.endswith("the end\n") and max(map(len, shown.splitlines())) < 260
