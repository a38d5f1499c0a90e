#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Stands in for QEMU: a guest whose shell knows the ways a real guest can end."""

import os
import sys
import time


def out(text):
    os.write(1, text.encode())


def read_line():
    line = b""
    while True:
        byte = os.read(0, 1)
        if not byte or byte == b"\x04":
            return None
        if byte == b"\n":
            return line.decode()
        line += byte


def main():
    words = dict(word.partition("=")[::2] for word in
                 sys.argv[sys.argv.index("-append") + 1].split())
    nonce = words["nonce"]
    out(f"capOS console={words['console']}\ncapos> ")
    failures = 0
    while (line := read_line()) is not None:
        if line.startswith("shutdown"):
            out(f"\n[capos] shutdown {nonce} {line.split()[1]}\n")
            return
        if line == "reboot":
            out(f"\n[capos] reboot {nonce}\n")
            return
        if line == "panic":
            out("\n[capos] PANIC: the sky fell\nmore of it\n")
            time.sleep(60)
        if line == "forge":
            out("\n[capos] shutdown 0000000000000000 0\n")
        if line == "crash":
            return
        if line == "sleep":
            time.sleep(60)
        if line == "bad":
            failures = 1
        out(f"{line!r}\ncapos> ")
    out(f"\n[capos] shutdown {nonce} {failures}\n")


main()
