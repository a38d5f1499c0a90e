# SPDX-License-Identifier: MIT
"""Each rule of `make check` is shown to fail: a clean tree passes, and the same tree with
one planted fault does not, for the reason that was planted."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LICENSE = "/* SPDX-License-Identifier: MIT */\n"

HEADER = LICENSE + """#ifndef CORE_SUM_H
#define CORE_SUM_H

#include <stdint.h>

uint32_t sum_of(uint32_t left, uint32_t right);

#endif /* CORE_SUM_H */
"""
SOURCE = LICENSE + """#include "core/sum.h"

uint32_t sum_of(uint32_t left, uint32_t right)
{
	return left + right;
}
"""


class Tree:
    """A small repository of its own with the real checkers and make rules."""

    def __init__(self, root):
        self.root = root
        for name in ("make", "tools"):
            shutil.copytree(ROOT / name, root / name, ignore=lambda folder, names: [
                item for item in names
                if (Path(folder) / item).is_dir() or item.endswith(".pyc")])
        for name in ("Makefile", ".clang-format", ".clang-tidy"):
            shutil.copy(ROOT / name, root / name)
        self.write("tools/debt.txt", "")
        self.write("build/gen/.stamp", "")
        self.write("core/sum.h", HEADER)
        self.write("core/sum.c", SOURCE)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def append(self, name, text):
        self.write(name, (self.root / name).read_text() + text)

    def run(self, *command):
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=50)
        return done.returncode, done.stdout + done.stderr

    def check(self, tool):
        return self.run(sys.executable, "-B", f"tools/{tool}.py", "--root", str(self.root))

    def make(self, target):
        return self.run("make", "-o", "build/gen/.stamp", target)

    def git(self, *words):
        status, output = self.run("git", "-c", "user.name=t", "-c", "user.email=t@example.org",
                                  *words)
        assert status == 0, output


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path)


def test_the_clean_tree_passes_every_rule(tree):
    for tool in ("check_layers", "check_source"):
        assert tree.check(tool)[0] == 0
    status, output = tree.make("check")
    assert status == 0, output
    assert "TIDY   core/sum.c" in output
    status, output = tree.make("check")
    assert status == 0, output
    assert "TIDY" not in output and "HEADER" not in output and "FORMAT" not in output


LAYER_FAULTS = {
    "core may not see the kernel":
        ("core/sum.c", '#include "kernel/panic.h"\n', "layer: core must not include"),
    "the message code may not see the rest of core":
        ("core/capnp/reader.c", LICENSE + '#include "core/sum.h"\n', "layer: core/capnp must not"),
    "the portable kernel may not see an architecture":
        ("kernel/obj/timer.c", LICENSE + '#include "kernel/arch/x86_64/port.h"\n',
         "layer: kernel must not include kernel/arch/x86_64/port.h"),
    "one architecture may not see another":
        ("kernel/arch/hosted/entry.c", LICENSE + '#include "kernel/arch/x86_64/port.h"\n',
         "layer: kernel/arch/hosted must not"),
    "a program may not see the kernel":
        ("programs/hello/main.c", LICENSE + '#include "kernel/panic.h"\n',
         "layer: programs must not include kernel/include/kernel/panic.h"),
    "a program may not see what the runtime keeps to itself":
        ("programs/hello/main.c", LICENSE + '#include "runtime/private.h"\n',
         "layer: programs must not include runtime/private.h"),
    "a program may not see another program":
        ("programs/hello/main.c", LICENSE + '#include "programs/shell/parser.h"\n',
         "layer: programs must not include programs/shell/parser.h"),
    "a service may not see another service":
        ("services/netd/main.c", LICENSE + '#include "services/logd/store.h"\n',
         "layer: services must not include services/logd/store.h"),
    "the kernel may not see client stubs":
        ("kernel/obj/timer.c", LICENSE + '#include "gen/timer.client.h"\n',
         "layer: kernel must not include gen/timer.client.h"),
    "an example may not see what is not installed":
        ("examples/capnp/book/main.c", LICENSE + '#include "core/sum.h"\n',
         "layer: examples must not include core/sum.h"),
    "no include climbs":
        ("core/capnp/reader.c", LICENSE + '#include "../sum.h"\n', "climbs out of its folder"),
    "every include exists":
        ("core/sum.c", '#include "core/gone.h"\n', "is nowhere in the repository"),
    "no cycle":
        ("core/sum.h", '#include "core/loop.h"\n', "cycle: core/"),
}


@pytest.mark.parametrize("promise", LAYER_FAULTS)
def test_layers(tree, promise):
    for name in ("kernel/include/kernel/panic.h", "kernel/arch/x86_64/port.h",
                 "runtime/private.h", "programs/shell/parser.h", "services/logd/store.h",
                 "core/loop.h"):
        tree.write(name, LICENSE)
    tree.write("core/loop.h", LICENSE + '#include "core/sum.h"\n')
    assert tree.check("check_layers") == (0, "")
    name, text, reason = LAYER_FAULTS[promise]
    if (tree.root / name).exists():
        tree.append(name, text)
    else:
        tree.write(name, text)
    status, output = tree.check("check_layers")
    assert status == 1
    assert reason in output


@pytest.mark.parametrize("name, text", [
    ("core/sum_test.c", '#include "kernel/panic.h"\n'),
    ("tests/support/fake.c", '#include "services/logd/store.h"\n'),
    ("services/logd/main.c", '#include "store.h"\n#include "gen/log.server.h"\n'),
    ("programs/hello/main.c", '#include "abi/ring.h"\n#include "core/sum.h"\n'
                              '#include "core/capnp/reader.h"\n#include "capos/print.h"\n'),
    ("examples/capnp/book/main.c", '#include "book.capnp.h"\n#include "core/capnp/reader.h"\n'),
    ("kernel/arch/x86_64/entry.c", '#include "port.h"\n#include "kernel/panic.h"\n'),
])
def test_layers_let_pass_what_is_right(tree, name, text):
    for header in ("kernel/include/kernel/panic.h", "kernel/arch/x86_64/port.h",
                   "services/logd/store.h", "abi/ring.h", "core/capnp/reader.h",
                   "runtime/include/capos/print.h"):
        tree.write(header, LICENSE)
    tree.write(name, LICENSE + text)
    assert tree.check("check_layers") == (0, "")


def function_of(line_count):
    return "\nvoid long_one(void)\n{\n" + "\t;\n" * (line_count - 2) + "}\n"


SOURCE_FAULTS = {
    "functions are short": ("core/sum.c", function_of(101), "function_length: 101 lines"),
    "files are short": ("core/sum.c", "\n" * 800, "file_length: 807 lines"),
    "no conditional in a body": ("core/sum.c", "#ifdef DEBUG\n#endif\n", "conditional: "),
    "no second conditional in a header": ("core/sum.h", "#ifndef A\n#endif\n", "conditional: "),
    "later work has an issue": ("core/sum.c", "/* TO" "DO: more */\n", "todo: "),
    "no trailing space": ("core/sum.c", "int a; \n", "space: trailing space"),
    "no tab inside a line": ("core/sum.c", "int\ta;\n", "space: a tab inside"),
    "C is ASCII": ("core/sum.c", "/* \u00e9 */\n", "ascii: "),
}


@pytest.mark.parametrize("promise", SOURCE_FAULTS)
def test_source(tree, promise):
    name, text, reason = SOURCE_FAULTS[promise]
    tree.append(name, text)
    status, output = tree.check("check_source")
    assert status == 1
    assert reason in output


def test_source_wants_a_license_line(tree):
    tree.write("tools/new.py", "import sys\n")
    status, output = tree.check("check_source")
    assert (status, "tools/new.py:1: spdx" in output) == (1, True)


def test_source_lets_pass_what_is_right(tree):
    tree.append("core/sum.c", function_of(100))
    tree.append("core/sum.c", "/* TO" "DO(#12): more */\n")
    tree.write("tools/plugin/boot.h", "/* Generated by x */\n" + "int a; \n" * 801)
    tree.write("kernel/arch/x86_64/port.c", LICENSE + "#ifdef __x86_64__\n#endif\n")
    assert tree.check("check_source")[0] == 0


def test_debt_is_accepted_until_it_is_paid(tree):
    tree.append("core/sum.c", function_of(101))
    tree.write("tools/debt.txt", "function_length core/sum.c  # why\n")
    assert tree.check("check_source")[0] == 0
    tree.write("core/sum.c", SOURCE)
    status, output = tree.check("check_source")
    assert (status, "is paid; remove the line" in output) == (1, True)


def test_debt_may_not_grow(tree):
    tree.git("init", "-q")
    tree.git("add", ".")
    tree.git("commit", "-qm", "start")
    tree.append("core/sum.c", function_of(101))
    tree.write("tools/debt.txt", "function_length core/sum.c\n")
    grown = "'function_length core/sum.c' is new"
    status, output = tree.check("check_source")
    assert (status, grown in output) == (1, True)
    tree.git("commit", "-qam", "more debt")
    status, output = tree.check("check_source")
    assert (status, grown in output) == (1, True)


MAKE_FAULTS = {
    "check-format": ("core/sum.c", "int  ugly ;\n", "clang-format"),
    "check-headers": ("core/sum.h", "size_t needs_stddef(void);\n", "does not stand alone"),
    "check-tidy": ("core/sum.c",
                   "int odd(int a);\nint odd(int a)\n{\n\treturn a == a;\n}\n", "misc-redundant"),
}


@pytest.mark.parametrize("target", MAKE_FAULTS)
def test_make_targets_fail_on_a_planted_fault(tree, target):
    name, text, reason = MAKE_FAULTS[target]
    status, output = tree.make(target)
    assert status == 0, output
    tree.append(name, text)
    status, output = tree.make(target)
    assert status != 0
    assert reason in output
    assert tree.make(target)[0] != 0, "a finding stays until it is mended"


def test_an_unguarded_header_is_found(tree):
    tree.write("core/twice.h", LICENSE + "enum twice { TWICE_ONE };\n")
    status, output = tree.make("check-headers")
    assert (status != 0, "core/twice.h does not stand alone" in output) == (True, True)


def test_tidy_reads_a_source_again_when_its_header_changed(tree):
    assert tree.make("check-tidy")[0] == 0
    tree.append("core/sum.h", "\n")
    assert "TIDY   core/sum.c" in tree.make("check-tidy")[1]
