/* SPDX-License-Identifier: MIT */
/*
 * init.c - the Linux peer: the only program of an initramfs, measuring the operations
 * that capOS's bench measures too.
 *
 * It runs under QEMU "-icount shift=0,sleep=off", where the time-stamp counter counts
 * guest instructions, and prints one line per row:
 *   ROW <name> <lowest> <median> <highest> <operations per sample> <samples>
 */
#define _GNU_SOURCE
#include <linux/io_uring.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAMPLES = 15, MEDIAN = SAMPLES / 2, RING_ENTRIES = 256, TINY_EXIT_CODE = 42 };

static uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Without libc's wrapper, so that the row is the kernel's work and its entry. */
static long raw_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static void power_off(void)
{
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void must(int good, const char *what)
{
	if (good)
		return;
	printf("FATAL %s\n", what);
	power_off();
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* @run does @operations; it is warmed up first, then sampled. */
static void bench(const char *name, void (*run)(uint64_t), uint64_t operations)
{
	uint64_t samples[SAMPLES];

	run(operations / 2 + 1);
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t start = rdtsc();

		run(operations);
		samples[i] = rdtsc() - start;
	}
	qsort(samples, SAMPLES, sizeof(samples[0]), compare);
	printf("ROW %s %.3f %.3f %.3f %lu %d\n", name,
	       (double)samples[0] / (double)operations,
	       (double)samples[MEDIAN] / (double)operations,
	       (double)samples[SAMPLES - 1] / (double)operations, operations, SAMPLES);
}

/* ---- Time base: two instructions a turn ------------------------------------------- */

static void run_two_instructions(uint64_t turns)
{
	__asm__ volatile("1: dec %0\n jnz 1b" : "+r"(turns) : : "cc");
}

/* ---- io_uring --------------------------------------------------------------------- */

static struct {
	int fd;
	unsigned *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
} ring;

static unsigned batch;

static char *map_ring(size_t size, long offset)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			    ring.fd, offset);

	must(memory != MAP_FAILED, "mapping the ring");
	return memory;
}

static void open_ring(void)
{
	struct io_uring_params p;
	char *sq, *cq;

	memset(&p, 0, sizeof(p));
	ring.fd = (int)syscall(SYS_io_uring_setup, RING_ENTRIES, &p);
	must(ring.fd >= 0, "io_uring_setup");
	sq = map_ring(p.sq_off.array + p.sq_entries * 4, IORING_OFF_SQ_RING);
	cq = map_ring(p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
		      IORING_OFF_CQ_RING);
	ring.sqes = (void *)map_ring(p.sq_entries * sizeof(struct io_uring_sqe),
				     IORING_OFF_SQES);
	ring.sq_tail = (unsigned *)(sq + p.sq_off.tail);
	ring.sq_mask = (unsigned *)(sq + p.sq_off.ring_mask);
	ring.sq_array = (unsigned *)(sq + p.sq_off.array);
	ring.cq_head = (unsigned *)(cq + p.cq_off.head);
	ring.cq_tail = (unsigned *)(cq + p.cq_off.tail);
	ring.cq_mask = (unsigned *)(cq + p.cq_off.ring_mask);
	ring.cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
}

static void submit_nops(void)
{
	unsigned mask = *ring.sq_mask, tail = *ring.sq_tail;

	for (unsigned i = 0; i < batch; i++, tail++) {
		struct io_uring_sqe *entry = &ring.sqes[tail & mask];

		memset(entry, 0, sizeof(*entry));
		entry->opcode = IORING_OP_NOP;
		entry->user_data = tail;
		ring.sq_array[tail & mask] = tail & mask;
	}
	__atomic_store_n(ring.sq_tail, tail, __ATOMIC_RELEASE);
}

static void reap(void)
{
	unsigned mask = *ring.cq_mask, head = *ring.cq_head;
	unsigned tail = __atomic_load_n(ring.cq_tail, __ATOMIC_ACQUIRE);
	uint64_t sum = 0;

	for (; head != tail; head++)
		sum += ring.cqes[head & mask].user_data;
	__atomic_store_n(ring.cq_head, head, __ATOMIC_RELEASE);
	__asm__ volatile("" : : "r"(sum));
}

static void run_nops(uint64_t operations)
{
	for (uint64_t done = 0; done < operations; done += batch) {
		submit_nops();
		must(raw_call(SYS_io_uring_enter, ring.fd, batch, batch,
			      IORING_ENTER_GETEVENTS, 0, 0) == (long)batch,
		     "io_uring_enter");
		reap();
	}
}

/* ---- Memory and processes ----------------------------------------------------------- */

static void run_map_touch_unmap(uint64_t operations)
{
	while (operations--) {
		char *page = (char *)raw_call(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE,
					      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		*(volatile char *)page = 1;
		raw_call(SYS_munmap, (long)page, 4096, 0, 0, 0, 0);
	}
}

static void run_spawn_exit_wait(uint64_t operations)
{
	static char path[] = "/tiny";
	static char *arguments[] = { path, NULL };

	while (operations--) {
		int status = 0;
		/* The cheapest way that Linux has: a peer is measured at its best. */
		pid_t child = vfork(); // NOLINT(*-unsafe-functions,*.vfork)

		if (child == 0) {
			execve(path, arguments, NULL);
			_exit(1);
		}
		waitpid(child, &status, 0);
		must(WIFEXITED(status) && WEXITSTATUS(status) == TINY_EXIT_CODE,
		     "the child's status");
	}
}

int main(int argc, char **argv)
{
	printf("FIRST %lu\n", rdtsc());
	fflush(stdout);
	if (argc > 1 && strcmp(argv[1], "boot") == 0)
		power_off();
	bench("two_instructions", run_two_instructions, 1000000);
	open_ring();
	batch = 1;
	bench("nop_single", run_nops, 2048);
	batch = 32;
	bench("nop_batch32", run_nops, 8192);
	bench("map_fresh_touch_unmap", run_map_touch_unmap, 1000);
	bench("spawn_exit_wait", run_spawn_exit_wait, 50);
	printf("DONE\n");
	fflush(stdout);
	power_off();
}
