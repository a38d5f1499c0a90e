/* SPDX-License-Identifier: MIT */
/*
 * console_count.c - a QEMU TCG plugin that counts guest instructions from the kernel's
 * first one to each byte it sends to the serial line, without the guest's help.
 *
 * A byte is sent by the one-byte instruction "out %al,(%dx)" (0xee). The plugin notes the
 * count at the last OUTS_MAX of them and prints all when QEMU ends; whoever has the
 * console's text knows which byte each of the last ones was. The few that set devices up
 * come before any text.
 *
 * A rep string instruction counts once per iteration, as under -icount.
 *
 *   argument  start=<address of the kernel's first instruction>
 *   output    (standard error)  START <count>, then OUT <count> a line, oldest first
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of the plugin interface, version 1, that is used here. */
typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
					   void (*translated)(plugin_id,
							      struct qemu_plugin_tb *));
void qemu_plugin_register_atexit_cb(plugin_id id, void (*done)(plugin_id, void *),
				    void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *instruction,
						int operation, void *counter,
						uint64_t value);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
					    void (*executed)(unsigned int, void *),
					    int flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block,
						 size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);

__attribute__((visibility("default"))) extern int qemu_plugin_version;
int qemu_plugin_version = 1;

enum {
	OUTS_MAX = 1 << 16,
	OPERATION_ADD = 0,
	CALLBACK_NO_REGISTERS = 0,
	OUT_DX_AL = 0xee
};

static uint64_t executed;
static uint64_t start_address;
static uint64_t start_count;
static uint64_t out_counts[OUTS_MAX];
static uint64_t out_total;

static void at_start(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (!start_count)
		start_count = executed;
}

static void at_out(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	out_counts[out_total++ % OUTS_MAX] = executed;
}

static void translated(plugin_id id, struct qemu_plugin_tb *block)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
		struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
		const uint8_t *bytes = qemu_plugin_insn_data(instruction);

		if (qemu_plugin_insn_vaddr(instruction) == start_address)
			qemu_plugin_register_vcpu_insn_exec_cb(
				instruction, at_start, CALLBACK_NO_REGISTERS, NULL);
		if (qemu_plugin_insn_size(instruction) == 1 && bytes[0] == OUT_DX_AL)
			qemu_plugin_register_vcpu_insn_exec_cb(
				instruction, at_out, CALLBACK_NO_REGISTERS, NULL);
		qemu_plugin_register_vcpu_insn_exec_inline(instruction, OPERATION_ADD,
							   &executed, 1);
	}
}

static void done(plugin_id id, void *data)
{
	uint64_t first = out_total > OUTS_MAX ? out_total - OUTS_MAX : 0;

	(void)id;
	(void)data;
	fprintf(stderr, "START %" PRIu64 "\n", start_count);
	for (uint64_t i = first; i < out_total; i++)
		fprintf(stderr, "OUT %" PRIu64 "\n", out_counts[i % OUTS_MAX]);
}

__attribute__((visibility("default"))) int
qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);
int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], "start=", 6) == 0)
			start_address = strtoull(argv[i] + 6, NULL, 0);
	if (!start_address) {
		fprintf(stderr, "console_count: start=<address> is missing\n");
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, done, NULL);
	return 0;
}
