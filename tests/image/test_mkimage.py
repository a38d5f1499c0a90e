# SPDX-License-Identifier: MIT
"""tools/mkimage: what it refuses, in which words, and what it writes.

Programs are ELF files made here, so that each can be wrong in one way.
"""

import re
import struct
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MKIMAGE = ROOT / "build/tools/mkimage"
PAGE = 4096
OPTIONAL = 1
IMAGE_ADDRESS = 0x200000

SYSTEM = """@0xd3b1c2a4f5968778;
using Manifest = import "/manifest.capnp";
const system :Manifest.System = (
  name = "trial",
  programs = [%(programs)s],
  services = [(name = "one", program = "%(program)s", arguments = ["-x"],
    grants = [%(grants)s], budget = (memoryPages = 100))]
);
"""


def interface_ids():
    ids = {}
    for header in (ROOT / "build/gen").glob("*.capnp.h"):
        for name, number in re.findall(r"#define (\w+)_INTERFACE_ID UINT64_C\((\w+)\)",
                                       header.read_text()):
            ids[name] = int(number, 16)
    return ids


IDS = interface_ids()


def need(name, interface, flags=0, reserved=0):
    number = IDS.get(interface, interface)
    return struct.pack("<32sQII", name.encode(), number, flags, reserved)


def elf(needs=b"", *, section=".capos.needs", machine=62, text=b"\xc3" * 64):
    """A program of one executable segment whose needs are in a section, as stripped ones."""
    names = b"\0" + section.encode() + b"\0.shstrtab\0"
    text_offset = PAGE
    needs_offset = text_offset + (len(text) + PAGE - 1) // PAGE * PAGE
    names_offset = needs_offset + len(needs)
    table_offset = (names_offset + len(names) + 7) // 8 * 8
    header = struct.pack("<4s5B7xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 0, 2, machine, 1,
                         IMAGE_ADDRESS, 64, table_offset, 0, 64, 56, 1, 64, 3, 2)
    segment = struct.pack("<IIQQQQQQ", 1, 5, text_offset, IMAGE_ADDRESS, IMAGE_ADDRESS,
                          len(text), len(text), PAGE)
    sections = bytes(64)
    sections += struct.pack("<IIQQQQIIQQ", 1, 1, 0, 0, needs_offset, len(needs), 0, 0, 8, 48)
    sections += struct.pack("<IIQQQQIIQQ", len(section) + 2, 3, 0, 0, names_offset, len(names),
                            0, 0, 1, 0)
    file = ((header + segment).ljust(text_offset, b"\0") + text).ljust(needs_offset, b"\0")
    return (file + needs + names).ljust(table_offset, b"\0") + sections


class Trial:
    """A folder with programs and a system."""

    def __init__(self, folder):
        self.folder = folder
        self.package = folder / "trial.pkg"
        self.source = folder / "trial.capnp"
        self.programs = {"init": elf(), "one": elf()}
        self.words = {"program": "one", "grants": '(name = "timer", source = timer)'}

    def run(self, source=None):
        for name, file in self.programs.items():
            (self.folder / f"{name}.bin").write_bytes(file)
        listed = ", ".join(f'"{name}"' for name in self.programs)
        text = source if source is not None else SYSTEM % {"programs": listed, **self.words}
        self.source.write_text(text)
        return mkimage("--programs", self.folder, "--output", self.package, self.source)

    def refused(self, *sentences, source=None):
        """mkimage must refuse in exactly these words, and write nothing."""
        status, _, complaints = self.run(source)
        assert complaints == "".join(f"mkimage: {self.source}: {words}\n" for words in sentences)
        assert status == 1
        assert not self.package.exists()

    def made(self, *warnings):
        status, output, complaints = self.run()
        assert complaints == "".join(f"mkimage: {self.source}: warning: {words}\n"
                                     for words in warnings)
        assert (status, output) == (0, "")
        return self.package.read_bytes()


def mkimage(*arguments):
    done = subprocess.run([MKIMAGE, *map(str, arguments)], cwd=ROOT, text=True,
                          capture_output=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def trial(tmp_path):
    return Trial(tmp_path)


def files_of(package):
    magic, version, count, size, reserved = struct.unpack_from("<8sIIQQ", package)
    assert (magic, version, reserved) == (b"cposPKG1", 1, 0)
    assert size == len(package)
    files = []
    for index in range(count):
        name, offset, length = struct.unpack_from("<32sQQ", package, 32 + 48 * index)
        assert offset % PAGE == 0
        end = (offset + length + PAGE - 1) // PAGE * PAGE
        assert not package[offset + length:end].strip(b"\0")
        files.append((name.rstrip(b"\0").decode(), package[offset:offset + length]))
    return files


# --- what is made ------------------------------------------------------------------


def test_the_package_holds_description_init_and_programs_in_order(trial):
    trial.programs["one"] = elf(need("timer", "TIMER"))
    trial.programs["another"] = elf(text=b"\x90" * 5000)
    files = files_of(trial.made())
    assert [name for name, _ in files] == ["manifest", "init", "one", "another"]
    assert dict(files)["one"] == trial.programs["one"]
    assert dict(files)["another"] == trial.programs["another"]


def test_the_description_is_one_bare_segment(trial):
    trial.programs["one"] = elf(need("timer", "TIMER"))
    description = files_of(trial.made())[0][1]
    framed = struct.pack("<II", 0, len(description) // 8) + description
    text = subprocess.run(["capnp", "decode", "--no-standard-import", "-Ischema",
                           "schema/manifest.capnp", "System"], input=framed, cwd=ROOT,
                          capture_output=True, check=True).stdout.decode()
    assert 'name = "trial"' in text
    assert 'arguments = ["-x"]' in text


def test_equal_inputs_make_equal_packages(trial):
    trial.programs["one"] = elf(need("timer", "TIMER"))
    assert trial.made() == trial.made()


def test_an_optional_need_may_be_missing_and_a_kept_one_is_silent(trial):
    trial.programs["one"] = elf(need("timer", "TIMER") + need("log", "LOG_SINK", OPTIONAL))
    trial.made()


def test_a_need_is_met_by_what_answers_to_it(trial):
    trial.words["grants"] = '(name = "screen", source = console)'
    trial.programs["one"] = elf(need("screen", "CONSOLE_WRITER"))
    trial.made()


def test_a_grant_that_is_not_declared_is_a_warning(trial):
    trial.made("service one: grant timer :Timer is not declared by program one")


def test_list_shows_files_and_services(trial):
    trial.programs["one"] = elf(need("timer", "TIMER"))
    trial.made()
    status, output, complaints = mkimage("--list", trial.package)
    assert (status, complaints) == (0, "")
    lines = [line.split() for line in output.splitlines()]
    assert [line[-1] for line in lines[1:4]] == ["manifest", "init", "one"]
    assert lines[3][1] == str(len(trial.programs["one"]))
    assert output.endswith("system trial\nservice one: one -x\n  grants timer\n")


# --- what is refused -----------------------------------------------------------------


def test_a_need_that_is_not_granted(trial):
    trial.programs["one"] = elf(need("timer", "TIMER") + need("console", "CONSOLE"))
    trial.refused("service one: program one needs console :Console, and is not granted it")


def test_a_need_granted_under_another_name(trial):
    trial.programs["one"] = elf(need("clock", "TIMER"))
    trial.refused("service one: program one needs clock :Timer, and is not granted it; "
                  "its grant timer is a Timer",
                  "warning: service one: grant timer :Timer is not declared by program one")


@pytest.mark.parametrize("flags", [0, OPTIONAL])
def test_a_need_granted_with_another_interface(trial, flags):
    trial.programs["one"] = elf(need("timer", "ENTROPY_SOURCE", flags))
    trial.refused("service one: program one needs timer :EntropySource, "
                  "and the grant of that name is a Timer")


def test_a_need_of_the_whole_is_not_met_by_a_facet_of_it(trial):
    trial.words["grants"] = '(name = "screen", source = consoleWriter)'
    trial.programs["one"] = elf(need("screen", "CONSOLE"))
    trial.refused("service one: program one needs screen :Console, "
                  "and the grant of that name is a ConsoleWriter")


def test_a_need_of_an_interface_that_no_schema_has(trial):
    trial.programs["one"] = elf(need("timer", "TIMER") + need("x", 0x1234))
    trial.refused("service one: program one needs x :interface 0x0000000000001234, "
                  "and is not granted it")


def test_defects_of_the_graph_come_with_the_nearest_name(trial):
    trial.words["program"] = "once"
    trial.words["grants"] = '(name = "off", source = powerControl)'
    trial.refused("service one: the system has no program 'once'; the nearest is one",
                  "service one, grant off: powerControl is for the service named shell only")


def test_a_program_with_the_name_of_the_description(trial):
    trial.programs["one"] = elf(need("timer", "TIMER"))
    trial.programs["manifest"] = elf()
    status, _, complaints = trial.run()
    assert (status, trial.package.exists()) == (1, False)
    assert complaints.startswith(f"mkimage: {trial.package}: ")


def test_a_source_without_the_constant(trial):
    status, _, complaints = trial.run(source="@0xd3b1c2a4f5968778;\nconst other :UInt8 = 1;\n")
    assert status == 1
    assert complaints.splitlines()[-1] == \
        f"mkimage: {trial.source}: capnp could not work out the constant named system"


def test_an_unknown_source_of_a_grant_is_shown_with_its_line(trial):
    trial.words["grants"] = '(name = "timer", source = teimer)'
    status, _, complaints = trial.run()
    assert status == 1
    assert re.search(r"trial\.capnp:7:.*teimer", complaints)


NOT_PROGRAMS = {
    "empty": (b"", "too short to be a program"),
    "script": (b"#!/bin/sh\n" * 100, "not an ELF file"),
    "cut": (elf()[:200], "outside the file"),
    "other processor": (elf(machine=183), "made for another processor"),
    "half a need": (elf(need("timer", "TIMER")[:40]), "the declared needs are damaged"),
    "no name": (elf(need("", "TIMER")), "a need it declares has no name"),
    "no interface": (elf(need("timer", 0)), "a need it declares has no name, no interface"),
    "flags": (elf(need("timer", "TIMER", 2)), "no name, no interface or unknown flags"),
    "reserved": (elf(need("timer", "TIMER", 0, 1)), "no interface or unknown flags"),
}


@pytest.mark.parametrize("file, words", NOT_PROGRAMS.values(), ids=NOT_PROGRAMS.keys())
def test_files_that_are_not_programs(trial, file, words):
    trial.programs["one"] = file
    status, _, complaints = trial.run()
    assert status == 1
    assert complaints.startswith(f"mkimage: {trial.folder}/one.bin: ")
    assert words in complaints
    assert not trial.package.exists()


def test_a_program_that_is_not_built(trial):
    trial.run()
    trial.package.unlink()
    (trial.folder / "one.bin").unlink()
    status, _, complaints = mkimage("--programs", trial.folder, "--output", trial.package,
                                    trial.source)
    assert (status, complaints) == \
        (1, f"mkimage: {trial.folder}/one.bin: No such file or directory\n")


def test_an_output_that_cannot_be_written(trial):
    trial.programs["one"] = elf(need("timer", "TIMER"))
    trial.package = trial.folder / "missing" / "trial.pkg"
    status, _, complaints = trial.run()
    assert (status, complaints) == \
        (1, f"mkimage: {trial.package}: No such file or directory\n")


@pytest.mark.parametrize("damage, words", [
    (lambda package: b"x" + package[1:], "not a boot package"),
    (lambda package: package[:20], "size is wrong"),
    (lambda package: b"", "size is wrong"),
    (lambda package: package[:8] + b"\2" + package[9:], "another version"),
    (lambda package: package[:-1], "size is wrong"),
    (lambda package: package + b"\0", "size is wrong"),
    (lambda package: package[:12] + b"\xff" + package[13:], "too many files"),
    (lambda package: package[:64] + b"\1" + package[65:], "file"),
])
def test_list_refuses_what_is_not_a_package(trial, damage, words):
    trial.run()
    trial.package.write_bytes(damage(trial.package.read_bytes()))
    status, output, complaints = mkimage("--list", trial.package)
    assert (status, output) == (1, "")
    assert complaints.startswith(f"mkimage: {trial.package}: ") and words in complaints


@pytest.mark.parametrize("arguments", [[], ["--output", "x"], ["--bogus"], ["--list"],
                                       ["--programs", "p", "--output", "o"]])
def test_wrong_arguments_show_the_usage(arguments):
    status, _, complaints = mkimage(*arguments)
    assert status == 2
    assert "usage: mkimage" in complaints
