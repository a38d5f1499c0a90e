# SPDX-License-Identifier: MIT
# schema/*.capnp -> build/gen: readers, builders, client stubs, server tables, reflection.
# One run of the plugin makes everything. A file whose text did not change keeps its
# time, so a new plugin or a new comment rebuilds only what it touches.

GEN := $(BUILD)/gen
GEN_STAMP := $(GEN)/.stamp
GEN_PLUGIN := $(BUILD)/tools/capnpc-capos

GEN_READERS := $(SCHEMA_NAMES:%=$(GEN)/%.capnp.h)
GEN_CLIENTS := $(SCHEMA_NAMES:%=$(GEN)/%.client.c)
GEN_SERVERS := $(SCHEMA_NAMES:%=$(GEN)/%.server.h)
GEN_REFLECT := $(if $(SCHEMAS),$(SCHEMA_NAMES:%=$(GEN)/%.reflect.c) $(GEN)/reflect_registry.c)
GEN_FILES := $(GEN_READERS) $(GEN_CLIENTS) $(GEN_CLIENTS:.c=.h) $(GEN_SERVERS) \
	$(GEN_REFLECT)

.PHONY: gen
gen: $(GEN_STAMP)

$(GEN_STAMP): $(SCHEMAS) $(GEN_PLUGIN) make/gen.mk
	$(call say,GEN,$(words $(SCHEMAS)) schemas)
	$(Q)mkdir -p $(GEN); new=$$(mktemp -d $(GEN).XXXXXX); trap 'rm -rf "$$new"' EXIT; \
	capnp compile --no-standard-import -Ischema --src-prefix=schema \
		-o$(CURDIR)/$(GEN_PLUGIN):$$new $(SCHEMAS) || exit 1; \
	for file in $(GEN)/*; do \
		[ -e "$$new/$${file##*/}" ] || rm -f "$$file"; done; \
	for file in $$new/*; do \
		cmp -s "$$file" "$(GEN)/$${file##*/}" || mv "$$file" $(GEN)/; done; \
	touch $@

# Nothing to run: the stamp's recipe wrote them, or left them as they were.
$(GEN_FILES): $(GEN_STAMP) ;
