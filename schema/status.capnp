# SPDX-License-Identifier: MIT
# Outcomes that are not results: transport statuses, refusal rules, exceptions.
#
# Errors come in three layers. A transport status says why a call was not delivered.
# An exception says what the target could not do. A result union says which of its
# expected outcomes a method had. Statuses travel negated in a completion's result
# (CAPOS_ERR_X = -ordinal), rules in its rule field.

@0xc8ec9840f9b439fc;

enum Status {
  # Transport status of a ring entry. Numbers never change; new ones are added at the end.

  ok @0;
  # The entry did what it asks for.
  ringCorrupt @1;
  # A ring index is out of range. Nothing was taken from the ring.
  badOpcode @2;
  # The opcode has no meaning.
  unsupported @3;
  # The opcode or flag is defined, and this kernel does not implement it yet.
  badEntry @4;
  # A field that the opcode does not use is not zero, or a fixed field is out of range.
  badCapability @5;
  # The capability id is null, stale or was never this process's.
  wrongInterface @6;
  # The capability is live and does not answer to the interface that the entry says.
  badMethod @7;
  # The interface has no method of this ordinal.
  badBuffer @8;
  # A buffer lies outside the arena, is not aligned to 8 bytes or is too large.
  badMessage @9;
  # The parameters are not a well-formed message of the method's type.
  resultTooSmall @10;
  # The result buffer cannot hold what this method returns. Nothing was done.
  badTransfer @11;
  # A transfer record is malformed or names a capability that cannot be transferred.
  noLedger @12;
  # A ledger that must pay is at its maximum. Nothing was done.
  noMemory @13;
  # The machine has no memory left although the ledger would allow it. Nothing was done.
  cancelled @14;
  # The call was withdrawn by CANCEL before it completed.
  deadline @15;
  # The entry's deadline passed before it completed.
  exception @16;
  # The target raised an exception; the result buffer holds a CapException.
  exceptionTruncated @17;
  # The target raised an exception that did not fit the result buffer; rule and detail stand.
  disconnected @18;
  # The target's payer is gone, and so is the target.
  notFound @19;
  # CANCEL: no entry of this sequence is outstanding; it has completed or never was.
  tooManyCapabilities @20;
  # The call returns more capabilities than result_cap_max has room for. Nothing was done.
}

enum Rule {
  # Which rule refused an entry. The completion's detail field holds the offending value.
  # Transport rules, which any entry may meet and a method need not list: none, sqTailRange,
  # cqHeadRange, opcodeKnown, opcodeImplemented, flagsKnown, unusedZero, capabilityNull,
  # capabilityLive, interfaceMatches, methodExists, paramsInArena, resultInArena,
  # transfersInArena, paramsSize, messageWellFormed, resultRoom, resultCapabilityRoom,
  # transferMode, transferAllowed, transferDuplicate, transferExpected, transferInterface,
  # targetAlive, deadlinePassed, cancelTarget.

  none @0;
  # Nothing was refused.
  sqTailRange @1;
  # sq_tail may be at most 64 ahead of the entries taken.
  cqHeadRange @2;
  # cq_head may not pass cq_tail, nor fall more than 128 behind it.
  opcodeKnown @3;
  # The opcode must be one of the numbered ones.
  opcodeImplemented @4;
  # The opcode must be one that this kernel implements.
  flagsKnown @5;
  # Flag bits must be ones that this opcode understands.
  unusedZero @6;
  # A field that the opcode does not use must be zero.
  capabilityNull @7;
  # The null capability cannot be called, released or transferred.
  capabilityLive @8;
  # The capability id must name a slot in use with the same generation.
  interfaceMatches @9;
  # The entry's interface must be the one through which the capability is held, or one that
  # it answers to as well: an ancestor of it, or a narrowed facet. Detail: the one held.
  methodExists @10;
  # The method ordinal must exist in the interface; a narrowed facet lacks some. Detail: the ordinal.
  paramsInArena @11;
  # The parameters must lie in the arena, at a multiple of 8 bytes, in a multiple of 8 bytes.
  resultInArena @12;
  # The result buffer must lie in the arena, at a multiple of 8 bytes, in a multiple of 8 bytes.
  transfersInArena @13;
  # The transfer records must lie in the arena at a multiple of 8 bytes.
  paramsSize @14;
  # Parameters of a kernel object are at most 8192 bytes.
  messageWellFormed @15;
  # The parameters must be one well-formed Cap'n Proto segment of the method's type.
  resultRoom @16;
  # The result buffer must hold the method's largest fixed result.
  resultCapabilityRoom @17;
  # result_cap_max must cover the capabilities that the method returns.
  transferMode @18;
  # A transfer mode is copy or move, and reserved bytes are zero.
  transferAllowed @19;
  # This capability may not be transferred.
  transferDuplicate @20;
  # A capability can be moved only once in a call.
  transferExpected @21;
  # A call brings at most as many transfer records as its parameters have capability
  # pointers, and each pointer that is not null names one of them.
  transferInterface @22;
  # A transferred capability must have the interface that the parameter's type asks for, or
  # one that answers to it.
  ledgerSlots @23;
  # The process holds as many capabilities as its ledger allows.
  ledgerCalls @24;
  # The process has as many calls in flight as its ledger allows.
  ledgerMemoryPages @25;
  # The ledger's physical memory is used up.
  ledgerVirtualPages @26;
  # The ledger's address space is used up.
  ledgerMappings @27;
  # The process has as many mappings as its ledger allows.
  ledgerKernelBytes @28;
  # The ledger's share of kernel objects is used up.
  ledgerThreads @29;
  # The process has as many threads as its ledger allows.
  ledgerAlarms @30;
  # The process has as many pending alarms as its ledger allows.
  ledgerProcesses @31;
  # The process may not create more processes.
  ledgerLogBytes @32;
  # The process has written as much to the log as its ledger allows.
  budgetExceedsParent @33;
  # A child's budget is carved from its parent's, which has less left.
  machineMemory @34;
  # The machine has no free page of memory.
  targetAlive @35;
  # An object ends with the ledger that pays for it.
  addressAligned @36;
  # Addresses, offsets and sizes of mappings are multiples of the page size.
  addressRange @37;
  # A mapping lies within the part of the address space that programs may use.
  addressFree @38;
  # A new mapping may not overlap an existing one.
  addressMapped @39;
  # The range must be covered by mappings that this call can change.
  sizeNonZero @40;
  # A size or count must not be zero.
  sizeLimit @41;
  # One call maps, unmaps, protects or transfers no more than the documented limit.
  objectRange @42;
  # Offset and size must lie within the memory object.
  objectImmutable @43;
  # The pages of this memory object may not be mapped writable.
  protectionKnown @44;
  # A protection is none, read, readWrite or readExecute; never writable and executable.
  protectionFixed @45;
  # The mapping was made from an object that does not allow this protection.
  builderStarted @46;
  # A process is started once; after that its builder refuses everything.
  builderName @47;
  # A name is 1 to 31 bytes of printable ASCII without spaces.
  grantNameUnique @48;
  # Each grant of a process has a name of its own.
  grantRoom @49;
  # A process starts with at most 84 grants.
  entryMapped @50;
  # A process starts at an executable mapped address, on a mapped writable stack.
  waiterSingle @51;
  # This call admits one waiter at a time.
  textLimit @52;
  # A text is longer than this method allows.
  levelKnown @53;
  # A log level must be one of the enumerated ones.
  upcallNone @54;
  # There is no upcall to return from.
  upcallContext @55;
  # A context to resume must lie in user space, with user flags only.
  deadlinePassed @56;
  # The deadline of this entry has passed.
  cancelTarget @57;
  # CANCEL must name an outstanding entry of the same thread.
  eventMask @58;
  # Event masks may name defined events only.
}

enum ExceptionType {
  # What kind of exception a target raised, after capnp-rpc's rpc.capnp.

  failed @0;
  # It cannot be done; trying again will not help.
  overloaded @1;
  # A resource is used up for now; back off and try again.
  disconnected @2;
  # The target is gone; obtain a new capability.
  unimplemented @3;
  # The target does not implement this method.
  invalidArgument @4;
  # A parameter breaks the method's contract.
}

struct CapException {
  # An exception of some type in a result buffer. Diagnostic: it never carries addresses or
  # data of others.

  type @0 :ExceptionType;
  rule @1 :Rule;
  # The rule that refused, none if no rule fits.
  detail @2 :UInt64;
  # The offending value.
  text @3 :Text;
  # What happened, in words; may be empty.
}
