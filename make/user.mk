# SPDX-License-Identifier: MIT
# The runtime (build/user/libcapos.a) and every program that runs on capOS:
# <folder>/*.c -> build/user/<name>.elf (symbols, needs) -> build/user/<name>.bin (stripped).

USER := $(BUILD)/user
USER_OBJ := $(USER)/obj
USER_SCRIPT := runtime/user.ld
RUNTIME := $(USER)/libcapos.a
user_objects = $(addsuffix .o,$(addprefix $(USER_OBJ)/,$(1:$(BUILD)/%=%)))

RUNTIME_SOURCES := $(filter runtime/%,$(filter-out runtime/arch/%,$(CODE_SOURCES))) \
	$(filter runtime/arch/$(ARCH)/%,$(CODE_SOURCES))
RUNTIME_OBJECTS := $(call user_objects,$(RUNTIME_SOURCES) $(CORE_SOURCES) \
	$(filter lib/%,$(CODE_SOURCES)) $(GEN_CLIENTS) $(GEN_REFLECT))

# A folder with sources is one program; the last part of its path is its name.
path_start = $(subst $() ,/,$(wordlist 1,$(1),$(subst /, ,$(2))))
PROGRAM_FOLDERS := $(sort \
	$(foreach file,$(filter programs/%.c services/%.c,$(CODE_SOURCES)),\
		$(call path_start,2,$(file))) \
	$(foreach file,$(filter drivers/%.c tests/hostile/%.c tests/system/%.c \
		bench/programs/%.c,$(CODE_SOURCES)),$(call path_start,3,$(file))))
PROGRAM_NAMES := $(notdir $(PROGRAM_FOLDERS))
PROGRAM_ELFS := $(PROGRAM_NAMES:%=$(USER)/%.elf)
PROGRAM_BINS := $(PROGRAM_NAMES:%=$(USER)/%.bin)
program_objects = $(call user_objects,$(filter $(addprefix $(1)/,%.c %.S),$(CODE_SOURCES)))
PROGRAM_OBJECTS := $(sort $(foreach folder,$(PROGRAM_FOLDERS),$(call program_objects,$(folder))))

.PHONY: programs
programs: $(PROGRAM_BINS)

$(RUNTIME): $(RUNTIME_OBJECTS)
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcsD $@ $^

define program_rule
$(USER)/$(notdir $(1)).elf: $$(call program_objects,$(1)) $(RUNTIME) $(USER_SCRIPT) make/user.mk
	$$(call say,LD,$$@)
	$$(Q)$(LD) -static -nostdlib --build-id=none -z max-page-size=4096 -z separate-code \
		-z noexecstack --gc-sections --fatal-warnings -T $(USER_SCRIPT) \
		$$(filter %.o %.a,$$^) -o $$@
endef
$(foreach folder,$(PROGRAM_FOLDERS),$(eval $(call program_rule,$(folder))))

$(USER)/%.bin: $(USER)/%.elf
	$(call say,STRIP,$@)
	$(Q)$(STRIP) --strip-all --keep-section=.capos.needs -o $@ $<

$(USER_OBJ)/gen/%.c.o: $(GEN)/%.c make/config.mk | $(GEN_STAMP)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(USER_OBJ)/%.c.o: %.c make/config.mk | $(GEN_STAMP)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(USER_OBJ)/%.S.o: %.S make/config.mk | $(GEN_STAMP)
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(USER_FLAGS) $(DEPENDENCIES) -c $< -o $@

-include $(RUNTIME_OBJECTS:.o=.d) $(PROGRAM_OBJECTS:.o=.d)
