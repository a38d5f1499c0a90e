# SPDX-License-Identifier: MIT
"""The grammar of a method's comment (schema/README.md).

    <what it does, in words>
    [Limits: <limit>, ...] <cost> <idempotence> <refusals> [Raises: <exception>, ...]

or `As Other.method.` alone. The sentences after the words stand in this order.
"""

import re
from dataclasses import dataclass, field

UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
COUNT = r"(\d+)(?: (KiB|MiB|GiB))?"
AS = re.compile(r"As (?:(\w+)\.)?(\w+)\.")
TAIL = re.compile(r"(?:^|(?<=[.:)] ))(?=Limits: |Constant cost\.|Cost grows with |"
                  r"Idempotent\.|Not idempotent\.|Refused: |Never refused\.|Raises: )")
LIMIT = re.compile(rf"(\w+) (?:(any)|at most {COUNT}|at least {COUNT}|{COUNT} to {COUNT})"
                   r"(?: [a-z][a-z -]*)?(?: \([^()]*\))?")
ITEM = re.compile(r"(?:as )?(?:\w+\.)?\w+(?: \([^()]*\))?")
ORDER = ("limits", "cost", "idempotence", "refusals", "raises")


@dataclass
class Promise:
    """What a comment promises. Problems are sentences about the comment itself."""
    words: str = ""
    like: tuple = ()       # interface or "", method: the whole comment is theirs
    limits: dict = field(default_factory=dict)  # name -> (least, most); None: no bound
    cost: str = ""         # constant, or what it grows with
    idempotent: bool = None
    refused: list = None   # rules, and `as method`; None: not said
    raised: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def number(digits, unit):
    return int(digits) * UNITS[unit or ""] if digits else None


def split_items(text):
    """Splits at commas outside parentheses."""
    return [item.strip() for item in re.split(r",(?![^()]*\))", text)]


def without_remark(item):
    return re.sub(r" \([^()]*\)$", "", item)


def read_limit(item, promise):
    match = LIMIT.fullmatch(item)
    if not match:
        promise.problems.append(f'"{item}" is no limit: NAME any, NAME at most N, '
                                "NAME at least N or NAME N to M")
        return
    name, unbounded, most, most_unit, least, least_unit, first, first_unit, last, last_unit = \
        match.groups()
    promise.limits[name] = (None, None) if unbounded else (
        number(least or first, least_unit or first_unit),
        number(most or last, most_unit or last_unit))


FIXED = {"Constant cost.": "cost", "Idempotent.": "idempotence",
         "Not idempotent.": "idempotence", "Never refused.": "refusals"}


def stray(sentence, promise):
    """A fixed sentence with words after it: they count as said, but not there."""
    start = next(start for start in FIXED if sentence.startswith(start))
    promise.problems.append(f'words stand after "{start}"; they belong before the fixed sentences')
    read_sentence(start, promise)
    return FIXED[start]


def read_sentence(sentence, promise):
    """Takes in one sentence of the tail; returns which of ORDER it is."""
    body = sentence[:-1]
    if body.startswith("Limits: "):
        for item in split_items(body.removeprefix("Limits: ")):
            read_limit(item, promise)
        return "limits"
    if sentence == "Constant cost." or body.startswith("Cost grows with "):
        promise.cost = "constant" if sentence == "Constant cost." else \
            body.removeprefix("Cost grows with ")
        return "cost"
    if sentence in ("Idempotent.", "Not idempotent."):
        promise.idempotent = sentence == "Idempotent."
        return "idempotence"
    if sentence == "Never refused.":
        promise.refused = []
        return "refusals"
    if not body.startswith(("Refused: ", "Raises: ")):
        return stray(sentence, promise)
    refusals = body.startswith("Refused: ")
    items = split_items(body.split(": ", 1)[1])
    for item in items:
        if not ITEM.fullmatch(item):
            promise.problems.append(f'"{item}" is no name, with or without a (remark)')
    items = [without_remark(item) for item in items]
    if refusals:
        promise.refused = items
        return "refusals"
    promise.raised = items
    return "raises"


def read_tail(parts, promise):
    seen = []
    for part in parts:
        sentence = part.strip()
        if not sentence.endswith("."):
            promise.problems.append(f'"{sentence[:40]}" does not end in a full stop')
            sentence += "."
        kind = read_sentence(sentence, promise)
        if kind in seen:
            promise.problems.append(f"{kind} are stated twice")
        elif seen and ORDER.index(kind) < ORDER.index(seen[-1]):
            promise.problems.append(f"{kind} stand after {seen[-1]}; the order is "
                                    + ", ".join(ORDER))
        seen.append(kind)


def read(comment):
    """The promise that a method's comment makes."""
    promise = Promise()
    like = AS.fullmatch(comment)
    if like:
        promise.like = (like.group(1) or "", like.group(2))
        return promise
    parts = TAIL.split(comment)
    promise.words = parts[0].strip()
    read_tail(parts[1:], promise)
    return promise


def missing(promise):
    """Sentences that must be there and are not."""
    found = []
    if not promise.words:
        found.append("nothing is said about what it does")
    if not promise.cost:
        found.append('no cost: "Constant cost." or "Cost grows with ..."')
    if promise.idempotent is None:
        found.append('no idempotence: "Idempotent." or "Not idempotent."')
    if promise.refused is None:
        found.append('no refusals: "Refused: rule, ..." or "Never refused."')
    return found
