#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares bootstrap/ with what the plugin makes of capnp's own schema and of c.capnp.

The plugin reads requests and annotations with accessors that it made itself. --write
replaces them, after a change of the generators. Comments are left out: those of
schema.capnp are of another project. Needs /usr/include/capnp/schema.capnp
(package libcapnp-dev).
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BOOTSTRAP = Path(__file__).resolve().parent / "bootstrap"
PLUGIN = ROOT / "build/tools/capnpc-capos"
SCHEMAS = [Path("/usr/include/capnp/schema.capnp"), ROOT / "schema/c.capnp"]


def without_comments(text):
    """All but the first, which says where the file comes from."""
    end = text.index("*/") + 2
    return text[:end] + re.sub(r"[ \t]*/\*.*?\*/\n", "", text[end:], flags=re.S)


def make(schema, folder):
    """The text of the readers and builders of schema."""
    subprocess.run(["capnp", "compile", "--no-standard-import", "-I/usr/include",
                    f"--src-prefix={schema.parent}", f"-o{PLUGIN}:{folder}", schema],
                   check=True, timeout=60)
    return without_comments((Path(folder) / f"{schema.name}.h").read_text())


def main():
    for schema in SCHEMAS:
        if not schema.exists():
            sys.exit(f"{schema} is not there: apt-get install libcapnp-dev")
        committed = BOOTSTRAP / f"{schema.name}.h"
        with tempfile.TemporaryDirectory() as folder:
            made = make(schema, folder)
        if sys.argv[1:] == ["--write"]:
            committed.write_text(made)
        elif made != committed.read_text():
            sys.exit(f"{committed.relative_to(ROOT)} is out of date: "
                     f"run tools/capnpc-capos/{Path(__file__).name} --write and make again")


if __name__ == "__main__":
    main()
