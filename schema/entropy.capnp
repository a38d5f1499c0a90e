# SPDX-License-Identifier: MIT
# Random bytes.

@0x87fcdda80944fe0c;

interface EntropySource {
  # Random bytes fit for keys: a ChaCha20 generator (RFC 8439) seeded from the processor's
  # random number instruction.

  fill @0 (sizeBytes :UInt32) -> (bytes :Data);
  # Returns sizeBytes random bytes. Limits: sizeBytes 1 to 1024. Cost grows with sizeBytes.
  # Idempotent. Refused: sizeNonZero, sizeLimit.
  # Raises: unimplemented (the machine has no seed source).
}
