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
    }
  }
}

struct StoredProgram {
  # A program in a store.

  name @0 :Text;
  sizeBytes @1 :UInt64;
}

interface BootPackage {
  # Everything that the machine was booted with. For init alone.

  manifest @0 () -> (image :Memory.MemoryObject, sizeBytes :UInt64);
  # The system description: one Cap'n Proto segment, a System (system_manifest.capnp).

  programs @1 () -> (store :ProgramStore);
  # The facet that only opens programs.
}

interface ProgramStore {
  # Opens the programs that the system lists, and nothing else. A facet of BootPackage.

  list @0 () -> (programs :List(StoredProgram));
  # The programs, in the order of the system description.

  open @1 (name :Text) -> OpenResult;
  # The program called name.
}
