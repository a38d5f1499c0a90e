# SPDX-License-Identifier: MIT
# The Cap'n Proto library for programs outside capOS: what core/capnp and the schema plugin
# are to ordinary Linux programs. docs/capnp-library.md is its guide.
#
#   make install-capnp [PREFIX=/usr/local] [DESTDIR=...]     make uninstall-capnp

PREFIX ?= /usr/local
DESTDIR ?=

LIBRARY := $(BUILD)/library
LIBRARY_NAME := capos-capnp
LIBRARY_FILE := $(LIBRARY)/lib$(LIBRARY_NAME).a
LIBRARY_PC := $(LIBRARY)/$(LIBRARY_NAME).pc

# method.h binds methods to kernel and runtime; the others left out are within a module.
LIBRARY_HEADERS := $(filter-out core/capnp/method.h core/capnp/builder_room.h %_private.h,\
	$(wildcard core/capnp/*.h))
LIBRARY_OBJECTS := $(patsubst %.c,$(LIBRARY)/%.o,$(filter core/capnp/%,$(CORE_SOURCES)))
# Position-independent: whoever links it may be a shared object.
LIBRARY_FLAGS := $(COMMON_FLAGS) -O2 -fPIC -ffunction-sections -fdata-sections

$(LIBRARY)/%.o: %.c make/config.mk make/library.mk
	$(call say,LIBCC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LIBRARY_FLAGS) $(DEPENDENCIES) -c $< -o $@

$(LIBRARY_FILE): $(LIBRARY_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

# The version is that of the newest release; prefix follows the file to where it is put.
$(LIBRARY_PC): CHANGES.md make/library.mk
	$(call say,PC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)version=$$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' CHANGES.md | head -n 1); \
	printf '%s\n' 'prefix=$${pcfiledir}/../..' 'includedir=$${prefix}/include/$(LIBRARY_NAME)' \
		'libdir=$${prefix}/lib' 'schemadir=$${includedir}' 'plugin=$${prefix}/bin/capnpc-capos' '' \
		'Name: $(LIBRARY_NAME)' "Description: Cap'n Proto messages in C, without allocation" \
		"Version: $${version:-0}" 'Cflags: -I$${includedir}' 'Libs: -L$${libdir} -l$(LIBRARY_NAME)' \
		> $@

# What is installed: <where>=<what>, where from the prefix.
LIBRARY_INSTALLED := bin/capnpc-capos=$(GEN_PLUGIN) \
	lib/lib$(LIBRARY_NAME).a=$(LIBRARY_FILE) \
	lib/pkgconfig/$(LIBRARY_NAME).pc=$(LIBRARY_PC) \
	include/$(LIBRARY_NAME)/c.capnp=schema/c.capnp \
	$(foreach header,$(LIBRARY_HEADERS),include/$(LIBRARY_NAME)/$(header)=$(header)) \
	share/doc/$(LIBRARY_NAME)/LICENSE=LICENSE \
	share/doc/$(LIBRARY_NAME)/capnp-library.md=docs/capnp-library.md
LIBRARY_ROOT = $(DESTDIR)$(PREFIX)
installed_at = $(LIBRARY_ROOT)/$(firstword $(subst =, ,$(1)))
installed_from = $(lastword $(subst =, ,$(1)))

.PHONY: library install-capnp uninstall-capnp
library: $(LIBRARY_FILE) $(LIBRARY_PC) $(GEN_PLUGIN)

install-capnp: library
	$(call say,PUT,$(LIBRARY_ROOT))
	$(Q)$(foreach item,$(LIBRARY_INSTALLED),install -D -m $(if $(filter bin/%,$(item)),755,644) \
		'$(call installed_from,$(item))' '$(call installed_at,$(item))' &&) :

# Folders of its own go with what is in them; others stay.
uninstall-capnp:
	$(call say,RM,$(LIBRARY_ROOT))
	$(Q)rm -f $(foreach item,$(LIBRARY_INSTALLED),'$(call installed_at,$(item))')
	$(Q)for folder in include/$(LIBRARY_NAME)/core/capnp include/$(LIBRARY_NAME)/core \
		include/$(LIBRARY_NAME) share/doc/$(LIBRARY_NAME); do \
		rmdir '$(LIBRARY_ROOT)'/$$folder 2>/dev/null || :; done

-include $(LIBRARY_OBJECTS:.o=.d)
