# SPDX-License-Identifier: MIT
# Processes are built, not named: an empty process is filled, granted capabilities and started.

@0x823d41c3cdde8d51;

using Ledger = import "ledger.capnp";
using Memory = import "memory.capnp";
using Thread = import "thread.capnp";

enum FaultKind {
  # Why the processor stopped a program.

  pageFault @0;
  # An access to memory that is not mapped, or not mapped for this access.
  illegalInstruction @1;
  # An instruction that does not exist or is not for programs.
  protection @2;
  # A general protection fault: a privileged instruction, a non-canonical address.
  divide @3;
  # A division by zero or its overflow.
  arithmetic @4;
  # A floating-point or vector exception.
  breakpoint @5;
  # A breakpoint or single step without a debugger.
  alignment @6;
  # An unaligned access where alignment is demanded.
  other @7;
  # Any other processor exception.
}

struct TerminalStatus {
  # How a process ended.

  union {
    exited @0 :Int32;
    # It ended itself with this code.
    killed @1 :Void;
    # Somebody holding its handle ended it.
    faulted :group {
      # The processor stopped it.
      kind @2 :FaultKind;
      # Why.
      address @3 :UInt64;
      # The address it accessed (pageFault), else the address of the instruction.
      instruction @4 :UInt64;
      # The address of the instruction.
    }
    failedToStart @5 :Text;
    # It never ran; its builder was abandoned for this reason.
  }
}

interface ProcessFactory {
  # Creates processes, paid for by the caller's ledger.

  create @0 (name :Text, budget :Ledger.Budget) -> (builder :ProcessBuilder, handle :ProcessHandle);
  # An empty process named name (for people; printable characters, no spaces) whose ledger has
  # the maxima of budget, carved from the caller's; builder fills it, handle ends it and waits
  # for its end. Limits: name 1 to 31 bytes. Constant cost. Not idempotent.
  # Refused: builderName, budgetExceedsParent, ledgerProcesses, ledgerSlots, ledgerMemoryPages,
  # ledgerKernelBytes, machineMemory, ledgerThreads (budget has none, and so on),
  # ledgerVirtualPages, ledgerMappings.
}

interface ProcessBuilder {
  # Fills a process that has not started. Releasing the last capability to an unstarted
  # builder abandons it.

  memory @0 () -> (memory :Memory.VirtualMemory);
  # The process's address space is memory, to map its program, or to grant to it.
  # Constant cost. Idempotent.
  # Refused: builderStarted, ledgerSlots, ledgerMemoryPages, ledgerKernelBytes, machineMemory.

  thread @1 () -> (control :Thread.ThreadControl);
  # The control of the process's first thread, to grant to it. Constant cost. Idempotent.
  # Refused: builderStarted, ledgerSlots, ledgerMemoryPages, ledgerKernelBytes, machineMemory.

  grant @2 (name :Text, capability :Capability) -> ();
  # Gives the process a capability under a name (printable characters, no spaces), copied or
  # moved as the transfer record says. Limits: name 1 to 31 bytes.
  # Cost grows with the grants made before. Not idempotent.
  # Refused: builderStarted, builderName, grantNameUnique, grantRoom, transferAllowed,
  # ledgerSlots, ledgerMemoryPages, ledgerKernelBytes, machineMemory.

  write @3 (address :UInt64, data :Data) -> ();
  # Writes data into fresh pages of the process at any address.
  # Limits: data at most 8000 bytes. Cost grows with data. Idempotent.
  # Refused: builderStarted, addressMapped, sizeLimit.

  start @4 (entry :UInt64, stackTop :UInt64, argument :UInt64) -> ();
  # Starts the process at entry (an address) with the stack pointer at stackTop (an address, a
  # multiple of 16) and argument (any number) in the third parameter register. Once only.
  # Constant cost. Not idempotent. Refused: builderStarted, entryMapped.

  abandon @5 (why :Text) -> ();
  # Gives up. The handle's status becomes failedToStart(why), why cut to 63 bytes.
  # Limits: why any. Constant cost. Not idempotent. Refused: builderStarted.
}

interface ProcessHandle {
  # Power over one process, and knowledge of how it ended.

  wait @0 () -> TerminalStatus;
  # Completes when the process has ended, at once if it has. Any number may wait.
  # Constant cost. Idempotent. Refused: ledgerCalls, ledgerKernelBytes, machineMemory.

  kill @1 () -> ();
  # Ends the process; without effect if it has ended. Cost grows with its threads. Idempotent.
  # Never refused.

  info @2 () -> (id :UInt64, name :Text, running :Bool, memoryPages :UInt32, capSlots :UInt32, runtimeNs :UInt64);
  # What it is (id, name, whether it is running) and what it uses now: memoryPages, capSlots,
  # and runtimeNs of processor time. Cost grows with its threads. Idempotent. Never refused.
}
