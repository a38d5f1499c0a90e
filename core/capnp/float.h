/* SPDX-License-Identifier: MIT */
/*
 * float.h - floating-point fields as C values. Apart from reader.h, because the kernel
 * has no floating point and passes such fields on as bits.
 */
#ifndef CORE_CAPNP_FLOAT_H
#define CORE_CAPNP_FLOAT_H

#include <stdint.h>

static inline float capnp_f32_from_bits(uint32_t bits)
{
	float value;

	__builtin_memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline double capnp_f64_from_bits(uint64_t bits)
{
	double value;

	__builtin_memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline uint32_t capnp_f32_bits(float value)
{
	uint32_t bits;

	__builtin_memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static inline uint64_t capnp_f64_bits(double value)
{
	uint64_t bits;

	__builtin_memcpy(&bits, &value, sizeof(bits));
	return bits;
}

#endif /* CORE_CAPNP_FLOAT_H */
