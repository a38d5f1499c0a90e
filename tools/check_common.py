# SPDX-License-Identifier: MIT
"""What the checkers share: which files there are, and the list of known debt.

A line of tools/debt.txt is "<rule> <file>  # why". A finding that it lists is accepted;
a line that matches no finding must go, and no line may be added, so the list only shrinks.
"""

import argparse
import subprocess
import sys
from pathlib import Path

DEBT = "tools/debt.txt"


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", default=Path(__file__).resolve().parent.parent, type=Path)
    parser.add_argument("--warnings", action="store_true", help="list what is only discouraged")
    return parser.parse_args()


def git(root, *words):
    """Output of git, or None where this is no repository."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def files(root):
    """Every file of the repository, committed or about to be, as paths from the root."""
    listing = git(root, "ls-files", "--cached", "--others", "--exclude-standard")
    if listing is None or not (root / ".git").exists():
        found = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
        names = [str(path) for path in found if path.parts[0] not in ("build", ".git")]
    else:
        names = listing.splitlines()
    return sorted(name for name in set(names) if (root / name).is_file())


class Findings:
    """Collects findings of one checker; knows which are debt."""

    def __init__(self, root, rules):
        self.rules = rules
        self.debt = parse_debt((root / DEBT).read_text() if (root / DEBT).exists() else "")
        self.used = set()
        self.lines = []
        self.root = root

    def add(self, rule, name, line, text):
        if (rule, name) in self.debt:
            self.used.add((rule, name))
        else:
            self.lines.append(f"{name}:{line}: {rule}: {text}")

    def finish(self, what):
        """Prints; returns the exit status."""
        for rule, name in sorted(self.debt - self.used):
            if rule in self.rules:
                self.lines.append(f"{DEBT}: '{rule} {name}' is paid; remove the line")
        for line in self.lines:
            print(line)
        if self.lines:
            print(f"{what}: {len(self.lines)} findings", file=sys.stderr)
        return 1 if self.lines else 0


def parse_debt(text):
    entries = set()
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words:
            entries.add((words[0], words[1]))
    return entries


def debt_growth(root):
    """Lines of the debt file that were not there before: in the last commit, or, when
    nothing changed since, in the one before it."""
    now = parse_debt((root / DEBT).read_text() if (root / DEBT).exists() else "")
    for commit in ("HEAD", "HEAD~1"):
        text = git(root, "show", f"{commit}:{DEBT}")
        if text is None:
            return set()
        before = parse_debt(text)
        if before != now:
            return now - before
    return set()
