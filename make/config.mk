# SPDX-License-Identifier: MIT
# Tools, flags and the look of progress lines.

ARCH ?= x86_64
BUILD := build

CC := clang-19
CXX := clang++-19
LD := ld.lld-19
AR := llvm-ar-19
STRIP := llvm-strip-19
PYTHON := /usr/bin/python3

# One job per processor unless the caller says otherwise.
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

# "  CC     kernel/ring/enter.c"; V=1 shows the commands instead.
ifeq ($(V),1)
say =
Q =
else
say = @printf '  %-6s %s\n' '$(1)' '$(2)'
Q = @
endif

WARNINGS := -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wimplicit-fallthrough \
	-Wcast-qual -Wwrite-strings -Wswitch-enum

# No path of this machine enters an object file, so images are reproducible.
COMMON_FLAGS := -std=c23 $(WARNINGS) -I. -I$(BUILD) -ffile-prefix-map=$(CURDIR)=. \
	-fno-common -gdwarf-4

FREESTANDING_FLAGS := -fomit-frame-pointer --target=$(ARCH)-unknown-none-elf -ffreestanding -nostdlibinc \
	-O2 -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables \
	-ffunction-sections -fdata-sections

KERNEL_ARCH_FLAGS_x86_64 := -mno-red-zone -mgeneral-regs-only -mno-sse -mno-mmx \
	-mno-80387 -mcmodel=kernel
# KERNEL_DEBUG=1 checks lock order and invariants on the machine too; tests always do.
KERNEL_DEBUG ?= 0
KERNEL_FLAGS := $(COMMON_FLAGS) -DKERNEL_DEBUG=$(KERNEL_DEBUG) $(FREESTANDING_FLAGS) $(KERNEL_ARCH_FLAGS_$(ARCH)) \
	-Ikernel/include -Ikernel/arch/$(ARCH)

USER_FLAGS := $(COMMON_FLAGS) $(FREESTANDING_FLAGS) -ftls-model=local-exec \
	-Iruntime/include

# Tools and tests run on the developer's computer and may use the C library.
HOST_FLAGS := $(COMMON_FLAGS) -D_GNU_SOURCE -O1 -g
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HOSTED_FLAGS := $(HOST_FLAGS) $(SANITIZE) -Ikernel/include -Ikernel/arch/hosted \
	-Iruntime/include

DEPENDENCIES = -MMD -MP -MF $(@:.o=.d)
