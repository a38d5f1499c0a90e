# SPDX-License-Identifier: MIT
# Monotonic time.

@0xcefd9b4dab13dfae;

interface Timer {
  # Reads monotonic time and waits for it. Time starts at 0 when the kernel starts,
  # never goes back, and counts nanoseconds.

  now @0 () -> (nowNs :UInt64);
  # The time now, as nowNs. Constant cost. Idempotent. Never refused.

  sleep @1 (durationNs :UInt64) -> (nowNs :UInt64);
  # Completes once durationNs have passed since the call was taken from the ring, and returns
  # the time then as nowNs. CANCEL ends it early with status cancelled. Limits: durationNs any.
  # Constant cost. Not idempotent.
  # Refused: ledgerAlarms, ledgerCalls, ledgerKernelBytes, machineMemory.

  sleepUntil @2 (deadlineNs :UInt64) -> (nowNs :UInt64);
  # An alarm: completes at the absolute time deadlineNs, at once if it has passed, and returns
  # the time then as nowNs. CANCEL ends it early with status cancelled. Limits: deadlineNs any.
  # Constant cost. Idempotent. Refused: as sleep.
}
