# SPDX-License-Identifier: MIT
# tests/conformance: the reference implementation's C++ library judges core/capnp. What
# does not depend on the random schemas is built here; run.py does the rest.

CONFORMANCE := $(BUILD)/conformance
JUDGE_FLAGS := -std=c++17 -O1 -g -Wall -Wextra -Werror -I. -ffile-prefix-map=$(CURDIR)=.
JUDGE_OBJECTS := $(patsubst %.cc,$(CONFORMANCE)/%.o,$(sort $(wildcard tests/conformance/*.cc))) \
	$(call hosted_objects,$(filter tests/conformance/%.c,$(CODE_SOURCES)))
JUDGE_PARTS := $(CONFORMANCE)/libjudge.a

.PHONY: conformance
conformance: $(JUDGE_PARTS) $(HOSTED_CORE) $(GEN_PLUGIN)
	$(Q)$(PYTHON) -B tests/conformance/run.py $(if $(SEED),--seed $(SEED)) \
		$(if $(SCHEMAS_COUNT),--schemas $(SCHEMAS_COUNT)) \
		$(if $(SCHEMA),--schema $(SCHEMA)) $(if $(VALUE),--value $(VALUE)) $(ARGS)

$(JUDGE_PARTS): $(JUDGE_OBJECTS)
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcsD $@ $^

$(CONFORMANCE)/%.o: %.cc make/conformance.mk
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CXX) $(JUDGE_FLAGS) $(DEPENDENCIES) -c $< -o $@

-include $(JUDGE_OBJECTS:.o=.d)
