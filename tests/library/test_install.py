# SPDX-License-Identifier: MIT
"""make install-capnp gives a Linux program all it needs, anywhere; uninstall takes it back."""

import shutil

import pytest

from conftest import ROOT, Installed, must, run

STRICT = ["-Weverything", "-Werror",
          # These say that it is C23, or which machine it is for.
          "-Wno-pre-c23-compat", "-Wno-declaration-after-statement", "-Wno-padded",
          "-Wno-unsafe-buffer-usage",
          "-Wno-unused-command-line-argument"]
HEADERS = sorted(path.relative_to(ROOT) for path in ROOT.glob("core/capnp/*.h")
                 if path.name not in ("method.h", "builder_room.h")
                 and not path.name.endswith("_private.h"))


def test_what_is_installed(installed):
    files = installed.files()
    for name in ("bin/capnpc-capos", "lib/libcapos-capnp.a", "lib/pkgconfig/capos-capnp.pc",
                 "include/capos-capnp/c.capnp", "include/capos-capnp/core/capnp/reader.h",
                 "share/doc/capos-capnp/LICENSE", "share/doc/capos-capnp/capnp-library.md"):
        assert name in files
    assert [name for name in files if name.endswith(".h")] == sorted(
        f"include/capos-capnp/{header}" for header in HEADERS)


def test_the_library_and_its_headers_follow_the_folder(installed, tmp_path):
    """Whoever moves the folder needs to change nothing: a package, a home, a container."""
    moved = Installed(tmp_path, "moved")
    shutil.copytree(installed.prefix, moved.prefix)
    flags = moved.config("--cflags", "--libs")
    assert str(moved.prefix) in " ".join(flags) and str(installed.root) not in " ".join(flags)
    (tmp_path / "t.c").write_text('#include "core/capnp/reader.h"\n'
                                  "int main(void) { return capnp_error_text(0) == nullptr; }\n")
    done = moved.compile(tmp_path, "t.c", "-o", "t")
    assert done.returncode == 0, done.stderr.decode()
    assert run([tmp_path / "t"]).returncode == 0


def test_the_version_is_that_of_the_newest_release(installed):
    headings = [line.split()[1] for line in (ROOT / "CHANGES.md").read_text().splitlines()
                if line.startswith("## ") and line[3].isdigit()]
    assert installed.config("--modversion") == headings[:1]


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_a_header_stands_alone_under_every_warning(installed, tmp_path, header):
    (tmp_path / "t.c").write_text(f'#include "{header}"\n#include "{header}"\n')
    done = installed.compile(tmp_path, "-fsyntax-only", *STRICT, "t.c")
    assert done.returncode == 0, done.stderr.decode()


def test_no_header_needs_the_rest_of_the_repository(installed):
    for header in HEADERS:
        text = (installed.prefix / "include/capos-capnp" / header).read_text()
        for line in text.splitlines():
            if line.startswith("#include"):
                assert line.split()[1].startswith(('"core/capnp/', "<std")), (header, line)


def test_the_library_needs_nothing_but_the_c_library(installed):
    """Only copying and comparing of memory, which every C implementation has; no allocation."""
    names = must(["llvm-nm-19", "--undefined-only", installed.prefix / "lib/libcapos-capnp.a"]).decode()
    wanted = {line.split()[-1] for line in names.splitlines() if " U " in line}
    outside = {name for name in wanted if not name.startswith("capnp_")}
    assert outside <= {"memcpy", "memset", "memmove", "memcmp", "bcmp", "strlen"}, outside


def test_uninstall_takes_back_what_install_put_there_and_no_more(tmp_path):
    place = Installed(tmp_path, "/usr")
    other = place.prefix / "include/other.h"
    other.parent.mkdir(parents=True)
    other.write_text("")
    place.make("install-capnp", DESTDIR=tmp_path, PREFIX="/usr")
    assert len(place.files()) > 10
    place.make("uninstall-capnp", DESTDIR=tmp_path, PREFIX="/usr")
    assert place.files() == ["include/other.h"]
    assert not (place.prefix / "include/capos-capnp").exists()
    assert not (place.prefix / "share/doc/capos-capnp").exists()


def test_a_schema_may_import_the_annotations(installed, tmp_path):
    (tmp_path / "shape.capnp").write_text(
        '@0xbe1f7c2a5d9043e7;\nusing C = import "/c.capnp";\n'
        'struct Shape $C.name("Form") { width @0 :UInt32 = 7; }\n')
    installed.generate(tmp_path, "shape.capnp")
    (tmp_path / "t.c").write_text(
        '#include "shape.capnp.h"\nint main(void)\n{\n\tstruct form none = { 0 };\n\n'
        "\treturn form_get_width(none) != 7;\n}\n")
    done = installed.compile(tmp_path, "-Wall", "-Wextra", "-Werror", "t.c", "-o", "t")
    assert done.returncode == 0, done.stderr.decode()
    assert run([tmp_path / "t"]).returncode == 0
