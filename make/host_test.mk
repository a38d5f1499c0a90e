# SPDX-License-Identifier: MIT
# X_test.c beside X.c -> build/host-test/X_test, under ASan and UBSan, on cmocka. A test
# names what it links with in a line of its own (paths from the root):
#
#   // TEST-LINK: core/capnp/reader.c @core @gen @gen/timer @hosted

HOST_TEST := $(BUILD)/host-test
HOST_TESTS := $(TEST_SOURCES:%.c=$(HOST_TEST)/%)
HOST_TEST_OBJECTS := $(call hosted_objects,$(TEST_SOURCES))

# One word per test: path=item,item,...
TEST_LINKS := $(if $(TEST_SOURCES),$(shell awk '/^\/\/ TEST-LINK:/ { \
	for (i = 3; i <= NF; i++) links[FILENAME] = links[FILENAME] "," $$i } \
	END { for (file in links) print file "=" links[file] }' $(TEST_SOURCES)))
comma := ,
test_items = $(subst $(comma), ,$(patsubst $(1)=%,%,$(filter $(1)=%,$(TEST_LINKS))))
# Archives come last and in this order, so that each finds what it needs after it.
test_links = $(call hosted_objects,$(filter %.c,$(call test_items,$(1)))) \
	$(if $(filter @hosted,$(call test_items,$(1))),$(HOSTED_KERNEL)) \
	$(if $(filter @gen @gen/%,$(call test_items,$(1))),$(HOSTED_GEN)) \
	$(if $(filter @core,$(call test_items,$(1))),$(HOSTED_CORE))

.PHONY: host-test
host-test: $(HOST_TESTS)
	$(Q)$(PYTHON) tools/test_runner.py --suite host

define host_test_rule
$(HOST_TEST)/$(1:%.c=%): $$(call hosted_objects,$(1)) $$(call test_links,$(1))
	$$(call say,LINK,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(CC) $(HOSTED_FLAGS) $$^ -lcmocka -o $$@
endef
$(foreach test,$(TEST_SOURCES),$(eval $(call host_test_rule,$(test))))

# The other objects that tests name are built by the rule of kernel.mk.
-include $(HOST_TEST_OBJECTS:.o=.d)
-include $(sort $(foreach test,$(TEST_SOURCES),\
	$(patsubst %.o,%.d,$(filter %.o,$(call test_links,$(test))))))

# The golden dump of every layout that kernel and user code share.
ABI_DUMP := $(BUILD)/abi/dump
ABI_GOLDEN := tests/abi/golden.txt

ABI_OBJECTS := $(call hosted_objects,$(filter tests/abi/%.c,$(CODE_SOURCES)))

.PHONY: abi-dump abi-golden
abi-dump: $(ABI_DUMP)
$(ABI_DUMP): $(ABI_OBJECTS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(HOSTED_FLAGS) $^ -o $@

abi-golden: $(ABI_DUMP)
	$(call say,DUMP,$(ABI_GOLDEN))
	$(Q)$(ABI_DUMP) > $(ABI_GOLDEN)

-include $(ABI_OBJECTS:.o=.d)
