# SPDX-License-Identifier: MIT
# The boot console: a serial line owned by the kernel until drivers exist.

@0xb13b2aeda05f1119;

interface Console {
  # Reads from and writes to the boot console.

  write @0 (data :Data) -> ();
  # Writes data, at most 4096 bytes, exactly as given. Completes when all of it is
  # handed to the device. Not idempotent. Refused: sizeLimit.

  writeLine @1 (text :Text) -> ();
  # Writes text, at most 4096 bytes, followed by a line end. Refused: sizeLimit.

  read @2 (maxBytes :UInt32) -> (data :Data);
  # Waits for input and returns 1 to maxBytes bytes of it (at most 1024). Readers are
  # served in order of arrival; input is not echoed. CANCEL withdraws a waiting read
  # without losing input. Refused: sizeNonZero, sizeLimit.

  attributes @3 () -> (interactive :Bool);
  # Whether a person sits at the console (interactive) or a pipe feeds it.

  writer @4 () -> (writer :ConsoleWriter);
  # A facet that can only write, to hand to programs that need not read.
}

interface ConsoleWriter {
  # Writes to the boot console. A facet of Console.

  write @0 (data :Data) -> ();
  # As Console.write.

  writeLine @1 (text :Text) -> ();
  # As Console.writeLine.
}

interface TerminalInterrupt {
  # The interrupt key (Ctrl-C) of the boot console. A facet of the console.

  await @0 () -> ();
  # Completes when the interrupt key is pressed. While somebody waits here the key is
  # taken out of the input; while nobody does, it is read as byte 3. One waiter at a
  # time; CANCEL withdraws it. Refused: waiterSingle.
}
