# SPDX-License-Identifier: MIT
"""Compares refusals that schemas document with those that the source raises.

Reads text, not C: a function is what starts at a brace in the first column; it calls every
name before an opening parenthesis in its body; a rule is raised where its constant stands,
unless it is a case label or compared with. What is reached from a method's row in its table
must be documented by that method. Limits: calls through pointers are not followed, so what
a callback raises is asked of the interface's methods together; a function that refuses
differently for different callers is taken to refuse everything to each; what that gets wrong
stands, with the reason, in excuses.txt, where a line that is not needed is a finding.
"""

import re
from dataclasses import dataclass, field

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
FUNCTION = re.compile(r"^[a-zA-Z\[][^;{}=]*?\b(\w+)\([^;{}]*\)\n\{\n(.*?)^\}", re.M | re.S)
TABLE = re.compile(r"^(?!#)(\w+)_METHOD_TABLE\(([^;]*?)\);", re.M | re.S)
RULE = re.compile(r"(case |[=!]= )?\bRULE_([A-Z0-9_]+)\b")
CALL = re.compile(r"\b([a-z_]\w*)\(")
SHORT = re.compile(r"call_raise_short\(\s*\w+,\s*(\w+),\s*LEDGER_(\w+)\)")
EXCUSES = "tools/schema_check/excuses.txt"
LEDGER_RULES = {"CAP_SLOTS": "ledgerSlots"}  # the others are called like their resource
# What these raise is asked of the table of rules in them, which says it for all resources.
OPAQUE = {"call_raise_short"}


def camel(constant):
    first, *others = constant.lower().split("_")
    return first + "".join(word.capitalize() for word in others)


def constant(name):
    """VirtualMemory -> VIRTUAL_MEMORY."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


@dataclass
class Function:
    name: str
    file: str
    static: bool
    raised: set = field(default_factory=set)
    calls: set = field(default_factory=set)


def raised_in(body):
    """Rules that stand in a function's text."""
    found = {camel(name) for before, name in RULE.findall(body) if not before}
    for status, resource in SHORT.findall(body):
        found.add(LEDGER_RULES.get(resource, camel("LEDGER_" + resource)))
        if status != "CAPOS_ERR_NO_LEDGER":
            found.add("machineMemory")
    return found


def without_comments(text):
    return COMMENT.sub(lambda match: '""' if match.group(0)[0] == '"' else " ", text)


class Source:
    """All functions and method tables of some C files."""

    def __init__(self, texts):
        self.functions = {}  # name -> list of Function: statics may share one
        self.tables = []     # (file, INTERFACE, [function, ...])
        self.by_file = {}
        for name in sorted(texts):
            self.read(name, without_comments(texts[name]))

    def read(self, name, text):
        for match in FUNCTION.finditer(text):
            function = Function(match.group(1), name, "static" in match.group(0).split("(")[0],
                                raised_in(match.group(2)), set(CALL.findall(match.group(2))))
            self.functions.setdefault(function.name, []).append(function)
            self.by_file.setdefault(name, []).append(function)
        for match in TABLE.finditer(text):
            arguments = [word.strip() for word in match.group(2).split(",")]
            self.tables.append((name, match.group(1), arguments[1:]))

    def find(self, name, file):
        """The function that `name` means in `file`: its own, or the one others may see."""
        candidates = self.functions.get(name, [])
        own = [function for function in candidates if function.file == file]
        shared = [function for function in candidates
                  if not function.static or function.file.endswith(".h")]
        return (own or shared or [None])[0]

    def reached(self, name, file, seen=None):
        """Every function reached from one, itself included."""
        seen = {} if seen is None else seen
        function = self.find(name, file)
        if function is None or (function.file, function.name) in seen or \
                function.name in OPAQUE:
            return seen
        seen[function.file, function.name] = function
        for call in function.calls:
            self.reached(call, function.file, seen)
        return seen

    def raised(self, name, file):
        return {rule: function for function in self.reached(name, file).values()
                for rule in function.raised}


def implements(schema, table_name):
    return next((item for item in schema.declarations
                 if item.kind == "interface" and constant(item.word) == table_name), None)


class Comparison:
    """Of the promises of a schema with a Source."""

    # What the kernel may refuse by itself when a method returns a capability.
    HOLD = ("hold_prepare", "kernel/cap/dispatch.c")

    def __init__(self, schema, checker, source, excused):
        self.schema = schema
        self.checker = checker
        self.source = source
        self.excused = excused  # (method, rule) -> line of the list of excuses
        self.used = set()
        self.findings = []
        self.documented = {}    # file -> rules of its interfaces

    def check(self):
        for file, table, rows in self.source.tables:
            interface = implements(self.schema, table)
            for method, row in zip(interface.methods if interface else [], rows):
                self.check_method(interface, method, row, file)
        self.check_callbacks()
        for key in sorted(set(self.excused) - self.used):
            self.findings.append((EXCUSES, f"{key[0]} {key[1]}",
                                  "is not raised, or is documented; remove the line"))
        return self.findings

    def check_method(self, interface, method, row, file):
        promise, rules = self.checker.expanded(interface, method)
        self.documented.setdefault(file, set()).update(rules)
        raised = self.source.raised(row, file)
        for rule, function in sorted(raised.items()):
            if rule in rules or rule in self.checker.transport:
                continue
            if (method.name, rule) in self.excused:
                self.used.add((method.name, rule))
                continue
            self.findings.append((f"schema/{interface.file}", method.name,
                                  f"{function.file}: {function.name} raises {rule}, "
                                  "which is not documented"))
        if promise.like:
            return
        possible = set(raised) | self.callback_rules(file)
        if self.checker.returns_capability(method):
            possible |= set(self.source.raised(*self.HOLD))
        for rule in rules:
            if rule in self.checker.rules and rule not in possible and \
                    rule not in self.checker.transport:
                self.findings.append((f"schema/{interface.file}", method.name,
                                      f"documents {rule}, which nothing that it calls raises"))

    def callbacks(self, file):
        """Functions of a file that no text calls: somebody has a pointer to them."""
        rows = {row for _, _, rows in self.source.tables for row in rows}
        called = {call for function in self.source.by_file.get(file, [])
                  for call in function.calls}
        return [function for function in self.source.by_file.get(file, [])
                if function.static and function.name not in called | rows]

    def callback_rules(self, file):
        return {rule for function in self.callbacks(file)
                for rule in self.source.raised(function.name, file)}

    def check_callbacks(self):
        for file, documented in sorted(self.documented.items()):
            for function in self.callbacks(file):
                raised = set(self.source.raised(function.name, file))
                for rule in sorted(raised - documented - set(self.checker.transport)):
                    self.findings.append((file, function.name, f"raises {rule}, which no method "
                                          "of its interfaces documents"))


def read_excuses(text):
    """Lines "<method> <rule>  # why": raised by what the method calls, never of its doing."""
    excused = {}
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words:
            excused[words[0], words[1]] = line
    return excused


def check(schema, checker, texts, excuses):
    """Findings of the comparison. texts: C file name -> text; checker: a rules.Checker."""
    if not texts:
        return []
    return Comparison(schema, checker, Source(texts), read_excuses(excuses)).check()
