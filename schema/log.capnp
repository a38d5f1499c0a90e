# SPDX-License-Identifier: MIT
# The bootstrap log: a bounded ring of records in the kernel.

@0x9d0926327e02ff05;

enum LogLevel {
  # How much a record matters.

  debug @0;
  # For whoever works on the program.
  info @1;
  # What normally happens.
  warning @2;
  # What should be looked at.
  error @3;
  # What failed.
}

struct LogRecord {
  # One record: what was written as text, and its level.

  sequence @0 :UInt64;
  # Number of the record since boot, without holes.
  timeNs @1 :UInt64;
  # When it was written, in monotonic time.
  level @2 :LogLevel;
  origin @3 :Text;
  # Name of the process that wrote it, set by the kernel.
  text @4 :Text;
}

interface LogSink {
  # Writes to the log.

  write @0 (level :LogLevel, text :Text) -> ();
  # Adds a record with level and text. The oldest records make room; the caller's ledger is
  # charged 56 bytes and the text, rounded up to 8, and never gets them back. Never waits.
  # Limits: text at most 240 bytes. Cost grows with text. Not idempotent.
  # Refused: levelKnown, textLimit, ledgerLogBytes.
}

interface LogReader {
  # Reads the log.

  read @0 (from :UInt64, maxRecords :UInt32) -> (records :List(LogRecord), next :UInt64, dropped :UInt64);
  # Up to maxRecords records, oldest first, whose sequence is at least from (a sequence); next is
  # what to pass to go on; dropped counts records at or after from that were already
  # overwritten. Never waits. Limits: maxRecords 1 to 32.
  # Cost grows with the records that the log holds. Idempotent. Refused: sizeNonZero, sizeLimit.
}
