# SPDX-License-Identifier: MIT
# The core system: a shell that holds everything, and programs for it to start.

@0xc2a5f0d1b7e94836;

using Manifest = import "/manifest.capnp";

const system :Manifest.System = (
  name = "core",
  messageOfTheDay = "Type help for the commands, caps for what this shell holds.",
  programs = ["init", "shell", "hello", "clock", "greedy", "faulty", "bench", "tiny"],
  services = [(
    name = "shell",
    program = "shell",
    grants = [
      (name = "console", source = console),
      (name = "interrupt", source = terminalInterrupt),
      (name = "timer", source = timer),
      (name = "entropy", source = entropy),
      (name = "store", source = programStore),
      (name = "factory", source = processFactory),
      (name = "allocator", source = memoryAllocator),
      (name = "info", source = systemInfo),
      (name = "log", source = logReader),
      (name = "logsink", source = logSink),
      (name = "power", source = powerControl),
      (name = "memory", source = ownMemory),
      (name = "thread", source = ownThread)
    ],
    # Of this the shell pays for what it starts: 32 programs with the default budget, as
    # far as the memory of the machine goes. kernelBytes fit a machine of 8 MiB.
    budget = (
      capSlots = 3072,
      calls = 8192,
      virtualPages = 4194304,
      mappings = 4096,
      kernelBytes = 589824,
      threads = 64,
      alarms = 2048,
      processes = 64,
      logBytes = 4194304
    ),
    memoryShare = 100
  )]
);
