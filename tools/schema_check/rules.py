# SPDX-License-Identifier: MIT
"""What every declaration says about itself (schema/README.md)."""

import re

import comments
from model import is_number

# Numbers that are no quantities: what they are is in their name.
NAMES = {"address", "code", "id", "index", "mask", "number", "ordinal", "sequence", "version"}
# The last word of a quantity's name is its unit: one of these, or a plural.
UNITS = {"ns", "us", "ms", "percent", "count", "hz"}
SINGULAR = {"address", "status", "process", "access"}  # plurals by their last letter only
TRANSPORT = re.compile(r"Transport rules[^:.]*: (\w+(?:, \w+)*)\.")
EXPLICIT_ID = re.compile(r"@0x([0-9a-fA-F]{16})\b|\bid = 0x([0-9a-fA-F]{16})\b")
LINE_NOISE = re.compile(r'"(?:[^"\\]|\\.)*"|#.*')


def words_of(name):
    """sizeBytes -> [size, bytes]."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def says(text, name):
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def carries_unit(name):
    last = words_of(name)[-1]
    return last in UNITS or last.endswith("s") and last not in SINGULAR


def explained(name, text):
    """Whether text says of a number what it is: "next is ...", "from (a sequence)"."""
    return re.search(rf"\b{re.escape(name)} (?:is|are|counts|numbers|\()", text) is not None


def is_quantity(member):
    return is_number(member.type) and carries_unit(member.word)


def needs_limit(member):
    return is_quantity(member) or member.type in ("Text", "Data") or \
        member.type.startswith("List(")


class Checker:
    """Collects findings as (file, declaration, text)."""

    def __init__(self, schema):
        self.schema = schema
        self.findings = []
        self.promises = {method.name: comments.read(method.comment)
                         for _, method in schema.methods()}
        self.rules = self.enumerants("status.Rule")
        self.exceptions = self.enumerants("status.ExceptionType")
        rule = schema.find("status.Rule")
        listed = TRANSPORT.search(rule.comment) if rule else None
        self.transport = listed.group(1).split(", ") if listed else []

    def enumerants(self, name):
        found = self.schema.find(name)
        return [member.word for member in found.members] if found else []

    def add(self, declaration, name, text):
        self.findings.append((declaration.file, name, text))

    # What other methods say

    def method_like(self, interface, other, word):
        """The method that "As other.word." or "as word" in a comment of interface means."""
        for candidate, method in self.schema.methods():
            if method.word == word and (candidate.word == other if other
                                        else candidate is interface):
                return candidate, method
        return None, None

    def expanded(self, interface, method, path=()):
        """The promise of a method and all rules that it lists, those `as` others included."""
        promise = self.promises[method.name]
        if method.name in path:
            return promise, []
        path = path + (method.name,)
        if promise.like:
            other, like = self.method_like(interface, *promise.like)
            return self.expanded(other, like, path) if like else (promise, [])
        rules = []
        for item in promise.refused or []:
            if item.startswith("as "):
                other, like = self.method_like(interface, *like_of(item))
                rules += self.expanded(other, like, path)[1] if like else []
            else:
                rules.append(item)
        return promise, rules

    # Methods

    def check_method(self, interface, method):
        promise = self.promises[method.name]
        if not method.comment:
            self.add(interface, method.name, "has no comment")
            return
        if promise.like:
            self.check_like(interface, method, promise)
            return
        for text in comments.missing(promise) + promise.problems:
            self.add(interface, method.name, text)
        for member in method.parameters + method.results:
            self.check_named(interface, method, promise, member)
        self.check_limits(interface, method, promise)
        self.check_refusals(interface, method, promise)

    def check_like(self, interface, method, promise):
        _, like = self.method_like(interface, *promise.like)
        text = ".".join(part for part in promise.like if part)
        if like is None or like is method:
            self.add(interface, method.name, f'"As {text}.": there is no such other method')
            return
        names = [member.word for member in like.parameters + like.results]
        for member in method.parameters + method.results:
            if member.word not in names:
                self.add(interface, method.name,
                         f"{member.kind} {member.word}: {like.name} has none of this name")

    def check_named(self, interface, method, promise, member):
        if member.kind == "group":
            return
        if not says(promise.words, member.word):
            self.add(interface, method.name, f"{member.kind} {member.word} is not mentioned")
        elif is_number(member.type) and not carries_unit(member.word) and \
                words_of(member.word)[-1] not in NAMES and \
                not explained(member.word, promise.words):
            self.add(interface, method.name,
                     f"{member.kind} {member.word} is a number without a unit: end its name in one, "
                     f'or say what it is: "{member.word} is ...", "{member.word} (...)"')

    def check_limits(self, interface, method, promise):
        known = [member.word for member in method.parameters + method.results]
        for name in promise.limits:
            if name not in known and not (method.parameter_struct or method.result_struct):
                self.add(interface, method.name, f"a limit of {name}, which it does not have")
        for member in method.parameters:
            if needs_limit(member) and member.word not in promise.limits:
                self.add(interface, method.name, f"no limit of parameter {member.word}: "
                         f'"Limits: {member.word} at most N." or "... any."')

    def check_refusals(self, interface, method, promise):
        for item in promise.refused or []:
            if item.startswith("as "):
                _, like = self.method_like(interface, *like_of(item))
                if like is None or like is method:
                    self.add(interface, method.name, f'"{item}": there is no such other method')
            elif item not in self.rules:
                self.add(interface, method.name, f"{item} is no rule of status.Rule")
        for item in promise.raised:
            if item not in self.exceptions:
                self.add(interface, method.name, f"{item} is no exception of status.ExceptionType")
        _, rules = self.expanded(interface, method)
        for rule in sorted({rule for rule in rules if rules.count(rule) > 1}):
            self.add(interface, method.name, f"{rule} is listed twice")
        if self.returns_capability(method) and "ledgerSlots" not in rules and \
                promise.refused is not None:
            self.add(interface, method.name, "returns a capability and does not list ledgerSlots")

    def returns_capability(self, method):
        interfaces = {item.name for item in self.schema.declarations if item.kind == "interface"}
        results = method.results
        named = self.schema.find(method.result_struct)
        if named:
            results = named.members
        return any(member.type in interfaces or member.type == "Capability"
                   for member in results)

    # Everything else

    def check_members(self, declaration):
        for member in declaration.members:
            if not member.comment and not says(declaration.comment, member.word):
                self.add(declaration, member.name,
                         f"has no comment, and that of {declaration.word} does not mention it")

    def check_rules_documented(self):
        listed = {rule for interface, method in self.schema.methods()
                  for rule in self.expanded(interface, method)[1]}
        rule_enum = self.schema.find("status.Rule")
        for rule in self.transport:
            if rule not in self.rules:
                self.add(rule_enum, rule_enum.name, f"{rule} of the transport rules is no rule")
        for rule in self.rules:
            if rule not in listed and rule not in self.transport:
                self.add(rule_enum, f"{rule_enum.name}.{rule}",
                         "no method lists it, and it is not among the transport rules")

    def check_ordinals(self, declaration):
        """The compiler keeps this too; a plugin of another version might not."""
        members = [member for member in declaration.members if member.ordinal >= 0]
        if sorted(member.ordinal for member in members) != list(range(len(members))):
            self.add(declaration, declaration.name, "ordinals have holes")

    def check(self):
        for declaration in self.schema.declarations:
            if not declaration.comment:
                self.add(declaration, declaration.name, "has no comment")
            self.check_members(declaration)
            self.check_ordinals(declaration)
            for method in declaration.methods:
                self.check_method(declaration, method)
        if self.schema.find("status.Rule"):
            self.check_rules_documented()
        self.check_ids()
        return self.findings

    def check_ids(self):
        seen = {number: f"file {stem}" for stem, number in self.schema.files.items()}
        for declaration in self.schema.declarations:
            other = seen.setdefault(declaration.id, declaration.name)
            if other != declaration.name:
                self.add(declaration, declaration.name, f"has the id of {other}")


def like_of(item):
    """"as Other.method" -> ("Other", "method")."""
    interface, _, method = item.removeprefix("as ").rpartition(".")
    return interface, method


def explicit_ids(text):
    """(line number, id) of every id that is written out, comments and strings aside."""
    for number, line in enumerate(text.splitlines(), 1):
        for match in EXPLICIT_ID.finditer(LINE_NOISE.sub("", line)):
            yield number, int(match.group(1) or match.group(2), 16)


def check_tree_ids(texts):
    """No id is written out twice in the tree. Tests may repeat one another's: an old and a
    new version of a schema have the same ids. texts: file name -> text."""
    findings, seen = [], {}
    for name in sorted(texts, key=lambda name: (name.startswith("tests/"), name)):
        for line, number in explicit_ids(texts[name]):
            first = seen.setdefault(number, name)
            both_tests = first.startswith("tests/") and name.startswith("tests/")
            if (first != name or number in [other for at, other in explicit_ids(texts[name])
                                            if at < line]) and not both_tests:
                findings.append((name, f"line {line}", f"id 0x{number:016x} is that of {first}"))
    return findings
