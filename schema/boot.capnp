# SPDX-License-Identifier: MIT
# What the machine was booted with.

@0xae5e85d1a1a6bcde;

using Memory = import "memory.capnp";

struct OpenResult {
  # What a lookup by name found.

  union {
    notFound @0 :Void;
    # The system lists no such program.
    found :group {
      image @1 :Memory.MemoryObject;
      # The program's file, page-aligned, immutable.
      sizeBytes @2 :UInt64;
      # The size of the file; the last page may hold more.
    }
  }
}

struct StoredProgram {
  # A program in a store: its name, and sizeBytes of its file.

  name @0 :Text;
  sizeBytes @1 :UInt64;
}

interface BootPackage extends(ProgramStore) {
  # Everything that the machine was booted with. For init alone.

  manifest @0 () -> (image :Memory.MemoryObject, sizeBytes :UInt64);
  # The system description: image holds sizeBytes of one Cap'n Proto segment, a System
  # (manifest.capnp). Constant cost. Idempotent.
  # Refused: ledgerSlots, ledgerMemoryPages, ledgerKernelBytes, machineMemory.

  programs @1 () -> (store :ProgramStore);
  # The same as nothing but a store of programs, to hand to others. Constant cost. Idempotent.
  # Refused: ledgerSlots, ledgerMemoryPages, ledgerKernelBytes, machineMemory.
}

interface ProgramStore {
  # Opens the programs that the system lists, and nothing else.

  list @0 () -> (programs :List(StoredProgram));
  # The programs, in the order of the system description. Cost grows with their number.
  # Idempotent. Never refused.

  open @1 (name :Text) -> OpenResult;
  # Finds the program called name. Limits: name any. Cost grows with the number of programs.
  # Idempotent. Refused: ledgerSlots, ledgerMemoryPages, ledgerKernelBytes, machineMemory.
}
