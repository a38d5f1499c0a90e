/* SPDX-License-Identifier: MIT */
/*
 * number.h - numbers as they are typed: 42 -7 1_000 0x1f 0b101 2.5 1e9.
 */
#ifndef SHELL_NUMBER_H
#define SHELL_NUMBER_H

#include "programs/shell/text.h"

enum number_result {
	NUMBER_OK,
	NUMBER_MALFORMED,
	NUMBER_TOO_LARGE, /* more than 64 bits */
};

struct number {
	bool negative;
	uint64_t magnitude;
};

enum number_result number_parse(struct text text, struct number *out);

/* Exact for up to 19 digits and exponents up to 22. */
enum number_result number_parse_float(struct text text, double *out);

#endif /* SHELL_NUMBER_H */
