# SPDX-License-Identifier: MIT
"""Every way in which the machine comes up, and how `make run` reports what it became of."""

import subprocess
import sys

import pytest

from tools.run_qemu import ROOT, Machine

RUN = [sys.executable, str(ROOT / "tools/run_qemu.py")]
ISO = str(ROOT / "build/capos.iso")


def run(*arguments, text="", timeout=60):
    """`make run` with a pipe: (exit status, standard output, standard error)."""
    done = subprocess.run([*RUN, "--idle-timeout", "20", *arguments], input=text, text=True,
                          capture_output=True, timeout=timeout)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def iso_machines():
    """Both start at once: the firmware takes most of their time."""
    machines = {"bios": Machine(iso=ISO), "uefi": Machine(iso=ISO, bios="ovmf")}
    yield machines
    for machine in machines.values():
        machine.close()


def check_and_stop(machine, timeout=60):
    machine.expect(r"capOS init\n", timeout)
    machine.expect_prompt()
    assert machine.command("echo alive") == "alive\n"
    machine.send_line("shutdown 4")
    ending = machine.wait_end()
    assert (ending.kind, ending.code) == ("shutdown", 4)


def test_boots_by_pvh():
    with Machine() as machine:
        check_and_stop(machine)


def test_boots_with_8_mib_and_starts_programs_there():
    with Machine(mem="8") as machine:
        machine.expect_prompt()
        assert machine.command("run hello with { console: @console }") == "Hello from hello.\n"
        machine.send_line("shutdown")
        assert machine.wait_end().status() == 0


def test_no_page_is_both_writable_and_executable():
    with Machine(append="check=wx") as machine:
        machine.expect(r"^\[capos\] wx ok [1-9]\d* pages$")
        machine.expect_prompt()


def test_a_processor_without_smep_is_named_and_refused():
    with Machine(cpu="max,-smep") as machine:
        ending = machine.wait_end()
    assert (ending.kind, ending.text) == ("panic", "this processor lacks SMEP")
    assert "capOS init" not in machine.text


@pytest.mark.parametrize("memory", ["3072"])
def test_boots_with_memory_beyond_the_pci_hole(memory):
    with Machine(mem=memory) as machine:
        machine.expect_prompt()


def damaged(at, value):
    """The core package with one byte changed."""
    def damage(package):
        return package[:at] + bytes([value]) + package[at + 1:]
    return damage


NOT_PACKAGES = {
    "magic": (damaged(0, 0), "the module is not a boot package"),
    "version": (damaged(8, 9), "the boot package is of another version"),
    "cut": (lambda package: package[:8192], "the boot package's size is wrong"),
    "name": (damaged(32, 0), "a file name in the boot package is malformed"),
    "init": (lambda package: package.replace(b"\x7fELF", b"\x7fFLE"), "init is not a program: "),
}


def test_a_damaged_package_is_a_panic_that_says_why(tmp_path):
    """All at once: a machine that has panicked stands still for a while."""
    package = (ROOT / "build/systems/core.pkg").read_bytes()
    machines = {}
    for name, (damage, _) in NOT_PACKAGES.items():
        path = tmp_path / f"{name}.pkg"
        path.write_bytes(damage(package))
        machines[name] = Machine(package=str(path))
    endings = {name: machine.wait_end(60) for name, machine in machines.items()}
    for machine in machines.values():
        machine.close()
    assert {ending.kind for ending in endings.values()} == {"panic"}
    for name, (_, words) in NOT_PACKAGES.items():
        assert endings[name].text.startswith(words)


def test_boots_from_iso_by_bios(iso_machines):
    check_and_stop(iso_machines["bios"])


def test_boots_from_iso_by_uefi(iso_machines):
    check_and_stop(iso_machines["uefi"], timeout=120)


# --- make run ------------------------------------------------------------------------


def test_run_reports_the_code_of_shutdown():
    status, output, errors = run(text="shutdown 7\n")
    assert status == 7
    assert "capOS shut down with code 7" in errors
    assert "[capos]" not in output


def test_run_reports_a_panic():
    status, output, errors = run("--package", "")
    assert status == 70
    assert "[capos] PANIC" in output
    assert "the kernel panicked: " in errors and "boot package" in errors


def test_run_reports_a_hang():
    status, _, errors = run("--idle-timeout", "3",
                            text="call @timer.sleep durationNs=1000000000000\n")
    assert status == 72
    assert "no answer: the guest was silent for 3 s" in errors
