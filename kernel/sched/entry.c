/* SPDX-License-Identifier: MIT */
/* entry.c - where the arch enters the portable kernel, cap_enter aside. */
#include "kernel/alarm.h"
#include "kernel/cpu.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/upcall.h"

void kernel_exit(struct thread *thread, int32_t code)
{
	const struct terminal terminal = { .kind = TERMINAL_EXITED, .code = code };

	process_end(thread->process, &terminal);
	arch_enter_scheduler();
}

int64_t kernel_bad_syscall(struct thread *thread, uint64_t number)
{
	(void)thread;
	(void)number;
	return CAPOS_ERR_BAD_OPCODE;
}

void kernel_user_fault(struct thread *thread, enum fault_kind kind, uint64_t address,
		       uint64_t instruction)
{
	const struct terminal terminal = {
		.kind = TERMINAL_FAULTED,
		.fault = kind,
		.address = address,
		.instruction = instruction,
	};

	if (upcall_fault(thread, kind, address))
		arch_resume(thread);
	process_end(thread->process, &terminal);
	arch_enter_scheduler();
}

void kernel_timer(void)
{
	(void)alarm_run_expired(arch_time_ns());
	sched_arm_timer();
}

void kernel_preempted(struct thread *thread)
{
	const struct cpu *cpu = arch_cpu();

	if (thread->state != THREAD_RUNNABLE)
		arch_enter_scheduler();
	if (sched_contended() && arch_time_ns() >= cpu->slice_end_ns) {
		sched_add(thread);
		arch_enter_scheduler();
	}
	upcall_deliver(thread);
	arch_resume(thread);
}
