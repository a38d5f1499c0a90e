# SPDX-License-Identifier: MIT
# systems/<name>.capnp -> build/systems/<name>.pkg, the boot package: tools/mkimage checks
# the system against what its programs say they need. Tests bring systems of their own.

SYSTEM_FILES := $(sort $(wildcard systems/*.capnp tests/system/*.capnp tests/system/*/*.capnp \
	tests/hostile/*.capnp tests/hostile/*/*.capnp bench/*.capnp bench/systems/*.capnp))
SYSTEMS := $(foreach file,$(SYSTEM_FILES),$(BUILD)/systems/$(basename $(notdir $(file))).pkg)
CORE_SYSTEM := $(BUILD)/systems/core.pkg

.PHONY: core systems iso
core: $(KERNEL) $(CORE_SYSTEM) $(BUILD)/tools/kvm_probe.elf
systems: $(SYSTEMS)

define system_rule
$(BUILD)/systems/$(basename $(notdir $(1))).pkg: $(1) $(BUILD)/tools/mkimage $(SCHEMAS) $(PROGRAM_BINS)
	$$(call say,IMAGE,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(BUILD)/tools/mkimage --programs $(USER) --output $$@ $(1)
endef
$(foreach file,$(SYSTEM_FILES),$(eval $(call system_rule,$(file))))

ifeq ($(filter systems/core.capnp,$(SYSTEM_FILES)),)
$(CORE_SYSTEM):
	$(error systems/core.capnp is not there: no boot package can be made)
endif
ifeq ($(filter mkimage,$(TOOL_NAMES)),)
$(BUILD)/tools/mkimage:
	$(error tools/mkimage has no sources: no boot package can be made)
endif

ISO := $(BUILD)/capos.iso
iso: $(ISO)
$(ISO): tools/mkiso.sh $(KERNEL) $(CORE_SYSTEM)
	$(call say,ISO,$@)
	$(Q)tools/mkiso.sh $(KERNEL) $(CORE_SYSTEM) $@
