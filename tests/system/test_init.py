# SPDX-License-Identifier: MIT
"""init: the whole graph is checked before anything starts; each failure is a sentence."""

import pytest

from tests.support.package import system
from tools.run_qemu import Machine

CONSOLE = '(name = "console", source = console)'


def boot(package, **options):
    """Boots a system without a prompt to its end: (its lines, the ending)."""
    with Machine(package=package, **options) as machine:
        ending = machine.wait_end(30)
        return machine.text.splitlines(), ending


def service(name, program, arguments="", grants=CONSOLE, more="budget = (memoryPages = 200)"):
    return (f'(name = "{name}", program = "{program}", arguments = [{arguments}], '
            f'grants = [{grants}], {more})')


def test_every_defect_of_the_graph_is_told_and_nothing_starts(tmp_path):
    power = '(name = "power", source = powerControl)'
    package = system(tmp_path, ", ".join([
        service("one", "hello"),
        service("one", "hullo", grants=f"{CONSOLE}, {CONSOLE}, {power}"),
        service("two", "hello", grants="", more="budget = (memoryPages = 4000000)"),
    ]))
    lines, ending = boot(package)
    assert lines[lines.index("capOS init") + 1:] == [
        "init: service one is listed twice: each service has a name of its own",
        "init: service one: the system has no program 'hullo'; the nearest is hello",
        "init: service one, grant console is listed twice: each grant has a name of its own",
        "init: service one, grant power: powerControl is for the service named shell only",
    ]
    assert (ending.kind, ending.code) == ("shutdown", 1)


def test_budgets_beyond_the_machine_are_refused_before_anything_starts(tmp_path):
    package = system(tmp_path, ", ".join([
        service("one", "hello"),
        service("two", "hello", more="budget = (memoryPages = 4000000)"),
    ]))
    lines, ending = boot(package, mem="16")
    assert lines[-1].startswith("init: service two asks for most of memoryPages: all services "
                                "together ask for 4000200, and init has ")
    assert not any("Hello" in line for line in lines)
    assert (ending.kind, ending.code) == ("shutdown", 1)


def test_a_budget_that_the_kernel_refuses_is_told_with_its_rule(tmp_path):
    more = "budget = (memoryPages = 200, kernelBytes = 4000000000)"
    package = system(tmp_path, service("one", "hello", more=more))
    lines, ending = boot(package)
    assert lines[-1] == ("init: service one could not be started: creating the process: "
                         "NO_LEDGER by rule BUDGET_EXCEEDS_PARENT")
    assert (ending.kind, ending.code) == ("shutdown", 1)


def test_a_service_that_cannot_be_loaded_stops_the_machine(tmp_path):
    package = system(tmp_path, service("one", "broken"), programs=(),
                     extra=[("broken", b"\x7fELF and nothing behind it")])
    lines, ending = boot(package)
    assert lines[-1].startswith("init: service one could not be started: ")
    assert (ending.kind, ending.code) == ("shutdown", 1)


def test_a_service_without_what_its_program_needs_stops_the_machine(tmp_path):
    package = system(tmp_path, service("one", "hello", grants=""), programs=("hello",))
    lines, ending = boot(package)
    assert lines[-1].startswith("init: service one")
    assert "console" in lines[-1]
    assert (ending.kind, ending.code) == ("shutdown", 1)


def test_the_code_of_the_last_service_becomes_the_machines(tmp_path):
    package = system(tmp_path, service("one", "hello", '"--exit", "3"'), programs=("hello",))
    lines, ending = boot(package)
    assert "Hello from one." in lines
    assert lines[-1] == "init: service one ended with code 3"
    assert (ending.kind, ending.code) == ("shutdown", 3)


def test_the_end_of_the_shell_is_the_end_of_the_machine(tmp_path):
    """Whatever else still runs; here a service that never ends, started before it."""
    clock = '(name = "clock", source = timer)'
    package = system(tmp_path, ", ".join([
        service("sleeper", "clock", '"1000000"', grants=f"{CONSOLE}, {clock}"),
        service("shell", "faulty", '"null"'),
    ]), programs=("clock", "faulty"))
    lines, ending = boot(package)
    assert "init: service shell crashed: pageFault at address 0x0, instruction 0x2" in "\n".join(lines)
    assert (ending.kind, ending.code) == ("shutdown", 1)
