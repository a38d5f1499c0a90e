# SPDX-License-Identifier: MIT
"""Conversations written down: what is typed after a prompt, and what must be answered.

In an expected answer `...` stands for anything within a line, and on a line of its own
for any number of lines. Everything else is literal, except where the lines of manual
pages are broken.
"""

import re

PROMPT = "capos> "
# Their answers are prose, broken into lines to fit the screen.
FLOWING = ("help", "man", "inspect")


def steps(text, prompts=(PROMPT,)):
    """[(prompt, command, expected lines)] of a text; what precedes the first is skipped."""
    found = []
    for line in text.splitlines():
        prompt = next((mark for mark in prompts if (line + " ").startswith(mark)), None)
        if prompt:
            found.append((prompt, line[len(prompt):].strip(), []))
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


def flow(lines):
    return " ".join(" ".join(lines).split())


def answers(command, expected, answer):
    """Whether the answer's lines are the expected ones."""
    if command.split()[:1] and command.split()[0] in FLOWING:
        words = ".*".join(map(re.escape, flow(expected).split("...")))
        return re.fullmatch(words, flow(answer))
    return re.fullmatch(pattern(expected), "".join(line + "\n" for line in answer))


def compare(where, command, expected, answer):
    """Fails with both texts unless the answer is what is expected."""
    lines = [line.rstrip() for line in answer.splitlines()]
    wanted = "".join(line + "\n" for line in expected)
    assert answers(command, expected, lines), \
        f"{where}: `{command}` must answer\n{wanted}it answers\n" + "\n".join(lines) + "\n"
