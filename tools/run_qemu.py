#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Starts capOS in QEMU. The one place that knows how.

As a program (`make run`): connects the guest's console to this terminal, or to a pipe,
and turns how the guest ended into an exit status:

    0..255  the code of the shutdown token
    70      the kernel panicked
    71      QEMU ended without a shutdown token (a triple fault looks like this)
    72      no answer within --timeout, or within --idle-timeout after the end of input
    130     left with Ctrl-A X, or interrupted

Success needs a positive token: QEMU itself also exits 0 after a crash. The kernel's last
console line repeats a number that this script made up for this boot and put on the
guest's command line:

    [capos] shutdown <nonce> <code>
    [capos] reboot <nonce>              the script starts QEMU again

As a module (tests, bench): `Machine`, and `qemu_command` for other ways of looking.
"""

import argparse
import fcntl
import json
import os
import re
import secrets
import selectors
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QEMU = "qemu-system-x86_64"
OVMF = "/usr/share/ovmf/OVMF.fd"

EXIT_PANIC = 70
EXIT_NO_TOKEN = 71
EXIT_HANG = 72
EXIT_LEFT = 130

END_OF_INPUT = b"\x04"
ESCAPE = 0x01  # Ctrl-A
ENDING_GRACE_S = 0.5  # for QEMU to go after the token
PANIC_GRACE_S = 2.0   # for the rest of a panic's lines
ISO_COMMAND_LINE = b"nonce=0000000000000000 console=pipe"


@dataclass
class Options:
    """What to boot and on what machine. The defaults are `make run`."""

    kernel: str = str(ROOT / "build/kernel/capos.elf")
    package: str = str(ROOT / "build/systems/core.pkg")
    append: str = ""
    iso: str = ""
    bios: str = ""
    cpu: str = ""
    mem: str = "512"
    smp: int = 1
    accel: str = ""
    icount: str = ""
    gdb: int = 0
    timeout: float = 0
    idle_timeout: float = 60
    extra: list = field(default_factory=list)


# --- accelerator -------------------------------------------------------------------


def boot_identity():
    """Changes when a probe's result may: another boot, QEMU, probe or user."""
    parts = [str(os.getuid()), str(os.access("/dev/kvm", os.R_OK | os.W_OK))]
    for path in (shutil.which(QEMU) or "", ROOT / "build/tools/kvm_probe.elf"):
        try:
            parts.append(str(os.stat(path).st_mtime_ns))
        except OSError:
            parts.append("none")
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
    except OSError:
        parts.append("none")
    return " ".join(parts)


def run_kvm_probe(probe):
    """Why KVM cannot be used, or an empty string."""
    command = [QEMU, "-M", "q35", "-accel", "kvm", "-cpu", "host", "-m", "32"]
    command += ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    command += ["-serial", "stdio", "-kernel", str(probe)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    timer = threading.Timer(4, process.kill)
    timer.start()
    try:
        answer = process.stdout.read(2)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
    if answer == b"K\n":
        return ""
    return "/dev/kvm opens, but the probe guest did not run on it"


def why_not_kvm():
    """Why KVM cannot be used, or an empty string. Probed once per boot of this machine."""
    if not os.path.exists("/dev/kvm"):
        return "there is no /dev/kvm"
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "/dev/kvm may not be opened by this user"
    probe = ROOT / "build/tools/kvm_probe.elf"
    if not probe.exists():
        return "the probe guest is not built"
    cache = ROOT / "build/kvm_probe.json"
    identity = boot_identity()
    try:
        known = json.loads(cache.read_text())
        if known["identity"] == identity:
            return known["reason"]
    except (OSError, ValueError, KeyError):
        pass
    reason = run_kvm_probe(probe)
    cache.write_text(json.dumps({"identity": identity, "reason": reason}))
    return reason


def choose_accelerator(options):
    """(accelerator, sentence about the choice)"""
    if options.accel:
        return options.accel, "as asked"
    if options.icount:
        return "tcg", "KVM not used: instruction counting needs TCG"
    reason = why_not_kvm()
    if reason:
        return "tcg", "KVM not used: " + reason
    return "kvm", "the probe guest ran"


# --- command line ------------------------------------------------------------------


class NotBootable(Exception):
    """Something that a boot needs is not there."""


def patched_iso(path, words):
    """A copy of the ISO whose GRUB command line carries this boot's words."""
    image = Path(path).read_bytes()
    if len(words) > len(ISO_COMMAND_LINE):
        raise NotBootable("too long for the ISO's command line: " + words)
    if ISO_COMMAND_LINE not in image:
        raise NotBootable(f"{path}: no place for the nonce in its command line")
    file = tempfile.NamedTemporaryFile(prefix="capos-", suffix=".iso")
    file.write(image.replace(ISO_COMMAND_LINE, words.encode().ljust(len(ISO_COMMAND_LINE))))
    file.flush()
    return file


def qemu_command(options, words, accelerator):
    """The command, and an object to keep alive while QEMU runs (or None)."""
    accel = "tcg" if accelerator == "tcg" else accelerator
    cpu = options.cpu or ("host" if accelerator == "kvm" else "max")
    command = [QEMU, "-M", "q35", "-m", str(options.mem), "-smp", str(options.smp)]
    command += ["-accel", accel, "-cpu", cpu, "-nodefaults", "-no-user-config"]
    command += ["-display", "none", "-no-reboot", "-serial", "stdio"]
    keep = None
    if options.icount:
        command += ["-icount", options.icount]
    if options.bios:
        command += ["-bios", OVMF if options.bios == "ovmf" else options.bios]
    if options.iso:
        keep = patched_iso(options.iso, words)
        command += ["-cdrom", keep.name, "-boot", "d"]
    else:
        command += ["-kernel", options.kernel, "-append", (words + " " + options.append).strip()]
        if options.package:
            command += ["-initrd", options.package]
    if options.gdb:
        command += ["-S", "-gdb", f"tcp:127.0.0.1:{options.gdb}"]
    return command + list(options.extra), keep


# --- what the guest says -----------------------------------------------------------


@dataclass(frozen=True)
class Ending:
    """How a guest ended: kind is shutdown, reboot, panic, exit or hang."""

    kind: str
    code: int = 0
    text: str = ""

    def status(self):
        return {"shutdown": self.code, "panic": EXIT_PANIC, "exit": EXIT_NO_TOKEN,
                "hang": EXIT_HANG, "left": EXIT_LEFT}.get(self.kind, EXIT_NO_TOKEN)

    def sentence(self):
        if self.kind == "shutdown":
            return f"capOS shut down with code {self.code}"
        if self.kind == "panic":
            return f"the kernel panicked: {self.text}"
        if self.kind == "exit":
            return f"QEMU ended without a shutdown token (its own status: {self.code})"
        if self.kind == "hang":
            return f"no answer: {self.text}"
        return self.text


class Console:
    """Passes the guest's output on, takes the token line out, and knows the ending."""

    def __init__(self, nonce):
        self.token = re.compile(
            rb"\[capos\] (?:shutdown %s (\d{1,3})|reboot %s)\s*$" % ((nonce.encode(),) * 2))
        self.marks = [b"[capos] shutdown " + nonce.encode(), b"[capos] reboot " + nonce.encode()]
        self.panic = b"[capos] PANIC"
        self.line = b""      # the current line so far
        self.shown = 0       # bytes of it passed on
        self.ending = None

    def feed(self, data):
        """Takes bytes from the guest, returns those to show."""
        visible = b""
        for part in data.splitlines(keepends=True):
            self.line += part
            complete = part.endswith(b"\n")
            if not self.held() or complete:
                if not (complete and self.end_line()):
                    visible += self.line[self.shown:]
                self.shown = len(self.line)
            if complete:
                self.line, self.shown = b"", 0
        return visible

    def held(self):
        """Could this line still become the token?"""
        return any(mark.startswith(self.line) or self.line.startswith(mark)
                   for mark in self.marks) and self.line != b""

    def end_line(self):
        """A whole line is there. True if it was the token, which is not shown."""
        text = self.line.strip()
        if text.startswith(self.panic) and self.ending is None:
            self.ending = Ending("panic", text=text[len(self.panic):].strip(b" :").decode(errors="replace"))
        match = self.token.search(text)
        if not match:
            return False
        if self.ending is None:
            code = match.group(1)
            self.ending = Ending("reboot") if code is None else Ending("shutdown", int(code))
        return True

    def rest(self):
        """What is held back when the guest is gone."""
        hidden = self.line and self.end_line()
        visible = b"" if hidden else self.line[self.shown:]
        self.line, self.shown = b"", 0
        return visible


def die_with_parent():
    """QEMU must not outlive this script, however that ends."""
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Guest:
    """One QEMU process: its console's bytes and its ending."""

    def __init__(self, options, console_kind, words=""):
        self.nonce = secrets.token_hex(8)
        for path in (options.iso,) if options.iso else (options.kernel, options.package):
            if path and not os.path.exists(path):
                raise NotBootable(f"{path} is not there; `make` builds it")
        self.accelerator, self.why = choose_accelerator(options)
        self.console = Console(self.nonce)
        line = f"nonce={self.nonce} console={console_kind}"
        if words and not options.iso:
            line += " " + words
        self.command, self.keep = qemu_command(options, line, self.accelerator)
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        preexec_fn=die_with_parent, start_new_session=True)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            os.set_blocking(pipe.fileno(), False)
        self.input = self.process.stdin.fileno()
        self.output = self.process.stdout.fileno()
        self.complaints = b""

    def read(self):
        """Bytes to show; None at the end of QEMU's output."""
        try:
            data = os.read(self.output, 65536)
        except BlockingIOError:
            return b""
        return self.console.feed(data) if data else None

    def write(self, data):
        """How many bytes QEMU took."""
        try:
            return os.write(self.input, data)
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            return len(data)

    def stop(self):
        """Ends QEMU if it still runs. May be called twice."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if not self.process.stderr.closed:
            self.complaints = self.process.stderr.read() or b""
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        if self.keep:
            self.keep.close()

    def grace_s(self):
        panicked = self.console.ending and self.console.ending.kind == "panic"
        return PANIC_GRACE_S if panicked else ENDING_GRACE_S

    def finish(self):
        """After its output ended, or its ending is known: lets QEMU go, says how it was."""
        try:
            status = self.process.wait(ENDING_GRACE_S)
        except subprocess.TimeoutExpired:
            status = -signal.SIGKILL
        self.stop()
        return self.console.ending or Ending("exit", status,
                                             self.complaints.decode(errors="replace"))


# --- a person or a pipe ------------------------------------------------------------


def say(text):
    sys.stderr.write(f"run: {text}\r\n" if sys.stderr.isatty() else f"run: {text}\n")
    sys.stderr.flush()


class RawTerminal:
    """Every key goes to the guest, Ctrl-C too. Output keeps its line ends."""

    def __init__(self, fd):
        self.fd = fd

    def __enter__(self):
        self.saved = termios.tcgetattr(self.fd)
        raw = termios.tcgetattr(self.fd)
        raw[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INPCK | termios.ISTRIP | termios.IXON)
        raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self.fd, termios.TCSADRAIN, raw)
        return self

    def __exit__(self, *_):
        termios.tcsetattr(self.fd, termios.TCSADRAIN, self.saved)


class NoTerminal:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def window_words(fd):
    try:
        rows, columns = struct.unpack("HHHH", fcntl.ioctl(fd, termios.TIOCGWINSZ, b"\0" * 8))[:2]
    except OSError:
        return ""
    return f"rows={rows} columns={columns}" if rows and columns else ""


class Left(Exception):
    """Ctrl-A X."""


class Session:
    """One run of `make run`: from launch through reboots to the final ending."""

    def __init__(self, options):
        self.options = options
        self.stdin = sys.stdin.fileno() if sys.stdin else -1
        self.tty = self.stdin >= 0 and os.isatty(self.stdin)
        self.pending = b""          # input read and not yet taken by the guest
        self.input_open = self.stdin >= 0
        self.escaped = False
        self.deadline = time.monotonic() + options.timeout if options.timeout else None

    def keys(self, data):
        """Ctrl-A X leaves, Ctrl-A Ctrl-A is Ctrl-A; everything else is the guest's."""
        if not self.tty:
            return data
        out = bytearray()
        for byte in data:
            if self.escaped:
                self.escaped = False
                if byte in b"xX":
                    raise Left()
                if byte not in (ESCAPE, ord("a"), ord("A")):
                    out.append(ESCAPE)
                    out.append(byte)
                else:
                    out.append(ESCAPE)
            elif byte == ESCAPE:
                self.escaped = True
            else:
                out.append(byte)
        return bytes(out)

    def take_input(self):
        data = os.read(self.stdin, 4096)
        if data:
            self.pending += self.keys(data)
        else:
            self.input_open = False
            self.pending += END_OF_INPUT

    def show(self, data):
        if not self.tty:
            data = data.replace(b"\r\n", b"\n")
        while data:
            data = data[os.write(sys.stdout.fileno(), data):]

    def overdue(self, last_output, started):
        """A sentence if the guest should have spoken by now."""
        now = time.monotonic()
        if self.deadline and now > self.deadline:
            return f"the run took longer than {self.options.timeout:g} s"
        silent = now - last_output
        waiting = not started or self.pending or not self.input_open
        if not self.tty and waiting and not self.options.gdb and silent > self.options.idle_timeout:
            return f"the guest was silent for {self.options.idle_timeout:g} s"
        return None

    def pump(self, guest):
        """Moves bytes until the guest's ending is known."""
        last_output, started, seen = time.monotonic(), False, b""
        with selectors.PollSelector() as selector:
            selector.register(guest.output, selectors.EVENT_READ)
            while True:
                self.watch(selector, self.stdin, selectors.EVENT_READ,
                           self.input_open and len(self.pending) < 65536)
                self.watch(selector, guest.input, selectors.EVENT_WRITE,
                           started and bool(self.pending))
                ready = {key.fd for key, _ in selector.select(0.5)}
                if guest.output in ready:
                    data = guest.read()
                    if data is None:
                        self.show(guest.console.rest())
                        return guest.finish()
                    self.show(data)
                    last_output = time.monotonic()
                    # A guest that resets its serial port early would lose what came before.
                    seen = (seen + data)[-256:].lower()
                    started = started or not self.options.iso or b"capos" in seen
                    if guest.console.ending:
                        return self.drain(guest)
                if self.stdin in ready and self.input_open:
                    self.take_input()
                if guest.input in ready:
                    self.pending = self.pending[guest.write(self.pending):]
                late = self.overdue(last_output, started)
                if late:
                    guest.stop()
                    return Ending("hang", text=late)

    def drain(self, guest):
        """The ending is known: shows what still comes (a panic has more lines)."""
        until = time.monotonic() + guest.grace_s()
        while time.monotonic() < until:
            data = guest.read()
            if data is None:
                break
            self.show(data)
            if not data:
                time.sleep(0.02)
        self.show(guest.console.rest())
        return guest.finish()

    @staticmethod
    def watch(selector, fd, events, wanted):
        registered = fd in {key.fd for key in selector.get_map().values()}
        if wanted and not registered:
            selector.register(fd, events)
        elif registered and not wanted:
            selector.unregister(fd)

    def boot(self, first):
        if not self.input_open and not self.pending.endswith(END_OF_INPUT):
            self.pending += END_OF_INPUT  # the guest before this one got its own
        words = window_words(self.stdin) if self.tty else ""
        guest = Guest(self.options, "tty" if self.tty else "pipe", words)
        if first:
            say(f"QEMU, accelerator {guest.accelerator} ({guest.why})")
            say("leave with Ctrl-A X (Ctrl-A twice is Ctrl-A), or type shutdown" if self.tty else
                "input is a pipe: its end is sent to the shell as Ctrl-D")
            if self.options.gdb:
                say(f"waiting for gdb on port {self.options.gdb}")
        try:
            return self.pump(guest), guest
        finally:
            guest.stop()

    def run(self):
        first = True
        with RawTerminal(self.stdin) if self.tty else NoTerminal():
            while True:
                try:
                    ending, guest = self.boot(first)
                except Left:
                    ending = Ending("left", text="left by Ctrl-A X, the machine was stopped")
                    break
                if ending.kind != "reboot":
                    break
                say("the guest reboots")
                first = False
        if ending.kind == "exit" and ending.text.strip():
            say("QEMU says: " + ending.text.strip())
        say(ending.sentence())
        return ending.status()


# --- tests -------------------------------------------------------------------------


class MachineError(AssertionError):
    """The guest did not do what the test waits for; the message has its last words."""


class Machine:
    """A guest under a test's control.

        with Machine() as machine:
            machine.expect_prompt()
            answer = machine.command("caps")        # echo and prompt stripped
            machine.send_line("shutdown 3")
            assert machine.wait_end().code == 3

    `console="tty"` makes the shell edit lines, page and complete as for a person. Keyword
    arguments are fields of Options: package, mem, smp, append, iso, bios, extra, ...
    """

    def __init__(self, console="pipe", prompt="capos> ", words="", **options):
        self.prompt = prompt
        self.guest = Guest(replace(Options(), **options), console, words)
        self.text = ""           # everything so far
        self.position = 0        # what expect() has consumed
        self.ending = None
        self.before = ""
        self.changed = threading.Condition()
        self.started_at = time.monotonic()
        self.reader = threading.Thread(target=self.read_all, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def read_all(self):
        with selectors.PollSelector() as selector:
            selector.register(self.guest.output, selectors.EVENT_READ)
            data, deadline = b"", None
            while data is not None and (deadline is None or time.monotonic() < deadline):
                if not selector.select(0.2):
                    data = b""
                    continue
                data = self.guest.read()
                self.add(data or b"")
                if self.guest.console.ending and deadline is None:
                    deadline = time.monotonic() + self.guest.grace_s()
        self.add(self.guest.console.rest())
        ending = self.guest.finish()
        with self.changed:
            self.ending = ending
            self.changed.notify_all()

    def add(self, data):
        with self.changed:
            self.text += data.decode("utf-8", errors="replace").replace("\r\n", "\n")
            self.changed.notify_all()

    def fail(self, what):
        ending = f"; the guest ended: {self.ending.sentence()}" if self.ending else ""
        raise MachineError(f"{what}{ending}; its last words:\n{self.text[-3000:]}")

    def expect(self, pattern, timeout=30):
        """Waits for a regular expression in what has not been consumed; returns the match.
        `before` is then the text in front of it."""
        compiled = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                match = compiled.search(self.text, self.position)
                if match:
                    self.before = self.text[self.position:match.start()]
                    self.position = match.end()
                    return match
                if self.ending:
                    self.fail(f"{pattern!r} did not come")
                if not self.changed.wait(max(0.0, deadline - time.monotonic())) and \
                        time.monotonic() >= deadline:
                    self.fail(f"{pattern!r} did not come in {timeout:g} s")

    def expect_prompt(self, timeout=60):
        return self.expect("^" + re.escape(self.prompt), timeout)

    def send(self, text):
        data = text.encode() if isinstance(text, str) else bytes(text)
        deadline = time.monotonic() + 30
        while data:
            data = data[self.guest.write(data):]
            if data:
                if time.monotonic() > deadline:
                    self.fail("the guest does not read its console")
                time.sleep(0.01)

    def send_line(self, text):
        self.send(text + "\n")

    def end_input(self):
        self.send(END_OF_INPUT)

    def command(self, line, timeout=30):
        """Types a line at the prompt; returns its answer without echo and prompt."""
        self.send_line(line)
        self.expect_prompt(timeout)
        answer = self.before
        if answer.startswith(line):
            answer = answer[len(line):].removeprefix("\n")
        return answer

    def wait_end(self, timeout=30):
        """Waits until the guest has ended; returns the Ending."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.ending is not None, timeout):
                self.fail(f"the guest did not end in {timeout:g} s")
        return self.ending

    def close(self):
        if self.ending is None and self.guest.process.poll() is None:
            self.guest.process.kill()
        self.reader.join(10)


# --- program -----------------------------------------------------------------------


def parse_arguments(arguments):
    default = Options()
    parser = argparse.ArgumentParser(prog="run_qemu.py", description="Boots capOS in QEMU.")
    parser.add_argument("--kernel", default=default.kernel, help="kernel ELF file")
    parser.add_argument("--package", default=default.package, help="boot package")
    parser.add_argument("--append", default="", help="more words for the kernel's command line")
    parser.add_argument("--iso", default="", help="boot this ISO instead of kernel and package")
    parser.add_argument("--bios", default="", help="ovmf, or a firmware file")
    parser.add_argument("--cpu", default="", help="QEMU's -cpu (max, or host with KVM)")
    parser.add_argument("--mem", default=default.mem, help="MiB of memory (512)")
    parser.add_argument("--smp", default=1, type=int, help="processors (1)")
    parser.add_argument("--accel", default="", help="kvm or tcg; otherwise probed")
    parser.add_argument("--icount", default="", help="QEMU's -icount, e.g. shift=0,sleep=off")
    parser.add_argument("--gdb", default=0, type=int, metavar="PORT", help="wait for gdb there")
    parser.add_argument("--timeout", default=0, type=float, help="seconds for the whole run")
    parser.add_argument("--idle-timeout", default=default.idle_timeout, type=float,
                        help="seconds without output after the end of piped input (60)")
    parser.add_argument("--extra", default="", help="more options for QEMU, one string")
    values = vars(parser.parse_args(arguments))
    values["extra"] = shlex.split(values["extra"])
    return Options(**values)


def main(arguments):
    options = parse_arguments(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_LEFT))
    try:
        return Session(options).run()
    except KeyboardInterrupt:
        say("interrupted, the machine was stopped")
        return EXIT_LEFT
    except NotBootable as error:
        say(str(error))
        return EXIT_NO_TOKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
