# SPDX-License-Identifier: MIT
"""Where the proofs' programs come from follows from apt's configuration, in either form."""

import pytest

from tools import fetch_cbmc


def configure(folder, name, text):
    (folder / "sources.list.d").mkdir(exist_ok=True)
    (folder / name).write_text(text)


def test_a_line_of_this_release_gives_the_line_of_the_other(tmp_path):
    configure(tmp_path, "sources.list",
              "# deb mirror:/old bookworm main\n"
              "deb [arch=amd64 signed-by=/key.gpg] mirror:/debian bookworm main contrib\n")
    assert fetch_cbmc.release_source(tmp_path, "bookworm") == \
        "deb [signed-by=/key.gpg] mirror:/debian trixie main\n"


def test_a_stanza_does_too_and_updates_alone_do_not(tmp_path):
    configure(tmp_path, "sources.list.d/debian.sources",
              "Types: deb\nURIs: mirror:/security\nSuites: bookworm-security\n"
              "Components: main\n\n"
              "# the next one\nTypes: deb\nURIs: mirror:/debian\n"
              "Suites: bookworm bookworm-updates\nComponents: main\nSigned-By: /key.gpg\n")
    assert fetch_cbmc.release_source(tmp_path, "bookworm") == \
        "deb [signed-by=/key.gpg] mirror:/debian trixie main\n"


def test_without_such_a_line_a_message_says_so(tmp_path):
    configure(tmp_path, "sources.list", "deb mirror:/debian sid main\n")
    with pytest.raises(fetch_cbmc.Unavailable, match="bookworm"):
        fetch_cbmc.release_source(tmp_path, "bookworm")
