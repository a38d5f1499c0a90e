# SPDX-License-Identifier: MIT
# make check: rules that a machine keeps. Debt is listed in tools/debt.txt, which may
# only shrink. clang-tidy and the header check leave a stamp per file, so that a file which
# did not change, and whose headers did not, is not read again.

CHECK := $(BUILD)/check
ALL_C := $(filter %.c %.h,$(SOURCES)) $(sort $(wildcard abi/*.h))
# C++ speaks to the reference implementation, in tests and benchmarks only.
ALL_CXX := $(sort $(wildcard tests/conformance/*.cc tests/conformance/*.hh bench/capnp/*.cc))
# What a program wrote and is checked in has that program's form.
FORMATTED := $(ALL_CXX) $(sort $(wildcard examples/*/*/*.[ch])) \
	$(foreach file,$(ALL_C),$(if $(findstring /bootstrap/,$(file)),,$(file)))
ALL_HEADERS := $(filter %.h,$(ALL_C))
TIDY_SOURCES := $(filter %.c,$(ALL_C))

.PHONY: format check check-format check-layers check-source check-schema check-headers check-tidy
check: check-format check-layers check-source $(if $(SCHEMAS),check-schema) check-headers check-tidy
	@echo 'check: format, layers, source rules, schema rules, headers and clang-tidy are clean'

# Files that changed since the last clean run; all of them when the style changed.
check-format: $(CHECK)/format.ok
$(CHECK)/format.ok: .clang-format $(FORMATTED)
	$(call say,FORMAT,$(words $(if $(filter .clang-format,$?),$(FORMATTED),$(filter %.c %.cc %.hh %.h,$?))) files)
	$(Q)mkdir -p $(@D)
	$(Q)clang-format-19 --dry-run -Werror $(if $(filter .clang-format,$?),$(FORMATTED),$(filter %.c %.cc %.hh %.h,$?))
	$(Q)touch $@

format:
	$(call say,FORMAT,$(words $(FORMATTED)) files)
	$(Q)clang-format-19 -i $(FORMATTED)

check-layers:
	$(call say,CHECK,include layers)
	$(Q)$(PYTHON) -B tools/check_layers.py

check-source:
	$(call say,CHECK,source rules)
	$(Q)$(PYTHON) -B tools/check_source.py

check-schema:
	$(call say,CHECK,schema rules)
	$(Q)$(PYTHON) -B tools/schema_check

# What is released as schema/ stands; CHANGES.md names the version first.
.PHONY: schema-release schema-changes
schema-release:
	$(Q)$(PYTHON) -B tools/schema_check --release
schema-changes:
	$(Q)$(PYTHON) -B tools/schema_check --changes

# The flags that a file is really compiled with.
check_flags = $(strip $(if $(filter %_test.c tests/% kernel/arch/hosted/%,$(1)),$(HOSTED_FLAGS),\
	$(if $(filter bench/capnp/%,$(1)),$(BENCH_CAPNP_C_FLAGS),\
	$(if $(filter-out bench/programs/%,$(filter tools/% bench/%,$(1))),$(HOST_FLAGS),\
	$(if $(filter kernel/%,$(1)),$(KERNEL_FLAGS),$(USER_FLAGS))))))

HEADER_STAMPS := $(ALL_HEADERS:%=$(CHECK)/headers/%.ok)
TIDY_STAMPS := $(TIDY_SOURCES:%=$(CHECK)/tidy/%.ok)

check-headers: $(HEADER_STAMPS)
$(HEADER_STAMPS): $(CHECK)/headers/%.ok: % make/config.mk tools/check_headers | $(GEN_STAMP)
	$(call say,HEADER,$<)
	$(Q)mkdir -p $(@D)
	$(Q)tools/check_headers $< $(@:.ok=.d) $@ $(CC) $(call check_flags,$<)
	$(Q)touch $@

# HeaderFilterRegex stays empty: a header is read through the source of the same module.
check-tidy: $(TIDY_STAMPS)
$(TIDY_STAMPS): $(CHECK)/tidy/%.ok: % .clang-tidy make/config.mk | $(GEN_STAMP)
	$(call say,TIDY,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(call check_flags,$<) -MM -MP -MF $(@:.ok=.d) -MT $@ $<
	$(Q)clang-tidy-19 --quiet $< -- $(call check_flags,$<) 2>$(@:.ok=.log) || \
		{ cat $(@:.ok=.log) >&2; exit 1; }
	$(Q)touch $@

-include $(HEADER_STAMPS:.ok=.d) $(TIDY_STAMPS:.ok=.d)
