# SPDX-License-Identifier: MIT
# The kernel, twice: build/kernel/capos.elf for the machine, and build/hosted/libkernel.a,
# the same sources as a library of this computer, for tests.

# The portable part, plus arch/common, plus one folder of kernel/arch.
kernel_sources = $(filter-out kernel/arch/%,$(filter kernel/%.c kernel/%.S,$(CODE_SOURCES))) \
	$(filter kernel/arch/common/%.c kernel/arch/$(1)/%.c kernel/arch/$(1)/%.S,$(CODE_SOURCES))

KERNEL := $(BUILD)/kernel/capos.elf
KERNEL_SYMBOLS := $(BUILD)/kernel/capos.debug.elf
KERNEL_SCRIPT := kernel/arch/$(ARCH)/kernel.ld
KERNEL_SOURCES := $(call kernel_sources,$(ARCH)) $(CORE_SOURCES)
KERNEL_OBJECTS := $(KERNEL_SOURCES:%=$(BUILD)/kernel/obj/%.o)

.PHONY: kernel
kernel: $(KERNEL)

# --gc-sections drops the helpers that no kernel object uses.
$(KERNEL_SYMBOLS): $(KERNEL_OBJECTS) $(KERNEL_SCRIPT) make/kernel.mk
	$(if $(call kernel_sources,$(ARCH)),,$(error kernel/ has no sources for $(ARCH)))
	$(call say,LD,$@)
	$(Q)$(LD) -static -nostdlib --build-id=none -z max-page-size=4096 -z noexecstack \
		--gc-sections --fatal-warnings -T $(KERNEL_SCRIPT) $(KERNEL_OBJECTS) -o $@

$(KERNEL): $(KERNEL_SYMBOLS)
	$(call say,STRIP,$@)
	$(Q)$(STRIP) --strip-all -o $@ $<

$(BUILD)/kernel/obj/gen/%.c.o: $(GEN)/%.c make/config.mk | $(GEN_STAMP)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -flto $(DEPENDENCIES) -c $< -o $@

$(BUILD)/kernel/obj/%.c.o: %.c make/config.mk | $(GEN_STAMP)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) -flto $(DEPENDENCIES) -c $< -o $@

$(BUILD)/kernel/obj/%.S.o: %.S make/config.mk | $(GEN_STAMP)
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) $(DEPENDENCIES) -c $< -o $@

# Everything built for tests on this computer goes to build/hosted/obj, once, with the
# sanitizers on; host_test.mk links tests against these objects and archives.
HOSTED := $(BUILD)/hosted
HOSTED_KERNEL := $(HOSTED)/libkernel.a
HOSTED_CORE := $(HOSTED)/libcore.a
HOSTED_GEN := $(HOSTED)/libgen.a
hosted_objects = $(addsuffix .o,$(addprefix $(HOSTED)/obj/,$(1:$(BUILD)/%=%)))

HOSTED_CORE_OBJECTS := $(call hosted_objects,$(CORE_SOURCES))
HOSTED_KERNEL_OBJECTS := $(call hosted_objects,$(call kernel_sources,hosted)) \
	$(HOSTED_CORE_OBJECTS)
HOSTED_GEN_OBJECTS := $(call hosted_objects,$(GEN_CLIENTS) $(GEN_REFLECT))

.PHONY: hosted
hosted: $(HOSTED_KERNEL)

$(HOSTED_KERNEL): $(HOSTED_KERNEL_OBJECTS)
$(HOSTED_CORE): $(HOSTED_CORE_OBJECTS)
$(HOSTED_GEN): $(HOSTED_GEN_OBJECTS)
$(HOSTED_KERNEL) $(HOSTED_CORE) $(HOSTED_GEN):
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcsD $@ $^

$(HOSTED)/obj/gen/%.c.o: $(GEN)/%.c make/config.mk | $(GEN_STAMP)
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOSTED_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(HOSTED)/obj/%.o: % make/config.mk | $(GEN_STAMP)
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOSTED_FLAGS) $(DEPENDENCIES) -c $< -o $@

-include $(KERNEL_OBJECTS:.o=.d) $(HOSTED_KERNEL_OBJECTS:.o=.d) $(HOSTED_GEN_OBJECTS:.o=.d)
