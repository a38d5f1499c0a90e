# SPDX-License-Identifier: MIT
"""Measures Debian's cloud kernel with bench/linux/init.c, once per kernel version.

The result is cached in build/bench/linux/; delete that folder to measure again.
Mitigations are off, which favours Linux.
"""

import json
import os
import re
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ["musl-tools", "cpio", "binutils", "gcc"]
METHOD = ("median of 15 samples, Debian {release}, mitigations=off, "
          "same QEMU flags as capOS (bench/linux/init.c)")
QEMU = ["qemu-system-x86_64", "-M", "q35", "-cpu", "max,-erms,-fsrm", "-smp", "1",
        "-accel", "tcg", "-icount", "shift=0,sleep=off,align=off", "-seed", "1",
        "-rtc", "base=2026-01-01T00:00:00,clock=vm", "-nodefaults", "-no-user-config",
        "-display", "none", "-no-reboot", "-serial", "stdio"]
COMMAND_LINE = ("console=ttyS0 quiet loglevel=1 panic=-1 tsc=reliable clocksource=tsc "
                "mitigations=off")
BOOT_TIMEOUT_S = 500


def run(*command, **options):
    return subprocess.run(command, check=True, **options)


def need_packages(say):
    missing = [name for name in PACKAGES
               if subprocess.run(["dpkg-query", "-W", name], capture_output=True).returncode]
    if not missing:
        return
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        raise SystemExit("bench: the Linux peer needs packages. Type this as root:\n    "
                         + " ".join(install))
    say(f"bench: installing {' '.join(missing)}")
    run(*install, stdout=subprocess.DEVNULL)


def newest_package():
    depends = run("apt-cache", "depends", "linux-image-cloud-amd64", capture_output=True,
                  text=True).stdout
    name = re.search(r"Depends: (\S+)", depends)[1]
    policy = run("apt-cache", "policy", name, capture_output=True, text=True).stdout
    return name, re.search(r"Candidate: (\S+)", policy)[1]


def build(folder, package):
    """vmlinuz from the Debian package, and an initramfs of init and tiny."""
    run("musl-gcc", "-static", "-O2", "-idirafter", "/usr/include", "-idirafter",
        "/usr/include/x86_64-linux-gnu", HERE / "init.c", "-o", folder / "init")
    run("gcc", "-static", "-nostdlib", "-no-pie", "-Wl,--build-id=none", HERE / "tiny.S",
        "-o", folder / "tiny")
    run("gcc", "-m32", "-c", HERE / "floor.S", "-o", folder / "floor.o")
    run("ld", "-m", "elf_i386", "-Ttext", "0x101000", "--section-start=.multiboot=0x100000",
        folder / "floor.o", "-o", folder / "floor.elf")
    run("strip", folder / "init", folder / "tiny")
    (folder / "initrd").write_bytes(
        run("cpio", "--quiet", "-o", "-H", "newc", "--reproducible", "-R", "0:0", cwd=folder,
            input=b"init\ntiny\n", capture_output=True).stdout)
    if not (folder / "vmlinuz").exists():
        run("apt-get", "-q", "download", package, cwd=folder, stdout=subprocess.DEVNULL)
        run("dpkg-deb", "-x", next(folder.glob(f"{package}_*.deb")), folder / "deb")
        next((folder / "deb/boot").glob("vmlinuz-*")).rename(folder / "vmlinuz")


def boot(folder, mem=512, arguments=""):
    command = [*QEMU, "-m", str(mem), "-kernel", folder / "vmlinuz", "-initrd", folder / "initrd",
               "-append", f"{COMMAND_LINE} {arguments}"]
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=BOOT_TIMEOUT_S).stdout
    except subprocess.TimeoutExpired:
        return ""


def firmware_floor(folder):
    result = subprocess.run([*QEMU, "-m", "512", "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
                             "-kernel", folder / "floor.elf"], stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, timeout=60)
    return int(result.stdout.split()[-1], 16)


def smallest_memory(folder, say):
    low, high = 16, 160
    while high - low > 1:
        middle = (low + high) // 2
        say(f"bench: Linux, does it boot with {middle} MiB?")
        if "FIRST" in boot(folder, middle, "-- boot"):
            high = middle
        else:
            low = middle
    return high


def measure(folder, package, version, say):
    say(f"bench: Linux {version}, once (some minutes)")
    build(folder, package)
    text = boot(folder)
    rows = {}
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["ROW"]:
            rows[words[1]] = float(words[3])
        elif words[:1] == ["FIRST"]:
            rows["boot_first_user"] = int(words[1]) - firmware_floor(folder)
    if "DONE" not in text or abs(rows["two_instructions"] - 2) > 0.01:
        raise SystemExit(f"bench: the Linux run did not come to its end:\n{text[-2000:]}")
    rows["core_image_bytes"] = ((folder / "vmlinuz").stat().st_size
                                + (folder / "initrd").stat().st_size)
    rows["core_min_ram_mib"] = smallest_memory(folder, say)
    rows["method"] = METHOD.format(release=version)
    return rows


def measure_linux(folder, say):
    need_packages(say)
    package, version = newest_package()
    folder.mkdir(parents=True, exist_ok=True)
    cache = folder / f"{package}_{version.replace(':', '_')}.json"
    if not cache.exists():
        cache.write_text(json.dumps(measure(folder, package, version, say), indent=1))
    return json.loads(cache.read_text())
