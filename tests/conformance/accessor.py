# SPDX-License-Identifier: MIT
"""C that writes, checks and copies given values by the generated accessors, field by field.

The names are those that the plugin gives where no two meet: its rule is written here anew.
"""

import re

from random_schema import Field, Group
from random_value import INTEGER_BITS

ELEMENTS = {"Void": "VOID", "Bool": "BIT", "enum": "TWO_BYTES", "Float32": "FOUR_BYTES",
            "Float64": "EIGHT_BYTES"}
SIZES = {8: "BYTE", 16: "TWO_BYTES", 32: "FOUR_BYTES", 64: "EIGHT_BYTES"}


def snake(name):
    return re.sub(r"(?<=[^A-Z_])(?=[A-Z])", "_", name.replace(".", "_")).lower()


def element_size(type_):
    if type_.kind in INTEGER_BITS:
        return "CAPNP_ELEMENT_" + SIZES[INTEGER_BITS[type_.kind]]
    return "CAPNP_ELEMENT_" + ELEMENTS.get(type_.kind, "POINTER")


def c_bytes(data):
    return '"' + "".join(f"\\{byte:03o}" for byte in data) + '"'


def blob(value):
    return value.data.encode() if value.type.kind == "Text" else value.data


def literal(value):
    """What is not behind a pointer, as C writes it."""
    kind, data = value.type.kind, value.data
    if kind == "Bool":
        return "true" if data else "false"
    if kind == "enum":
        return f"(enum {snake(value.type.target.path)}){value.type.target.names.index(data)}"
    if kind in INTEGER_BITS:
        c_type = f"{kind.lower()}_t"
        return f"({c_type})UINT64_C({data & (1 << 64) - 1:#x})"
    number = data.replace("inf", "__builtin_inf()")
    number = number if re.search(r"[.e(]", number) else number + ".0"
    return f"({'float' if kind == 'Float32' else 'double'}){number}"


def bits(value):
    """The same as the function of a list takes it: (its name's end, the argument)."""
    kind = value.type.kind
    if kind == "Bool":
        return "bool", literal(value)
    if kind in ("Float32", "Float64"):
        size = kind[5:]
        return f"u{size}", f"capnp_f{size}_bits({literal(value)})"
    size = 16 if kind == "enum" else INTEGER_BITS[kind]
    return f"u{size}", f"(uint{size}_t){literal(value)}"


class Code:
    """The lines of one function body."""

    def __init__(self):
        self.lines = []
        self.names = 0

    def put(self, line):
        self.lines.append("\t" + line)

    def new(self, declaration):
        """A variable, declared with ${} where its name stands."""
        self.names += 1
        name = f"v{self.names}"
        self.put(declaration.replace("${}", name))
        self.put(f"(void){name};")
        return name


# ---- Writing

def write_members(code, stem, builder, pairs, in_union=False):
    for member, value in pairs:
        if isinstance(member, Field):
            write_field(code, stem, builder, member, value, in_union)
        elif not member.name:
            write_members(code, stem, builder, value.data, True)
        else:
            inner = f"{stem}_{snake(member.name)}"
            group = code.new(f"struct {inner}_builder ${{}} = "
                             f"{stem}_init_{snake(member.name)}({builder});")
            write_members(code, inner, group, value.data, not isinstance(member, Group))


def write_field(code, stem, builder, item, value, in_union):
    name, kind = snake(item.name), item.type.kind
    if kind == "Void":
        if in_union:
            code.put(f"{stem}_set_{name}({builder});")
    elif kind in ("Text", "Data"):
        code.put(f"{stem}_set_{name}({builder}, {c_bytes(blob(value))}, {len(blob(value))});")
    elif kind == "struct":
        target = snake(item.type.target.path)
        inner = code.new(f"struct {target}_builder ${{}} = {stem}_init_{name}({builder});")
        write_members(code, target, inner, value.data)
    elif kind == "List":
        write_list_field(code, f"{stem}_init_{name}({builder}, {len(value.data)})", value)
    else:
        code.put(f"{stem}_set_{name}({builder}, {literal(value)});")


def write_list_field(code, start, value):
    element = value.type.element
    if element.kind != "struct":
        return write_elements(code, code.new(f"struct capnp_list_builder ${{}} = {start};"), value)
    target = snake(element.target.path)
    inner = code.new(f"struct list_of_{target}_builder ${{}} = {start};")
    for i, item in enumerate(value.data):
        at = code.new(f"struct {target}_builder ${{}} = {target}_builder_at({inner}, {i});")
        write_members(code, target, at, item.data)
    return None


def write_elements(code, builder, value):
    """Into a plain list builder; a list of structs too, as an element of another list."""
    element = value.type.element
    for i, item in enumerate(value.data):
        if element.kind in ("Text", "Data"):
            code.put(f"capnp_list_set_{element.kind.lower()}({builder}, {i}, "
                     f"{c_bytes(blob(item))}, {len(blob(item))});")
        elif element.kind == "List":
            write_inner_list(code, builder, i, item)
        elif element.kind == "struct":
            target = snake(element.target.path)
            at = code.new(f"struct {target}_builder ${{}} = "
                          f"{{ capnp_list_struct_at({builder}, {i}) }};")
            write_members(code, target, at, item.data)
        elif element.kind != "Void":
            name, argument = bits(item)
            code.put(f"capnp_list_set_{name}({builder}, {i}, {argument});")


def write_inner_list(code, builder, i, item):
    element = item.type.element
    if element.kind == "struct":
        upper = snake(element.target.path).upper()
        start = (f"capnp_list_init_struct_list({builder}, {i}, {len(item.data)}, "
                 f"{upper}_DATA_WORDS, {upper}_POINTERS)")
    else:
        start = f"capnp_list_init_list({builder}, {i}, {element_size(element)}, {len(item.data)})"
    write_elements(code, code.new(f"struct capnp_list_builder ${{}} = {start};"), item)


# ---- Checking

def check_members(code, stem, reader, members, pairs):
    set_ = {id(member): value for member, value in pairs}
    for member in members:
        value = set_.get(id(member))
        if isinstance(member, Field):
            check_field(code, stem, reader, member, value)
        elif not member.name:
            check_union(code, stem, reader, member, value)
        else:
            inner = f"{stem}_{snake(member.name)}"
            group = code.new(f"struct {inner} ${{}} = {stem}_get_{snake(member.name)}({reader});")
            if isinstance(member, Group):
                check_members(code, inner, group, member.members, value.data if value else [])
            else:
                check_union(code, inner, group, member, value)


def check_union(code, stem, reader, union, value):
    if not value or not value.data:
        return
    chosen = value.data[0][0]
    code.put(f"CHECK({stem}_which({reader}) == {stem.upper()}_{snake(chosen.name).upper()});")
    check_members(code, stem, reader, [chosen], value.data)
    for member in union.members:
        if member is not chosen and isinstance(member, Field):
            check_field(code, stem, reader, member, None)  # the default, whatever lies there


def check_field(code, stem, reader, item, value):
    name, kind = snake(item.name), item.type.kind
    get = f"{stem}_get_{name}({reader})"
    if kind in ("Text", "Data", "List", "struct"):
        code.put(f"CHECK({stem}_has_{name}({reader}) == {'true' if value else 'false'});")
    if kind in ("Void", "interface") or (kind == "struct" and not (value or item.default)):
        return
    value = value or item.default
    if kind in ("Text", "Data"):
        check_blob(code, code.new(f"struct capnp_{kind.lower()} ${{}} = {get};"),
                   blob(value) if value else b"")
    elif kind == "struct":
        target = snake(item.type.target.path)
        inner = code.new(f"struct {target} ${{}} = {get};")
        check_members(code, target, inner, item.type.target.members, value.data)
    elif kind == "List":
        check_list_field(code, get, item.type, value)
    else:
        code.put(f"CHECK({get} == {literal(value) if value else 0});")


def check_blob(code, name, expected):
    code.put(f"CHECK({name}.size == {len(expected)});")
    code.put(f"CHECK(memcmp({name}.bytes, {c_bytes(expected)}, {len(expected)}) == 0);")


def check_list_field(code, get, type_, value):
    items = value.data if value else []
    if type_.element.kind != "struct":
        name = code.new(f"struct capnp_list ${{}} = {get};")
        return check_elements(code, name, type_, items)
    target = snake(type_.element.target.path)
    name = code.new(f"struct list_of_{target} ${{}} = {get};")
    code.put(f"CHECK({name}.l.count == {len(items)});")
    for i, item in enumerate(items):
        at = code.new(f"struct {target} ${{}} = {target}_at({name}, {i});")
        check_members(code, target, at, type_.element.target.members, item.data)
    return None


def check_elements(code, name, type_, items):
    element = type_.element
    code.put(f"CHECK({name}.count == {len(items)});")
    for i, item in enumerate(items):
        if element.kind in ("Text", "Data"):
            kind = element.kind.lower()
            check_blob(code, code.new(f"struct capnp_{kind} ${{}} = "
                                      f"capnp_list_get_{kind}({name}, {i});"), blob(item))
        elif element.kind == "List":
            inner = element.element
            size = ("CAPNP_ELEMENT_STRUCT" if inner.kind == "struct" else element_size(inner))
            check_elements(code, code.new(f"struct capnp_list ${{}} = "
                                          f"capnp_list_get_list({name}, {i}, {size});"),
                           element, item.data)
        elif element.kind == "struct":
            target = snake(element.target.path)
            at = code.new(f"struct {target} ${{}} = {{ capnp_list_get_struct({name}, {i}) }};")
            check_members(code, target, at, element.target.members, item.data)
        elif element.kind != "Void":
            end, argument = bits(item)
            code.put(f"CHECK(capnp_list_get_{end}({name}, {i}) == {argument});")


# ---- Copying

def copied(value):
    """What copy_members() copies: the fields of the root itself."""
    return [(member, inside) for member, inside in value.data if isinstance(member, Field)]


def copy_members(code, stem, pairs):
    for item, _ in pairs:
        name, kind = snake(item.name), item.type.kind
        get = f"{stem}_get_{name}(r)"
        if kind in ("Text", "Data"):
            blob_name = code.new(f"struct capnp_{kind.lower()} ${{}} = {get};")
            code.put(f"{stem}_set_{name}(b, {blob_name}.bytes, {blob_name}.size);")
        elif kind in ("List", "struct"):
            code.put(f"CHECK({stem}_set_{name}(b, {get}));")
        elif kind != "Void":
            code.put(f"{stem}_set_{name}(b, {get});")


def functions(schema, value):
    """write_N(), check_N() and copy_N() of one root and its value."""
    stem, number = snake(schema.root.path), schema.number
    write, check, copy = Code(), Code(), Code()
    write_members(write, stem, "b", value.data)
    check_members(check, stem, "r", schema.root.members, value.data)
    copy_members(copy, stem, copied(value))
    start = f"\tstruct {stem} r;\n\n\tCHECK({stem}_read(reader, &r));\n"
    return "\n".join([
        f"static void write_{number}(struct capnp_builder *builder)\n{{",
        f"\tstruct {stem}_builder b = {stem}_new(builder);\n\n\t(void)b;", *write.lines, "}\n",
        f"static void check_{number}(struct capnp_reader *reader)\n{{\n{start}", *check.lines, "}\n",
        f"static void copy_{number}(struct capnp_reader *reader, struct capnp_builder *builder)\n{{",
        f"{start}\tstruct {stem}_builder b = {stem}_new(builder);\n\n\t(void)b;", *copy.lines, "}\n"])

