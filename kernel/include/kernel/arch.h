/* SPDX-License-Identifier: MIT */
/*
 * arch.h - the complete list of what an architecture provides, each with its contract.
 *
 * An architecture is a folder kernel/arch/<name>/ that defines everything declared here
 * and in its own arch_types.h (included as "arch_types.h" from that folder, which is on
 * the include path): struct arch_context, struct arch_space, struct arch_cpu, and the
 * inline functions marked so. Nothing else in the kernel knows the processor.
 *
 * All functions run with interrupts disabled: the kernel is an event kernel and takes
 * interrupts only in user mode and inside arch_idle().
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"
#include "arch_types.h"
#include "kernel/types.h"

struct boot_info;
struct ledger;
struct thread;

/* ---- What arch_types.h must define inline ---------------------------------
 *
 * constexpr uint32_t ARCH_PAGE_SHIFT; ARCH_PAGE_SIZE
 * static inline struct cpu *arch_cpu(void);         the processor this runs on
 * static inline uint64_t arch_time_ns(void);        monotonic, nanoseconds since boot
 * static inline uint64_t arch_counter(void);        the counter behind it, in its own ticks
 * static inline uint64_t arch_counter_of(uint64_t ns);  ticks in a span of time
 * static inline void *arch_direct(paddr_t);         kernel's own mapping of any RAM frame, RW, NX
 * static inline paddr_t arch_direct_paddr(const void *);
 * static inline void arch_page_clear(void *page);   zeroes one page (rep stosq: 513)
 * static inline void arch_page_copy(void *to, const void *from);
 * static inline void arch_shared_read(void);        hook after each read of memory that user
 *                                                   code can change; empty on hardware, in the
 *                                                   hosted kernel the test rewrites the arena there
 * static inline void arch_relax(void);              spin-wait hint
 */

/* ---- Start ---------------------------------------------------------------- */

/* The arch entry code fills a boot_info and calls kernel_main() on the boot stack. */
[[noreturn]] void kernel_main(const struct boot_info *info);

/*
 * Second half of start-up, called by kernel_main once frames can be allocated: final
 * page tables (W^X everywhere, direct map included), interrupt controller, timer,
 * system-call entry. Panics with a clear message if the processor lacks what it needs
 * (the check for that comes first, in the entry code, on the serial line).
 */
void arch_init(const struct boot_info *info);

/* Fills @out with what the machine lacks ("..."), at most @max; returns how many. */
size_t arch_warnings(const char **out, size_t max);
const char *arch_name(void);

/* ---- Time, idling, power --------------------------------------------------- */

/* Arms the one-shot timer for @deadline_ns (UINT64_MAX: disarmed). Cheap if unchanged. */
void arch_timer_set(uint64_t deadline_ns);

/* Waits for one interrupt with interrupts enabled; its handler has run on return. */
void arch_idle(void);

/*
 * Takes interrupts that are already pending, then disables them again. Called between
 * the steps of long work.
 */
void arch_poll_interrupts(void);

[[noreturn]] void arch_power_off(void);
[[noreturn]] void arch_reboot(void);
[[noreturn]] void arch_halt(void); /* for ever, after a panic */

/* A random number from the processor; false if it has no source or the source failed. */
[[nodiscard]] bool arch_random(uint64_t *out);

/* ---- Boot console (serial line) --------------------------------------------- */

void arch_console_write(const char *bytes, size_t size);
/*
 * The next received byte or -1. The arch's receive interrupt calls console_input()
 * (kernel/console.h), which reads until -1.
 */
int arch_console_read(void);

/* ---- Address spaces ---------------------------------------------------------- */

/*
 * An address space without user mappings, its table frames charged to @payer.
 * Fails with CAPOS_ERR_NO_LEDGER or CAPOS_ERR_NO_MEMORY and changes nothing.
 */
[[nodiscard]] status_t arch_space_init(struct arch_space *space, struct ledger *payer);

/* Makes sure that no processor's page-table register names @space any more. */
void arch_space_leave(const struct arch_space *space);

/* Frees all table frames. The space must not be active. User frames are not touched. One
 * step frees at most 256 tables; returns true when none are left. */
[[nodiscard]] bool arch_space_fini_step(struct arch_space *space);

/*
 * Makes sure that tables exist for @page_count pages from @address, so that
 * arch_space_map on them cannot fail. Frames charged to the payer; on failure tables made so far stay (they
 * are found and freed by fini).
 */
[[nodiscard]] status_t arch_space_prepare(struct arch_space *space, uaddr_t address,
					  size_t page_count);

/* Maps one page; its tables are prepared and nothing is mapped there. */
void arch_space_map(struct arch_space *space, uaddr_t address, paddr_t frame,
		    enum protection protection);
/*
 * The same if the tables are there, as the page mapped or unmapped before this one may
 * tell; else, or if that would take a walk to know, false, and nothing is done.
 */
[[nodiscard]] bool arch_space_try_map(struct arch_space *space, uaddr_t address,
				      paddr_t frame, enum protection protection);
/* Unmaps one page and invalidates it; true and the frame in *@frame if one was mapped
 * (a page with protection none counts as mapped). */
[[nodiscard]] bool arch_space_unmap(struct arch_space *space, uaddr_t address,
				    paddr_t *frame);
/* Changes one mapped page. Pages without mapping are left alone. */
void arch_space_protect(struct arch_space *space, uaddr_t address,
			enum protection protection);
/* The frame mapped at @address and its protection. */
[[nodiscard]] bool arch_space_query(struct arch_space *space, uaddr_t address,
				    paddr_t *frame, enum protection *protection);

/* ---- Threads ------------------------------------------------------------------ */

/* A context that starts at @entry with three arguments and a clean register file. */
void arch_context_init(struct arch_context *context, uaddr_t entry, uaddr_t stack_top,
		       uint64_t first, uint64_t second, uint64_t third);
/* Sets what cap_enter returns when this context (blocked in a system call) is resumed. */
void arch_context_set_result(struct arch_context *context, int64_t result);

/*
 * Upcalls. save copies the registers out; enter redirects the context; restore checks
 * the frame (user addresses, user flags only) and loads it, or returns false.
 */
struct capos_upcall_frame;
void arch_context_save(const struct arch_context *context,
		       struct capos_upcall_frame *out);
void arch_context_enter(struct arch_context *context, uaddr_t entry, uaddr_t stack_top,
			uint64_t first, uint64_t second, uint64_t third);
[[nodiscard]] bool arch_context_restore(struct arch_context *context,
					const struct capos_upcall_frame *frame);

/*
 * Continues @thread in user mode: activates its address space if another one is, loads
 * vector state (its own if it was preempted; cleared if it comes from a system call and
 * another address space ran since), and never returns. Kernel code on the abandoned stack is gone.
 */
[[noreturn]] void arch_resume(struct thread *thread);

/* Forgets whatever the arch keeps of @thread (vector state), which is about to be freed. */
void arch_thread_forget(const struct thread *thread);

/*
 * Leaves the current stack and calls sched_run() at the top of this processor's stack.
 */
[[noreturn]] void arch_enter_scheduler(void);

/*
 * Called by the arch, implemented by the kernel (kernel/sched/entry.c):
 *
 * int64_t kernel_cap_enter(struct thread *, uint64_t min_complete, uint64_t deadline_ns)
 *     from the system-call entry, registers needed later already in thread->context;
 *     if it returns, that is the result and the same thread continues at once.
 * void kernel_exit(struct thread *, int32_t code)        noreturn
 * int64_t kernel_bad_syscall(struct thread *, uint64_t number)
 * void kernel_user_fault(struct thread *, enum fault_kind, uint64_t address, uint64_t ip)
 *     from an exception in user mode, full context saved;  noreturn
 * void kernel_timer(void)          timer interrupt: runs expired alarms
 * void kernel_preempted(struct thread *)   after any interrupt taken in user mode, full context
 *     saved: continues that thread or another; noreturn
 */
int64_t kernel_cap_enter(struct thread *thread, uint64_t min_complete,
			 uint64_t deadline_ns);
[[noreturn]] void kernel_exit(struct thread *thread, int32_t code);
int64_t kernel_bad_syscall(struct thread *thread, uint64_t number);
[[noreturn]] void kernel_user_fault(struct thread *thread, enum fault_kind kind,
				    uint64_t address, uint64_t instruction);
void kernel_timer(void);
[[noreturn]] void kernel_preempted(struct thread *thread);

#endif /* KERNEL_ARCH_H */
