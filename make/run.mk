# SPDX-License-Identifier: MIT
# What a person types.

RUN := $(PYTHON) tools/run_qemu.py
BENCH_EXTRA := $(if $(wildcard bench/run.py),$(SYSTEMS))

.PHONY: help run debug test system-test bench fresh-check clean

help:
	@echo 'make              the core image: kernel and boot package'
	@echo 'make run          boots it; ARGS="--mem 64" passes options to tools/run_qemu.py'
	@echo 'make debug        the same, waiting for gdb, with symbols and macros'
	@echo 'make test         every suite; ends with "N passed, N failed"'
	@echo 'make fuzz         all targets, or TARGET=copy SECONDS=600; also fuzz-smoke, fuzz-corpus,'
	@echo '                  fuzz-coverage, fuzz-planted (tests/fuzz/README.md)'
	@echo 'make conformance  random schemas against the reference; SEED=7 SCHEMA=12 VALUE=3'
	@echo 'make host-test    only the unit tests on this computer'
	@echo 'make system-test  only the tests that boot'
	@echo 'make prove       bounded proofs with cbmc; it is fetched first'
	@echo 'make check        format, clang-tidy, layers, headers, source and schema rules'
	@echo 'make schema-changes  what changed in schema/ since the last release, classed'
	@echo 'make schema-release  makes schema/ the last release, as CHANGES.md names it'
	@echo 'make format       puts C into the form that check wants'
	@echo 'make iso          build/capos.iso, for BIOS and UEFI'
	@echo 'make bench        instruction counts beside those of Linux, seL4 and C++'
	@echo 'make gen          build/gen: C made from schema/'
	@echo 'make abi-golden   writes tests/abi/golden.txt anew'
	@echo 'make fresh-check  clone, run and test in a minimal Debian 12'
	@echo 'make install-capnp  headers, library and schema plugin for Linux programs; PREFIX, DESTDIR'
	@echo 'make clean        removes build/'
	@echo 'V=1 shows the commands.'

run: core
	$(Q)$(RUN) $(ARGS)

debug: core
	$(Q)tools/debug.sh $(ARGS)

EVERYTHING := $(TOOLS) $(FUZZ_PROGRAMS) $(LIBRARY_FILE) $(LIBRARY_PC) $(HOST_TESTS) $(SYSTEMS) $(if $(wildcard kernel),$(KERNEL)) \
	$(BUILD)/tools/kvm_probe.elf $(JUDGE_PARTS) $(HOSTED_CORE) \
	$(if $(filter tests/abi/%.c,$(CODE_SOURCES)),$(ABI_DUMP)) \
	$(if $(wildcard tools/mkiso.sh),$(ISO))

test: $(EVERYTHING)
	$(Q)$(PYTHON) tools/test_runner.py

system-test: $(EVERYTHING)
	$(Q)$(PYTHON) tools/test_runner.py --suite system

bench: core $(BENCH_EXTRA)
	$(Q)$(PYTHON) bench/run.py $(ARGS)

fresh-check:
	$(Q)tools/fresh_check.sh

clean:
	$(call say,RM,$(BUILD))
	$(Q)rm -rf $(BUILD)
