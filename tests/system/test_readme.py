# SPDX-License-Identifier: MIT
"""The first ten minutes of README.md, executed as they stand.

Blocks fenced as ```console are one conversation. A line `$ make run` boots; lines after
`capos> ` are typed at the shell, and what follows up to the next prompt is what it must
answer (tests/support/conversation.py). Any other `$ ` line is a command for this computer,
run in the repository's root, except those in NOT_HERE.
"""

import re
import subprocess

import pytest

from tests.support.conversation import PROMPT, compare, pattern, steps
from tools.run_qemu import ROOT, Machine

HOST_PROMPT = "$ "
README = ROOT / "README.md"
# What a reader types once, and what would start this test again.
NOT_HERE = ("git ", "cd ", "make test", "make bench", "make check", "sudo ")
BOOT = "make run"
ENDINGS = ("shutdown", "reboot")


def blocks(text):
    return re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


class Reader:
    """Somebody who types what the README says."""

    def __init__(self):
        self.machine = None

    def boot(self, expected):
        self.machine = Machine()
        self.machine.expect_prompt()
        for line in (line for line in expected if line.strip() not in ("", "...")):
            assert re.search(pattern([line]), self.machine.before), f"not shown at boot: {line}"

    def shell(self, command, expected):
        assert self.machine, f"`{command}` comes before `make run`"
        if command.split()[:1][0] in ENDINGS:
            self.machine.send_line(command)
            self.machine.wait_end()
            self.stop()
            return
        compare("README.md", command, expected, self.machine.command(command))

    def host(self, command, expected):
        if command == BOOT:
            self.boot(expected)
        elif not command.startswith(NOT_HERE):
            done = subprocess.run(["bash", "-c", command], cwd=ROOT, text=True, timeout=60,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            compare("README.md", command, expected, done.stdout)

    def stop(self):
        if self.machine:
            self.machine.close()
        self.machine = None


def test_the_first_ten_minutes_of_the_readme():
    found = [step for block in blocks(README.read_text()) for step in steps(block, (HOST_PROMPT, PROMPT))]
    assert any(prompt == PROMPT for prompt, _, _ in found), "README.md shows no session"
    reader = Reader()
    try:
        for prompt, command, expected in found:
            (reader.host if prompt == HOST_PROMPT else reader.shell)(command, expected)
    finally:
        reader.stop()


# --- the reader of the README is tested too ----------------------------------------------


def test_steps_are_taken_out_of_a_block():
    text = "x\n$ make run\ncapOS init\ncapos> echo a\na\n\ncapos> caps\ncapos>\n"
    assert steps(text, (HOST_PROMPT, PROMPT)) == [
        (HOST_PROMPT, "make run", ["capOS init"]),
        (PROMPT, "echo a", ["a", ""]),
        (PROMPT, "caps", []),
        (PROMPT, "", []),
    ]


@pytest.mark.parametrize("expected, answer", [
    (["a"], "a\n"), (["a ... c"], "a b c\n"), (["..."], ""), (["...", "z"], "x\ny\nz\n"),
    ([], ""), (["a", "..."], "a\n"),
])
def test_dots_stand_for_anything(expected, answer):
    compare("here", "x", expected, answer)


@pytest.mark.parametrize("expected, answer", [
    (["a"], "b\n"), (["a"], "a\nb\n"), (["a ... c"], "a\nc\n"), ([], "x\n"), (["a.c"], "abc\n"),
])
def test_other_answers_are_refused(expected, answer):
    with pytest.raises(AssertionError):
        compare("here", "x", expected, answer)
