#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checks schema/*.capnp: what each declaration says about itself (rules.py), that refusals
are those that the source raises (sources.py), and what changed since the last release
(release.py). The rules, for those who write schemas, are in schema/README.md.

    python3 tools/schema_check            checks; prints one line if all is well
    python3 tools/schema_check --changes  lists what changed since the last release
    python3 tools/schema_check --release  writes schema/released.txt anew
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import check_common  # noqa: E402
import facts  # noqa: E402
import model  # noqa: E402
import release  # noqa: E402
import rules  # noqa: E402
import sources  # noqa: E402
from request import SchemaError  # noqa: E402


def arguments(words):
    parser = argparse.ArgumentParser(description="Checks the schemas.")
    parser.add_argument("--root", type=Path, default=HERE.parent.parent)
    parser.add_argument("--changes", action="store_true", help="list changes since the release")
    parser.add_argument("--release", action="store_true", help="write schema/released.txt")
    return parser.parse_args(words)


def is_schema(name):
    return name.endswith(".capnp")


def is_implementation(name):
    """What runs below the interfaces: the kernel, and services in user space."""
    return name.startswith(("kernel/", "services/", "drivers/")) and \
        name.endswith((".c", ".h")) and not name.endswith("_test.c")


def read(root, wanted):
    return {name: (root / name).read_text(errors="replace")
            for name in check_common.files(root) if wanted(name)}


def check(root, schema, checker):
    """Findings as (file, declaration, text), and what changed since the release."""
    findings = [(f"schema/{name}", declaration, text)
                for name, declaration, text in checker.check()]
    findings += rules.check_tree_ids(read(root, is_schema))
    excuses = root / sources.EXCUSES
    findings += sources.check(schema, checker, read(root, is_implementation),
                              excuses.read_text() if excuses.exists() else "")
    changes, more = release.check(root, facts.of(schema, checker))
    return findings + more, changes


def main(words=None):
    options = arguments(words)
    try:
        schema = model.load(options.root / "schema")
    except SchemaError as error:
        print(error)
        return 1
    checker = rules.Checker(schema)
    if options.release:
        wrong = release.write(options.root, facts.of(schema, checker))
        print(wrong or f"{release.RELEASED}: release "
              f"{release.newest_version((options.root / 'CHANGES.md').read_text())}")
        return 1 if wrong else 0
    findings, changes = check(options.root, schema, checker)
    for name, declaration, text in findings:
        print(f"{name}: {declaration}: {text}")
    for change in changes if options.changes else ():
        print(change.line())
    if findings:
        print(f"schema: {len(findings)} findings", file=sys.stderr)
        return 1
    print("  note   " + release.summary(schema, changes, facts.read(
        release.text_of(options.root / release.RELEASED))[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
