# SPDX-License-Identifier: MIT
# What a process may use at most.
#
# A maximum of 0 means none, never "as much as there is": whoever hands out a budget says
# what it is. The machine's own ledger has the pages that are free at boot, and an eighth of their
# bytes as kernelBytes; init gets nearly all of it.

@0x9e7557988142c8ea;

struct Budget {
  # Maximum of each finite resource of one process. A child's budget is carved from its
  # parent's: creating the child reserves the whole budget, its end gives it back.

  capSlots @0 :UInt32 = 64;
  # Capabilities held at one time.
  calls @1 :UInt32 = 128;
  # Calls in flight that the kernel holds a record for.
  memoryPages @2 :UInt32 = 128;
  # Pages of physical memory: program memory, page tables, rings and arenas. In a system
  # description a service may ask for a share of the machine instead (Service.memoryShare).
  virtualPages @3 :UInt32 = 65536;
  # Pages of address space covered by mappings.
  mappings @4 :UInt32 = 64;
  # Mappings in the address space.
  kernelBytes @5 :UInt32 = 32768;
  # Bytes of kernel objects: capabilities, processes, threads, call records.
  threads @6 :UInt32 = 1;
  # Threads.
  alarms @7 :UInt32 = 32;
  # Pending alarms.
  processes @8 :UInt32 = 0;
  # Processes created, with all their descendants.
  logBytes @9 :UInt32 = 65536;
  # Bytes written to the log over the process's life.
}
