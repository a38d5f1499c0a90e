# SPDX-License-Identifier: MIT
"""Random Cap'n Proto schemas: the same for the same seed, on any computer.

A schema is one root struct `S<number>` with everything nested in it: enums, structs that
recurse, generic structs with their brands, interfaces, groups, unions, lists of lists,
defaults of every type. Most have an older sibling `S<number>Old`, which knows only the first
fields of the root and some of whose lists hold plain values where the new one has structs.
"""

import random
from dataclasses import dataclass, field

from random_value import random_value

PLAIN = ("Void", "Bool", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32",
         "UInt64", "Float32", "Float64")
UPGRADABLE = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
              "Float32", "Float64", "Text", "Data")
ANY = ("AnyPointer", "AnyStruct", "AnyList", "Capability")
PER_FILE = 50
# Names that a generator of C trips over: words of C, and what its own functions are called.
AWKWARD = ("int", "class", "default", "struct", "static", "which", "new", "size", "init",
           "hasA", "setA", "getA", "initA", "a", "union_", "bool", "nullptr", "typeof", "l",
           "s", "b", "message", "words", "data", "text", "list", "at", "alignas", "main", "i",
           "index", "count", "value", "true_", "schema", "fromAny", "orphan", "adoptA", "asReader",
           "xPtr", "x_", "errno_", "listOf", "linux", "unix")


@dataclass(frozen=True)
class Type:
    """kind: a name of PLAIN or ANY, Text, Data, List, enum, struct, interface or param."""
    kind: str
    name: str = ""               # as the schema writes it
    element: "Type" = None       # of a list
    target: "object" = None      # the declaration of an enum, a struct or an interface
    arguments: tuple = ()        # of a generic struct's brand

    def text(self):
        return f"List({self.element.text()})" if self.kind == "List" else self.name or self.kind


@dataclass
class Field:
    name: str
    type: Type
    default: object = None  # a random_value.Value
    ordinal: int = -1


@dataclass
class Group:
    name: str
    members: list


@dataclass
class Union:
    name: str  # "" if it has none
    members: list


@dataclass
class Enum:
    path: str
    names: list


@dataclass
class Struct:
    path: str
    members: list = field(default_factory=list)
    parameters: tuple = ()


@dataclass
class Interface:
    path: str
    methods: list
    parent: str = ""


@dataclass
class Schema:
    """One root struct, its older sibling or None, and the text of both."""
    number: int
    file: str
    root: Struct
    old: Struct
    text: str


def leaves(members):
    """Every field of a struct, also those in its groups and unions."""
    for member in members:
        if isinstance(member, Field):
            yield member
        else:
            yield from leaves(member.members)


class Writer:
    """Makes the declarations of one schema."""

    def __init__(self, rng, number, without):
        self.rng = rng
        self.name = f"S{number}"
        self.without = without
        self.enums = []
        self.structs = []
        self.generics = []
        self.interfaces = []
        self.upgrades = []  # (struct, the plain type of its first field)

    def pick(self, *weighted):
        return self.rng.choices([item for item, _ in weighted],
                                [weight for _, weight in weighted])[0]

    def names(self, count, style="field"):
        """Distinct names; their C forms may still meet."""
        found = []
        while len(found) < count:
            if style == "field" and "clashes" not in self.without and self.rng.random() < 0.15:
                name = self.rng.choice(AWKWARD).replace("_", "")
            else:
                name = "".join(self.rng.choice("abcdefgh") for _ in range(2))
                name += self.rng.choice(["", "Xy", "Long", "B2", "URL"]) + str(len(found))
            if name not in found:
                found.append(name)
        return found

    # ---- types

    def plain(self):
        return Type(self.rng.choice(PLAIN))

    def struct_type(self, parameters=()):
        if self.generics and self.rng.random() < 0.25 and "generics" not in self.without:
            return self.branded(parameters)
        target = self.rng.choice(self.structs)
        return Type("struct", target.path, target=target)

    def branded(self, parameters, depth=0):
        target = self.rng.choice(self.generics)
        if self.rng.random() < 0.15:
            return Type("struct", target.path, target=target)  # all AnyPointer
        arguments = tuple(self.argument(parameters, depth) for _ in target.parameters)
        inside = ", ".join(argument.text() for argument in arguments)
        return Type("struct", f"{target.path}({inside})", target=target, arguments=arguments)

    def argument(self, parameters, depth):
        """What may stand for a type parameter: only what is behind a pointer."""
        kinds = [("Text", 3), ("Data", 2), ("struct", 3), ("List", 3), ("branded", 1)]
        if parameters:
            kinds.append(("param", 3))
        if self.interfaces:
            kinds.append(("interface", 1))
        kind = self.pick(*kinds)
        if kind in ("Text", "Data"):
            return Type(kind)
        if kind == "param":
            return Type("param", self.rng.choice(parameters))
        if kind == "List":
            return Type("List", element=self.plain())
        if kind == "interface":
            return self.interface_type()
        if kind == "branded" and depth < 2 and not parameters:
            return self.branded(parameters, depth + 1)
        target = self.rng.choice(self.structs)
        return Type("struct", target.path, target=target)

    def interface_type(self):
        target = self.rng.choice(self.interfaces)
        return Type("interface", target.path, target=target)

    def random_type(self, parameters=(), depth=0):
        kinds = [("plain", 10), ("Text", 3), ("Data", 2), ("struct", 3)]
        if depth < 3:
            kinds.append(("List", 4))
        if self.enums:
            kinds.append(("enum", 2))
        if self.interfaces:
            kinds.append(("interface", 0.7))
        if depth == 0 and "any" not in self.without:
            kinds.append(("any", 0.8))
        if parameters and depth == 0:  # no List(T): the language has none of pointers unknown
            kinds.append(("param", 5))
        kind = self.pick(*kinds)
        if kind == "plain":
            return self.plain()
        if kind in ("Text", "Data"):
            return Type(kind)
        if kind == "struct":
            return self.struct_type(parameters)
        if kind == "List":
            return Type("List", element=self.random_type(parameters, depth + 1))
        if kind == "enum":
            target = self.rng.choice(self.enums)
            return Type("enum", target.path, target=target)
        if kind == "interface":
            return self.interface_type()
        if kind == "any":
            return Type(self.rng.choice(ANY))
        return Type("param", self.rng.choice(parameters))

    # ---- members

    def random_field(self, name, parameters):
        return Field(name, self.random_type(parameters))

    def member(self, name, parameters, depth):
        kind = self.pick(("field", 14), ("group", 1 if depth < 2 else 0),
                         ("union", 1 if depth < 2 else 0))
        if kind == "field":
            return self.random_field(name, parameters)
        count = self.rng.randint(2 if kind == "union" else 1, 4)
        inside = self.some_members(count, parameters, depth + 1, kind == "union")
        return (Group if kind == "group" else Union)(name, inside)

    def some_members(self, count, parameters, depth, in_union=False):
        members = [self.member(name, parameters, depth) for name in self.names(count)]
        if in_union:  # a union directly in a union would share its tag: it comes in a group
            return [Group(member.name, [member_of_group(member)])
                    if isinstance(member, Union) else member for member in members]
        return members

    def members(self, count, parameters=()):
        members = self.some_members(count, parameters, 0)
        if self.rng.random() < 0.4:
            taken = {member.name for member in members}
            inside = self.some_members(self.rng.randint(2, 5), parameters, 1, True)
            inside = [member for member in inside if member.name not in taken]
            if len(inside) >= 2:
                members.insert(self.rng.randint(0, len(members)), Union("", inside))
        return members

    def number_fields(self, struct):
        fields = list(leaves(struct.members))
        self.rng.shuffle(fields)
        for ordinal, item in enumerate(fields):
            item.ordinal = ordinal

    def add_defaults(self, struct, chance):
        for item in leaves(struct.members):
            if self.rng.random() > chance or item.type.kind in ("param", "Void"):
                continue
            pointer = item.type.kind in ("List", "Data", "struct")
            if pointer and "pointer_defaults" in self.without:
                continue
            item.default = random_value(self.rng, item.type, depth=2)

    # ---- declarations

    def declare(self):
        """The root; everything else is in the lists of self."""
        rng = self.rng
        for i in range(rng.choice([0, 1, 1, 2])):
            names = self.names(rng.choice([1, 2, 3, 9, 40]), "enum")
            self.enums.append(Enum(f"{self.name}.En{i}", names))
        for i in range(rng.choice([1, 2, 2, 3])):
            self.structs.append(Struct(f"{self.name}.St{i}"))
        if "generics" not in self.without:
            for i in range(rng.choice([0, 0, 1, 2])):
                parameters = ("T",) if rng.random() < 0.6 else ("T", "U")
                self.generics.append(Struct(f"{self.name}.Box{i}", parameters=parameters))
        self.declare_interfaces()
        for struct in self.structs + self.generics:
            struct.members = self.members(rng.choice([0, 1, 2, 3, 5]), struct.parameters)
            self.number_fields(struct)
        self.declare_upgrades()
        root = Struct(self.name, self.members(rng.choice([1, 3, 5, 8, 12])))
        for i, (target, _) in enumerate(self.upgrades):
            element = Type("struct", target.path, target=target)
            root.members.append(Field(f"upgraded{i}", Type("List", element=element)))
        self.number_fields(root)
        for struct in [*self.structs, *self.generics, root]:
            self.add_defaults(struct, 0.35)
        return root

    def declare_interfaces(self):
        if "interfaces" in self.without:
            return
        for i in range(self.rng.choice([0, 0, 1, 2])):
            parent = ""
            if self.interfaces and "extends" not in self.without:
                parent = self.rng.choice(["", self.interfaces[0].path])
            interface = Interface(f"{self.name}.If{i}", [], parent)
            self.interfaces.append(interface)
        for interface in self.interfaces:
            for name in self.names(self.rng.choice([1, 2, 3]), "method"):
                interface.methods.append(self.method(name))

    def method(self, name):
        def parameters(letter):
            count = self.rng.choice([0, 1, 2, 3])
            return "(" + ", ".join(f"{letter}{i} :{self.random_type().text()}"
                                   for i in range(count)) + ")"

        result = self.rng.random()
        if result < 0.15 and "streaming" not in self.without:
            return f"{name} @0 {parameters('p')} -> stream"
        if result < 0.3 and self.structs:
            return f"{name} @0 {self.structs[0].path} -> {parameters('r')}"
        return f"{name} @0 {parameters('p')}" + (f" -> {parameters('r')}" if result < 0.8 else "")

    def declare_upgrades(self):
        if "upgrades" in self.without:
            return
        for i in range(self.rng.choice([0, 0, 1, 2])):
            first = Type(self.rng.choice(UPGRADABLE))
            struct = Struct(f"{self.name}.Up{i}", [Field("first", first, None, 0)])
            for name in self.names(self.rng.choice([0, 1, 2, 4])):
                member = self.random_field("n" + name, ())
                member.ordinal = len(struct.members)
                struct.members.append(member)
            self.upgrades.append((struct, first))

    # ---- the older sibling

    def older(self, root):
        """The root as it was when it had fewer fields; None if it cannot be."""
        fields = sorted(leaves(root.members), key=lambda item: item.ordinal)
        known = self.rng.randint(0, len(fields))
        members = self.older_members(root.members, known)
        if members is None:
            return None
        return Struct(self.name + "Old", members)

    def older_members(self, members, known):
        result = []
        for member in members:
            if isinstance(member, Field):
                if member.ordinal < known:
                    result.append(self.older_field(member))
                continue
            inside = self.older_members(member.members, known)
            if inside is None:
                return None
            if isinstance(member, Union) and len(inside) == 1:
                return None  # the tag is placed with the second member
            if inside:
                result.append(type(member)(member.name, inside))
        return result

    def older_field(self, item):
        for target, first in self.upgrades:
            if item.name.startswith("upgraded") and item.type.element.target is target:
                if item.default is None and self.rng.random() < 0.7:
                    return Field(item.name, Type("List", element=first), None, item.ordinal)
        return Field(item.name, item.type, item.default, item.ordinal)


def member_of_group(union):
    return Union("inner", union.members)


# ---- text

def write_members(out, members, indent, rng):
    space = "  " * indent
    for member in members:
        if isinstance(member, Field):
            default = f" = {member.default.text()}" if member.default else ""
            out.append(f"{space}{member.name} @{member.ordinal} :{member.type.text()}{default};")
            if rng.random() < 0.05:
                out.append(f"{space}# About {member.name}: \"quoted\", \\ and ??/ in a comment.")
            continue
        kind = "union" if isinstance(member, Union) else "group"
        head = f"{member.name} :{kind}" if member.name else kind
        out.append(f"{space}{head} {{")
        write_members(out, member.members, indent + 1, rng)
        out.append(f"{space}}}")


def write_struct(out, struct, indent, rng):
    space = "  " * indent
    name = struct.path.split(".")[-1]
    parameters = f"({', '.join(struct.parameters)})" if struct.parameters else ""
    out.append(f"{space}struct {name}{parameters} {{")
    write_members(out, struct.members, indent + 1, rng)
    return space


def write_nested(out, writer, rng):
    for enum in writer.enums:
        out.append(f"  enum {enum.path.split('.')[-1]} {{")
        order = list(enumerate(enum.names))
        rng.shuffle(order)
        out.extend(f"    {name} @{number};" for number, name in order)
        out.append("  }")
    for struct in [*writer.structs, *writer.generics, *(s for s, _ in writer.upgrades)]:
        out.append(write_struct(out, struct, 1, rng) + "}")
    for interface in writer.interfaces:
        parent = f" extends({interface.parent})" if interface.parent else ""
        out.append(f"  interface {interface.path.split('.')[-1]}{parent} {{")
        for ordinal, method in enumerate(interface.methods):
            out.append(f"    {method.replace('@0', f'@{ordinal}', 1)};")
        out.append("  }")


def make_schema(seed, number, file, without=()):
    rng = random.Random(f"{seed}:{number}")
    writer = Writer(rng, number, without)
    root = writer.declare()
    old = writer.older(root) if rng.random() < 0.7 else None
    out = []
    write_struct(out, root, 0, rng)
    write_nested(out, writer, rng)
    out.append("}")
    if old:
        write_struct(out, old, 0, rng)
        out.append("}")
    return Schema(number, file, root, old, "\n".join(out) + "\n")


def make_schemas(seed, first, count, without=()):
    """@count schemas from number @first, which is where those of one seed are told apart."""
    return [make_schema(seed, number, f"c{number // PER_FILE}", without)
            for number in range(first, first + count)]


def write_files(folder, schemas):
    """The names of the files without their suffix."""
    files = {}
    for schema in schemas:
        files.setdefault(schema.file, []).append(schema)
    for name, inside in files.items():
        identity = 0xc000000000000000 + int(name[1:])
        text = f"@{identity:#018x};\n" + "".join(schema.text for schema in inside)
        (folder / f"{name}.capnp").write_text(text)
    return sorted(files, key=lambda name: int(name[1:]))
