/* SPDX-License-Identifier: MIT */
/* processor.c - what the processor must have, what it has, and turning it on. */
#include "kernel/arch.h"
#include "kernel/panic.h"
#include "x86.h"

enum { EAX, EBX, ECX, EDX };

struct feature {
	uint32_t leaf;
	uint8_t word; /* which register of the answer */
	uint8_t bit;
	const char *name;
};

static const struct feature needed[] = {
	{ 1, EDX, 25, "SSE" },
	{ 1, EDX, 26, "SSE2" },
	{ 1, EDX, 9, "APIC" },
	{ 1, EDX, 4, "TSC" },
	{ 1, ECX, 26, "XSAVE" },
	{ 0x80000001, EDX, 20, "NX" },
	{ 0x80000001, EDX, 11, "SYSCALL" },
	{ 7, EBX, 7, "SMEP" },
	{ 7, EBX, 20, "SMAP" },
	{ 7, ECX, 2, "UMIP" },
	{ 7, EBX, 0, "FSGSBASE" },
};

constexpr uint64_t CR0_WANTED = 0x80050033; /* PG AM WP NE ET MP PE; not EM, not TS */
constexpr uint64_t CR4_WANTED = 1u << 5 |   /* PAE */
				1u << 6 |   /* machine checks as exceptions */
				1u << 7 |   /* global pages */
				1u << 9 |   /* FXSAVE, SSE */
				1u << 10 |  /* SSE exceptions */
				1u << 11 |  /* UMIP */
				1u << 16 |  /* FS and GS base instructions */
				1u << 18 |  /* XSAVE */
				1u << 20 |  /* SMEP */
				1u << 21;   /* SMAP */
constexpr uint32_t MSR_EFER = 0xc0000080;
constexpr uint64_t EFER_WANTED =
	1u << 0 | 1u << 8 | 1u << 11; /* SYSCALL, long mode, NX */
constexpr uint32_t MSR_ARCH_CAPABILITIES = 0x10a;

/* A leaf above the maximum answers with another leaf's data; that counts as nothing. */
static struct cpuid leaf_or_nothing(uint32_t leaf)
{
	uint32_t last = x86_cpuid(leaf & 0x80000000, 0).eax;

	return leaf <= last ? x86_cpuid(leaf, 0) : (struct cpuid){ 0 };
}

static bool has_feature(const struct feature *feature)
{
	struct cpuid answer = leaf_or_nothing(feature->leaf);
	const uint32_t words[] = { answer.eax, answer.ebx, answer.ecx, answer.edx };

	return words[feature->word] >> feature->bit & 1;
}

void processor_check(void)
{
	static char missing[128];
	size_t used = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (has_feature(&needed[i]))
			continue;
		missing[used++] = ' ';
		for (const char *c = needed[i].name; *c != '\0'; c++)
			missing[used++] = *c;
	}
	if (used != 0)
		panic("this processor lacks%s", missing);
}

void processor_enable(void)
{
	x86_write_msr(MSR_EFER, x86_read_msr(MSR_EFER) | EFER_WANTED);
	__asm__ volatile("movq %0, %%cr4" : : "r"(CR4_WANTED) : "memory");
	__asm__ volatile("movq %0, %%cr0" : : "r"(CR0_WANTED) : "memory");
}

const char *arch_name(void)
{
	return "x86_64";
}

/* Vendors whose processors check permissions before they forward data. */
static bool vendor_checks_first(void)
{
	struct cpuid id = x86_cpuid(0, 0);

	return (id.ebx == 0x68747541 && id.edx == 0x69746e65 &&
		id.ecx == 0x444d4163) || /* AuthenticAMD */
	       (id.ebx == 0x6f677948 && id.edx == 0x6e65476e &&
		id.ecx == 0x656e6975); /* HygonGenuine */
}

static bool maybe_meltdown(void)
{
	if (vendor_checks_first())
		return false;
	if (!(leaf_or_nothing(7).edx & 1u << 29))
		return true;
	return !(x86_read_msr(MSR_ARCH_CAPABILITIES) & 1); /* RDCL_NO */
}

static bool has_rdrand(void)
{
	return x86_cpuid(1, 0).ecx >> 30 & 1;
}

size_t arch_warnings(const char **out, size_t max)
{
	size_t count = 0;

	if (count < max && maybe_meltdown())
		out[count++] = "processor may be affected by Meltdown; page tables are "
			       "not isolated";
	if (count < max && !has_rdrand())
		out[count++] = "processor has no random number source";
	return count;
}

enum { RANDOM_TRIES = 16 };

bool arch_random(uint64_t *out)
{
	bool seed = leaf_or_nothing(7).ebx >> 18 & 1;
	uint8_t good = 0;

	if (!seed && !has_rdrand())
		return false;
	/* The source may be drained for a moment by another processor. */
	for (int i = 0; i < RANDOM_TRIES && seed && !good; i++)
		__asm__ volatile("rdseed %0; setc %1" : "=r"(*out), "=qm"(good) : : "cc");
	for (int i = 0; i < RANDOM_TRIES && !good && has_rdrand(); i++)
		__asm__ volatile("rdrand %0; setc %1" : "=r"(*out), "=qm"(good) : : "cc");
	return good;
}
