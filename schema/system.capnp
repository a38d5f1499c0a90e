# SPDX-License-Identifier: MIT
# The machine and its power switch.

@0xdbe0ee717f7695f5;

interface SystemInfo {
  # What runs here. Knowledge only.

  describe @0 () -> (kernelVersion :Text, architecture :Text, systemName :Text, messageOfTheDay :Text, pageSizeBytes :UInt32,
                     processors :UInt32, memoryTotalPages :UInt64, memoryFreePages :UInt64, uptimeNs :UInt64,
                     warnings :List(Text));
  # The machine (architecture, processors, pageSizeBytes, memoryTotalPages, of which
  # memoryFreePages are free, uptimeNs since boot) and the system it runs (kernelVersion,
  # systemName, messageOfTheDay). The warnings name what the machine lacks, such as protection
  # from Meltdown. Constant cost. Idempotent. Never refused.

  counters @1 () -> (addressSpaceSwitches :UInt64, msrWrites :UInt64, interprocessorInterrupts :UInt64,
                     vectorSaves :UInt64, threadSwitches :UInt64, interrupts :UInt64);
  # Events since boot: page-table register writes (addressSpaceSwitches), model-specific
  # register writes (msrWrites), interrupts sent to processors (interprocessorInterrupts),
  # vector register saves and restores (vectorSaves), threadSwitches, interrupts taken. For
  # measuring. Constant cost. Idempotent. Never refused.
}

interface PowerControl {
  # Ends everything.

  shutdown @0 (code :UInt8) -> ();
  # Stops the machine and reports code to whoever started it. Does not return.
  # Constant cost. Not idempotent. Never refused.

  reboot @1 () -> ();
  # Restarts the machine. Does not return. Constant cost. Not idempotent. Never refused.
}
