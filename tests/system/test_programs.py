# SPDX-License-Identifier: MIT
"""Many programs, greedy with the processor or with memory: the machine stays whole."""

import re

import pytest

from tools.run_qemu import ROOT, Machine

PACKAGE = str(ROOT / "build/systems/programs.pkg")
PROCESSES = 24  # of the shell's budget
CLOCK = "clock 0 1000000 with { console: @console, clock: @timer }"


@pytest.fixture(scope="module")
def machine():
    # Time is counted in instructions: what this computer does beside does not count.
    with Machine(package=PACKAGE, icount="shift=0,sleep=off,align=off") as booted:
        booted.expect_prompt()
        yield booted


def number(machine, call, field):
    return int(re.search(rf"{field} = (\d+)", machine.command(call)).group(1))


def free_pages(machine):
    return number(machine, "call @info.describe", "memoryFreePages")


def process_name(machine, command):
    return re.match(r"(@p\d+) is ", machine.command(command)).group(1)


def test_a_program_that_spins_does_not_keep_the_processor(machine):
    process = process_name(machine, "spawn spin")
    before = number(machine, "call @timer.now", "nowNs")
    assert machine.command("run hello with { console: @console }") == "Hello from hello.\n"
    assert number(machine, "call @timer.sleep durationNs=20_000_000", "nowNs") > before
    assert "running" in machine.command("ps")
    assert machine.command(f"kill {process}") == "spin was killed\n"


def test_programs_that_spin_share_the_processor(machine):
    processes = [process_name(machine, "spawn spin") for _ in range(3)]
    machine.command("call @timer.sleep durationNs=100_000_000")
    times = [number(machine, f"call {process}.info", "runtimeNs") for process in processes]
    for process in processes:
        assert machine.command(f"kill {process}") == "spin was killed\n"
    assert min(times) > max(times) / 3, times


def test_memory_returns_when_programs_have_ended(machine):
    commands = ["run hello with { console: @console }", "run faulty null", "run faulty stack",
                "run hello", "run hello with { console: @console, console: @console }"]
    for command in commands:  # what is made once and kept
        machine.command(command)
    before = free_pages(machine)
    for command in commands * 3:
        machine.command(command)
    assert free_pages(machine) == before


def test_as_many_programs_run_at_once_as_the_budget_has(machine):
    before = free_pages(machine)
    processes = [process_name(machine, f"spawn {CLOCK}") for _ in range(PROCESSES)]
    assert machine.command("ps").count("running") == PROCESSES
    refusal = machine.command(f"spawn {CLOCK}")
    assert refusal.startswith("refused: shell called @factory.create: budgetExceedsParent") or \
        refusal.startswith("refused: shell called @factory.create: ledgerProcesses")
    for process in processes:
        assert machine.command(f"kill {process}") == "clock was killed\n"
        machine.command(f"release {process}")
    assert process_name(machine, "spawn tiny")
    assert free_pages(machine) == before


def test_what_init_started_is_in_the_log(machine):
    assert "started service shell: program shell, 9 grants, " in machine.command("log 100")


UPCALL = "with { console: @console, thread: own thread }"


def test_a_program_catches_its_faults_by_upcall(machine):
    answer = machine.command(f"run upcall 5 {UPCALL}")
    assert answer.startswith("caught 5 faults\n")
    # With the upcall removed the same fault ends it.
    assert re.search(r"upcall was stopped by a pageFault at 0x10 ", answer), answer


def test_a_fault_within_an_upcall_ends_the_process(machine):
    answer = machine.command(f"run upcall nested {UPCALL}")
    assert re.search(r"^upcall was stopped by a pageFault at 0x10 ", answer), answer
    assert machine.command("run hello with { console: @console }") == "Hello from hello.\n"


def test_no_program_sees_the_vector_registers_of_another(machine):
    spinning = process_name(machine, "spawn vectors spin with { console: @console }")
    answer = machine.command("run vectors look budget (memoryPages = 2048, capSlots = 16, "
                             "kernelBytes = 32768, mappings = 64, virtualPages = 65536, "
                             "threads = 1, calls = 16, alarms = 4) with { console: @console, "
                             "thread: own thread, memory: own memory, timer: @timer }")
    assert machine.command(f"kill {spinning}") == "vectors was killed\n"
    assert answer == "8 upcalls, only my own registers\n"
