#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Fetches the programs of `make prove`, the bounded model checker cbmc and the solver
kissat, into a folder under build/.

Debian 12 has no packages of them, the next release has. Where that is on this computer's
mirror follows from apt's own configuration: its lines for this release, with the other
release's name. apt checks the archive's signature and gets its files into build/, with
lists and a state of its own; nothing is installed. The programs are pinned by version and
hash. The libraries that they are run with, by that release's own loader, are what the
release has today: it replaces them at each of its updates.

    tools/fetch_cbmc.py FOLDER     then FOLDER/cbmc and FOLDER/kissat are there, or a
                                   message says why not
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

RELEASE = "trixie"
PROGRAMS = {  # version and hash of the package
    "cbmc": ("6.6.0-4", "02560859a17049c976961c232c4fc58f0747b57f9b751a466b1f368a438b0e41"),
    "kissat": ("4.0.2-1", "fe9f41fdac1913b0f103aef04818d7bc3c8f41edb5eb45a66cfd6c1bcb977ca6"),
}
LIBRARIES = ["libc6", "libgcc-s1", "libstdc++6", "minisat", "zlib1g"]

WRAPPER = """#!/bin/sh
# Made by tools/fetch_cbmc.py.
usr=$(dirname "$0")/unpacked/usr
exec "$usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" \\
\t--library-path "$usr/lib/x86_64-linux-gnu:$usr/lib" "$usr/bin/{program}" "$@"
"""


class Unavailable(Exception):
    """The programs cannot be had here; the text says why."""


def codename(os_release=Path("/etc/os-release")):
    found = re.search(r"^VERSION_CODENAME=(\S+)$", os_release.read_text(), re.MULTILINE)
    if not found:
        raise Unavailable("this system does not say which Debian release it is")
    return found[1]


def one_line_entries(text):
    """(signed-by, address, suites) of each deb line."""
    for line in text.splitlines():
        found = re.match(r"deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+\S", line)
        if found:
            key = re.search(r"signed-by=(\S+)", found[1] or "")
            yield key[1] if key else "", found[2], [found[3]]


def stanza_entries(text):
    """The same of each stanza of a .sources file."""
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    for stanza in re.split(r"\n\s*\n", text):
        fields = {name.lower(): value.split() for name, value in
                  re.findall(r"^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)", stanza, re.MULTILINE)}
        if "deb" not in fields.get("types", []) or fields.get("enabled") == ["no"]:
            continue
        key = fields.get("signed-by", [""])
        for address in fields.get("uris", []):
            # A key inside the file itself is left to apt's own trusted ones.
            yield key[0] if key[0].startswith("/") else "", address, fields.get("suites", [])


def release_source(folder=Path("/etc/apt"), name=None):
    """The deb line for RELEASE, from the first line that this computer has for its own."""
    name = name or codename()
    entries = []
    for file in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        if file.suffix == ".list" and file.is_file():
            entries += one_line_entries(file.read_text())
        elif file.suffix == ".sources":
            entries += stanza_entries(file.read_text())
    for key, address, suites in entries:
        if name in suites:
            return f"deb {f'[signed-by={key}] ' if key else ''}{address} {RELEASE} main\n"
    raise Unavailable(f"apt has no line for the release {name} to derive {RELEASE}'s from")


class Apt:
    """apt with everything it reads and writes in a folder of ours."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("lists/partial", "cache/archives/partial", "debs"):
            (folder / name).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text(release_source())
        self.options = [f"-o{name}={value}" for name, value in {
            "Dir::Etc::SourceList": folder / "sources.list", "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null", "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::State": folder, "Dir::State::lists": folder / "lists",
            "Dir::State::status": folder / "status", "Dir::Cache": folder / "cache",
            "Acquire::Languages": "none", "APT::Sandbox::User": "root"}.items()]

    def run(self, what, *arguments):
        result = subprocess.run(["apt-get", "-q", *self.options, *arguments],
                                cwd=self.folder / "debs", capture_output=True, text=True,
                                stdin=subprocess.DEVNULL)
        if result.returncode != 0:
            lines = (result.stdout + result.stderr).strip().splitlines()[-3:]
            raise Unavailable("\n    ".join([f"{what}: apt-get said:", *lines]))


def unpack(package, folder):
    name = package.name.split("_")[0]
    if name in PROGRAMS:
        found = hashlib.sha256(package.read_bytes()).hexdigest()
        if found != PROGRAMS[name][1]:
            raise Unavailable(f"{package.name} has the hash {found}, not {PROGRAMS[name][1]}")
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)


def fetch(folder):
    if all((folder / program).exists() for program in PROGRAMS):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    apt = Apt(folder / "apt")
    apt.run(f"cannot read the package lists of {RELEASE}", "update")
    pinned = [f"{program}={version}" for program, (version, _) in PROGRAMS.items()]
    apt.run(f"cannot get {', '.join(pinned)} and their libraries",
            "download", *pinned, *LIBRARIES)
    for package in sorted((folder / "apt/debs").glob("*.deb")):
        unpack(package, folder / "unpacked")
    shutil.rmtree(folder / "apt")
    for program in PROGRAMS:
        new = folder / f"{program}.new"
        new.write_text(WRAPPER.replace("{program}", program))
        new.chmod(0o755)
        subprocess.run([new, "--version"], check=True, stdout=subprocess.DEVNULL)
        new.rename(folder / program)


def main():
    folder = Path(sys.argv[1]).resolve()
    try:
        fetch(folder)
    except (Unavailable, OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"fetch_cbmc: there are no proofs without cbmc: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
