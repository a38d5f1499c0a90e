# SPDX-License-Identifier: MIT
"""Every command of the shell, once right and once wrong, typed through a pipe.

transcripts/*.txt are conversations (tests/support/conversation.py), one for each way to
end: their commands go through a pipe to `make run` all at once, and the answers and the
exit status must be the ones written there.
"""

import re
import subprocess
import sys

import pytest

from tests.support.conversation import PROMPT, compare, steps
from tools.run_qemu import ROOT

TRANSCRIPTS = sorted((ROOT / "tests/system/transcripts").glob("*.txt"))
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
COMMANDS = ROOT / "programs/shell/command_table.c"


def run(text):
    done = subprocess.run([sys.executable, str(ROOT / "tools/run_qemu.py"),
                           "--idle-timeout", "20"], input=text, text=True,
                          capture_output=True, timeout=90)
    return done.returncode, ESCAPES.sub("", done.stdout), done.stderr


def typed(conversation):
    """What goes into the pipe: the last, empty prompt is where it ends."""
    return [command for _, command, _ in conversation if command]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path):
    text = path.read_text()
    wanted = steps(text)
    status, output, errors = run("".join(command + "\n" for command in typed(wanted)))
    found = steps(output)
    assert [command for _, command, _ in found] == [command for _, command, _ in wanted], \
        f"{output[-2000:]}\n{errors}"
    differences = []
    for (_, command, expected), (_, _, answer) in zip(wanted, found):
        try:
            compare(path.name, command, expected, "".join(line + "\n" for line in answer))
        except AssertionError as error:
            differences.append(str(error))
    assert not differences, "\n".join(differences)
    assert status == int(re.search(r"^status: (\d+)$", text, re.MULTILINE).group(1)), errors


def test_a_last_line_without_its_end_is_still_typed():
    status, output, _ = run("echo one\necho two")
    assert [answer[:1] for _, _, answer in steps(output)][:2] == [["one"], ["two"]]
    assert status == 0


def test_every_command_is_in_a_transcript_both_right_and_wrong():
    names = set(re.findall(r"\[COMMAND_\w+\] = \{\s*\"(\w+)\"", COMMANDS.read_text()))
    right, wrong = set(), set()
    for path in TRANSCRIPTS:
        for _, command, answer in steps(path.read_text()):
            failed = any(line.startswith(("error: ", "refused: ")) for line in answer)
            (wrong if failed else right).update(command.split()[:1])
    assert len(names) > 10
    assert names - right == set()
    # echo prints whatever it is given.
    assert names - wrong == {"echo"}
