# SPDX-License-Identifier: MIT
"""What others rely on in a schema, one fact a line, for people to read and to compare.

    method timer.Timer.sleep ordinal=1 cost=constant idempotent=no refused=ledgerAlarms
      parameter timer.Timer.sleep(durationNs) ordinal=0 type=UInt64 at=0 limit=any
"""

import shlex
from dataclasses import dataclass, field

COUNT_OF_INDENT = {"field": 2, "group": 2, "enumerant": 2, "method": 2, "parameter": 4,
                   "result": 4}


@dataclass
class Fact:
    kind: str
    name: str
    attributes: dict = field(default_factory=dict)
    parent: str = ""  # the fact without which this one cannot be

    def line(self):
        words = [self.kind, shlex.quote(self.name)]
        words += [f"{key}={shlex.quote(value)}" for key, value in self.attributes.items()]
        return " " * COUNT_OF_INDENT.get(self.kind, 0) + " ".join(words)


def present(**attributes):
    """The attributes that say something: not None, not empty."""
    return {key: str(value) for key, value in attributes.items()
            if value is not None and value != ""}


def known(number):
    return None if number < 0 else number


def listed(items):
    return ",".join(items)


def limit_text(bounds):
    if bounds is None:
        return None
    least, most = bounds
    if least is None and most is None:
        return "any"
    return f"{'' if least is None else least}..{'' if most is None else most}"


def yes_or_no(value):
    return None if value is None else "yes" if value else "no"


def member_fact(member, parent, promise=None):
    limit = promise.limits.get(member.word) if promise else None
    return Fact(member.kind, member.name, present(
        ordinal=known(member.ordinal), type=member.type,
        at=member.offset if member.type else None, default=member.default,
        union=known(member.union), tag=known(member.tag), limit=limit_text(limit),
        annotations=listed(member.annotations)), parent)


def method_facts(checker, interface, method):
    promise, rules = checker.expanded(interface, method)
    refused = None if promise.refused is None else listed(sorted(set(rules))) or "never"
    yield Fact("method", method.name, present(
        ordinal=method.ordinal, parameters=method.parameter_struct,
        results=method.result_struct, generic=method.type_parameters or None,
        cost=promise.cost, idempotent=yes_or_no(promise.idempotent), refused=refused,
        raises=listed(sorted(promise.raised)),
        annotations=listed(method.annotations)), interface.name)
    for member in method.parameters + method.results:
        yield member_fact(member, method.name, promise)


def declaration_facts(checker, item):
    yield Fact(item.kind, item.name, present(
        id=f"0x{item.id:016x}", parents=listed(item.parents),
        generic=item.type_parameters or None, tag=known(item.tag), type=item.type,
        value=item.value, targets=listed(item.targets), methods=listed(item.narrowed),
        annotations=listed(item.annotations)), item.file)
    for member in item.members:
        yield member_fact(member, owner_of(item, member))
    for method in item.methods:
        yield from method_facts(checker, item, method)


def owner_of(item, member):
    """The group or declaration that a member stands in."""
    owner = member.name.rpartition(".")[0]
    return owner if any(other.name == owner for other in item.members) else item.name


def of(schema, checker):
    """All facts of a schema."""
    found = []
    for stem, number in sorted(schema.files.items()):
        found.append(Fact("file", f"{stem}.capnp", present(id=f"0x{number:016x}")))
        for item in schema.declarations:
            if item.file == f"{stem}.capnp":
                found += declaration_facts(checker, item)
    return found


HEADER = """\
# The schemas as last released: what `make check` compares schema/ with. Written by
# `make schema-release`, after CHANGES.md names the version; not by hand.
version {version}"""


def write(facts, version):
    lines = [HEADER.format(version=version)]
    for fact in facts:
        if fact.kind not in COUNT_OF_INDENT:
            lines.append("")
        lines.append(fact.line())
    return "\n".join(lines) + "\n"


def parent_of(fact, stack):
    """The nearest fact above that stands further left, as writing leaves it."""
    while stack and COUNT_OF_INDENT.get(stack[-1].kind, 0) >= COUNT_OF_INDENT.get(fact.kind, 0):
        stack.pop()
    return stack[-1].name if stack else ""


def read(text):
    """The version and the facts of a dump."""
    version, found, stack = "", [], []
    groups, file_name = set(), ""
    for line in text.splitlines():
        words = shlex.split(line, comments=line.startswith("#"))
        if not words:
            continue
        if words[0] == "version":
            version = words[1]
            continue
        fact = Fact(words[0], words[1], dict(word.split("=", 1) for word in words[2:]))
        if fact.kind == "group":
            groups.add(fact.name)
        if fact.kind == "file":
            file_name = fact.name
        elif fact.kind not in COUNT_OF_INDENT:
            fact.parent = file_name
        else:
            group = fact.name.rpartition(".")[0]
            fact.parent = group if group in groups else parent_of(fact, stack)
        stack.append(fact)
        found.append(fact)
    return version, found
