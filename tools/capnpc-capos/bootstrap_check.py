#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares bootstrap/schema.capnp.h with what the plugin makes of capnp's own schema.

The plugin reads requests with accessors that it made itself. --write replaces them, after
a change of the generators. Needs /usr/include/capnp/schema.capnp (package libcapnp-dev).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BOOTSTRAP = Path(__file__).resolve().parent / "bootstrap/schema.capnp.h"
PLUGIN = ROOT / "build/tools/capnpc-capos"
SCHEMA = Path("/usr/include/capnp/schema.capnp")


def main():
    if not SCHEMA.exists():
        sys.exit(f"{SCHEMA} is not there: apt-get install libcapnp-dev")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["capnp", "compile", "-I/usr/include", f"--src-prefix={SCHEMA.parent}",
                        f"-o{PLUGIN}:{folder}", SCHEMA], check=True, timeout=60)
        made = (Path(folder) / BOOTSTRAP.name).read_text()
    if sys.argv[1:] == ["--write"]:
        BOOTSTRAP.write_text(made)
    elif made != BOOTSTRAP.read_text():
        sys.exit(f"{BOOTSTRAP.relative_to(ROOT)} is out of date: "
                 f"run tools/capnpc-capos/{Path(__file__).name} --write and make again")


if __name__ == "__main__":
    main()
