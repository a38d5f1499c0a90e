# SPDX-License-Identifier: MIT
# Control of one thread.

@0xb7e7688e2bd8a1e6;

interface ThreadControl {
  # Control of one thread. Ending the process is the exit system call; asynchronous
  # events reach a thread as upcalls.

  setUpcall @0 (entry :UInt64, stackTop :UInt64, eventMask :UInt32) -> ();
  # On an event in eventMask (bit 0: fault, bit 1: interrupt) the kernel saves the thread's
  # registers in its ring region's upcall frame and continues at entry (an address) on the stack
  # at stackTop (an address) with the event in the first parameter register, the fault kind or
  # 0 in the second, the address in the third. A mask of 0 removes the upcall. While an upcall
  # runs, a further fault ends the process. Constant cost. Idempotent.
  # Refused: eventMask, addressRange.

  resume @1 () -> ();
  # Ends an upcall: the thread continues from the upcall frame, which is checked. Does not return
  # where it was called. Constant cost. Not idempotent. Refused: upcallNone, upcallContext.

  interrupt @2 () -> (delivered :Bool);
  # Raises the interrupt event; delivered is false if the thread has no upcall for it.
  # Constant cost. Not idempotent. Never refused.

  exit @3 () -> ();
  # Ends the thread; with the last thread its process ends, exited with code 0.
  # Constant cost. Not idempotent. Never refused.
}
