# SPDX-License-Identifier: MIT
# tests/fuzz/<target>.c -> build/fuzz/<target>, a libFuzzer program under ASan and UBSan,
# and build/fuzz/coverage/<target>, which says what a corpus covers. A target names what
# it links with in a line of its own (paths from the root):
#
#   // FUZZ-LINK: core/elf.c @capnp @features @plugin
#
# @capnp is all of core/capnp, @features the reflection tables of tests/schema/features.capnp,
# @plugin all of tools/capnpc-capos but its main. FUZZ_ROOT is where the sources are: the
# planted bugs (tests/fuzz/planted/) are built from a changed copy of the tree.

FUZZ := $(BUILD)/fuzz
FUZZ_ROOT ?= .
FUZZ_GEN := $(FUZZ)/gen.stamp
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
FUZZ_SANITIZE := -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZ_COVERAGE := -fsanitize=fuzzer -fprofile-instr-generate -fcoverage-mapping
FUZZ_FLAGS := -std=c23 $(WARNINGS) -I$(FUZZ_ROOT) -I$(FUZZ_ROOT)/runtime/include -I$(FUZZ) \
	-I$(BUILD) -D_GNU_SOURCE -g -O1

fuzz_words = $(shell sed -n 's,^// FUZZ-LINK: ,,p' tests/fuzz/$(1).c)
fuzz_sources = $(foreach word,$(call fuzz_words,$(1)),$(or $(FUZZ_PART_$(word)),$(word)))
FUZZ_PART_@capnp := $(filter core/capnp/%,$(CORE_SOURCES))
FUZZ_PART_@features := $(FUZZ)/gen/features.reflect.c $(FUZZ)/gen/reflect_registry.c
FUZZ_PART_@plugin := $(filter-out %/main.c,$(filter tools/capnpc-capos/%.c,$(CODE_SOURCES)))

$(FUZZ_GEN): tests/schema/features.capnp $(GEN_PLUGIN) make/fuzz.mk
	$(call say,GEN,$<)
	$(Q)mkdir -p $(FUZZ)/gen
	$(Q)capnp compile --no-standard-import --src-prefix=tests/schema \
		-o$(CURDIR)/$(GEN_PLUGIN):$(FUZZ)/gen $<
	$(Q)touch $@
$(FUZZ)/gen/%.c: $(FUZZ_GEN) ;

# One compilation of everything: a target is a few files, and seldom built.
define fuzz_rule
$(FUZZ)/$(1): tests/fuzz/$(1).c $(call fuzz_sources,$(1)) $(wildcard tests/fuzz/*.h) \
		$$(wildcard core/*.h core/capnp/*.h tools/capnpc-capos/*.h) make/fuzz.mk | $(FUZZ_GEN) $(GEN_STAMP)
	$$(call say,FUZZ,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(CC) $(FUZZ_FLAGS) $(FUZZ_SANITIZE) \
		$$(addprefix $(FUZZ_ROOT)/,$$(filter-out $(BUILD)/%,$$(filter %.c,$$^))) \
		$$(filter $(BUILD)/%.c,$$^) -o $$@
$(FUZZ)/coverage/$(1): $(FUZZ)/$(1)
	$$(call say,COVER,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(CC) $(FUZZ_FLAGS) $(FUZZ_COVERAGE) \
		$$(addprefix $(FUZZ_ROOT)/,tests/fuzz/$(1).c $$(filter-out $(BUILD)/%,$$(call fuzz_sources,$(1)))) \
		$$(filter $(BUILD)/%,$$(call fuzz_sources,$(1))) -o $$@
endef
$(foreach target,$(FUZZ_TARGETS),$(eval $(call fuzz_rule,$(target))))

# A target over FUZZ_ROOT, the changed copy of the tree that fuzz.py made.
$(FUZZ)/planted/%: $(FUZZ_GEN) FORCE
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(FUZZ_FLAGS) $(FUZZ_SANITIZE) \
		$(addprefix $(FUZZ_ROOT)/,tests/fuzz/$(TARGET).c $(filter-out $(BUILD)/%,$(call fuzz_sources,$(TARGET)))) \
		$(filter $(BUILD)/%,$(call fuzz_sources,$(TARGET))) -o $@
FORCE:

FUZZ_PROGRAMS := $(FUZZ_TARGETS:%=$(FUZZ)/%)
FUZZ_COVERAGE_PROGRAMS := $(FUZZ_TARGETS:%=$(FUZZ)/coverage/%)
SECONDS ?= 20

.PHONY: fuzz fuzz-smoke fuzz-coverage fuzz-planted fuzz-corpus
fuzz: $(if $(TARGET),$(FUZZ)/$(TARGET),$(FUZZ_PROGRAMS))
	$(Q)$(PYTHON) -B tests/fuzz/fuzz.py run --seconds $(SECONDS) $(or $(TARGET),$(FUZZ_TARGETS))

fuzz-smoke: $(FUZZ_PROGRAMS) $(FUZZ_COVERAGE_PROGRAMS)
	$(Q)$(PYTHON) -B tests/fuzz/fuzz.py run --seconds $(SECONDS) $(FUZZ_TARGETS)
	$(Q)$(PYTHON) -B tests/fuzz/fuzz.py coverage
	$(Q)$(PYTHON) -B tests/fuzz/fuzz.py planted

fuzz-coverage: $(FUZZ_COVERAGE_PROGRAMS)
	$(Q)$(PYTHON) -B tests/fuzz/fuzz.py coverage

fuzz-planted:
	$(Q)$(PYTHON) -B tests/fuzz/fuzz.py planted

fuzz-corpus: $(if $(TARGET),$(FUZZ)/$(TARGET),$(FUZZ_PROGRAMS))
	$(Q)$(PYTHON) -B tests/fuzz/fuzz.py corpus --seconds $(SECONDS) $(or $(TARGET),$(FUZZ_TARGETS))
