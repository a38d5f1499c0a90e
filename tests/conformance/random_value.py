# SPDX-License-Identifier: MIT
"""Random values of a type, and how the schema language writes them: as defaults, constants
and `capnp encode` take them. What has no text (capabilities, unknown pointers) is left out."""

from dataclasses import dataclass

INTEGER_BITS = {"Int8": 8, "Int16": 16, "Int32": 32, "Int64": 64,
                "UInt8": 8, "UInt16": 16, "UInt32": 32, "UInt64": 64}
# No brackets: `capnp encode` counts those in quotes, too, when it looks for a value's end.
LETTERS = "abcXYZ 019_-+=,;:'\"\\/?%\n\t\x01\x7f\u00e4\u20ac\U0001f600"
ESCAPES = {"\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\x01": "\\x01", "\x7f": "\\x7f"}


@dataclass
class Value:
    """data: bool, int, str (also of a float), bytes; the name of an enumerant; the elements
    of a list; for a struct, a group or a union the pairs (member, value) that are set."""
    type: object  # random_schema.Type; of a group or a union that member
    data: object

    def text(self):
        kind = getattr(self.type, "kind", "struct")
        if kind == "Void":
            return "void"
        if kind == "Bool":
            return "true" if self.data else "false"
        if kind == "Text":
            return '"' + "".join(ESCAPES.get(letter, letter) for letter in self.data) + '"'
        if kind == "Data":
            # The schema language has no 0x"".
            return '0x"' + self.data.hex(" ") + '"' if self.data else '""'
        if kind == "List":
            return "[" + ", ".join(item.text() for item in self.data) + "]"
        if kind == "struct":
            return "(" + ", ".join(member_texts(self.data)) + ")"
        return str(self.data)


def member_texts(pairs):
    for member, value in pairs:
        if member.name:
            yield f"{member.name} = {value.text()}"
        else:  # of an unnamed union the chosen member is one of the struct
            yield from member_texts(value.data)


def integer(rng, kind):
    bits = INTEGER_BITS[kind]
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind[0] == "I" else (0, (1 << bits) - 1)
    return rng.choice([low, high, 0, 1, rng.randint(low, high), rng.randint(low, high)])


def floating(rng, kind):
    choices = ["inf", "-inf", "0", "-1", "0.1", "1e10", "-2.5e-7", repr(rng.uniform(-1e6, 1e6))]
    if kind == "Float64":
        choices += ["1e300", "-5e-324", "123456789012345.67"]
    return rng.choice(choices)


def plain_data(rng, type_):
    """What Value.data is for a type without a pointer, text or data; None of others."""
    kind = type_.kind
    if kind in INTEGER_BITS:
        return integer(rng, kind)
    if kind in ("Float32", "Float64"):
        return floating(rng, kind)
    if kind == "Bool":
        return rng.random() < 0.5
    if kind == "Text":
        return "".join(rng.choice(LETTERS) for _ in range(rng.choice([0, 1, 3, 7, 8, 9, 30])))
    if kind == "Data":
        return bytes(rng.randrange(256) for _ in range(rng.choice([0, 1, 5, 8, 20])))
    if kind == "enum":
        return rng.choice(type_.target.names)
    return 0 if kind == "Void" else None


def random_value(rng, type_, depth, bound=None):
    """A value of @type_, at most @depth structs and lists deep; None if it has no text.
    @bound: what the type parameters around it stand for."""
    bound = bound or {}
    if type_.kind == "param":
        known = bound.get(type_.name)
        return random_value(rng, known, depth) if known else None
    if type_.kind == "List":
        count = rng.choice([0, 1, 2, 3]) if depth > 0 else 0
        items = [random_value(rng, type_.element, depth - 1, bound) for _ in range(count)]
        return None if None in items else Value(type_, items)
    if type_.kind == "struct":
        arguments = {name: bound.get(argument.name) if argument.kind == "param" else argument
                     for name, argument in zip(type_.target.parameters, type_.arguments)}
        return Value(type_, random_members(rng, type_.target.members, depth - 1, arguments))
    data = plain_data(rng, type_)
    return None if data is None else Value(type_, data)


def random_struct(rng, struct, depth):
    """A value of a declared struct."""
    return Value(struct, random_members(rng, struct.members, depth, {}))


def random_members(rng, members, depth, bound):
    pairs = []
    for member in members:
        value = random_member(rng, member, depth, bound)
        if value is not None:
            pairs.append((member, value))
    return pairs


def random_member(rng, member, depth, bound):
    inside = getattr(member, "members", None)
    if inside is None:
        if rng.random() < 0.3 or (depth <= 0 and member.type.kind in ("struct", "List", "param")):
            return None
        return random_value(rng, member.type, depth, bound)
    if type(member).__name__ == "Union":
        inside = [rng.choice(inside)]
    return Value(member, random_members(rng, inside, depth, bound))
