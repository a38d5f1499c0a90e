# SPDX-License-Identifier: MIT
"""gdb macros for the kernel, loaded by `make debug`. `capos-help` lists them."""

import os

import gdb

STATES = {0: "building", 1: "running", 2: "ending", 3: "ended"}
INPUT = "build/debug.input"


def list_entries(head, type_name, member):
    """The structures on an intrusive list (kernel/list.h)."""
    kind = gdb.lookup_type("struct " + type_name)
    offset = next(field.bitpos // 8 for field in kind.fields() if field.name == member)
    node = head["next"]
    while node != head.address:
        yield (node.cast(gdb.lookup_type("unsigned long")) - offset).cast(kind.pointer())
        node = node["next"]


def process_of(expression):
    """A process: a `struct process *`, or a `struct thread *` whose process is meant."""
    value = gdb.parse_and_eval(expression)
    if str(value.type.strip_typedefs().target().unqualified()) == "struct thread":
        return value["process"]
    return value


def name_of(process):
    return process["name"].string(errors="replace")


class Macro(gdb.Command):
    """Base: registers itself; a gdb error becomes one line."""

    macros = []
    usage = ""

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_USER)
        self.name = name
        Macro.macros.append(self)

    def invoke(self, argument, _from_tty):
        try:
            self.run(argument.strip())
        except (gdb.error, AttributeError) as error:
            print(f"{self.name}: {error}")


class Help(Macro):
    """lists the macros"""

    def run(self, _argument):
        for macro in Macro.macros:
            print(f"{(macro.name + ' ' + macro.usage).ljust(26)}{macro.__doc__}")


class Tree(Macro):
    """processes from the first one down; PROCESS or THREAD is any of them"""

    usage = "PROCESS"

    def run(self, argument):
        process = process_of(argument)
        while process["parent"] != 0:
            process = process["parent"]
        self.show(process, 0)

    def show(self, process, depth):
        threads = sum(1 for _ in list_entries(process["threads"], "thread", "process_link"))
        print(f"{'  ' * depth}{int(process['id'])} {name_of(process)}: "
              f"{STATES.get(int(process['state']), '?')}, {threads} threads, "
              f"{int(process['table']['used_count'])} caps, {process}")
        for child in list_entries(process["children"], "process", "sibling_link"):
            self.show(child, depth + 1)


class Caps(Macro):
    """the capability table of a process"""

    usage = "PROCESS"

    def run(self, argument):
        process = process_of(argument)
        table = process["table"]
        node_type = gdb.lookup_type("struct grant_node").pointer()
        facet_type = gdb.lookup_type("struct facet").pointer()
        per_page = 4096 // gdb.lookup_type("struct cap_entry").sizeof
        print(f"{name_of(process)}: {int(table['used_count'])} capabilities")
        for page in range(int(table["page_count"])):
            for index in range(per_page):
                entry = table["pages"][page][index]
                if entry["node"] == 0:
                    continue
                node = entry["node"].cast(node_type)
                facet = entry["facet"].cast(facet_type).dereference()
                print(f"  slot {page * per_page + index} generation {int(entry['generation'])} "
                      f"object {node['object']} facet {facet}")


class Ring(Macro):
    """what the kernel knows of a thread's ring"""

    usage = "THREAD"

    def run(self, argument):
        thread = gdb.parse_and_eval(argument)
        for field in ("state", "sq_head", "cq_tail", "outstanding", "wait_target", "region"):
            print(f"  {field:<12} {thread[field]}")


class Program(Macro):
    """loads the symbols of a program (build/user/NAME.elf)"""

    usage = "NAME"

    def run(self, argument):
        gdb.execute(f"add-symbol-file build/user/{argument}.elf")


class Type(Macro):
    """types a line on the guest's console"""

    usage = "TEXT"

    def run(self, argument):
        if not os.path.exists(INPUT):
            print("only with `make debug`")
            return
        descriptor = os.open(INPUT, os.O_WRONLY | os.O_NONBLOCK)
        os.write(descriptor, (argument + "\n").encode())
        os.close(descriptor)


for command in (("capos-help", Help), ("capos-tree", Tree), ("capos-caps", Caps),
                ("capos-ring", Ring), ("capos-program", Program), ("capos-type", Type)):
    command[1](command[0])

gdb.execute("set confirm off")
gdb.execute("set pagination off")
