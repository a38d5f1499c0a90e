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
 * zeros: 0.5, -12, 1.5e+300, inf, nan. With 17 digits reading it back gives the same bits.
 */
size_t capnp_decimal_float(uint64_t bits, uint32_t digits, char out[CAPNP_DECIMAL_BYTES]);

/* The bits of the double that has the value of the float of these bits. */
uint64_t capnp_float32_to_64(uint32_t bits);

#endif /* CORE_CAPNP_DECIMAL_H */
