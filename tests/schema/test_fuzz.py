# SPDX-License-Identifier: MIT
"""Builds the fuzzer of the message reader and lets it run for a few seconds."""

from conftest import CORE_CAPNP, ROOT, compile_flags, generate, must

SECONDS = 4


def test_hostile_bytes_find_nothing_in_a_short_run(tmp_path):
    here = ROOT / "tests/schema"
    out = tmp_path / "out"
    assert generate(out / "gen", here / "features.capnp", prefix=here).returncode == 0
    must([*compile_flags(out), "-g", "-O1", "-fsanitize=fuzzer,address,undefined",
          "-fno-sanitize-recover=all", ROOT / "tests/fuzz/capnp_reader.c",
          out / "gen/features.reflect.c", out / "gen/reflect_registry.c",
          *CORE_CAPNP,
          "-o", tmp_path / "fuzzer"])
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for i, text in enumerate(["(text = \"abc\", points = [(x = 1), (y = 2)])",
                              "(matrix = [[1, 2], []], choice = (third = [()]))",
                              "(self = (self = ()), voids = [void], cloud = [[()]])"]):
        (corpus / str(i)).write_bytes(must(
            ["capnp", "convert", "text:flat", here / "features.capnp", "Everything"],
            input=text.encode()))
    must([tmp_path / "fuzzer", "-max_len=512", f"-max_total_time={SECONDS}",
          f"-artifact_prefix={tmp_path}/", corpus])
