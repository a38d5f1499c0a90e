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
  # A new memory object of pageCount zeroed pages, paid for by the caller; a large one is
  # cleared in steps. Limits: pageCount 1 to 65536. Cost grows with pageCount. Not idempotent.
  # Refused: sizeNonZero, sizeLimit, ledgerSlots, ledgerCalls, ledgerMemoryPages,
  # ledgerKernelBytes, machineMemory.
}

interface MemoryObject {
  # Some pages of memory. They are freed when the last capability and the last mapping
  # have gone, or when the ledger that pays for them ends.

  info @0 () -> (pageCount :UInt32, mutable :Bool);
  # How many pages it has (pageCount), and whether they may be mapped writable (mutable).
  # Constant cost. Idempotent. Never refused.
}

interface VirtualMemory {
  # One process's address space. Addresses, offsets and sizes are in bytes and multiples
  # of the page size; one call covers at most 2 MiB.

  map @0 (address :UInt64, sizeBytes :UInt64, protection :Protection) -> (address :UInt64);
  # Maps sizeBytes of fresh zeroed pages with protection at address, or where there is room if
  # address is 0; returns the address. The address space's process pays.
  # Limits: sizeBytes 4096 to 256 KiB. Cost grows with sizeBytes. Not idempotent.
  # Refused: addressAligned, addressRange, addressFree, sizeNonZero, sizeLimit, protectionKnown,
  # ledgerMemoryPages, ledgerVirtualPages, ledgerMappings, machineMemory.

  unmap @1 (address :UInt64, sizeBytes :UInt64) -> ();
  # Removes the mappings in the sizeBytes from address on, splitting those it covers partly;
  # fresh pages are freed. At most 256 mappings and fresh pages, counted together, or one
  # mapping. Limits: sizeBytes 4096 to 2 MiB. Cost grows with sizeBytes. Not idempotent.
  # Refused: addressAligned, addressRange, addressMapped (some of the range is not mapped, or is
  # the thread's ring), sizeNonZero, sizeLimit, ledgerMappings, ledgerMemoryPages, machineMemory.

  protect @2 (address :UInt64, sizeBytes :UInt64, protection :Protection) -> ();
  # Changes to protection what the mappings in the sizeBytes from address on allow.
  # Limits: sizeBytes 4096 to 2 MiB. Cost grows with sizeBytes. Idempotent. Refused: as unmap,
  # protectionKnown, protectionFixed (executable, of a mutable object; writable, of an
  # immutable one).

  mapObject @3 (object :MemoryObject, offsetBytes :UInt64, sizeBytes :UInt64, address :UInt64,
                protection :Protection) -> (address :UInt64);
  # Maps sizeBytes of a memory object from offsetBytes on, with protection, at address, or where
  # there is room if address is 0; returns the address.
  # Limits: offsetBytes any, sizeBytes 4096 to 2 MiB. Cost grows with sizeBytes. Not idempotent.
  # Refused: as map, objectRange, objectImmutable (writable, of an immutable object),
  # protectionFixed (executable, of a mutable one), targetAlive (the object ended).

  mapCopy @4 (object :MemoryObject, offsetBytes :UInt64, copyBytes :UInt64, address :UInt64,
              sizeBytes :UInt64, protection :Protection) -> (address :UInt64);
  # As map, which see for address, sizeBytes and protection, and copies copyBytes of the object
  # from offsetBytes on to the start of the fresh pages. Neither need be aligned. For a
  # program's data segment. Limits: offsetBytes any, copyBytes any (up to sizeBytes),
  # sizeBytes 4096 to 256 KiB. Cost grows with sizeBytes. Not idempotent.
  # Refused: as map, objectRange, targetAlive (the object ended).

  query @5 (address :UInt64) -> (mapped :Bool, start :UInt64, sizeBytes :UInt64, protection :Protection);
  # The mapping that covers address, or mapped = false and the unmapped gap that does: start is
  # its first address, then sizeBytes and protection. Cost grows with the logarithm of the
  # number of mappings. Idempotent. Never refused.
}
