# SPDX-License-Identifier: MIT
# Memory: objects that own pages, and address spaces that show them.

@0xb180ddfea0c5154e;

enum Protection {
  # What a mapping allows. There is no protection that is both writable and executable.

  none @0;
  # Every access faults; the pages stay.
  read @1;
  # Read only.
  readWrite @2;
  # Read and write.
  readExecute @3;
  # Read and execute.
}

interface MemoryAllocator {
  # Makes memory, paid for by the caller's ledger.

  allocate @0 (pageCount :UInt32) -> (object :MemoryObject);
  # A new memory object of pageCount zeroed pages (1 to 65536), paid for by the caller. Cost grows
  # with the count; a large one is cleared in steps. Not idempotent.
  # Refused: sizeNonZero, sizeLimit, ledgerMemoryPages, ledgerKernelBytes, machineMemory.
}

interface MemoryObject {
  # Some pages of memory. They are freed when the last capability and the last mapping
  # have gone, or when the ledger that pays for them ends.

  info @0 () -> (pageCount :UInt32, mutable :Bool);
  # How many pages it has, and whether they may be mapped writable.
}

interface VirtualMemory {
  # One process's address space. Addresses, offsets and sizes are in bytes and multiples
  # of the page size; one call covers at most 2 MiB.

  map @0 (address :UInt64, sizeBytes :UInt64, protection :Protection) -> (address :UInt64);
  # Maps fresh zeroed pages at address, or where there is room if address is 0. At most 64 pages.
  # The address space's process pays. Not idempotent. Refused: addressAligned, addressRange, addressFree,
  # sizeNonZero, sizeLimit, protectionKnown, ledgerMemoryPages, ledgerVirtualPages, ledgerMappings, machineMemory.

  unmap @1 (address :UInt64, sizeBytes :UInt64) -> ();
  # Removes the mappings in the range, splitting those it covers partly; fresh pages are
  # freed. At most 256 mappings and fresh pages, counted together, or one mapping. Refused: addressAligned, addressRange, addressMapped (some of the range is not
  # mapped, or is the thread's ring), sizeNonZero, sizeLimit, ledgerMappings.

  protect @2 (address :UInt64, sizeBytes :UInt64, protection :Protection) -> ();
  # Changes what the mappings in the range allow. Refused: as unmap, protectionKnown, protectionFixed
  # (executable, of a mutable object; writable, of an immutable one).

  mapObject @3 (object :MemoryObject, offsetBytes :UInt64, sizeBytes :UInt64, address :UInt64,
                protection :Protection) -> (address :UInt64);
  # Maps pages of a memory object. Refused: as map, objectRange, objectImmutable (writable, of an
  # immutable object), protectionFixed (executable, of a mutable one), targetAlive (the object ended).

  mapCopy @4 (object :MemoryObject, offsetBytes :UInt64, copyBytes :UInt64, address :UInt64,
              sizeBytes :UInt64, protection :Protection) -> (address :UInt64);
  # As map, and copies copyBytes (any number up to sizeBytes) of the object from
  # offsetBytes (any number) to the start of the fresh pages. For a program's data segment. At most 64 pages.
  # Refused: as map, objectRange, targetAlive (the object ended).

  query @5 (address :UInt64) -> (mapped :Bool, start :UInt64, sizeBytes :UInt64, protection :Protection);
  # The mapping that covers address, or mapped = false and the unmapped gap that does.
}
