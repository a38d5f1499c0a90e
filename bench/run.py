#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""`make bench`: counts what capOS costs, beside Linux, seL4 and Cap'n Proto for C++.

Costs are guest instructions under QEMU's -icount, where the time-stamp counter counts
them, so a run on any computer gives the same figures. Writes build/bench.json, prints a
table, and exits 0 only if every row is within its figure (bench/rows.toml).

    --only-capnp  the Cap'n Proto library's rows alone (callgrind, bench/capnp/)
    --no-linux    leave the Linux peer out (its figures are cached per kernel version)
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.capnp.measure import measure_capnp  # noqa: E402
from bench.linux.measure import measure_linux  # noqa: E402
from tools.run_qemu import Machine, MachineError, Options, qemu_command  # noqa: E402

BUILD = ROOT / "build/bench"
KERNEL = ROOT / "build/kernel/capos.elf"
SYMBOLS = ROOT / "build/kernel/capos.debug.elf"
PACKAGE = ROOT / "build/systems/core.pkg"
PLUGIN = BUILD / "console_count.so"

ICOUNT = "shift=0,sleep=off,align=off"
CPU = "max,-erms,-fsrm"
GRANTS = ("console: @console, timer: @timer, memory: own memory, allocator: @allocator, "
          "store: @store, factory: @factory, info: @info")
BENCH_COMMAND = (f'run "bench" budget (memoryPages = 512, processes = 4, capSlots = 128, '
                 f'kernelBytes = 131072, mappings = 256, virtualPages = 262144, threads = 4, '
                 f'calls = 512, alarms = 128, logBytes = 131072) with {{ {GRANTS} }}')
STUB_METHODS = ("info", "unmap")  # measured by the program bench with and without their stub
FIRST_WORDS = b"capOS init"
PROMPT = b"capos> "


def say(text):
    print(text, flush=True)


def machine(**options):
    options = {"mem": "512", "cpu": CPU, "accel": "tcg", "icount": ICOUNT} | options
    return Machine(**options)


def program_rows():
    """The rows of the program `bench`, run from the shell of the image that `make run` boots."""
    say("bench: capOS, the rows that a program counts")
    with machine() as guest:
        guest.expect_prompt(120)
        answer = guest.command(BENCH_COMMAND, 600)
    rows, counters = {}, {}
    for line in answer.splitlines():
        words = line.split()
        if words[:1] == ["ROW"]:
            rows[words[1]] = float(words[3])
        elif words[:1] == ["COUNTERS"]:
            counters[words[1]] = [float(word) for word in words[2:6]]
    if not rows:
        sys.exit(f"bench: the program printed no rows:\n{answer}")
    overheads = [rows[method + "_stub"] - rows[method + "_by_hand"]
                 for method in STUB_METHODS
                 if {method + "_stub", method + "_by_hand"} <= rows.keys()]
    if len(overheads) == len(STUB_METHODS):
        rows["capnp_stub_overhead"] = max(overheads)
    return rows, counters


def build_plugin():
    BUILD.mkdir(parents=True, exist_ok=True)
    subprocess.run(["clang-19", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra",
                    "-fvisibility=hidden", "-o", PLUGIN,
                    ROOT / "bench/plugin/console_count.c"], check=True)


def entry_address():
    """Where the kernel's first instruction runs: before paging, at its physical address."""
    symbols = subprocess.run(["llvm-nm-19", SYMBOLS], check=True, capture_output=True, text=True)
    address = int(re.search(r"^([0-9a-f]+) . pvh_start$", symbols.stdout, re.M)[1], 16)
    return address & 0x7FFFFFFF


def boot_to_prompt(plugin):
    """Everything the guest sends until its first prompt, and what the plugin counted."""
    options = Options(cpu=CPU, icount=ICOUNT, extra=["-plugin", plugin])
    command, _ = qemu_command(options, "nonce=0 console=pipe", "tcg")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as qemu:
        text = b""
        while not text.endswith(PROMPT):
            byte = qemu.stdout.read(1)
            if not byte:
                sys.exit(f"bench: no prompt: {text[-2000:]!r} {qemu.stderr.read()!r}")
            text += byte
        qemu.terminate()
        return text, qemu.stderr.read().decode()


def boot_rows():
    """Counts at single bytes of the console, found from the end of what was printed."""
    say("bench: capOS, boot")
    build_plugin()
    text, counted = boot_to_prompt(f"{PLUGIN},start={entry_address():#x}")
    start = int(re.search(r"^START (\d+)$", counted, re.M)[1])
    outs = [int(count) for count in re.findall(r"^OUT (\d+)$", counted, re.M)]
    if not start or len(outs) < len(text):
        sys.exit("bench: the plugin missed the kernel's start or some of its output")
    after_first = len(text) - text.index(FIRST_WORDS)  # bytes from init's first to the last
    return {"boot_first_user": outs[-after_first] - start,
            "boot_shell_prompt": outs[-1] - start}


def reaches_prompt(mib):
    try:
        with machine(mem=str(mib)) as guest:
            guest.expect_prompt(60)
            return True
    except MachineError:
        return False


def size_rows():
    say("bench: capOS, smallest memory")
    low, high = 2, 64  # low does not boot, high does
    if not reaches_prompt(high):
        sys.exit("bench: no prompt with 64 MiB")
    while high - low > 1:
        middle = (low + high) // 2
        if reaches_prompt(middle):
            high = middle
        else:
            low = middle
    return {"core_image_bytes": KERNEL.stat().st_size + PACKAGE.stat().st_size,
            "core_min_ram_mib": high}


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def ratio(value, peer):
    return f"{value / peer:.3f}" if peer else "-"


def table(figures, rows, linux, counters):
    say("")
    say(f"{'row':26}{'capOS':>12}{'at most':>12}   {'Linux':>15}{'ratio':>8}{'seL4':>14}{'ratio':>8}"
        "   CR3 WRMSR  IPI XSAVE")
    missed = []
    for name, figure in figures.items():
        if figure["unit"] == "ratio":
            continue
        value = rows.get(name)
        good = value is not None and value <= figure["at_most"]
        if not good:
            missed.append(name)
        peer, sel4 = linux.get(name), figure.get("sel4")
        events = " ".join(f"{count:5.2f}" for count in counters.get(name, []))
        say(f"{name:26}{number(value):>12}{number(figure['at_most']):>12} {' ' if good else '!'} "
            f"{number(peer):>15}{ratio(value, peer) if value else '-':>8}"
            f"{number(sel4):>14}{ratio(value, sel4) if value else '-':>8}   {events}")
    return missed


def ratio_table(figures, pairs):
    """Rows held against the C++ library: both figures, and their ratio."""
    say("")
    say(f"{'row':26}{'capOS':>12}{'C++':>12}{'ratio':>8}{'at most':>9}   per")
    missed = []
    for name, figure in figures.items():
        if figure["unit"] != "ratio":
            continue
        ours, theirs = pairs.get(name, (None, None))
        good = ours is not None and ours / theirs <= figure["at_most"]
        if not good:
            missed.append(name)
        say(f"{name:26}{number(ours):>12}{number(theirs):>12}"
            f"{ratio(ours, theirs) if ours else '-':>8}{figure['at_most']:>9.1f} "
            f"{' ' if good else '!'} {figure['per']}")
    return missed


def write_json(figures, rows, linux, counters, pairs):
    out = []
    for name, figure in figures.items():
        method = figure["work"]
        if name in pairs:
            ours, theirs = pairs[name]
            unit = "instructions per " + figure["per"]
            out += [{"name": name, "system": "capos", "unit": unit, "value": round(ours, 4),
                     "method": method},
                    {"name": name, "system": "c++", "unit": unit, "value": round(theirs, 4),
                     "method": method},
                    {"name": name, "system": "capos/c++", "unit": "ratio",
                     "value": round(ours / theirs, 4), "method": method}]
        if name in rows:
            out.append({"name": name, "system": "capos", "unit": figure["unit"],
                        "value": rows[name], "method": method})
        if name in linux:
            out.append({"name": name, "system": "linux", "unit": figure["unit"],
                        "value": linux[name], "method": linux["method"]})
        if "sel4" in figure:
            out.append({"name": name, "system": "sel4", "unit": figure["unit"],
                        "value": figure["sel4"],
                        "method": f"recorded: {figure['sel4_what']}"})
        if linux.get(name) and name in rows:
            out.append({"name": name, "system": "capos/linux", "unit": "ratio",
                        "value": round(rows[name] / linux[name], 4), "method": method})
        for event, count in zip(("cr3_writes", "wrmsr", "ipis", "xsaves"),
                                counters.get(name, [])):
            out.append({"name": f"{name}.{event}", "system": "capos", "unit": "instructions",
                        "value": count, "method": "executions of that instruction per operation"})
    path = ROOT / "build/bench.json"
    path.write_text(json.dumps(out, indent=1) + "\n")
    say(f"\nwritten: {path.relative_to(ROOT)}")


def judge(missed):
    if missed:
        say(f"bench: over their figure: {', '.join(missed)}")
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-linux", action="store_true")
    parser.add_argument("--only-capnp", action="store_true")
    arguments = parser.parse_args()
    figures = tomllib.loads((ROOT / "bench/rows.toml").read_text())
    pairs = measure_capnp(BUILD / "capnp", say)
    if arguments.only_capnp:
        return judge(ratio_table(figures, pairs))
    rows, counters = program_rows()
    rows |= boot_rows()
    rows |= size_rows()
    linux = {} if arguments.no_linux else measure_linux(BUILD / "linux", say)
    write_json(figures, rows, linux, counters, pairs)
    return judge(table(figures, rows, linux, counters) + ratio_table(figures, pairs))


if __name__ == "__main__":
    sys.exit(main())
