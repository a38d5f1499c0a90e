# SPDX-License-Identifier: MIT
# The boot console: a serial line owned by the kernel until drivers exist.

@0xb13b2aeda05f1119;

using C = import "c.capnp";

interface Console $C.facet(name = "ConsoleWriter", id = 0x9c5541696e2046e2,
                           methods = ["write", "writeLine"],
                           doc = "Writes to the boot console, and cannot read.") {
  # Reads from and writes to the boot console.

  write @0 (data :Data) -> ();
  # Writes data exactly as given. Completes when all of it is handed to the device.
  # Limits: data at most 4096 bytes. Cost grows with data. Not idempotent. Refused: sizeLimit.

  writeLine @1 (text :Text) -> ();
  # Writes text, followed by a line end.
  # Limits: text at most 4096 bytes. Cost grows with text. Not idempotent. Refused: sizeLimit.

  read @2 (maxBytes :UInt32) -> (data :Data);
  # Waits for input and returns 1 to maxBytes bytes of it as data. Readers are served in
  # order of arrival; input is not echoed. CANCEL withdraws a waiting read without losing
  # input. Limits: maxBytes 1 to 1024. Cost grows with data. Not idempotent.
  # Refused: sizeNonZero, sizeLimit, ledgerCalls, ledgerKernelBytes, machineMemory.

  attributes @3 () -> (interactive :Bool);
  # Whether a person sits at the console (interactive) or a pipe feeds it.
  # Constant cost. Idempotent. Never refused.

  writer @4 () -> (writer :Console $C.heldAs("ConsoleWriter"));
  # The writer is a facet that can only write, to hand to programs that need not read.
  # Constant cost. Idempotent.
  # Refused: ledgerSlots, ledgerMemoryPages, ledgerKernelBytes, machineMemory.
}

interface TerminalInterrupt {
  # The interrupt key (Ctrl-C) of the boot console. A facet of the console.

  await @0 () -> ();
  # Completes when the interrupt key is pressed. While somebody waits here the key is
  # taken out of the input; while nobody does, it is read as byte 3. One waiter at a
  # time; CANCEL withdraws it. Constant cost. Not idempotent.
  # Refused: waiterSingle, ledgerCalls, ledgerKernelBytes, machineMemory.
}
