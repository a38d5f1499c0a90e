#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the test suites, each within its time, and counts.

Suites: `host` (every *_test.c, built under build/host-test), `abi` (the layout dump equals
tests/abi/golden.txt) and one for each folder tests/<suite>/ with test_*.py files. What is
not there is not counted. The last line is "N passed, N failed"; the status is 0 only if
none failed. Logs are in build/test/.
"""

import argparse
import difflib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/test"
HOST_TEST_LIMIT_S = 30
DEFAULT_LIMIT_S = 60
# Seconds per suite, and for all of them: what is left over bounds the next one.
LIMITS_S = {"host": 60, "abi": 5, "checks": 120, "conformance": 240, "library": 60,
            "run": 40, "schema": 240, "system": 150}
ALL_LIMIT_S = 900
LAST = ["hostile", "system", "iso"]  # the slow ones come after every fast answer
PROGRESS_S = 10
SHOWN_LINES, SHOWN_COLUMNS = 120, 240  # of a failure's report
CMOCKA_RAN = re.compile(r"^\[=+\] .*?(\d+) test\(s\) run\.$", re.MULTILINE)
CMOCKA_PASSED = re.compile(r"^\[  PASSED  \] (\d+) test\(s\)\.", re.MULTILINE)


@dataclass
class Result:
    suite: str
    limit_s: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    reports: list = field(default_factory=list)

    def fail(self, report):
        self.failed += 1
        self.reports.append(report)


def run_bounded(command, limit_s, on_line=None):
    """(status or None when out of time, output). The whole process group is ended."""
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True)
    late = threading.Event()

    def end():
        late.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(max(limit_s, 0.1), end)
    timer.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if on_line:
                on_line(line)
        status = process.wait()
    finally:
        timer.cancel()
        process.stdout.close()
    return (None if late.is_set() else status), "".join(lines)


def run_host_test(test):
    """(test, passed, failed, output) of one cmocka program."""
    if not test.exists():
        return test, 0, 1, f"{test.relative_to(ROOT)} is not built\n"
    status, output = run_bounded([str(test)], HOST_TEST_LIMIT_S)
    ran = sum(int(count) for count in CMOCKA_RAN.findall(output))
    passed = sum(int(count) for count in CMOCKA_PASSED.findall(output))
    failed = max(ran - passed, 0)
    if status is None:
        output += f"did not end within {HOST_TEST_LIMIT_S} s\n"
    if (status != 0 or ran == 0) and failed == 0:
        output += f"ended with status {status} after {ran} tests\n"
        failed = 1
    return test, passed, failed, output


def host_tests():
    roots = [ROOT / name for name in ("core", "kernel", "runtime", "lib", "services", "drivers",
                                      "programs", "tools", "tests", "bench")]
    sources = sorted(source for root in roots for source in root.rglob("*_test.c"))
    return [ROOT / "build/host-test" / source.relative_to(ROOT).with_suffix("")
            for source in sources]


def run_host(result):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for test, passed, failed, output in pool.map(run_host_test, host_tests()):
            result.passed += passed
            result.failed += failed
            if failed:
                result.reports.append(f"{test.relative_to(ROOT)}:\n{output}")


def run_abi(result):
    golden = ROOT / "tests/abi/golden.txt"
    status, output = run_bounded([str(ROOT / "build/abi/dump")], result.limit_s)
    expected = golden.read_text() if golden.exists() else ""
    if status == 0 and output == expected:
        result.passed += 1
        return
    difference = difflib.unified_diff(expected.splitlines(), output.splitlines(),
                                      str(golden.relative_to(ROOT)), "build/abi/dump",
                                      lineterm="")
    result.fail("\n".join(difference) + "\nIf the change is meant: make abi-golden, and a "
                "commit that says ABI: with its compatibility class.\n")


def run_pytest(result):
    report = LOGS / (result.suite + ".xml")
    report.unlink(missing_ok=True)
    seen = {"PASSED": 0, "FAILED": 0, "ERROR": 0, "SKIPPED": 0}
    started = shown = time.monotonic()

    def progress(line):
        nonlocal shown
        match = re.search(r"^\S+::.* (PASSED|FAILED|ERROR|SKIPPED)\b", line)
        if match:
            seen[match.group(1)] += 1
        if time.monotonic() - shown > PROGRESS_S:
            shown = time.monotonic()
            say(f"  ...    {result.suite}: {sum(seen.values())} done, "
                f"{seen['FAILED'] + seen['ERROR']} failed, {shown - started:.0f} s")

    command = [sys.executable, "-m", "pytest", "-v", "--tb=short", "--color=no",
               "-p", "no:cacheprovider", f"--junitxml={report}", f"tests/{result.suite}"]
    status, output = run_bounded(command, result.limit_s, progress)
    if report.exists() and status is not None:
        for suite in xml.parse(report).getroot().iter("testsuite"):
            count = {key: int(suite.get(key, 0)) for key in
                     ("tests", "failures", "errors", "skipped")}
            bad = count["failures"] + count["errors"]
            result.failed += bad
            result.skipped += count["skipped"]
            result.passed += max(count["tests"] - bad - count["skipped"], 0)
    else:
        result.passed, result.skipped = seen["PASSED"], seen["SKIPPED"]
        result.failed = seen["FAILED"] + seen["ERROR"]
    if status is None:
        result.fail(f"the suite did not end within its {result.limit_s:g} s\n")
    elif status != 0 and result.failed == 0:
        result.failed += 1
    if result.failed:
        result.reports.append(output)


def all_suites():
    """name -> function, fast ones first. Only what exists."""
    suites = {}
    if host_tests():
        suites["host"] = run_host
    if any((ROOT / "tests/abi").glob("*.c")):
        suites["abi"] = run_abi
    folders = sorted({path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
                     | {path.parent.parent.name for path in (ROOT / "tests").glob("*/*/test_*.py")})
    for name in sorted(folders, key=lambda name: (name in LAST, LAST.index(name)
                                                  if name in LAST else 0, name)):
        suites[name] = run_pytest
    return suites


def say(text):
    print(text, flush=True)


def run_suite(name, function, seconds_left):
    limit_s = min(LIMITS_S.get(name, DEFAULT_LIMIT_S), max(seconds_left, 1))
    result = Result(name, round(limit_s))
    say(f"  TEST   {name}")
    started = time.monotonic()
    function(result)
    result.seconds = time.monotonic() - started
    if result.seconds > result.limit_s and not result.failed:
        result.fail(f"the suite took {result.seconds:.1f} s, its limit is {result.limit_s:g} s\n")
    (LOGS / f"{name}.log").write_text("\n".join(result.reports))
    for report in result.reports:
        show_report(report, LOGS / f"{name}.log")
    return result


def show_report(report, log):
    """The end of it, without endless lines; the log has all."""
    start = min((report.index(mark) for mark in ("= ERRORS =", "= FAILURES =")
                 if mark in report), default=0)
    lines = report[start:].rstrip().splitlines()
    if len(lines) > SHOWN_LINES:
        say(f"({len(lines) - SHOWN_LINES} lines before this are in {log.relative_to(ROOT)})")
    for line in lines[-SHOWN_LINES:]:
        say(line if len(line) <= SHOWN_COLUMNS else line[:SHOWN_COLUMNS] + " ...")


def print_table(results):
    say(f"\n  {'suite':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}{'limit':>7}")
    for result in results:
        say(f"  {result.suite:<12}{result.passed:>8}{result.failed:>8}{result.skipped:>9}"
            f"{result.seconds:>9.1f}{result.limit_s:>7g}")
    say(f"  {'all':<12}{'':>25}{sum(result.seconds for result in results):>9.1f}"
        f"{ALL_LIMIT_S:>7}\n")


def main(arguments):
    parser = argparse.ArgumentParser(description="Runs the test suites and counts.")
    parser.add_argument("--suite", action="append", help="only this one (may be repeated)")
    wanted = parser.parse_args(arguments).suite
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):  # a test that runs make starts a new one
        os.environ.pop(name, None)
    LOGS.mkdir(parents=True, exist_ok=True)
    suites = all_suites()
    unknown = [name for name in wanted or [] if name not in suites]
    if unknown:
        say(f"no such suite here: {', '.join(unknown)}; there are: {', '.join(suites)}")
        return 2
    ends = time.monotonic() + ALL_LIMIT_S
    results = [run_suite(name, suites[name], ends - time.monotonic())
               for name in wanted or suites]
    print_table(results)
    failed = sum(result.failed for result in results)
    say(f"{sum(result.passed for result in results)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
