# SPDX-License-Identifier: MIT
# A whole system as one typed constant: which programs it contains, what init starts,
# and what each of them is granted. systems/<name>.capnp holds one `const system :System`.

@0xb304078b4c96d8e2;

using Ledger = import "ledger.capnp";

enum Source {
  # Where a granted capability comes from: what init holds, or what belongs to the new process.

  console @0;
  # Console.
  consoleWriter @1;
  # ConsoleWriter, the facet that can only write.
  terminalInterrupt @2;
  # TerminalInterrupt.
  timer @3;
  # Timer.
  entropy @4;
  # EntropySource.
  programStore @5;
  # ProgramStore.
  processFactory @6;
  # ProcessFactory.
  memoryAllocator @7;
  # MemoryAllocator.
  systemInfo @8;
  # SystemInfo.
  logSink @9;
  # LogSink.
  logReader @10;
  # LogReader.
  powerControl @11;
  # PowerControl. For init and the shell only; mkimage and init refuse it to others.
  ownMemory @12;
  # VirtualMemory of the new process itself.
  ownThread @13;
  # ThreadControl of the new process's first thread.
}

struct Grant {
  # One capability that a process starts with.

  name @0 :Text;
  # The name under which the process finds it: 1 to 31 printable characters, no spaces.
  source @1 :Source;
  # What it is.
}

struct Service {
  # A process that init starts.

  name @0 :Text;
  # The name of its process: 1 to 31 printable characters, no spaces, unique in the system.
  program @1 :Text;
  # Name of one of the system's programs, not init.
  arguments @2 :List(Text);
  # What follows the service's name in its arguments: at most 63 strings, together with
  # the name at most 4000 bytes.
  grants @3 :List(Grant);
  # At most 84, each with a name of its own, and no more than budget.capSlots.
  budget @4 :Ledger.Budget;
  # Carved from what init has.
  memoryShare @5 :UInt8 = 0;
  # If not 0, budget.memoryPages is not read: the service gets this many percent of the
  # memory that init can give away once services without a share have theirs, and at least
  # a sixteenth of that as kernelBytes. So one system fits machines of any size. All
  # shares together are at most 100.
}

struct System {
  # A system. tools/mkimage refuses one that breaks a rule written here, and so does init
  # before it starts anything (core/system_graph).

  schemaVersion @0 :UInt32 = 1;
  # The version of these rules.
  name @1 :Text;
  # 1 to 31 printable characters, no spaces.
  messageOfTheDay @2 :Text;
  # Shown by the shell when it starts. At most 240 bytes.
  programs @3 :List(Text);
  # The programs in the image, by folder name, at most 63. init is always the first.
  services @4 :List(Service);
  # 1 to 32, started in this order. The machine stops when all of them have ended, or when
  # the one named shell has; the last one's exit code becomes the machine's.
}
