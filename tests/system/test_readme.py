# SPDX-License-Identifier: MIT
"""The first ten minutes of README.md, executed as they stand.

Blocks fenced as ```console are one conversation. A line `$ make run` boots; lines after
`capos> ` are typed at the shell, and what follows up to the next prompt is what it must
answer. Any other `$ ` line is a command for this computer, run in the repository's root,
except those in NOT_HERE. In expected text `...` stands for anything within a line, and on
a line of its own for any number of lines.
"""

import re
import subprocess

import pytest

from tools.run_qemu import ROOT, Machine

PROMPT = "capos> "
README = ROOT / "README.md"
# What a reader types once, and what would start this test again.
NOT_HERE = ("git ", "cd ", "make test", "make bench", "make check", "sudo ")
BOOT = "make run"
ENDINGS = ("shutdown", "reboot")


def blocks(text):
    return re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def steps(block):
    """[(prompt, command, expected lines)]"""
    found = []
    for line in block.splitlines():
        prompt = next((mark for mark in ("$ ", PROMPT) if line.startswith(mark)), None)
        if prompt:
            found.append((prompt.strip(), line[len(prompt):].strip(), []))
        elif found:
            found[-1][2].append(line.rstrip())
    return found


def pattern(expected):
    """A regular expression for the expected lines."""
    parts = []
    for line in expected:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(map(re.escape, line.split("..."))) + r"[ \t]*\n")
    return "".join(parts)


def compare(command, expected, answer):
    lines = "".join(line.rstrip() + "\n" for line in answer.splitlines())
    wanted = "\n".join(expected)
    assert re.fullmatch(pattern(expected), lines), \
        f"README.md says that `{command}` answers\n{wanted}\nit answers\n{answer}"


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
        compare(command, expected, self.machine.command(command))

    def host(self, command, expected):
        if command == BOOT:
            self.boot(expected)
        elif not command.startswith(NOT_HERE):
            done = subprocess.run(["bash", "-c", command], cwd=ROOT, text=True, timeout=60,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            compare(command, expected, done.stdout)

    def stop(self):
        if self.machine:
            self.machine.close()
        self.machine = None


def test_the_first_ten_minutes_of_the_readme():
    if not README.exists():
        pytest.skip("README.md is not there")
    found = [step for block in blocks(README.read_text()) for step in steps(block)]
    assert any(prompt == PROMPT.strip() for prompt, _, _ in found), "README.md shows no session"
    reader = Reader()
    try:
        for prompt, command, expected in found:
            (reader.host if prompt == "$" else reader.shell)(command, expected)
    finally:
        reader.stop()


# --- the reader of the README is tested too ----------------------------------------------


def test_steps_are_taken_out_of_a_block():
    assert steps("$ make run\ncapOS init\ncapos> echo a\na\n\ncapos> caps\n") == [
        ("$", "make run", ["capOS init"]),
        ("capos>", "echo a", ["a", ""]),
        ("capos>", "caps", []),
    ]


@pytest.mark.parametrize("expected, answer", [
    (["a"], "a\n"), (["a ... c"], "a b c\n"), (["..."], ""), (["...", "z"], "x\ny\nz\n"),
    ([], ""), (["a", "..."], "a\n"),
])
def test_dots_stand_for_anything(expected, answer):
    compare("x", expected, answer)


@pytest.mark.parametrize("expected, answer", [
    (["a"], "b\n"), (["a"], "a\nb\n"), (["a ... c"], "a\nc\n"), ([], "x\n"), (["a.c"], "abc\n"),
])
def test_other_answers_are_refused(expected, answer):
    with pytest.raises(AssertionError):
        compare("x", expected, answer)
