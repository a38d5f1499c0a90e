# SPDX-License-Identifier: MIT
"""Boot packages that tools/mkimage would refuse, for tests of what init refuses."""

import struct
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = 4096

SYSTEM = """@0xe7a9d0b5c3f18246;
using Manifest = import "/manifest.capnp";
const system :Manifest.System = (%s);
"""


def program(name):
    """The file of a program as it goes into images."""
    return (ROOT / f"build/user/{name}.bin").read_bytes()


def description(folder, fields):
    """The binary form of a System written as in systems/core.capnp."""
    source = Path(folder) / "trial.capnp"
    source.write_text(SYSTEM % fields)
    done = subprocess.run(["capnp", "eval", "--no-standard-import", "-Ischema", "-ocanonical",
                           str(source), "system"], cwd=ROOT, capture_output=True, check=True)
    return done.stdout


def package(path, manifest, programs):
    """Writes a package of abi/boot_package.h; programs are (name, bytes), init first."""
    files = [("manifest", manifest), *programs]
    pages = lambda size: (size + PAGE - 1) // PAGE * PAGE
    offset = pages(32 + 48 * len(files))
    header, body = b"", b""
    for name, data in files:
        header += struct.pack("<32sQQ", name.encode(), offset + len(body), len(data))
        body += data.ljust(pages(len(data)), b"\0")
    head = struct.pack("<8sIIQQ", b"cposPKG1", 1, len(files), offset + len(body), 0)
    Path(path).write_bytes((head + header).ljust(offset, b"\0") + body)
    return str(path)


def system(folder, services, programs=("hello",), extra=()):
    """A package of init, these programs and `services`, a list in the schema's language."""
    listed = ["init", *programs, *(name for name, _ in extra)]
    names = ", ".join(f'"{name}"' for name in listed)
    manifest = description(folder, f'name = "trial", programs = [{names}], '
                                   f'services = [{services}]')
    files = [(name, program(name)) for name in ("init", *programs)]
    return package(Path(folder) / "trial.pkg", manifest, files + list(extra))
