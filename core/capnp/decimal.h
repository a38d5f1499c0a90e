/* SPDX-License-Identifier: MIT */
/*
 * decimal.h - numbers as decimal text, without floating point, because the kernel has
 * none and wants no other printer.
 */
#ifndef CORE_CAPNP_DECIMAL_H
#define CORE_CAPNP_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

enum { CAPNP_DECIMAL_BYTES = 32 }; /* any text below, with its NUL */

/* Both return the length of the text written to @out. */
size_t capnp_decimal_natural(uint64_t value, char out[CAPNP_DECIMAL_BYTES]);
size_t capnp_decimal_integer(int64_t value, char out[CAPNP_DECIMAL_BYTES]);

/*
 * The double of these bits to @digits significant digits (1 to 17), without trailing
 * zeros: 0.5, -12, 1.5e300, 1e-07, inf, nan.
 */
size_t capnp_decimal_float(uint64_t bits, uint32_t digits, char out[CAPNP_DECIMAL_BYTES]);

/*
 * As the reference tool prints them. A double has 15 digits, or 17 if those do not read
 * back as the same bits. A float has 6 or 8, of which not every float can be read back;
 * if @exact, 9 where that is so.
 */
size_t capnp_decimal_float64(uint64_t bits, char out[CAPNP_DECIMAL_BYTES]);
size_t capnp_decimal_float32(uint32_t bits, bool exact, char out[CAPNP_DECIMAL_BYTES]);

enum capnp_float_format : uint8_t {
	CAPNP_FLOAT32,
	CAPNP_FLOAT64,
};

/*
 * The bits of the float or double nearest to the number in @text, halfway the even one:
 * digits, perhaps a point after the first of them, perhaps an exponent: -1.5e-3. False if
 * it is no such number, with 0, or larger than any finite one, with the bits of infinity.
 */
[[nodiscard]] bool capnp_decimal_parse(const char *text, size_t size,
				       enum capnp_float_format format,
				       uint64_t *out_bits);

/* The bits of the double that has the value of the float of these bits. */
uint64_t capnp_float32_to_64(uint32_t bits);

#endif /* CORE_CAPNP_DECIMAL_H */
