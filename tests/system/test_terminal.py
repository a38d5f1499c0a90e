# SPDX-License-Identifier: MIT
"""The shell as a person at a terminal has it: editing, history, completion, pager, Ctrl-C.

`make run` runs on a pseudo-terminal; all tests share one machine, and each begins at an
empty prompt.
"""

import re
import sys

import pexpect
import pytest

from tools.run_qemu import EXIT_LEFT, ROOT

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, DELETE, BACKSPACE, TAB = "\x1b[H", "\x1b[F", "\x1b[3~", "\x7f", "\t"
CTRL_A, CTRL_C, CTRL_D, CTRL_U, BELL = "\x01", "\x03", "\x04", "\x15", "\x07"
ANSWER = r"\n((?:[^\n]*\n)*?)capos> "
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
MORE = r"-- more: [^\r\n]* --"
ROWS, COLUMNS = 24, 80  # what the shell takes for granted


class Person:
    """Somebody at a terminal."""

    def __init__(self, *arguments):
        self.child = pexpect.spawn(sys.executable, [str(ROOT / "tools/run_qemu.py"), *arguments],
                                   dimensions=(ROWS, COLUMNS), encoding="utf-8", timeout=20,
                                   echo=False)
        self.child.expect(r"\ncapos> ", timeout=60)

    def type(self, keys):
        self.child.send(keys)

    def enter(self, keys=""):
        """Ends the line; returns the answer without echo, escapes and prompt."""
        self.child.send(keys + "\r")
        self.child.expect(ANSWER)
        return plain(self.child.match.group(1))

    def sees(self, pattern, timeout=20):
        self.child.expect(pattern, timeout=timeout)
        return self.child.match

    def fresh_line(self):
        """Whatever was typed and shown so far: forget it."""
        self.child.send(CTRL_C)
        self.child.expect(r"\^C\r?\ncapos> ")


def plain(text):
    return ESCAPES.sub("", text).replace("\r", "")


def rows(text):
    """Rows of the screen that the lines take."""
    lines = text.split("\n")[:-1]
    return sum(max(1, -(-len(line) // COLUMNS)) for line in lines)


@pytest.fixture(scope="module")
def machine():
    person = Person()
    yield person
    person.child.close(force=True)


@pytest.fixture
def person(machine):
    machine.fresh_line()
    return machine


# --- editing -----------------------------------------------------------------------------


def test_keys_edit_the_line(person):
    person.type("echo acd" + LEFT * 2 + "b" + HOME + DELETE + "e" + END + "xe" + BACKSPACE)
    assert person.enter() == "abcdx\n"


def test_a_line_wider_than_the_screen_stays_whole(person):
    words = " ".join(f"word{i}" for i in range(30))
    assert person.enter("echo " + words) == words + "\n"


def test_ctrl_u_drops_what_is_before_the_cursor(person):
    person.type("nonsense" + CTRL_U)
    assert person.enter("echo kept") == "kept\n"


# --- history -----------------------------------------------------------------------------


def test_up_and_down_walk_the_history(person):
    assert person.enter("echo one") == "one\n"
    assert person.enter("echo two") == "two\n"
    assert person.enter(UP + UP) == "one\n"
    assert person.enter(UP + UP + UP + DOWN) == "two\n"


def test_a_line_of_the_history_can_be_changed(person):
    assert person.enter("echo three") == "three\n"
    assert person.enter(UP + BACKSPACE * 5 + "four") == "four\n"
    assert "echo three" in person.enter("history")


def test_the_draft_comes_back_below_the_history(person):
    person.enter("echo old")
    assert person.enter("echo draft" + UP + DOWN) == "draft\n"


# --- completion --------------------------------------------------------------------------


def test_tab_completes_a_command_and_a_capability_and_a_method(person):
    assert re.fullmatch(r"  nowNs = \d+\n", person.enter("cal" + TAB + "@tim" + TAB + "no" + TAB))


def test_tab_completes_a_parameter(person):
    answer = person.enter("call @timer.sleep dur" + TAB + "1000")
    assert re.fullmatch(r"  nowNs = \d+\n", answer)


def test_tab_completes_a_program_and_a_grant(person):
    answer = person.enter("run hel" + TAB + "with { console: @con" + TAB + "}")
    assert answer.startswith("Hello from hello.\n")


def test_tab_lists_what_is_possible(person):
    person.type("call @timer.sl" + TAB + TAB)
    assert person.sees(r"\n(.*sleep.*sleepUntil.*)\n")
    person.sees("capos> call @timer.sleep")


def test_tab_rings_where_nothing_fits(person):
    person.type("call @nothing" + TAB)
    person.sees(BELL)


# --- pager -------------------------------------------------------------------------------


def test_long_output_stops_at_every_page(person):
    person.type("man VirtualMemory\r")
    person.sees(r"\n")
    person.sees(MORE)
    first = plain(person.child.before)
    person.type("\r")
    person.sees(MORE)
    second = plain(person.child.before)
    person.type(" ")
    person.sees(MORE)
    third = plain(person.child.before)
    person.type(" ")
    person.sees(r"([^\0]*)\ncapos> ")
    last = plain(person.child.match.group(1))
    assert "interface VirtualMemory" in first and "query (address" in last
    assert rows(first) == ROWS - 1
    assert second.count("\n") == 1
    assert rows(third) <= ROWS and rows(last) < ROWS


def test_a_pager_that_was_left_does_not_stop_the_next_command(person):
    person.type("man VirtualMemory\r")
    person.sees(MORE)
    person.type("q")
    person.sees("capos> ")
    assert person.enter("echo next") == "next\n"


# --- Ctrl-C ------------------------------------------------------------------------------


def test_ctrl_c_drops_the_line(person):
    person.type("shutdown 9" + CTRL_C)
    person.sees(r"\^C\r?\ncapos> ")
    assert person.enter("echo alive") == "alive\n"


def test_ctrl_c_ends_the_foreground_program_and_not_the_shell(person):
    person.type("run clock 0 50 with { console: @console, clock: @timer }\r")
    person.sees("tick 2 at")
    person.type(CTRL_C)
    person.sees("clock was killed")
    person.sees(r"\ncapos> ")
    assert person.enter("echo alive") == "alive\n"


def test_ctrl_c_cancels_a_call_that_waits(person):
    person.type("call @timer.sleep durationNs=1_000_000_000_000\r")
    person.sees(r"\n")
    person.type(CTRL_C)
    person.sees("cancelled")
    person.sees(r"\ncapos> ")
    assert person.enter("echo alive") == "alive\n"


def test_ctrl_c_does_not_end_what_runs_in_the_background(person):
    person.enter("spawn clock 0 1000000 with { console: @console, clock: @timer } ")
    person.fresh_line()
    assert "clock" in person.enter("ps")
    assert "running" in person.enter("ps")


def test_ctrl_c_ends_a_program_that_never_enters_the_kernel():
    person = Person("--package", str(ROOT / "build/systems/programs.pkg"))
    person.type("run spin\r")
    person.sees(r"\n")
    person.type(CTRL_C)
    person.sees("spin was killed")
    person.sees(r"\ncapos> ")
    assert person.enter("echo alive") == "alive\n"
    person.child.close(force=True)


# --- leaving -----------------------------------------------------------------------------


def test_ctrl_a_x_leaves_qemu():
    person = Person()
    person.type(CTRL_A + "x")
    person.sees("left by Ctrl-A X")
    person.child.expect(pexpect.EOF)
    person.child.close()
    assert person.child.exitstatus == EXIT_LEFT


def test_ctrl_d_on_an_empty_line_is_shutdown():
    person = Person()
    person.type(CTRL_D)
    person.sees("capOS shut down with code 0")
    person.child.expect(pexpect.EOF)
    person.child.close()
    assert person.child.exitstatus == 0
