# SPDX-License-Identifier: MIT
"""The schemas of a folder as declarations with names, types and comments.

A declaration is called <file>.<path>, as in timer.Timer; a member <declaration>.<member>; a
parameter of a method <method>(name), a result <method>->name.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from request import OPAQUE, canonical_text, parse, request

NO_DISCRIMINANT = 65535
FACET = 0xb136683a929403e5  # the annotation `facet` of c.capnp
KINDS = ("struct", "enum", "interface", "const", "annotation")
SIMPLE = {"void": "Void", "bool": "Bool", "text": "Text", "data": "Data",
          **{f"{kind}{bits}": f"{start}{bits}" for kind, start, sizes in
             (("int", "Int", (8, 16, 32, 64)), ("uint", "UInt", (8, 16, 32, 64)),
              ("float", "Float", (32, 64))) for bits in sizes}}
ANY = {"anyKind": "AnyPointer", "struct": "AnyStruct", "list": "AnyList",
       "capability": "Capability"}
NUMBERS = re.compile(r"U?Int\d+|Float\d+")


@dataclass
class Member:
    """A field, group, enumerant, parameter or result."""
    name: str          # full
    word: str          # its own
    kind: str          # field group enumerant parameter result
    comment: str
    ordinal: int = -1  # -1: has none
    type: str = ""
    offset: int = 0
    default: str = ""  # "": the type's own
    union: int = -1    # -1: outside a union
    tag: int = -1      # of a group: offset of its union's tag
    annotations: tuple = ()


@dataclass
class Method:
    name: str
    word: str
    ordinal: int
    comment: str
    parameters: list = field(default_factory=list)  # of Member
    results: list = field(default_factory=list)
    parameter_struct: str = ""  # if it is a struct with a name of its own
    result_struct: str = ""
    type_parameters: int = 0
    annotations: tuple = ()


@dataclass
class Declaration:
    name: str
    word: str
    kind: str
    id: int
    file: str
    comment: str
    members: list = field(default_factory=list)
    methods: list = field(default_factory=list)
    parents: tuple = ()
    type_parameters: int = 0
    tag: int = -1
    type: str = ""      # of a constant or annotation
    value: str = ""     # of a constant
    targets: tuple = ()
    narrowed: tuple = ()  # of a facet: the names of its methods
    annotations: tuple = ()


@dataclass
class Schema:
    files: dict = field(default_factory=dict)         # stem -> id
    declarations: list = field(default_factory=list)  # in the order of the files

    def find(self, name):
        return next((item for item in self.declarations if item.name == name), None)

    def methods(self):
        """Pairs of interface and method."""
        return [(item, method) for item in self.declarations for method in item.methods]


def one(struct):
    """The name and value of the only member: how a union is printed."""
    (name, value), = struct.items()
    return name, value


class OpaqueText:
    """Text of values that `capnp decode` does not print, by the id of a declaration and the
    path of the member in it."""

    SCOPE = re.compile(r"^\s*(?:struct|interface|enum) \S+ @(0x[0-9a-f]+)")
    FIELD = re.compile(r"^\s*(\w+) @\d+ :.*? = (.*);  # (?:bits|ptr)?\[")
    CONST = re.compile(r"^\s*const \S+ @(0x[0-9a-f]+) :.*? = (.*);$")
    METHOD = re.compile(r"^\s*(\w+) @\d+ (?:\[[^]]*\] )?(\(.*);$")

    GROUP = re.compile(r"^\s*(?:(\w+) :group(?: \$.*)?|union) \{")

    def __init__(self, text):
        self.values = {}
        self.annotations = {}  # declaration id -> texts of the values, in order
        self.scopes = []  # of id and path, which ends in a dot unless it is empty
        for line in text.splitlines():
            self.line(line)

    def line(self, line):
        scope, group = self.SCOPE.match(line), self.GROUP.match(line)
        if scope:
            self.scopes.append((int(scope.group(1), 16), ""))
            self.annotations[int(scope.group(1), 16)] = applied(line)
        elif group:
            owner, path = self.scopes[-1]
            self.scopes.append((owner, f"{path}{group.group(1)}." if group.group(1) else path))
        elif line.strip() == "}":
            self.scopes.pop()
        for pattern in (self.FIELD, self.METHOD):
            member = pattern.match(line)
            if member and self.scopes:
                owner, path = self.scopes[-1]
                self.values[owner, path + member.group(1)] = member.group(2)
        const = self.CONST.match(line)
        if const:
            self.values[int(const.group(1), 16), ""] = const.group(2)


def applied(line):
    """The values of the annotations on a declaration's line, as text."""
    found, depth = [], 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|\$|[()]', line):
        if token.group() == "$" and depth == 0:
            found.append("")
        elif token.group() == "(":
            depth += 1
            start = token.start() if depth == 1 else start
        elif token.group() == ")":
            depth -= 1
            if depth == 0 and found:
                found[-1] = line[start:token.end()]
    return found


class Builder:
    def __init__(self, folder, names):
        files = [folder / name for name in names]
        self.request = request(folder, files)
        self.nodes = {node["id"]: node for node in self.request["nodes"]}
        self.info = {info["id"]: info for info in self.request.get("sourceInfo", [])}
        self.opaque = OpaqueText(canonical_text(folder, files))

    # Names and types

    def name(self, node_id):
        display = self.nodes[node_id]["displayName"]
        file_name, _, path = display.partition(":")
        stem = Path(file_name).name.removesuffix(".capnp")
        return f"{stem}.{path}" if path else stem

    def word(self, node):
        return node["displayName"][node["displayNamePrefixLength"]:]

    def brand(self, node_id, brand):
        """(Text, Data) of Foo(Text, Data), or nothing; outer scopes only if bound."""
        parts = []
        for scope in brand.get("scopes", []):
            if "bind" not in scope:
                continue
            bound = ", ".join(self.binding(item) for item in scope["bind"])
            parts.append(bound if scope["scopeId"] == node_id
                         else f"{self.name(scope['scopeId'])}: {bound}")
        return f"({'; '.join(parts)})" if parts else ""

    def binding(self, binding):
        kind, value = one(binding)
        return "AnyPointer" if kind == "unbound" else self.type(value)

    def type(self, described):
        kind, value = one(described)
        if kind in SIMPLE:
            return SIMPLE[kind]
        if kind == "list":
            return f"List({self.type(value['elementType'])})"
        if kind == "anyPointer":
            return self.any_pointer(value)
        return self.name(value["typeId"]) + self.brand(value["typeId"], value.get("brand", {}))

    def any_pointer(self, described):
        kind, value = one(described)
        if kind == "parameter":
            owner = self.nodes[value["scopeId"]]
            index = value.get("parameterIndex", 0)
            return owner["parameters"][index]["name"]
        if kind == "implicitMethodParameter":
            return f"implicit{value.get('parameterIndex', 0)}"
        return ANY[one(value)[0]]

    def value(self, described, opaque_key):
        _, value = one(described)
        if value is OPAQUE or value == OPAQUE:
            return self.opaque.values.get(opaque_key, "?")
        return str(value)

    def annotations(self, thing):
        """Texts of what is applied to a node or member, facets aside: they are declarations."""
        texts = self.opaque.annotations.get(thing.get("id"), [])
        found = []
        for index, item in enumerate(thing.get("annotations", [])):
            value = self.value(item["value"], None)
            if value == "?" and index < len(texts):
                value = texts[index][1:-1]
            if item["id"] != FACET:
                found.append(f"{self.name(item['id'])}({value})")
        return tuple(found)

    def facets(self, node, interface):
        """The narrowed facets that annotations declare beside an interface."""
        texts = self.opaque.annotations.get(node["id"], [])
        for index, item in enumerate(node.get("annotations", [])):
            if item["id"] == FACET:
                value = parse(texts[index])
                scope = interface.name.rpartition(".")[0]
                yield Declaration(
                    name=f"{scope}.{value.get('name', '')}", word=value.get("name", ""),
                    kind="facet", id=value.get("id", 0), file=interface.file,
                    comment=" ".join(value.get("doc", "").split()),
                    parents=(interface.name,), narrowed=tuple(value.get("methods", [])))

    # Members

    def comment(self, info):
        return " ".join(info.get("docComment", "").split())

    def comments(self, node_id, count):
        members = self.info.get(node_id, {}).get("members", [])
        members = members + [{}] * (count - len(members))
        return [self.comment(member) for member in members]

    def fields(self, struct_id, prefix, kind):
        """The fields of a struct and of its groups, under names that start with prefix; of
        kind field, parameter or result."""
        return list(self.group_fields(struct_id, struct_id, prefix, "", kind))

    def group_fields(self, owner, struct_id, prefix, path, kind):
        described = self.nodes[struct_id]["struct"].get("fields", [])
        comments = self.comments(struct_id, len(described))
        for item, comment in zip(described, comments):
            member = self.field(owner, item, comment, path + item["name"], kind)
            member.name = prefix + path + item["name"]
            yield member
            if member.kind == "group":
                yield from self.group_fields(owner, item["group"]["typeId"], prefix,
                                             f"{path}{item['name']}.", kind)

    def field(self, owner, item, comment, path, kind):
        union = item.get("discriminantValue", NO_DISCRIMINANT)
        member = Member(name="", word=item["name"], kind=kind, comment=comment,
                        union=-1 if union == NO_DISCRIMINANT else union,
                        annotations=self.annotations(item))
        if "group" in item:
            group_id = item["group"]["typeId"]
            group = self.nodes[group_id]["struct"]
            member.kind = "group"
            member.comment = member.comment or self.comment(self.info.get(group_id, {}))
            member.tag = tag_of(group)
            return member
        slot = item["slot"]
        member.ordinal = item["ordinal"].get("explicit", -1)
        member.type = self.type(slot["type"])
        member.offset = slot.get("offset", 0)
        if slot.get("hadExplicitDefault") == "true":
            member.default = self.value(slot["defaultValue"], (owner, path))
        return member

    def enumerants(self, node):
        described = node["enum"].get("enumerants", [])
        comments = self.comments(node["id"], len(described))
        return [Member(name=f"{self.name(node['id'])}.{item['name']}", word=item["name"],
                       kind="enumerant", comment=comment, ordinal=ordinal,
                       annotations=self.annotations(item))
                for ordinal, (item, comment) in enumerate(zip(described, comments))]

    # Methods

    def methods(self, node):
        described = node["interface"].get("methods", [])
        comments = self.comments(node["id"], len(described))
        return [self.method(node, ordinal, item, comment)
                for ordinal, (item, comment) in enumerate(zip(described, comments))]

    def method(self, node, ordinal, item, comment):
        name = f"{self.name(node['id'])}.{item['name']}"
        method = Method(name=name, word=item["name"], ordinal=ordinal, comment=comment,
                        type_parameters=len(item.get("implicitParameters", [])),
                        annotations=self.annotations(item))
        method.parameters, method.parameter_struct = self.signature(
            item["paramStructType"], item.get("paramBrand", {}), f"{name}(", "parameter")
        method.results, method.result_struct = self.signature(
            item["resultStructType"], item.get("resultBrand", {}), f"{name}->", "result")
        for member in method.parameters + method.results:
            if member.kind == "parameter":
                member.name += ")"
            if member.default == "?":  # of pointer type: the compiler prints the whole line
                member.default = self.opaque.values.get((node["id"], item["name"]), "?")
        return method

    def signature(self, struct_id, brand, prefix, kind):
        """Parameters or results, or the name of the struct that holds them."""
        if self.nodes[struct_id].get("scopeId", 0) != 0:
            return [], self.name(struct_id) + self.brand(struct_id, brand)
        return self.fields(struct_id, prefix, kind), ""

    # Declarations

    def declaration(self, node, kind):
        described = node[kind]
        made = Declaration(name=self.name(node["id"]), word=self.word(node), kind=kind,
                           id=node["id"], file=node["displayName"].partition(":")[0],
                           comment=self.comment(self.info.get(node["id"], {})),
                           type_parameters=len(node.get("parameters", [])),
                           annotations=self.annotations(node))
        if kind == "struct":
            made.tag = tag_of(described)
            made.members = self.fields(node["id"], made.name + ".", "field")
        elif kind == "enum":
            made.members = self.enumerants(node)
        elif kind == "interface":
            made.methods = self.methods(node)
            made.parents = tuple(self.name(parent["id"]) +
                                 self.brand(parent["id"], parent.get("brand", {}))
                                 for parent in described.get("superclasses", []))
        else:
            made.type = self.type(described["type"])
            made.targets = tuple(sorted(name.removeprefix("targets").lower()
                                        for name, value in described.items()
                                        if name.startswith("targets") and value == "true"))
        if kind == "const":
            made.value = self.value(described["value"], (node["id"], ""))
        return made

    def nested(self, node):
        """Nodes declared in node, each followed by those declared in it."""
        for entry in node.get("nestedNodes", []):
            inner = self.nodes.get(entry["id"])
            if inner:
                yield inner
                yield from self.nested(inner)

    def schema(self):
        made = Schema()
        for entry in self.request["requestedFiles"]:
            file_node = self.nodes[entry["id"]]
            made.files[Path(entry["filename"]).name.removesuffix(".capnp")] = entry["id"]
            for node in self.nested(file_node):
                kind = next(kind for kind in KINDS if kind in node)
                item = self.declaration(node, kind)
                made.declarations += [item, *self.facets(node, item)]
        return made


def tag_of(struct):
    return struct["discriminantOffset"] if struct.get("discriminantCount", 0) else -1


def is_number(type_text):
    return NUMBERS.fullmatch(type_text) is not None


def load(folder):
    """The schemas in `folder`; raises SchemaError."""
    names = sorted(path.name for path in folder.glob("*.capnp"))
    return Builder(folder, names).schema() if names else Schema()
