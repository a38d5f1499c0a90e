# SPDX-License-Identifier: MIT
# What exists, found once. Everything else filters these lists.

SOURCE_ROOTS := $(wildcard core kernel runtime lib services drivers programs tools tests bench)
SOURCES := $(shell find $(SOURCE_ROOTS) -type f -name '*.[chS]' ! -path '*/build/*' \
	2>/dev/null | LC_ALL=C sort)
TEST_SOURCES := $(filter %_test.c,$(SOURCES))
CODE_SOURCES := $(filter-out $(TEST_SOURCES),$(filter %.c %.S,$(SOURCES)))

SCHEMAS := $(sort $(wildcard schema/*.capnp))
SCHEMA_NAMES := $(patsubst schema/%.capnp,%,$(SCHEMAS))

CORE_SOURCES := $(filter core/%.c,$(CODE_SOURCES))
