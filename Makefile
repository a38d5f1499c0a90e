# SPDX-License-Identifier: MIT
#
# capOS is built by plain, non-recursive GNU make. Each file of make/ holds the rules
# for one kind of thing. A folder that exists is built: adding a program, a service, a
# schema, a tool or a test edits no make file.
#
#   make        the core image: build/kernel/capos.elf and build/systems/core.pkg
#   make help   every target

.DEFAULT_GOAL := core
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory

include make/setup.mk
include make/config.mk
include make/sources.mk
include make/gen.mk
include make/tools.mk
include make/library.mk
include make/kernel.mk
include make/user.mk
include make/systems.mk
include make/host_test.mk
include make/fuzz.mk
include make/conformance.mk
include make/prove.mk
include make/run.mk
include make/check.mk
include make/bench.mk
