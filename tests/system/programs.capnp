# SPDX-License-Identifier: MIT
# The shell of the core system with a program that no user wants: test_programs.py.

@0xf0b1a7c2d4e58396;

using Manifest = import "/manifest.capnp";

const system :Manifest.System = (
  name = "programs",
  programs = ["init", "shell", "hello", "clock", "faulty", "tiny", "spin", "upcall",
              "vectors"],
  services = [(
    name = "shell",
    program = "shell",
    grants = [
      (name = "console", source = console),
      (name = "interrupt", source = terminalInterrupt),
      (name = "timer", source = timer),
      (name = "store", source = programStore),
      (name = "factory", source = processFactory),
      (name = "info", source = systemInfo),
      (name = "log", source = logReader),
      (name = "power", source = powerControl),
      (name = "memory", source = ownMemory)
    ],
    budget = (
      capSlots = 3072,
      calls = 8192,
      virtualPages = 4194304,
      mappings = 4096,
      threads = 64,
      alarms = 2048,
      processes = 24,
      logBytes = 4194304
    ),
    memoryShare = 100
  )]
);
