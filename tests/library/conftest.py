# SPDX-License-Identifier: MIT
"""What the tests of the installed library share: an installation in a temporary folder, and
programs that are compiled with nothing but what pkg-config says about it."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
COMPILER = "clang-19"


def run(command, **options):
    return subprocess.run([str(word) for word in command], check=False, capture_output=True,
                          timeout=100, **options)


def must(command, **options):
    done = run(command, **options)
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
    return done.stdout


class Installed:
    """The library under a prefix, seen from outside the repository."""

    def __init__(self, root, prefix):
        self.root = root
        self.prefix = root / prefix.lstrip("/")
        self.environment = {
            "PATH": f"{self.prefix}/bin:{os.environ['PATH']}", "LC_ALL": "C",
            "PKG_CONFIG_PATH": str(self.prefix / "lib/pkgconfig")}

    def make(self, target, **variables):
        words = [f"{key}={value}" for key, value in variables.items()]
        return must(["make", "-C", ROOT, target, *words], stdin=subprocess.DEVNULL)

    def config(self, *words):
        return must(["pkg-config", *words, "capos-capnp"],
                    env=self.environment).decode().split()

    def files(self):
        return sorted(str(path.relative_to(self.prefix))
                      for path in self.prefix.rglob("*") if path.is_file())

    def generate(self, folder, *schemas):
        must(["capnp", "compile", f"-I{self.config('--variable=schemadir')[0]}", "-ocapos",
              *schemas], cwd=folder, env=self.environment)

    def compile(self, folder, *words):
        """The finished compiler, run in `folder`: C23, and the library's own flags."""
        return run([COMPILER, "-std=c23", *words, *self.config("--cflags", "--libs")],
                   cwd=folder, env=self.environment)


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    made = Installed(tmp_path_factory.mktemp("installed"), "/opt/elsewhere")
    made.make("install-capnp", DESTDIR=made.root, PREFIX="/opt/elsewhere")
    return made
