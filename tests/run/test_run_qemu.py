# SPDX-License-Identifier: MIT
"""tools/run_qemu.py turns each way a guest can end into its own exit status."""

import os
import subprocess
from pathlib import Path

import pexpect
import pytest

from tools import run_qemu
from tools.run_qemu import Console, Machine, MachineError

HERE = Path(__file__).resolve().parent
RUN = str(HERE.parent.parent / "tools/run_qemu.py")
PROBE = str(run_qemu.ROOT / "build/tools/kvm_probe.elf")
FILES = ["--kernel", __file__, "--package", __file__, "--accel", "tcg"]


@pytest.fixture
def fake_path(tmp_path):
    (tmp_path / "qemu-system-x86_64").symlink_to(HERE / "fake_qemu.py")
    return str(tmp_path) + ":" + os.environ["PATH"]


@pytest.fixture
def run(fake_path):
    def run_with(text, *options):
        return subprocess.run([RUN, *FILES, *options], input=text, text=True, timeout=30,
                              capture_output=True, env=dict(os.environ, PATH=fake_path))
    return run_with


def test_shutdown_code_becomes_the_status_and_its_line_is_hidden(run):
    result = run("hello\nshutdown 7\n")
    assert result.returncode == 7
    assert "'hello'" in result.stdout
    assert "console=pipe" in result.stdout
    assert "[capos]" not in result.stdout
    assert "shut down with code 7" in result.stderr


def test_end_of_input_is_sent_to_the_guest(run):
    assert run("hello\n").returncode == 0
    assert run("bad\n").returncode == 1


def test_panic_is_70_and_all_its_lines_are_shown(run):
    result = run("panic\n")
    assert result.returncode == run_qemu.EXIT_PANIC
    assert "more of it" in result.stdout
    assert "the sky fell" in result.stderr


def test_an_end_without_token_is_71(run):
    result = run("crash\n")
    assert result.returncode == run_qemu.EXIT_NO_TOKEN
    assert "without a shutdown token" in result.stderr


def test_a_token_with_another_nonce_counts_for_nothing(run):
    result = run("forge\ncrash\n")
    assert result.returncode == run_qemu.EXIT_NO_TOKEN
    assert "[capos] shutdown 0000000000000000 0" in result.stdout


def test_silence_after_the_end_of_input_is_72(run):
    result = run("sleep\n", "--idle-timeout", "1")
    assert result.returncode == run_qemu.EXIT_HANG
    assert "silent for 1 s" in result.stderr


def test_a_run_over_its_time_is_72(run):
    assert run("sleep\n", "--timeout", "1").returncode == run_qemu.EXIT_HANG


def test_reboot_starts_the_guest_again(run):
    result = run("reboot\n")
    assert result.stdout.count("capOS console=pipe") == 2
    assert "reboots" in result.stderr


def test_a_missing_kernel_is_named(fake_path):
    result = subprocess.run([RUN, "--kernel", "no-such-file"], text=True, capture_output=True,
                            stdin=subprocess.DEVNULL, env=dict(os.environ, PATH=fake_path))
    assert result.returncode == run_qemu.EXIT_NO_TOKEN
    assert "no-such-file is not there" in result.stderr


@pytest.fixture
def terminal(fake_path):
    child = pexpect.spawn(RUN, FILES, env=dict(os.environ, PATH=fake_path), timeout=10,
                          encoding="utf-8", dimensions=(30, 100))
    child.expect("capos> ")
    yield child
    child.close(force=True)


def test_a_terminal_is_raw_and_ctrl_c_reaches_the_guest(terminal):
    terminal.send("a\x03b\n")
    terminal.expect(r"'a\\x03b'")
    terminal.send("shutdown 5\n")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 5


def test_ctrl_a_x_leaves_and_says_so(terminal):
    terminal.send("\x01x")
    terminal.expect("left by Ctrl-A X")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == run_qemu.EXIT_LEFT


def test_ctrl_a_twice_is_ctrl_a(terminal):
    terminal.send("\x01\x01z\n")
    terminal.expect(r"'\\x01z'")


def test_a_token_in_pieces_is_hidden_and_text_like_it_is_shown():
    console = Console("00112233aabbccdd")
    shown = b"".join(console.feed(bytes([byte])) for byte in
                     b"a\n[capos] shut it\n[capos] shutdown 00112233aabbccdd 12\n")
    assert shown == b"a\n[capos] shut it\n"
    assert console.ending.code == 12


@pytest.fixture
def machine(fake_path, monkeypatch):
    monkeypatch.setenv("PATH", fake_path)
    with Machine(kernel=__file__, package=__file__, accel="tcg") as machine:
        machine.expect_prompt()
        yield machine


def test_machine_strips_the_echo_and_sees_the_ending(machine):
    assert machine.command("hi") == "'hi'\n"
    machine.send_line("shutdown 9")
    assert (machine.wait_end().kind, machine.wait_end().code) == ("shutdown", 9)


def test_machine_says_what_did_not_come(machine):
    with pytest.raises(MachineError, match=r"(?s)did not come in 0.2 s.*capos> "):
        machine.expect("never", timeout=0.2)
    machine.send_line("crash")
    with pytest.raises(MachineError, match="without a shutdown token"):
        machine.expect("never")


def test_the_probe_guest_runs_under_tcg():
    command = ["qemu-system-x86_64", "-M", "q35", "-accel", "tcg", "-nodefaults", "-display",
               "none", "-no-reboot", "-serial", "stdio", "-kernel", PROBE]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert process.stdout.read(2) == b"K\n"
    finally:
        process.kill()
        process.wait()


def test_the_nonce_is_written_into_a_copy_of_an_iso(tmp_path):
    iso = tmp_path / "x.iso"
    iso.write_bytes(b"multiboot2 /capos " + run_qemu.ISO_COMMAND_LINE + b"\nboot")
    with run_qemu.patched_iso(str(iso), "nonce=0123456789abcdef console=tty") as copy:
        content = Path(copy.name).read_bytes()
    assert content == b"multiboot2 /capos nonce=0123456789abcdef console=tty \nboot"
    iso.write_bytes(b"nothing")
    with pytest.raises(run_qemu.NotBootable):
        run_qemu.patched_iso(str(iso), "nonce=0123456789abcdef console=tty")


def test_gdb_reads_the_machine_that_waits_for_it():
    port = 20000 + os.getpid() % 10000
    run = subprocess.Popen([RUN, "--kernel", PROBE, "--package", "", "--gdb", str(port),
                            "--accel", "tcg"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    try:
        macros = run_qemu.ROOT / "kernel/debug/gdb.py"
        gdb = ["gdb", "-q", "-batch", "-ex", "set tcp auto-retry on", "-ex",
               "set tcp connect-timeout 10", "-ex", f"target remote 127.0.0.1:{port}", "-x",
               str(macros), "-ex", "capos-help", "-ex", "print/x $rip", PROBE]
        done = subprocess.run(gdb, capture_output=True, text=True, timeout=30,
                              stdin=subprocess.DEVNULL)
        assert "$1 = 0xfff0" in done.stdout, done.stdout + done.stderr
        assert "capos-tree PROCESS" in done.stdout
    finally:
        run.terminate()
        run.communicate(timeout=10)
