# SPDX-License-Identifier: MIT
"""Counts what core/capnp and the C++ library cost for the same work (ours.c, theirs.cc).

valgrind's callgrind counts the instructions of a whole run, those of the C library
included. Each row runs with COUNT and with 2 * COUNT pieces of work, and the difference
by COUNT is one piece: loading the program, reading its file and printing cancel out. The
two programs print a sum of what they did; without equal sums there is no figure.
"""

import re
import subprocess
from pathlib import Path

COUNTS = {"read": 1000, "build": 1000, "copy": 4, "pack": 4, "unpack": 4}
NAMES = {"read": "capnp_read_struct16", "build": "capnp_build_struct16",
         "copy": "capnp_copy_tree", "pack": "capnp_pack", "unpack": "capnp_unpack"}
PER_BYTE = ("pack", "unpack")  # of the unpacked message


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True)


def instructions(program, row, count, data):
    """Of a whole run, and what it printed."""
    done = run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
               program, row, count, data)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1]), done.stdout


def cost(program, row, count, data):
    first, first_sum = instructions(program, row, count, data)
    second, second_sum = instructions(program, row, 2 * count, data)
    return (second - first) / count, (first_sum, second_sum)


def measure_capnp(folder, say):
    """Row to (ours, theirs), in instructions per piece of work or per byte."""
    say("bench: Cap'n Proto, this library and the C++ one")
    folder = Path(folder)
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    run(folder / "ours", "make", data)
    figures = {}
    for row, count in COUNTS.items():
        ours, our_sums = cost(folder / "ours", row, count, data)
        theirs, their_sums = cost(folder / "theirs", row, count, data)
        if our_sums != their_sums:
            raise SystemExit(f"bench: {row}: the two libraries did not do the same")
        divisor = (data / "mixed.bin").stat().st_size if row in PER_BYTE else 1
        figures[NAMES[row]] = (ours / divisor, theirs / divisor)
    return figures
