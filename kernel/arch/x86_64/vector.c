/* SPDX-License-Identifier: MIT */
/*
 * vector.c - x87, SSE and AVX registers, which the kernel itself never touches.
 *
 * They are saved when an interrupt or a fault takes a thread out of its code, at once,
 * so that a context in memory is complete and no register ever waits for its owner. They
 * are loaded only if another thread ran since, and cleared before another address
 * space runs.
 *
 * Invariants:
 *   V1  context->vectors: context->vector_room holds the thread's registers.
 *   V2  What the registers hold came from cpu->vector_space, or is nobody's.
 */
#include "kernel/thread.h"
#include "x86.h"

constexpr uint32_t XCR0_X87_SSE = 3;
constexpr uint32_t XCR0_AVX = 4;

static uint32_t vector_mask;

/* An empty image: no component is in use; MXCSR is read even so. */
static const struct {
	alignas(64) uint8_t bytes[ARCH_VECTOR_BYTES];
} clean = { .bytes = { [24] = 0x80, [25] = 0x1f } };

void vector_init(void)
{
	struct cpuid id = x86_cpuid(1, 0);

	vector_mask = XCR0_X87_SSE;
	if (id.ecx & 1u << 28)
		vector_mask |= XCR0_AVX;
	__asm__ volatile("xsetbv" : : "c"(0), "a"(vector_mask), "d"(0));
}

static uint8_t *vector_area(struct arch_context *context)
{
	uintptr_t room = (uintptr_t)context->vector_room;

	return (uint8_t *)((room + 63) & ~(uintptr_t)63);
}

static void vector_restore(const uint8_t *area)
{
	__asm__ volatile("xrstor64 (%0)"
			 :
			 : "r"(area), "a"(vector_mask), "d"(0)
			 : "memory");
}

void vector_save(struct arch_context *context)
{
	struct arch_cpu *cpu = arch_cpu_block();
	uint8_t *area = vector_area(context);

	/* Not XSAVEOPT: it skips what it believes to be in this memory already, and memory
	 * of ended threads is used again. */
	__asm__ volatile("xsave64 (%0)"
			 :
			 : "r"(area), "a"(vector_mask), "d"(0)
			 : "memory");
	context->vectors = 1;
	context->vector_home = cpu;
	cpu->cpu.vector_saves++;
}

void vector_load(struct arch_cpu *cpu, struct thread *thread)
{
	struct arch_context *context = &thread->context;

	if (context->vectors) {
		if (cpu->vector_thread != thread || context->vector_home != cpu)
			vector_restore(vector_area(context));
	} else if (cpu->vector_space != thread->space) {
		vector_restore(clean.bytes);
	}
	cpu->vector_thread = thread;
	cpu->vector_space = thread->space;
}

/* Its record, and its space's, may soon be another's: V2 would no longer hold. */
void arch_thread_forget(const struct thread *thread)
{
	struct arch_cpu *cpu = arch_cpu_block();

	if (cpu->vector_thread == thread)
		cpu->vector_thread = nullptr;
	if (cpu->vector_space == thread->space)
		cpu->vector_space = nullptr;
}
