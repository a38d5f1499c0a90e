/* SPDX-License-Identifier: MIT */
/* acpi_s5.c - see acpi_s5.h. */
#include "kernel/arch/common/acpi_s5.h"

enum {
	OP_ZERO = 0x00,
	OP_ONE = 0x01,
	OP_NAME = 0x08,
	OP_BYTE = 0x0a,
	OP_WORD = 0x0b,
	OP_DWORD = 0x0c,
	OP_PACKAGE = 0x12,
	PACKAGE_LENGTH_SHIFT = 6, /* top bits of the first length byte: how many follow */
};

struct code {
	const uint8_t *at;
	size_t left;
};

static bool take(struct code *code, uint8_t *out)
{
	if (code->left == 0)
		return false;
	*out = *code->at++;
	code->left--;
	return true;
}

static bool skip(struct code *code, size_t count)
{
	if (code->left < count)
		return false;
	code->at += count;
	code->left -= count;
	return true;
}

static bool take_number(struct code *code, uint8_t *out)
{
	uint8_t op;

	if (!take(code, &op))
		return false;
	switch (op) {
	case OP_ZERO:
	case OP_ONE:
		*out = op;
		return true;
	case OP_BYTE:
		return take(code, out);
	case OP_WORD:
		return take(code, out) && skip(code, 1);
	case OP_DWORD:
		return take(code, out) && skip(code, 3);
	default:
		return false;
	}
}

/* @code stands behind the name. */
static bool decode_package(struct code code, uint8_t types[2])
{
	uint8_t op, length, count;

	if (!take(&code, &op) || op != OP_PACKAGE || !take(&code, &length) ||
	    !skip(&code, length >> PACKAGE_LENGTH_SHIFT) || !take(&code, &count) ||
	    count < 1 || !take_number(&code, &types[0]))
		return false;
	types[1] = types[0];
	return count < 2 || take_number(&code, &types[1]);
}

static bool is_name(const uint8_t *bytes)
{
	return bytes[0] == '_' && bytes[1] == 'S' && bytes[2] == '5' && bytes[3] == '_';
}

bool acpi_s5_find(const uint8_t *code, size_t size_bytes, uint8_t types[2])
{
	for (size_t i = 1; i + 4 <= size_bytes; i++) {
		bool named = code[i - 1] == OP_NAME ||
			     (i >= 2 && code[i - 1] == '\\' && code[i - 2] == OP_NAME);

		if (named && is_name(&code[i]) &&
		    decode_package((struct code){ &code[i + 4], size_bytes - i - 4 },
				   types))
			return true;
	}
	return false;
}
