# SPDX-License-Identifier: MIT
# tools/<name>/**/*.c -> build/tools/<name>, a program of the developer's computer. The
# schema plugin makes build/gen, so it alone is built without it.

TOOL_NAMES := $(sort $(foreach file,$(filter tools/%.c,$(CODE_SOURCES)),\
	$(word 2,$(subst /, ,$(file)))))
TOOLS := $(TOOL_NAMES:%=$(BUILD)/tools/%)
TOOL_CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/tools/obj/%.o)
TOOL_CORE := $(BUILD)/tools/obj/libcore.a
TOOL_GEN := $(BUILD)/tools/obj/libgen.a
PLUGIN_CORE_OBJECTS := $(filter $(BUILD)/tools/obj/core/capnp/%,$(TOOL_CORE_OBJECTS))
PLUGIN_CORE := $(BUILD)/tools/obj/libcapnp.a

.PHONY: tools
tools: $(TOOLS) $(BUILD)/tools/kvm_probe.elf

tool_objects = $(patsubst %.c,$(BUILD)/tools/obj/%.o,$(filter tools/$(1)/%.c,$(CODE_SOURCES)))

define tool_rule
$(BUILD)/tools/$(1): $$(call tool_objects,$(1)) $(if $(filter capnpc-capos,$(1)),$(PLUGIN_CORE),$(TOOL_GEN) $(TOOL_CORE))
	$$(call say,LINK,$$@)
	$$(Q)$(CC) $(HOST_FLAGS) $$^ -o $$@
endef
$(foreach name,$(TOOL_NAMES),$(eval $(call tool_rule,$(name))))

ifeq ($(filter capnpc-capos,$(TOOL_NAMES)),)
$(GEN_PLUGIN):
	$(error tools/capnpc-capos has no sources: nothing can be made of schema/)
endif

# The plugin and the message reader it uses must not wait for what the plugin makes.
PLUGIN_OBJECTS := $(call tool_objects,capnpc-capos) $(PLUGIN_CORE_OBJECTS)
TOOL_OBJECTS := $(filter-out $(PLUGIN_OBJECTS),$(TOOL_CORE_OBJECTS) \
	$(foreach name,$(TOOL_NAMES),$(call tool_objects,$(name))))
TOOL_GEN_OBJECTS := $(GEN_REFLECT:$(BUILD)/%.c=$(BUILD)/tools/obj/%.o)

$(TOOL_OBJECTS) $(TOOL_GEN_OBJECTS): | $(GEN_STAMP)

$(BUILD)/tools/obj/gen/%.o: $(GEN)/%.c make/config.mk
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(BUILD)/tools/obj/%.o: %.c make/config.mk
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOST_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(TOOL_CORE): $(TOOL_CORE_OBJECTS)
$(TOOL_GEN): $(TOOL_GEN_OBJECTS)
$(PLUGIN_CORE): $(PLUGIN_CORE_OBJECTS)
$(TOOL_CORE) $(TOOL_GEN) $(PLUGIN_CORE):
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcsD $@ $^

# A guest that prints one byte: tools/run_qemu.py uses KVM only after it has done so.
$(BUILD)/tools/kvm_probe.elf: tools/kvm_probe/probe.S tools/kvm_probe/probe.ld make/config.mk
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) --target=x86_64-unknown-none-elf -c $< -o $(@:.elf=.o)
	$(Q)$(LD) -static -nostdlib --build-id=none -T tools/kvm_probe/probe.ld $(@:.elf=.o) -o $@

-include $(PLUGIN_OBJECTS:.o=.d) $(TOOL_OBJECTS:.o=.d) $(TOOL_GEN_OBJECTS:.o=.d)
