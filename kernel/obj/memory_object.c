/* SPDX-License-Identifier: MIT */
/*
 * memory_object.c - see memory_object.h.
 *
 * Where the frames are noted depends on how many there are: in the object; in an index
 * frame; or in index frames named by a root frame. A static object is one run.
 *
 * No lock. What can happen at the same time is decided by one word, pins: the number of
 * pins, and a bit that says that no more are given. Whoever brings it to "closed, none"
 * frees the frames.
 *   M1  Frames are freed once, and not while there is a pin.
 *   M2  charged is not null exactly while that ledger pays for page_count pages and the
 *       index frames. Only close and destroy clear it; destroy comes after close.
 *   M3  While filling, the object is in nobody's hands: it has no mapping.
 */
#include "kernel/memory_object.h"

#include "gen/memory.server.h"
#include "kernel/arch.h"
#include "kernel/frame.h"
#include "kernel/panic.h"
#include "kernel/space.h"

enum {
	DIRECT_PAGES = MEMORY_OBJECT_DIRECT_PAGES,
	INDEX_ENTRIES = ARCH_PAGE_SIZE / sizeof(paddr_t),
	/* Words of a root frame that is being freed; its first ones name index frames. */
	ROOT_NEXT = INDEX_ENTRIES - 1,
	ROOT_REACHED = INDEX_ENTRIES - 2,
	REAP_INDEXES_PER_STEP = 3,
};

static_assert(MEMORY_OBJECT_MAX_PAGES / INDEX_ENTRIES < ROOT_REACHED);

static void memory_object_close(struct object *base);
static void memory_object_destroy(struct object *base);

static struct cache memory_object_cache =
	CACHE("MemoryObject", sizeof(struct memory_object));

static const struct object_type memory_object_type = {
	.name = "MemoryObject",
	.cache = &memory_object_cache,
	.close = memory_object_close,
	.destroy = memory_object_destroy,
};

/* ---- Where the frames are ------------------------------------------------------- */

static paddr_t *frame_words(paddr_t frame)
{
	return arch_direct(frame);
}

static uint64_t index_frame_count(uint32_t page_count)
{
	if (page_count <= DIRECT_PAGES)
		return 0;
	if (page_count <= INDEX_ENTRIES)
		return 1;
	return 1 + (page_count + INDEX_ENTRIES - 1) / INDEX_ENTRIES;
}

static uint64_t charge_of(const struct memory_object *object)
{
	return object->page_count + index_frame_count(object->page_count);
}

paddr_t memory_object_indexed_frame(const struct memory_object *object, uint32_t index)
{
	kernel_debug_assert(index < object->page_count);

	paddr_t table = object->frames.index;

	if (object->page_count > INDEX_ENTRIES)
		table = frame_words(table)[index / INDEX_ENTRIES];
	return frame_words(table)[index % INDEX_ENTRIES];
}

/* The word that names a frame of index frames, which is made if it is not there. */
static status_t index_word(paddr_t *word)
{
	return word->raw != 0 ? CAPOS_OK : frame_alloc_zeroed(word);
}

/* The word that names the next page to be filled. */
static status_t next_word(struct memory_object *object, paddr_t **out)
{
	uint32_t index = object->filled;
	paddr_t *table = &object->frames.index;
	status_t status;

	if (object->page_count <= DIRECT_PAGES) {
		*out = &object->frames.direct[index];
		return CAPOS_OK;
	}
	status = index_word(table);
	if (status == CAPOS_OK && object->page_count > INDEX_ENTRIES) {
		table = &frame_words(*table)[index / INDEX_ENTRIES];
		status = index_word(table);
	}
	if (status == CAPOS_OK)
		*out = &frame_words(*table)[index % INDEX_ENTRIES];
	return status;
}

/* ---- Freeing ----------------------------------------------------------------------- */

/* Roots of large objects whose frames are being freed. */
static struct spinlock reaper_lock = SPINLOCK(LOCK_CACHE);
static paddr_t reaper_roots;

static void index_free(paddr_t index)
{
	paddr_t *words = frame_words(index);

	struct frame_batch batch = { 0 };

	for (uint32_t i = 0; i < INDEX_ENTRIES && words[i].raw != 0; i++)
		frame_batch_add(&batch, words[i]);
	frame_batch_end(&batch);
	frame_free(index);
}

/* Frees some index frames of @root and what they name; true when the root is freed too. */
static bool root_free_step(paddr_t root)
{
	paddr_t *words = frame_words(root);

	for (int i = 0; i < REAP_INDEXES_PER_STEP; i++) {
		paddr_t index = words[words[ROOT_REACHED].raw];

		if (index.raw == 0) {
			frame_free(root);
			return true;
		}
		words[ROOT_REACHED].raw++;
		index_free(index);
	}
	return false;
}

static void reaper_push(paddr_t root)
{
	spin_lock(&reaper_lock);
	frame_words(root)[ROOT_NEXT] = reaper_roots;
	reaper_roots = root;
	spin_unlock(&reaper_lock);
}

static bool reaper_step(struct work *work)
{
	(void)work;
	spin_lock(&reaper_lock);
	paddr_t root = reaper_roots;

	if (root.raw != 0)
		reaper_roots = frame_words(root)[ROOT_NEXT];
	spin_unlock(&reaper_lock);
	if (root.raw == 0)
		return true;
	if (!root_free_step(root))
		reaper_push(root);
	return false;
}

static struct work reaper = {
	.link = { &reaper.link, &reaper.link },
	.step = reaper_step,
};

/* "Closed" and no pin: nothing shows the frames any more. */
RARELY_CALLED void memory_object_free_frames(struct memory_object *object)
{
	if (object->fixed)
		return;
	if (object->page_count <= DIRECT_PAGES) {
		for (uint32_t i = 0; i < object->filled; i++)
			frame_free(object->frames.direct[i]);
	} else if (object->frames.index.raw == 0) {
		return; /* nothing was filled */
	} else if (object->page_count <= INDEX_ENTRIES) {
		index_free(object->frames.index);
	} else {
		reaper_push(object->frames.index);
		work_add(&reaper);
	}
}

/* ---- Making ----------------------------------------------------------------------- */

status_t memory_object_create_static(struct account *payer, paddr_t first,
				     uint32_t page_count, struct object **out)
{
	status_t status = object_alloc(&memory_object_type, payer, out);

	if (status == CAPOS_OK) {
		struct memory_object *object = memory_object_from(*out);

		object->fixed = true;
		object->page_count = page_count;
		object->filled = page_count;
		object->frames.direct[0] = first;
	}
	return status;
}

status_t memory_object_begin(struct account *payer, uint32_t page_count,
			     struct object **out, enum rule *rule)
{
	uint64_t charge = page_count + index_frame_count(page_count);
	status_t status;

	kernel_assert(page_count > 0 && page_count <= MEMORY_OBJECT_MAX_PAGES);
	if (!ledger_charge(&payer->ledger, LEDGER_MEMORY_PAGES, charge)) {
		*rule = RULE_LEDGER_MEMORY_PAGES;
		return CAPOS_ERR_NO_LEDGER;
	}
	status = object_alloc(&memory_object_type, payer, out);
	if (status != CAPOS_OK) {
		ledger_refund(&payer->ledger, LEDGER_MEMORY_PAGES, charge);
		*rule = status == CAPOS_ERR_NO_LEDGER   ? RULE_LEDGER_KERNEL_BYTES
			: status == CAPOS_ERR_NO_MEMORY ? RULE_MACHINE_MEMORY
							: RULE_TARGET_ALIVE;
		return status;
	}

	struct memory_object *object = memory_object_from(*out);

	object->page_count = page_count;
	object->charged = &payer->ledger;
	atomic_init(&object->being_filled, true);
	return CAPOS_OK;
}

status_t memory_object_fill_step(struct memory_object *object, bool *done)
{
	uint32_t end = object->page_count;

	if (end - object->filled > MEMORY_OBJECT_AT_ONCE_PAGES)
		end = object->filled + MEMORY_OBJECT_AT_ONCE_PAGES;
	while (object->filled < end) {
		paddr_t *word;
		status_t status = next_word(object, &word);

		if (status == CAPOS_OK)
			status = frame_alloc_zeroed(word);
		if (status != CAPOS_OK)
			return status;
		object->filled++;
	}
	*done = object->filled == object->page_count;
	if (*done)
		atomic_store_explicit(&object->being_filled, false, memory_order_release);
	return CAPOS_OK;
}

status_t memory_object_create(struct account *payer, uint32_t page_count,
			      struct object **out, enum rule *rule)
{
	struct object *made;
	bool done;
	status_t status;

	kernel_assert(page_count <= MEMORY_OBJECT_AT_ONCE_PAGES);
	status = memory_object_begin(payer, page_count, &made, rule);
	if (status != CAPOS_OK)
		return status;
	status = memory_object_fill_step(memory_object_from(made), &done);
	if (status != CAPOS_OK) {
		*rule = RULE_MACHINE_MEMORY;
		object_put(made);
		return status;
	}
	*out = made;
	return CAPOS_OK;
}

/* ---- The end ------------------------------------------------------------------------ */

static void refund(struct memory_object *object)
{
	if (object->charged)
		ledger_refund(object->charged, LEDGER_MEMORY_PAGES, charge_of(object));
	object->charged = nullptr;
}

static bool forget_step(struct work *work)
{
	struct memory_object *object =
		container_of(work, struct memory_object, task.forgetting.work);

	if (!space_forget_object_step(object, &object->task.forgetting.cursor))
		return false;
	object_put(&object->base);
	return true;
}

/*
 * Called a second time when the parent that inherited the closed record ends as well. The
 * ledger gets its pages back now, although mappings may keep the frames for some steps more:
 * the ledger is about to go, and its maximum with it.
 */
static void memory_object_close(struct object *base)
{
	struct memory_object *object = memory_object_from(base);
	uint32_t pins = atomic_fetch_or_explicit(&object->pins, MEMORY_OBJECT_CLOSED,
						 memory_order_acq_rel);

	if (pins & MEMORY_OBJECT_CLOSED)
		return;
	refund(object);
	if (pins == 0) {
		memory_object_free_frames(object);
		return;
	}
	/* M3: then the only pin is the filler's, who finds out. */
	if (atomic_load_explicit(&object->being_filled, memory_order_acquire))
		return;
	object_get(base);
	object->task.forgetting.cursor = 0;
	work_init(&object->task.forgetting.work, forget_step);
	work_add(&object->task.forgetting.work);
}

static void memory_object_destroy(struct object *base)
{
	struct memory_object *object = memory_object_from(base);
	uint32_t pins = atomic_fetch_or_explicit(&object->pins, MEMORY_OBJECT_CLOSED,
						 memory_order_acq_rel);

	kernel_assert((pins & ~MEMORY_OBJECT_CLOSED) == 0);
	refund(object);
	if (pins == 0)
		memory_object_free_frames(object);
}

/* ---- The interface -------------------------------------------------------------------- */

static status_t method_info(void *self, struct call *call,
			    struct memory_object_info_params params,
			    struct memory_object_info_results_builder results)
{
	const struct memory_object *object = memory_object_from(self);

	(void)call;
	(void)params;
	memory_object_info_results_set_page_count(results, object->page_count);
	memory_object_info_results_set_mutable(results, memory_object_mutable(object));
	return CAPOS_OK;
}

MEMORY_OBJECT_METHOD_TABLE(memory_object_table, method_info);

const struct facet memory_object_facet =
	FACET(MEMORY_OBJECT, "MemoryObject", memory_object_type, memory_object_table);
