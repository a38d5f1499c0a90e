# SPDX-License-Identifier: MIT
"""Each rule of tools/schema_check is shown to fail: small schemas that keep every rule pass,
and the same with one planted fault do not, for the reason that was planted. Each class of
change against a release is shown with changes that belong to it."""

import contextlib
import importlib.util
import io
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def load_tool():
    """tools/schema_check as a module: a process for each of some hundred runs is slow."""
    spec = importlib.util.spec_from_file_location("schema_check",
                                                  ROOT / "tools/schema_check/__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()

STATUS = """\
@0xc8ec9840f9b439fd;

enum Rule {
  # Why. Transport rules, which no method need list: none, badEntry.

  none @0;
  # Nothing.
  badEntry @1;
  # The entry is wrong.
  sizeLimit @2;
  # Too large.
  ledgerSlots @3;
  # No slot.
  busyNow @4;
  # In use.
}

enum ExceptionType {
  # Which.

  failed @0;
  # It cannot be done.
}
"""

LAMP = """\
@0xe0f5ae8f87e7b8a1;

struct Shade {
  # A colour: red, and an alpha.

  red @0 :UInt8;
  alpha @1 :Float32 = 1.0;
  names @2 :List(Text) = ["one", "two"];
  # In languages.
  kind :union {
    # What kind.
    plain @3 :Void;
    # No pattern.
    striped :group {
      # Stripes.
      widths @4 :List(UInt8) = [1, 2];
      # In millimetres.
      angle @5 :UInt16;
      # In degrees.
    }
  }
}

enum Mood {
  # How it is.

  calm @0;
  # Quiet.
  wild @1;
  # Not quiet.
}

const evening :Shade = (red = 7);
# What is set at six.

annotation room @0x8e4b8f1a0a4fd3d2 (struct, interface) :Text;
# Where.

interface Lamp {
  # A lamp.

  set @0 (shade :Shade, levelPercent :UInt8) -> (tookNs :UInt64);
  # Sets shade and levelPercent; it took tookNs. Limits: levelPercent at most 100 percent.
  # Constant cost. Idempotent. Refused: sizeLimit (above 100), busyNow. Raises: failed.

  label @1 (text :Text, offset :UInt32) -> (next :UInt32);
  # Writes text at offset (a position); next is the position behind it.
  # Limits: text 1 to 2 KiB. Cost grows with text. Not idempotent. Refused: as set.

  share @2 () -> (twin :Lamp);
  # Another hand on the lamp: twin. Constant cost. Idempotent. Refused: ledgerSlots.

  mood @3 () -> (mood :Mood);
  # The mood it is in. Constant cost. Idempotent. Never refused.
}

interface Dimmer extends(Lamp) {
  # Sets lamps.

  set @0 (shade :Shade, levelPercent :UInt8) -> (tookNs :UInt64);
  # As Lamp.set.
}
"""

SOURCE = """\
/* SPDX-License-Identifier: MIT */
/* RULE_LEDGER_SLOTS in a comment is no refusal. */
static status_t refuse(struct call *call)
{
	return call_raise(call, EXCEPTION_TYPE_FAILED, RULE_SIZE_LIMIT, 101);
}

static status_t check_level(struct call *call, int level)
{
	if (level > 100)
		return refuse(call);
	return call_refuse(call, CAPOS_ERR_BAD_ENTRY, RULE_BAD_ENTRY, 0);
}

static status_t method_set(void *self, struct call *call)
{
	if (((struct lamp *)self)->busy)
		return call_raise(call, EXCEPTION_TYPE_FAILED, RULE_BUSY_NOW, 0);
	return check_level(call, 7);
}

static status_t method_share(void *self, struct call *call)
{
	return call_raise_short(call, CAPOS_ERR_NO_LEDGER, LEDGER_CAP_SLOTS);
}

static status_t method_mood(void *self, struct call *call)
{
	switch (rule_of(self)) {
	case RULE_SIZE_LIMIT:
		return 1;
	}
	return rule_of(self) == RULE_BUSY_NOW;
}

LAMP_METHOD_TABLE(lamp_table, method_set, method_set, method_share, method_mood);
"""

CHANGES = "# Changes\n\n## Unreleased\n\n## 1.2.0\n\n- All of it.\n"


class Tree:
    """A small repository with schemas, a source that implements one, and a release."""

    def __init__(self, root):
        self.root = root

    def fill(self):
        self.write("schema/status.capnp", STATUS)
        self.write("schema/lamp.capnp", LAMP)
        self.write("kernel/obj/lamp.c", SOURCE)
        self.write("CHANGES.md", CHANGES)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def replace(self, name, before, after):
        text = (self.root / name).read_text()
        assert text.count(before) >= 1, before
        self.write(name, text.replace(before, after, 1))

    def run(self, *options):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = TOOL.main(["--root", str(self.root), *options])
        return status, output.getvalue()

    def release(self):
        status, output = self.run("--release")
        assert status == 0, output

    def look(self):
        """Findings, and the lines that class a change."""
        status, output = self.run("--changes")
        classed = ("compatible ", "breaking: ")
        changes = [line for line in output.splitlines() if line.startswith(classed)]
        findings = [line for line in output.splitlines() if status and not line.startswith(classed)]
        assert status == (1 if findings else 0)
        return findings, changes

    def findings(self):
        return self.look()[0]

    def changes(self):
        return self.look()[1]


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    made = Tree(tmp_path_factory.mktemp("released"))
    made.fill()
    made.release()
    return made


@pytest.fixture
def tree(released, tmp_path):
    shutil.copytree(released.root, tmp_path, dirs_exist_ok=True)
    return Tree(tmp_path)


def test_schemas_that_keep_every_rule_pass(tree):
    assert tree.findings() == []
    assert "2 files, 5 methods; since 1.2.0: 0 compatible" in tree.run()[1]


# promise: (what to replace in lamp.capnp, by what, the declaration named, the reason given)
COMMENT_FAULTS = {
    "a method has a comment":
        ("  # The mood it is in. Constant cost. Idempotent. Never refused.\n", "",
         "lamp.Lamp.mood", "has no comment"),
    "a comment says something":
        ("The mood it is in. Constant", "Constant", "lamp.Lamp.mood",
         "nothing is said about what it does"),
    "a struct has a comment":
        ("  # A colour: red, and an alpha.\n", "", "lamp.Shade", "has no comment"),
    "a field has a comment, or its struct mentions it":
        ("A colour: red, and", "A colour and", "lamp.Shade.red", "has no comment"),
    "a field of a group has a comment":
        ("      # In degrees.\n", "", "lamp.Shade.kind.striped.angle", "has no comment"),
    "an enumerant has a comment":
        ("  # Not quiet.\n", "", "lamp.Mood.wild", "has no comment"),
    "a constant has a comment":
        ("# What is set at six.\n", "", "lamp.evening", "has no comment"),
    "an annotation has a comment":
        ("# Where.\n", "", "lamp.room", "has no comment"),
    "every parameter is mentioned":
        ("Sets shade and", "Sets it and", "lamp.Lamp.set", "parameter shade is not mentioned"),
    "every result is mentioned":
        ("it took tookNs.", "it takes time.", "lamp.Lamp.set", "result tookNs is not mentioned"),
    "a mention is a whole word":
        ("it took tookNs.", "it tookNsAll.", "lamp.Lamp.set", "result tookNs is not mentioned"),
    "the limits alone do not mention a parameter":
        ("Sets shade and levelPercent;", "Sets shade;", "lamp.Lamp.set",
         "parameter levelPercent is not mentioned"),
    "a number has a unit or is explained":
        ("at offset (a position)", "at offset", "lamp.Lamp.label",
         "parameter offset is a number without a unit"),
    "a quantity has a limit":
        (" Limits: levelPercent at most 100 percent.", "", "lamp.Lamp.set",
         "no limit of parameter levelPercent"),
    "a text has a limit":
        ("Limits: text 1 to 2 KiB. ", "", "lamp.Lamp.label", "no limit of parameter text"),
    "a limit is one of the known forms":
        ("text 1 to 2 KiB", "text short", "lamp.Lamp.label", '"text short" is no limit'),
    "a limit is of something there":
        ("text 1 to 2 KiB", "text any, colour any", "lamp.Lamp.label", "a limit of colour"),
    "a cost class is stated":
        ("Cost grows with text. ", "", "lamp.Lamp.label", "no cost"),
    "idempotence is stated":
        ("Not idempotent. ", "", "lamp.Lamp.label", "no idempotence"),
    "refusals are stated":
        (" Refused: as set.", "", "lamp.Lamp.label", "no refusals"),
    "a refusal is a rule":
        ("busyNow. Raises", "busyThen. Raises", "lamp.Lamp.set", "busyThen is no rule"),
    "a refusal is listed once":
        ("busyNow. Raises", "busyNow, busyNow. Raises", "lamp.Lamp.set", "busyNow is listed twice"),
    "what is raised is an exception":
        ("Raises: failed.", "Raises: sizeLimit.", "lamp.Lamp.set", "sizeLimit is no exception"),
    "a method that is referred to exists":
        ("Refused: as set.", "Refused: as put.", "lamp.Lamp.label", '"as put": there is no such'),
    "the fixed sentences keep their order":
        ("Constant cost. Idempotent. Never", "Idempotent. Constant cost. Never", "lamp.Lamp.mood",
         "cost stand after idempotence"),
    "nothing stands among the fixed sentences":
        ("Constant cost. Idempotent. Never", "Constant cost. Mostly. Idempotent. Never",
         "lamp.Lamp.mood", 'words stand after "Constant cost."'),
    "nothing is stated twice":
        ("Idempotent. Never", "Idempotent. Not idempotent. Never", "lamp.Lamp.mood",
         "idempotence are stated twice"),
    "the last sentence ends":
        ("Refused: as set.", "Refused: as set", "lamp.Lamp.label", "does not end in a full stop"),
    "a method that returns a capability may lack a slot":
        ("twin. Constant cost. Idempotent. Refused: ledgerSlots.",
         "twin. Constant cost. Idempotent. Never refused.", "lamp.Lamp.share",
         "returns a capability and does not list ledgerSlots"),
    "a whole comment is that of a method there is":
        ("# As Lamp.set.", "# As Lamp.put.", "lamp.Dimmer.set", "no such other method"),
    "a whole comment is not the method's own":
        ("# As Lamp.set.", "# As Dimmer.set.", "lamp.Dimmer.set", "no such other method"),
    "a whole comment is that of a method with these parameters":
        ("  set @0 (shade :Shade, levelPercent :UInt8) -> (tookNs :UInt64);\n  # As",
         "  set @0 (shade :Shade, brightness :UInt8) -> (tookNs :UInt64);\n  # As",
         "lamp.Dimmer.set", "parameter brightness: lamp.Lamp.set has none of this name"),
}


@pytest.mark.parametrize("promise", COMMENT_FAULTS)
def test_comments(tree, promise):
    before, after, declaration, reason = COMMENT_FAULTS[promise]
    tree.replace("schema/lamp.capnp", before, after)
    assert any(line.startswith(f"schema/lamp.capnp: {declaration}: ") and reason in line
               for line in tree.findings()), tree.findings()


def test_every_rule_is_listed_by_a_method_or_a_transport_rule(tree):
    tree.replace("schema/status.capnp", "busyNow @4;\n", "busyNow @4;\n  # In use.\n  coldNow @5;\n")
    tree.replace("schema/status.capnp", "none, badEntry", "none, badEntry, gone")
    assert [line for line in tree.findings() if "status" in line] == [
        "schema/status.capnp: status.Rule: gone of the transport rules is no rule",
        "schema/status.capnp: status.Rule.coldNow: no method lists it, and it is not among "
        "the transport rules"]


def test_what_the_compiler_refuses_is_reported_as_it_says_it(tree):
    for before, after, reason in (
            ("wild @1", "wild @2", "Skipped ordinal @1"),
            ("mood @3 ()", "mood @4 ()", "Skipped ordinal @3"),
            ("annotation room @0x8e4b8f1a0a4fd3d2", "annotation room @0xe0f5ae8f87e7b8a1",
             "Duplicate ID")):
        tree.write("schema/lamp.capnp", LAMP.replace(before, after))
        status, output = tree.run()
        assert (status, reason in output, "lamp.capnp" in output) == (1, True, True), output


def test_ids_are_unique_in_the_tree(tree):
    tree.write("systems/one.capnp", "@0xe0f5ae8f87e7b8a1;\n")
    assert tree.findings() == ["systems/one.capnp: line 1: id 0xe0f5ae8f87e7b8a1 is that of "
                               "schema/lamp.capnp"]
    tree.write("systems/one.capnp", "@0xe0f5ae8f87e7b8a2;\n# not @0xe0f5ae8f87e7b8a1\n")
    assert tree.findings() == []


def test_tests_may_hold_two_versions_of_a_schema_of_their_own(tree):
    for name in ("old", "new"):
        tree.write(f"tests/{name}.capnp", "@0xe0f5ae8f87e7b8aa;\n")
    assert tree.findings() == []
    tree.write("tests/new.capnp", "@0xc8ec9840f9b439fd;\n")
    assert tree.findings() == ["tests/new.capnp: line 1: id 0xc8ec9840f9b439fd is that of "
                               "schema/status.capnp"]


# promise: (replacements in lamp.c, replacements in lamp.capnp, a finding)
SOURCE_FAULTS = {
    "a refusal in the method is documented":
        ([], [(", busyNow. Raises", ". Raises")],
         "lamp.Lamp.set: kernel/obj/lamp.c: method_set raises busyNow, which is not documented"),
    "a refusal in what the method calls is documented":
        ([], [("sizeLimit (above 100), ", "")],
         "lamp.Lamp.set: kernel/obj/lamp.c: refuse raises sizeLimit, which is not documented"),
    "a refusal by a ledger is documented":
        ([("call_raise_short(call, CAPOS_ERR_NO_LEDGER", "call_raise_short(call, status")], [],
         "lamp.Lamp.share: kernel/obj/lamp.c: method_share raises machineMemory"),
    "what is documented is raised":
        ([("RULE_BUSY_NOW, 0", "RULE_SIZE_LIMIT, 0")], [],
         "lamp.Lamp.set: documents busyNow, which nothing that it calls raises"),
    "what is documented is raised by this method":
        ([], [("Idempotent. Never refused.", "Idempotent. Refused: busyNow.")],
         "lamp.Lamp.mood: documents busyNow, which nothing that it calls raises"),
    "what a callback raises is documented by some method":
        ([("LAMP_METHOD_TABLE", "static void expired(void)\n{\n\traise(RULE_COLD_NOW);\n}\n\n"
                                "LAMP_METHOD_TABLE")], [],
         "kernel/obj/lamp.c: expired: raises coldNow, which no method of its interfaces"),
}


@pytest.mark.parametrize("promise", SOURCE_FAULTS)
def test_sources(tree, promise):
    in_source, in_schema, reason = SOURCE_FAULTS[promise]
    for before, after in in_source:
        tree.replace("kernel/obj/lamp.c", before, after)
    for before, after in in_schema:
        tree.replace("schema/lamp.capnp", before, after)
    assert any(reason in line for line in tree.findings()), tree.findings()


def test_a_callback_may_raise_what_a_method_documents(tree):
    tree.replace("kernel/obj/lamp.c", "LAMP_METHOD_TABLE",
                 "static void expired(void)\n{\n\traise(RULE_BUSY_NOW);\n}\n\nLAMP_METHOD_TABLE")
    assert tree.findings() == []


def test_an_excuse_serves_while_it_is_needed(tree):
    tree.replace("kernel/obj/lamp.c", "\treturn call_raise_short",
                 "\tif (never)\n\t\tcheck_level(call, 1);\n\treturn call_raise_short")
    assert any("share: kernel/obj/lamp.c: refuse raises sizeLimit" in line
               for line in tree.findings())
    tree.write("tools/schema_check/excuses.txt", "lamp.Lamp.share sizeLimit  # it is always 1\n")
    assert tree.findings() == []
    tree.write("kernel/obj/lamp.c", SOURCE)
    assert tree.findings() == ["tools/schema_check/excuses.txt: lamp.Lamp.share sizeLimit: "
                               "is not raised, or is documented; remove the line"]


# promise: (replacements in lamp.capnp, the change as --changes lists it)
ADDITIONS = {
    "a new field": ([("angle @5 :UInt16;", "angle @5 :UInt16;\n      # D.\n      far @6 :Text;")],
                    "lamp.Shade.kind.striped.far added"),
    "a new enumerant": ([("wild @1;", "wild @1;\n  # W.\n  odd @2;")], "lamp.Mood.odd added"),
    "a new struct": ([("enum Mood", "struct New {\n  # It.\n}\n\nenum Mood")], "lamp.New added"),
    "a new parameter": ([("levelPercent :UInt8)", "levelPercent :UInt8, warm :Bool)"),
                         ("Sets shade and", "Sets shade, warm and")],
                        "lamp.Lamp.set(warm) added"),
    "a new result": ([("-> (mood :Mood)", "-> (mood :Mood, loud :Bool)"),
                      ("The mood it", "The mood (loud or not) it")],
                     "lamp.Lamp.mood->loud added"),
    "a new parent": ([("interface Lamp {", "interface Thing {\n  # T.\n}\n\n"
                                           "interface Lamp extends(Thing) {")],
                     "lamp.Lamp parent: also extends lamp.Thing"),
    "a new target": ([("(struct, interface)", "(struct, enum, interface)")],
                     "lamp.room targets: also for enum"),
    "a type parameter": ([("interface Dimmer extends", "interface Dimmer(T) extends")],
                         "lamp.Dimmer generic: had 0 type parameters, has 1"),
    "one refusal less": ([("sizeLimit (above 100), busyNow", "sizeLimit")],
                         "lamp.Lamp.set refused: no longer refuses by busyNow"),
    "one exception less": ([(" Raises: failed.", "")], "lamp.Lamp.set raises: no longer"),
    "a larger limit": ([("1 to 2 KiB", "at most 3 KiB")],
                       "lamp.Lamp.label(text) limit: was 1..2048, is ..3072"),
    "a lower cost class": ([("Cost grows with text.", "Constant cost.")],
                           "lamp.Lamp.label cost: was text, is constant"),
    "idempotence": ([("Not idempotent.", "Idempotent.")],
                    "lamp.Lamp.label idempotent: was no, is yes"),
}

TIGHTENINGS = {
    "one refusal more": ([("Refused: ledgerSlots.", "Refused: ledgerSlots, busyNow.")],
                         "lamp.Lamp.share refused: also refuses by busyNow"),
    "one exception more": ([("Never refused.\n}\n\ninterface Dimmer",
                             "Never refused. Raises: failed.\n}\n\ninterface Dimmer")],
                           "lamp.Lamp.mood raises: also raises failed"),
    "a smaller limit": ([("1 to 2 KiB", "1 to 1 KiB")],
                        "lamp.Lamp.label(text) limit: was 1..2048, is 1..1024"),
    "a limit smaller at one end": ([("1 to 2 KiB", "2 to 9 KiB")],
                                   "lamp.Lamp.label(text) limit: was 1..2048, is 2..9216"),
    "a higher cost class": ([("Constant cost. Idempotent. Never",
                              "Cost grows with age. Idempotent. Never")],
                            "lamp.Lamp.mood cost: was constant, is age"),
    "no longer idempotent": ([("Idempotent. Never", "Not idempotent. Never")],
                             "lamp.Lamp.mood idempotent: was yes, is no"),
}

BREAKS = {
    "a field is removed": ([("  names @2 :List(Text) = [\"one\", \"two\"];\n  # In languages.\n",
                             ""), ("@3 :Void", "@2 :Void"), ("widths @4", "widths @3"),
                            ("angle @5", "angle @4")], "lamp.Shade.names removed"),
    "a field is renamed": ([("red @0", "rot @0"), ("red, and", "rot, and"), ("(red = 7", "(rot = 7")],
                           "lamp.Shade.red renamed"),
    "a field is retyped": ([("angle @5 :UInt16", "angle @5 :Int16")],
                           "lamp.Shade.kind.striped.angle retyped"),
    "two fields change places": ([("red @0 :UInt8", "red @1 :UInt8"),
                                  ("alpha @1 :Float32", "alpha @0 :Float32")],
                                 "lamp.Shade.red renumbered"),
    "a field moves": ([("red @0 :UInt8", "red @0 :UInt64")], "lamp.Shade.alpha moved"),
    "a default changes": ([("= 1.0", "= 0.5")], "lamp.Shade.alpha default"),
    "a default goes": ([("alpha @1 :Float32 = 1.0", "alpha @1 :Float32")],
                       "lamp.Shade.alpha default"),
    "a list's default changes": ([('["one", "two"]', '["one", "too"]')],
                                 "lamp.Shade.names default"),
    "a group's list's default changes": ([("[1, 2]", "[2, 1]")],
                                         "lamp.Shade.kind.striped.widths default"),
    "a field leaves a union": ([("  kind :union {", "  plain @3 :Void;\n  # P.\n  kind :union {\n"
                                 "    whole @6 :Void;\n    # W."),
                                ("    plain @3 :Void;\n    # No pattern.\n", "")],
                               "lamp.Shade.kind.plain removed"),
    "a struct's id changes": ([("struct Shade {", "struct Shade @0x9123456789abcdef {")],
                              "lamp.Shade id"),
    "a struct is renamed": ([("struct Shade {", "struct Tint {"), (":Shade,", ":Tint,"),
                             (":Shade,", ":Tint,"), (":Shade =", ":Tint =")],
                            "lamp.Shade removed"),
    "a struct with an id is renamed": ([("interface Dimmer", "interface Fader @0x81d8b0a8b0d0a5b6")],
                                       "lamp.Dimmer removed"),
    "an enumerant is renamed": ([("wild @1", "loud @1")], "lamp.Mood.wild renamed"),
    "enumerants change places": ([("calm @0", "calm @1"), ("wild @1", "wild @0")],
                                 "lamp.Mood.calm renumbered"),
    "a method is removed": ([("  mood @3 () -> (mood :Mood);\n  # The mood it is in. Constant cost. "
                              "Idempotent. Never refused.\n", "")], "lamp.Lamp.mood removed"),
    "a method is renamed": ([("share @2", "copy @2")], "lamp.Lamp.share renamed"),
    "methods change places": ([("share @2", "share @3"), ("mood @3", "mood @2")],
                              "lamp.Lamp.share renumbered"),
    "a parameter is removed": ([("(text :Text, offset :UInt32)", "(offset :UInt32)"),
                                ("Writes text at", "Writes at"), ("Limits: text 1 to 2 KiB. ", "")],
                               "lamp.Lamp.label(text) removed"),
    "a parameter's type changes": ([("offset :UInt32)", "offset :UInt64)")],
                                   "lamp.Lamp.label(offset) retyped"),
    "a result's type changes": ([("next :UInt32", "next :Int32")],
                                "lamp.Lamp.label->next retyped"),
    "parameters become a struct": ([("mood @3 () ->", "mood @3 Shade ->")],
                                   "lamp.Lamp.mood retyped"),
    "a parent goes": ([(" extends(Lamp)", "")], "lamp.Dimmer parent"),
    "a constant changes": ([("(red = 7)", "(red = 8)")], "lamp.evening value"),
    "an annotation's type changes": ([("interface) :Text;", "interface) :Data;")],
                                     "lamp.room retyped"),
    "an annotation loses a target": ([("(struct, interface)", "(struct)")], "lamp.room targets"),
    "the file's id changes": ([("@0xe0f5ae8f87e7b8a1", "@0xe0f5ae8f87e7b8a7")], "lamp.capnp id"),
    "a struct becomes an enum": ([("struct Shade {", "enum Shade2 {\n  # E.\n}\n\nstruct Shade {"),
                                  ("enum Mood {", "struct Mood {"),
                                  ("  calm @0;", "  calm @0 :Void;"),
                                  ("  wild @1;", "  wild @1 :Void;")], "lamp.Mood kind"),
}


def plant(tree, replacements):
    for before, after in replacements:
        tree.replace("schema/lamp.capnp", before, after)


@pytest.mark.parametrize("what", ADDITIONS)
def test_a_compatible_addition_is_classed_as_one(tree, what):
    tree.write("kernel/obj/lamp.c", "")
    replacements, change = ADDITIONS[what]
    plant(tree, replacements)
    changes = tree.changes()
    assert any(line.startswith(f"compatible addition: {change}") for line in changes), changes
    assert all(line.startswith("compatible addition: ") for line in changes), changes


@pytest.mark.parametrize("what", TIGHTENINGS)
def test_a_compatible_tightening_is_classed_as_one(tree, what):
    tree.write("kernel/obj/lamp.c", "")
    replacements, change = TIGHTENINGS[what]
    plant(tree, replacements)
    findings, changes = tree.look()
    assert [line.removeprefix("compatible tightening: ").startswith(change)
            for line in changes] == [True], changes
    assert [line for line in findings if "breaks" in line] == []


@pytest.mark.parametrize("what", BREAKS)
def test_a_breaking_change_fails_until_it_is_declared(tree, what):
    tree.write("kernel/obj/lamp.c", "")
    replacements, change = BREAKS[what]
    plant(tree, replacements)
    name, word = change.split()
    findings, changes = tree.look()
    breaks = [line for line in findings if "breaks release 1.2.0" in line]
    assert any(line.startswith(f"schema/lamp.capnp: {name}: ") and f"({word})" in line
               for line in breaks), findings
    found = [line.split(": ")[1] for line in changes if line.startswith("breaking: ")]
    tree.write("schema/breaking.txt", "".join(f"{line}  # no machine has it\n" for line in found))
    assert [line for line in tree.findings() if "break" in line] == []


def test_a_declaration_without_a_reason_fails(tree):
    plant(tree, BREAKS["a constant changes"][0])
    tree.write("schema/breaking.txt", "lamp.evening value\n")
    assert any('schema/breaking.txt: line 1: is not "<declaration> <change>  # reason"' in line
               for line in tree.findings())


def test_a_declaration_of_what_did_not_happen_fails(tree):
    tree.write("schema/breaking.txt", "# why\nlamp.evening value  # it was ugly\n")
    assert tree.findings() == ["schema/breaking.txt: line 2: lamp.evening value: "
                               "there is no such breaking change"]


def test_what_is_renamed_is_compared_under_its_new_name(tree):
    plant(tree, [("struct Shade {", "struct Shade @0x9123456789abcdef {")])
    tree.replace("CHANGES.md", "## 1.2.0", "## 1.3.0\n\n## 1.2.0")
    tree.release()
    plant(tree, [("struct Shade @", "struct Tint @"), (":Shade,", ":Tint,"), (":Shade,", ":Tint,"),
                 (":Shade =", ":Tint ="), ("= 1.0", "= 0.5")])
    assert tree.changes() == [
        "breaking: lamp.Shade renamed: is called lamp.Tint now",
        "breaking: lamp.Tint.alpha default: default was 1, is 0.5",
        "breaking: lamp.evening value: value was (red = 7, alpha = 1, kind = (plain = void)), "
        "is (red = 7, alpha = 0.5, kind = (plain = void))"]


def test_a_field_may_become_the_first_of_a_new_union(tree):
    tree.replace("schema/lamp.capnp", "struct Shade", "struct Pick {\n  # P: a.\n  a @0 :Text;\n}\n\n"
                                                      "struct Shade")
    tree.replace("CHANGES.md", "## 1.2.0", "## 1.3.0\n\n## 1.2.0")
    tree.release()
    plant(tree, [("  a @0 :Text;\n", "  union {\n    a @0 :Text;\n    b @1 :Void;\n    # B.\n  }\n")])
    findings, changes = tree.look()
    assert findings == []
    assert "compatible addition: lamp.Pick.a union: is the first member of a new union" in changes


def test_a_release_needs_a_version_of_its_own(tree):
    assert tree.run("--release")[0] == 0, "nothing changed"
    plant(tree, ADDITIONS["a new enumerant"][0])
    status, output = tree.run("--release")
    assert (status, "1.2.0 is released already" in output) == (1, True)
    tree.replace("CHANGES.md", "## 1.2.0", "## 1.3.0\n\n## 1.2.0")
    assert any("is 1.2.0, and the newest release of CHANGES.md is 1.3.0" in line
               for line in tree.findings())
    tree.release()
    assert tree.look() == ([], [])


def test_a_release_empties_the_list_of_breaks(tree):
    plant(tree, BREAKS["a constant changes"][0])
    tree.write("schema/breaking.txt", "# Why.\nlamp.evening value  # it was ugly\n")
    tree.replace("CHANGES.md", "## 1.2.0", "## 2.0.0\n\n## 1.2.0")
    tree.release()
    assert (tree.root / "schema/breaking.txt").read_text() == "# Why.\n"
    assert tree.findings() == []


def test_a_missing_release_is_a_finding(tree):
    (tree.root / "schema/released.txt").unlink()
    assert any("schema/released.txt" in line and "make schema-release" in line
               for line in tree.findings())


def test_make_check_keeps_the_rules_of_this_tree():
    done = subprocess.run(["make", "check-schema"], cwd=ROOT, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=50, check=False)
    assert done.returncode == 0, done.stdout
    assert "schema: " in done.stdout


def narrow(tree, methods="[\"set\", \"mood\"]", doc="Sees lamps.", number="0xcfe9c1694b043d99"):
    shutil.copy(ROOT / "schema/c.capnp", tree.root / "schema")
    tree.write("schema/lamp.capnp", LAMP.replace(
        "interface Lamp {", 'using C = import "c.capnp";\n\ninterface Lamp $C.facet(name = "Viewer", '
        f'id = {number}, methods = {methods}, doc = "{doc}") {{'))


def test_a_narrowed_facet_is_a_declaration(tree):
    narrow(tree)
    findings, changes = tree.look()
    assert findings == []
    assert "compatible addition: lamp.Viewer added: new facet" in changes
    narrow(tree, doc="")
    assert tree.findings() == ["schema/lamp.capnp: lamp.Viewer: has no comment"]


def test_the_id_of_a_narrowed_facet_is_its_own(tree):
    narrow(tree, number="0xc8ec9840f9b439fd")
    assert any("lamp.Viewer: has the id of file status" in line for line in tree.findings())
    assert any("id 0xc8ec9840f9b439fd is that of schema/lamp.capnp" in line
               for line in tree.findings())


def test_a_narrowed_facet_may_get_wider_only(tree):
    narrow(tree)
    tree.replace("CHANGES.md", "## 1.2.0", "## 1.3.0\n\n## 1.2.0")
    tree.release()
    narrow(tree, methods='["set", "mood", "share"]')
    assert tree.look() == (
        [], ["compatible addition: lamp.Viewer methods: also lets share through"])
    narrow(tree, methods='["set"]')
    assert tree.changes() == ["breaking: lamp.Viewer methods: no longer lets mood through"]


def test_a_facet_that_was_an_interface_says_so_once(tree):
    narrow(tree)
    tree.replace("CHANGES.md", "## 1.2.0", "## 1.3.0\n\n## 1.2.0")
    tree.release()
    tree.replace("schema/lamp.capnp", '$C.facet(name = "Viewer", id = 0xcfe9c1694b043d99, '
                 'methods = ["set", "mood"], doc = "Sees lamps.") {', "{")
    tree.replace("schema/lamp.capnp", "interface Dimmer", """interface Viewer @0xcfe9c1694b043d99 {
  # Sees lamps.

  mood @0 () -> (mood :Mood);
  # As Lamp.mood.
}

interface Dimmer""")
    assert tree.changes() == ["breaking: lamp.Viewer kind: was facet, is interface"]


def test_a_name_in_c_is_kept(tree):
    narrow(tree)
    tree.replace("CHANGES.md", "## 1.2.0", "## 1.3.0\n\n## 1.2.0")
    tree.release()
    tree.replace("schema/lamp.capnp", "shade :Shade, level", 'shade :Shade $C.name("s"), level')
    assert tree.changes() == ["breaking: lamp.Lamp.set(shade) annotation: "
                              "annotations was nothing, is c.name(s)"]
