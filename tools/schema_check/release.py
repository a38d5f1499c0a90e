# SPDX-License-Identifier: MIT
"""Compares the schemas with the last release and classes each difference.

    compatible addition    something new, or a promise that got wider
    compatible tightening  a documented promise that got narrower: a new refusal, a smaller
                           limit, a higher cost class, no longer idempotent
    breaking               anything on which bytes, ids, names or types depend

What a machine sees is what facts.py writes down; a change of meaning with the same words
is not among it. Breaking changes are declared in schema/breaking.txt.
"""

import re
from dataclasses import dataclass

import facts

ADDITION = "compatible addition"
TIGHTENING = "compatible tightening"
BREAKING = "breaking"

RELEASED = "schema/released.txt"
DECLARED = "schema/breaking.txt"
VERSION = re.compile(r"^## (\d+\.\d+\.\d+)\b", re.M)

# How a change of an attribute is called in breaking.txt.
BREAKS = {"id": "id", "ordinal": "renumbered", "type": "retyped", "parameters": "retyped",
          "results": "retyped", "at": "moved", "default": "default", "union": "union",
          "tag": "tag", "value": "value", "annotations": "annotation"}
# Attributes in which names of declarations stand.
NAMING = ("type", "parameters", "results", "parents", "annotations")


@dataclass
class Change:
    kind: str   # ADDITION, TIGHTENING or BREAKING
    name: str
    what: str   # one word, as breaking.txt has it
    text: str

    def line(self):
        return f"{self.kind}: {self.name} {self.what}: {self.text}"


def items(text):
    return set(text.split(",")) - {"", "never"} if text else set()


def bounds(text):
    """(least, most) of a limit, with no bound as infinity."""
    if text in (None, "any"):
        return float("-inf"), float("inf")
    least, most = text.split("..")
    return float(least or "-inf"), float(most or "inf")


def same_place(one, other):
    """Whether two facts stand for the same thing: by id, or by ordinal in the same parent."""
    if one.kind != other.kind:
        return False
    if "id" in one.attributes:
        return one.attributes["id"] == other.attributes.get("id")
    return "ordinal" in one.attributes and one.parent == other.parent and \
        one.attributes["ordinal"] == other.attributes.get("ordinal")


class Comparer:
    def __init__(self, old, new):
        self.old = {fact.name: fact for fact in old}
        self.new = {fact.name: fact for fact in new}
        self.changes = []

    def add(self, kind, name, what, text):
        self.changes.append(Change(kind, name, what, text))

    def compare(self):
        self.follow_renames()
        for name, fact in self.old.items():
            if name not in self.new:
                if not self.stands_in(fact, self.new, self.old):
                    self.add(BREAKING, name, "removed", f"the {fact.kind} is gone")
            elif self.new[name].kind != fact.kind:
                self.add(BREAKING, name, "kind", f"was {fact.kind}, is {self.new[name].kind}")
            else:
                self.compare_fact(fact, self.new[name])
        for name, fact in self.new.items():
            if name not in self.old and not self.stands_in(fact, self.old, self.new):
                self.add(ADDITION, name, "added", f"new {fact.kind}")
        return self.changes

    @staticmethod
    def stands_in(fact, here, there):
        """Whether fact came or went with its parent, or with what its parent was: that says
        it for both."""
        above, same = there.get(fact.parent), here.get(fact.parent)
        return above is not None and (same is None or same.kind != above.kind)

    def follow_renames(self):
        """Reports what has a new name, and goes on under that: files first, then what is in
        them, then their members, so that each is compared with its successor."""
        again = True
        while again:
            again = False
            for fact in list(self.old.values()):
                successor = fact.name not in self.new and self.successor(fact)
                if successor:
                    self.add(BREAKING, fact.name, "renamed", f"is called {successor.name} now")
                    self.rename(fact.name, successor.name)
                    again = True
                    break

    def successor(self, fact):
        return next((other for other in self.new.values()
                     if other.name not in self.old and same_place(fact, other)), None)

    def rename(self, before, after):
        before, after = (name.removesuffix(".capnp") for name in (before, after))
        word = re.compile(rf"(?<![\w.]){re.escape(before)}(?!\w)")

        def follow(text):
            return word.sub(lambda match: after, text)
        self.old = {follow(fact.name): facts.Fact(
            fact.kind, follow(fact.name),
            {key: follow(value) if key in NAMING else value
             for key, value in fact.attributes.items()}, follow(fact.parent))
            for fact in self.old.values()}

    def compare_fact(self, old, new):
        keys = list(old.attributes) + [key for key in new.attributes
                                       if key not in old.attributes]
        for key in keys:
            before, after = old.attributes.get(key), new.attributes.get(key)
            if before != after:
                self.compare_attribute(old, new, key, before, after)

    def compare_attribute(self, old, new, key, before, after):
        special = getattr(self, f"compare_{key}", None)
        if special:
            special(new, before, after)
        elif key == "union" and self.joins_new_union(old, new):
            self.add(ADDITION, new.name, "union", "is the first member of a new union")
        elif key == "tag" and before is None:
            self.add(ADDITION, new.name, "tag", "has a union now")
        else:
            self.add(BREAKING, new.name, BREAKS[key], f"{key} was {before or 'nothing'}, is {after or 'nothing'}")

    def joins_new_union(self, old, new):
        """A field may become the first of a union that its struct did not have."""
        before, after = self.old.get(old.parent), self.new.get(new.parent)
        return new.attributes.get("union") == "0" and "union" not in old.attributes and \
            before is not None and after is not None and \
            "tag" not in before.attributes and "tag" in after.attributes

    # Promises that may get wider or narrower

    def compare_refused(self, new, before, after):
        for rule in sorted(items(after) - items(before)):
            self.add(TIGHTENING, new.name, "refused", f"also refuses by {rule}")
        for rule in sorted(items(before) - items(after)):
            self.add(ADDITION, new.name, "refused", f"no longer refuses by {rule}")

    def compare_raises(self, new, before, after):
        for name in sorted(items(after) - items(before)):
            self.add(TIGHTENING, new.name, "raises", f"also raises {name}")
        for name in sorted(items(before) - items(after)):
            self.add(ADDITION, new.name, "raises", f"no longer raises {name}")

    def compare_cost(self, new, before, after):
        wider = after == "constant"
        self.add(ADDITION if wider else TIGHTENING, new.name, "cost",
                 f"was {before}, is {after}")

    def compare_idempotent(self, new, before, after):
        self.add(ADDITION if after == "yes" else TIGHTENING, new.name, "idempotent",
                 f"was {before}, is {after}")

    def compare_limit(self, new, before, after):
        old_least, old_most = bounds(before)
        least, most = bounds(after)
        narrower = least > old_least or most < old_most
        wider = least < old_least or most > old_most
        strict = wider if new.kind == "result" else narrower
        self.add(TIGHTENING if strict else ADDITION, new.name, "limit",
                 f"was {before}, is {after}")

    # Lists that may grow

    def compare_parents(self, new, before, after):
        for name in sorted(items(before) - items(after)):
            self.add(BREAKING, new.name, "parent", f"no longer extends {name}")
        for name in sorted(items(after) - items(before)):
            self.add(ADDITION, new.name, "parent", f"also extends {name}")

    def compare_targets(self, new, before, after):
        for name in sorted(items(before) - items(after)):
            self.add(BREAKING, new.name, "targets", f"no longer for {name}")
        for name in sorted(items(after) - items(before)):
            self.add(ADDITION, new.name, "targets", f"also for {name}")

    def compare_methods(self, new, before, after):
        for name in sorted(items(before) - items(after)):
            self.add(BREAKING, new.name, "methods", f"no longer lets {name} through")
        for name in sorted(items(after) - items(before)):
            self.add(ADDITION, new.name, "methods", f"also lets {name} through")

    def compare_generic(self, new, before, after):
        grows = int(after or 0) > int(before or 0)
        self.add(ADDITION if grows else BREAKING, new.name, "generic",
                 f"had {before or 0} type parameters, has {after or 0}")


@dataclass
class Declared:
    line: int
    name: str
    what: str
    reason: str


def read_declared(text):
    """The lines of breaking.txt: "<name> <change>  # reason". Returns them and findings."""
    declared, findings = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        words, _, reason = line.partition(" #")
        words = words.split()
        if len(words) != 2 or not reason.strip():
            findings.append((DECLARED, f"line {number}", 'is not "<declaration> <change>  # reason"'))
        else:
            declared.append(Declared(number, words[0], words[1], reason.strip()))
    return declared, findings


def judge(changes, declared, version):
    """Findings: breaking changes not declared, and declarations of what did not happen."""
    findings = []
    allowed = {(item.name, item.what) for item in declared}
    happened = {(change.name, change.what) for change in changes if change.kind == BREAKING}
    for change in changes:
        if change.kind == BREAKING and (change.name, change.what) not in allowed:
            findings.append((file_of(change.name), change.name,
                             f"breaks release {version} ({change.what}): {change.text}; if it "
                             f"must be, {DECLARED} says why"))
    for item in declared:
        if (item.name, item.what) not in happened:
            findings.append((DECLARED, f"line {item.line}",
                             f"{item.name} {item.what}: there is no such breaking change"))
    return findings


def file_of(name):
    stem = name.removesuffix(".capnp").partition(".")[0]
    return f"schema/{stem}.capnp"


def newest_version(changes_text):
    """The version of the newest release that CHANGES.md names, or None."""
    match = VERSION.search(changes_text)
    return match.group(1) if match else None


def text_of(path):
    return path.read_text() if path.exists() else ""


def check(root, new):
    """Changes since the release, and findings."""
    if not (root / RELEASED).exists():
        return [], [(RELEASED, "", "is not there: make schema-release")] if new else []
    version, old = facts.read(text_of(root / RELEASED))
    named = newest_version(text_of(root / "CHANGES.md"))
    changes = Comparer(old, new).compare()
    declared, findings = read_declared(text_of(root / DECLARED))
    if named != version:
        findings.append((RELEASED, "version", f"is {version}, and the newest release of "
                         f"CHANGES.md is {named}: make schema-release"))
    return changes, findings + judge(changes, declared, version)


def write(root, new):
    """Makes `new` the released schemas. Returns what is wrong, or nothing."""
    named = newest_version(text_of(root / "CHANGES.md"))
    if named is None:
        return "CHANGES.md names no release: it needs a heading like ## 0.1.0"
    if (root / RELEASED).exists():
        version, old = facts.read(text_of(root / RELEASED))
        if version == named and Comparer(old, new).compare():
            return f"{named} is released already: CHANGES.md needs a heading for a new version"
    (root / RELEASED).write_text(facts.write(new, named))
    kept = [line for line in text_of(root / DECLARED).splitlines() if line.startswith("#")]
    (root / DECLARED).write_text("\n".join(kept or DECLARED_HEADER.splitlines()) + "\n")
    return None


DECLARED_HEADER = """\
# Breaking changes of the schemas since the last release, each with its reason:
#     <declaration> <change>  # why
# as `make check` calls them. A line that matches no change is a finding; a release empties
# this list, and CHANGES.md keeps what it said."""


def summary(schema, changes, version):
    counts = ", ".join(f"{sum(change.kind == kind for change in changes)} {words}"
                       for kind, words in ((ADDITION, "compatible additions"),
                                           (TIGHTENING, "compatible tightenings"),
                                           (BREAKING, "declared breaks")))
    return (f"schema: {len(schema.files)} files, {len(schema.methods())} methods; "
            f"since {version}: {counts}")
