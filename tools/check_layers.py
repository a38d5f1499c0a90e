#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who may include what. An include against the layers, a cycle, a `../` or an include
that does not exist is a finding. The order is that of ARCHITECTURE.md:

    abi         generated constants
    core/capnp  abi
    core        abi, core, generated readers
    kernel      abi, core, generated readers and server tables, kernel headers
    kernel/arch/<x>  the same, its own folder and arch/common
    runtime     abi, core, everything generated, its own headers
    tools       abi, core, everything generated, its own folder
    lib services drivers programs
                abi, core, everything generated, the runtime's public headers, lib, their own
                folder (docs/decisions/0007-programs-may-use-the-pure-core.md)
    examples    core/capnp, what the plugin makes of their own schemas
    tests bench *_test.c  anything
"""

import re
import sys

import check_common

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
ROOTS = ["", "kernel/include/", "runtime/include/"]
READERS = ("gen/readers",)
GENERATED = ("gen/readers", "gen/client", "gen/server", "gen/reflect")
ALLOWED = {
    "abi": ("abi",) + READERS,
    "core/capnp": ("abi", "core/capnp"),
    "core": ("abi", "core/capnp", "core") + READERS,
    "kernel": ("abi", "core/capnp", "core", "gen/readers", "gen/server", "kernel/include"),
    "kernel/include": ("abi", "core/capnp", "core", "gen/readers", "gen/server", "kernel/include"),
    "runtime": ("abi", "core/capnp", "core", "runtime/include", "runtime") + GENERATED,
    "runtime/include": ("abi", "core/capnp", "core", "runtime/include") + GENERATED,
    "tools": ("abi", "core/capnp", "core") + GENERATED,
    "examples": ("core/capnp",) + READERS,
    "user": ("abi", "core/capnp", "core", "runtime/include", "lib") + GENERATED,
}
USER_FOLDERS = ("lib", "services", "drivers", "programs")


def is_arch_interface(name):
    """arch_<noun>.h of an architecture completes the kernel's arch.h for that build."""
    return name.startswith("kernel/arch/") and name.split("/")[-1].startswith("arch_")


def layer(name):
    """The layer of a file, by its path from the root."""
    parts = name.split("/")
    if name.startswith("gen/"):
        for suffix, kind in ((".client.h", "client"), (".server.h", "server"),
                             (".reflect.h", "reflect")):
            if name.endswith(suffix):
                return "gen/" + kind
        return "gen/readers"
    if name.endswith("_test.c") or parts[0] in ("tests", "bench"):
        return "tests"
    if name.startswith("core/capnp/"):
        return "core/capnp"
    if is_arch_interface(name):
        return "kernel/include"
    if name.startswith("kernel/arch/"):
        return "/".join(parts[:3])
    if parts[0] in ("kernel", "runtime") and parts[1] == "include":
        return parts[0] + "/include"
    if parts[0] == "lib":
        return "lib"
    return parts[0]


def allowed(source, target):
    """May file `source` include file `target`?"""
    mine, other = layer(source), layer(target)
    if mine == "tests":
        return True
    if own_folder(source) == own_folder(target):
        return True
    if mine.startswith("kernel/arch/"):
        return other in ALLOWED["kernel"] or other == "kernel/arch/common"
    key = "user" if mine in USER_FOLDERS else mine
    return other in ALLOWED.get(key, ())


def own_folder(name):
    """The folder whose files may see each other's private headers."""
    parts = name.split("/")
    if parts[0] == "drivers" or name.startswith("kernel/arch/"):
        return "/".join(parts[:3])
    if parts[0] in ("tools", "lib", "services", "programs", "kernel"):
        return "/".join(parts[:2])
    return "/".join(parts[:-1])


def resolve(name, text, known):
    """The file an include names, or None. Generated files need not exist."""
    if text.startswith("gen/"):
        return text
    if layer(name) == "examples" and text.endswith(".capnp.h"):
        return "gen/" + text  # made beside it
    beside = "/".join(name.split("/")[:-1] + [text])
    for candidate in [beside] + [root + text for root in ROOTS]:
        if candidate in known:
            return candidate
    if layer(name) == "tests" and "kernel/arch/hosted/" + text in known:
        return "kernel/arch/hosted/" + text
    if text.startswith("arch_"):
        return next((other for other in sorted(known)
                     if is_arch_interface(other) and other.endswith("/" + text)), None)
    return None


def read_includes(root, name):
    for number, line in enumerate((root / name).read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


def find_cycles(graph):
    """One cycle for each file that closes one, as a list of names."""
    state, cycles = {}, []

    def visit(name, path):
        state[name] = "open"
        for number, target in graph.get(name, ()):
            if state.get(target) == "open":
                cycles.append((name, number, path[path.index(target):] + [target]))
            elif target not in state:
                visit(target, path + [target])
        state[name] = "done"

    for name in sorted(graph):
        if name not in state:
            visit(name, [name])
    return cycles


def main():
    options = check_common.arguments("Checks who includes what.")
    names = [name for name in check_common.files(options.root)
             if name.endswith((".c", ".cc", ".hh", ".h", ".S"))]
    known, graph = set(names), {}
    findings = check_common.Findings(options.root, ("layer", "include", "cycle"))
    for name in names:
        for number, text in read_includes(options.root, name):
            if ".." in text.split("/"):
                findings.add("include", name, number, f'"{text}" climbs out of its folder')
                continue
            target = resolve(name, text, known)
            if target is None:
                findings.add("include", name, number, f'"{text}" is nowhere in the repository')
                continue
            graph.setdefault(name, []).append((number, target))
            if not allowed(name, target):
                findings.add("layer", name, number,
                             f"{layer(name)} must not include {target} ({layer(target)})")
    for name, number, path in find_cycles(graph):
        findings.add("cycle", name, number, " -> ".join(path))
    return findings.finish("layers")


if __name__ == "__main__":
    sys.exit(main())
