/* SPDX-License-Identifier: MIT */
/*
 * console.c - see console.h.
 *
 * Locking. console->lock (rank OBJECT) guards the input ring, the readers and the
 * interrupt's waiter; calls are completed after it is dropped. output_lock (rank CONSOLE)
 * keeps the bytes of one write together.
 *
 * Invariants, checked by console_check() at each unlock in debug builds:
 *   C1  While a reader waits the ring is empty.
 *   C2  The ring never holds more than it has room for.
 */
#include "kernel/console.h"

#include "gen/console.server.h"
#include "kernel/arch.h"
#include "kernel/boot_info.h"
#include "kernel/call.h"
#include "kernel/panic.h"
#include "kernel/string.h"

/* Results of read: root pointer, one pointer, the bytes. */
enum { READ_RESULT_FIXED_BYTES = (1 + CONSOLE_READ_RESULTS_POINTERS) * 8 };

struct console {
	struct object base; /* first, so that an object pointer converts */
	struct spinlock lock;
	bool interactive;
	struct list_node readers; /* struct pending_call.object_link; value: most bytes */
	struct pending_call *interrupt_waiter;
	uint32_t input_head; /* free-running; tail - head bytes are in the ring */
	uint32_t input_tail;
	uint64_t dropped;
	uint8_t input[CONSOLE_INPUT_BYTES];
};

static struct cache console_cache = CACHE("Console", sizeof(struct console));

static struct console *the_console; /* set once, before interrupts are taken */
static struct spinlock output_lock = SPINLOCK(LOCK_CONSOLE);
static bool output_line_open; /* the last byte written was not a line end */

static void console_close(struct object *object);

static const struct object_type console_type = {
	.name = "Console",
	.cache = &console_cache,
	.close = console_close,
};

static struct console *console_from(void *self)
{
	return self;
}

static void console_check(const struct console *console)
{
	uint32_t count = console->input_tail - console->input_head;

	kernel_assert(count == 0 || list_empty(&console->readers)); /* C1 */
	kernel_assert(count <= CONSOLE_INPUT_BYTES);                /* C2 */
}

static void console_unlock(struct console *console)
{
	if (KERNEL_DEBUG)
		console_check(console);
	spin_unlock(&console->lock);
}

/* ---- Output ------------------------------------------------------------------ */

static void console_write(const char *bytes, size_t size, bool end_line)
{
	spin_lock(&output_lock);
	if (size > 0) {
		arch_console_write(bytes, size);
		output_line_open = bytes[size - 1] != '\n';
	}
	if (end_line) {
		arch_console_write("\n", 1);
		output_line_open = false;
	}
	spin_unlock(&output_lock);
}

void console_end_line(void)
{
	spin_lock(&output_lock);
	if (output_line_open)
		arch_console_write("\n", 1);
	output_line_open = false;
	spin_unlock(&output_lock);
}

static status_t write_checked(struct call *call, struct capnp_struct params,
			      const void *bytes, uint32_t size, bool end_line)
{
	if (call_params_malformed(params))
		return CAPOS_ERR_BAD_MESSAGE;
	if (size > CONSOLE_WRITE_MAX_BYTES)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT,
				  size);
	console_write(bytes, size, end_line);
	return CAPOS_OK;
}

static status_t method_write(void *self, struct call *call,
			     struct console_write_params params,
			     struct console_write_results_builder results)
{
	struct capnp_data data = console_write_params_get_data(params);

	(void)self;
	(void)results;
	return write_checked(call, params.s, data.bytes, data.size, false);
}

static status_t method_write_line(void *self, struct call *call,
				  struct console_write_line_params params,
				  struct console_write_line_results_builder results)
{
	struct capnp_text text = console_write_line_params_get_text(params);

	(void)self;
	(void)results;
	return write_checked(call, params.s, text.bytes, text.size, true);
}

/* ---- Input ------------------------------------------------------------------- */

/* Moves 1 to @max bytes, which are there, from the ring into results of read. */
static void take_input_locked(struct console *console,
			      struct console_read_results_builder results, uint32_t max)
{
	uint32_t count = console->input_tail - console->input_head;
	uint32_t size = count < max ? count : max;
	uint8_t *to = console_read_results_init_data(results, size);

	kernel_assert(to); /* room was checked before the call was accepted */
	for (uint32_t i = 0; i < size; i++)
		to[i] = console->input[console->input_head++ % CONSOLE_INPUT_BYTES];
}

static bool input_full(const struct console *console)
{
	return console->input_tail - console->input_head == CONSOLE_INPUT_BYTES;
}

/*
 * The next byte of the device, or -1. A pipe waits while the ring is full; what a
 * person types has to be looked at, since it may be the interrupt key.
 */
static int next_input_locked(const struct console *console)
{
	if (!console->interactive && input_full(console))
		return -1;
	return arch_console_read();
}

static void put_input_locked(struct console *console, uint8_t byte)
{
	if (input_full(console)) {
		console->dropped++;
		return;
	}
	console->input[console->input_tail++ % CONSOLE_INPUT_BYTES] = byte;
}

/* Takes the first reader out and fills its results, if there is input for it. */
static struct pending_call *serve_reader_locked(struct console *console)
{
	struct pending_call *reader;

	if (list_empty(&console->readers) || console->input_head == console->input_tail)
		return nullptr;
	reader = list_entry(console->readers.next, struct pending_call, object_link);
	list_remove(&reader->object_link);
	take_input_locked(console, console_read_results_new(pending_results(reader)),
			  (uint32_t)reader->value);
	return reader;
}

/* One byte of input; returns the waiter for the interrupt key if this is it. */
static struct pending_call *receive_locked(struct console *console, uint8_t byte)
{
	struct pending_call *waiter = console->interrupt_waiter;

	if (byte != CONSOLE_INTERRUPT_KEY || !waiter) {
		put_input_locked(console, byte);
		return nullptr;
	}
	console->interrupt_waiter = nullptr;
	return waiter;
}

/*
 * Each round completes at most one call, with the lock dropped. A reader is served when
 * the device has no more for now, so that it gets what came together.
 */
void console_input(void)
{
	struct console *console = the_console;
	struct pending_call *done;

	if (!console)
		return;
	do {
		int byte;

		done = nullptr;
		spin_lock(&console->lock);
		while (!done && (byte = next_input_locked(console)) >= 0)
			done = receive_locked(console, (uint8_t)byte);
		if (!done)
			done = serve_reader_locked(console);
		/* C1 holds again once no reader can be served. */
		spin_unlock(&console->lock);
		if (done)
			pending_complete(done, CAPOS_OK);
	} while (done);
}

static bool cancel_read(struct pending_call *pending)
{
	struct console *console = console_from(pending->object);
	bool waiting;

	spin_lock(&console->lock);
	waiting =
		!list_empty(&pending->object_link); /* alone in its list once taken out */
	list_remove(&pending->object_link);
	console_unlock(console);
	return waiting;
}

/* Waits, unless input has come since the caller looked. */
static status_t defer_read(struct console *console, struct call *call, uint32_t max_bytes,
			   struct console_read_results_builder results)
{
	struct pending_call *pending;
	status_t status = call_defer(call, cancel_read, &pending);
	bool ready;

	if (status != CAPOS_OK)
		return status;
	pending->value = max_bytes;
	spin_lock(&console->lock);
	ready = console->input_head != console->input_tail;
	if (ready)
		take_input_locked(console, results, max_bytes);
	else
		list_append(&console->readers, &pending->object_link);
	console_unlock(console);
	if (!ready)
		return CAPOS_PENDING;
	call_undefer(call, pending);
	return CAPOS_OK;
}

static status_t method_read(void *self, struct call *call,
			    struct console_read_params params,
			    struct console_read_results_builder results)
{
	struct console *console = console_from(self);
	uint32_t max_bytes = console_read_params_get_max_bytes(params);
	bool ready;

	if (max_bytes == 0)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT,
				  RULE_SIZE_NON_ZERO, 0);
	if (max_bytes > CONSOLE_READ_MAX_BYTES)
		return call_raise(call, EXCEPTION_TYPE_INVALID_ARGUMENT, RULE_SIZE_LIMIT,
				  max_bytes);
	/* Input must not be lost to a buffer too small for it. */
	if (call_result_room(call) < READ_RESULT_FIXED_BYTES + max_bytes)
		return call_refuse(call, CAPOS_ERR_RESULT_TOO_SMALL, RULE_RESULT_ROOM,
				   READ_RESULT_FIXED_BYTES + ((max_bytes + 7) & ~7u));

	spin_lock(&console->lock);
	ready = console->input_head != console->input_tail;
	if (ready)
		take_input_locked(console, results, max_bytes);
	console_unlock(console);
	if (!ready)
		return defer_read(console, call, max_bytes, results);
	/* There is room again, and no further interrupt for what the device kept back. */
	console_input();
	return CAPOS_OK;
}

static status_t method_attributes(void *self, struct call *call,
				  struct console_attributes_params params,
				  struct console_attributes_results_builder results)
{
	(void)call;
	(void)params;
	console_attributes_results_set_interactive(results,
						   console_from(self)->interactive);
	return CAPOS_OK;
}

static status_t method_writer(void *self, struct call *call,
			      struct console_writer_params params,
			      struct console_writer_results_builder results)
{
	struct console *console = console_from(self);

	(void)params;
	object_get(&console->base);
	console_writer_results_set_writer(
		results,
		call_return_capability(call, &console->base, &console_writer_facet));
	return CAPOS_OK;
}

/* ---- The interrupt key --------------------------------------------------------- */

static bool cancel_await(struct pending_call *pending)
{
	struct console *console = console_from(pending->object);
	bool waiting;

	spin_lock(&console->lock);
	waiting = console->interrupt_waiter == pending;
	if (waiting)
		console->interrupt_waiter = nullptr;
	console_unlock(console);
	return waiting;
}

static status_t method_await(void *self, struct call *call,
			     struct terminal_interrupt_await_params params,
			     struct terminal_interrupt_await_results_builder results)
{
	struct console *console = console_from(self);
	struct pending_call *pending;
	status_t status;
	bool taken;

	(void)params;
	(void)results;
	status = call_defer(call, cancel_await, &pending);
	if (status != CAPOS_OK)
		return status;
	spin_lock(&console->lock);
	taken = console->interrupt_waiter != nullptr;
	if (!taken)
		console->interrupt_waiter = pending;
	console_unlock(console);
	if (!taken)
		return CAPOS_PENDING;
	call_undefer(call, pending);
	return call_raise(call, EXCEPTION_TYPE_OVERLOADED, RULE_WAITER_SINGLE, 0);
}

/* ---- Its life ------------------------------------------------------------------- */

/* Takes out one waiting call of any kind. */
static struct pending_call *take_waiter(struct console *console)
{
	struct pending_call *pending;

	spin_lock(&console->lock);
	pending = console->interrupt_waiter;
	console->interrupt_waiter = nullptr;
	if (!pending && !list_empty(&console->readers)) {
		pending = list_entry(console->readers.next, struct pending_call,
				     object_link);
		list_remove(&pending->object_link);
	}
	console_unlock(console);
	return pending;
}

static void console_close(struct object *object)
{
	struct console *console = console_from(object);
	struct pending_call *pending;

	while ((pending = take_waiter(console)))
		pending_complete(pending, CAPOS_ERR_DISCONNECTED);
	if (the_console == console)
		the_console = nullptr;
}

uint64_t console_dropped_count(void)
{
	return the_console ? the_console->dropped : 0;
}

CONSOLE_METHOD_TABLE(console_table, method_write, method_write_line, method_read,
		     method_attributes, method_writer);

CONSOLE_WRITER_METHOD_TABLE(console_writer_table, method_write, method_write_line);

TERMINAL_INTERRUPT_METHOD_TABLE(terminal_interrupt_table, method_await);

const struct facet console_writer_facet =
	FACET(CONSOLE_WRITER, "ConsoleWriter", console_type, console_writer_table);

static const struct facet *const console_answers[] =
	CONSOLE_ANSWERS(&console_writer_facet);

const struct facet console_facet =
	FACET_ANSWERING(CONSOLE, "Console", console_type, console_table, console_answers);

const struct facet terminal_interrupt_facet = FACET(
	TERMINAL_INTERRUPT, "TerminalInterrupt", console_type, terminal_interrupt_table);

status_t console_init(const struct boot_info *info, struct account *payer,
		      struct object **out)
{
	char mode[8];
	struct console *console;
	status_t status;

	status = object_alloc(&console_type, payer, out);
	if (status != CAPOS_OK)
		return status;
	console = console_from(*out);
	spin_init(&console->lock, LOCK_OBJECT);
	list_init(&console->readers);
	console->interactive = boot_option(info, "console", mode, sizeof(mode)) &&
			       strncmp(mode, "tty", sizeof(mode)) == 0;
	the_console = console;
	return CAPOS_OK;
}
