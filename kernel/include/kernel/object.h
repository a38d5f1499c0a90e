/* SPDX-License-Identifier: MIT */
/*
 * object.h - kernel objects, their facets, and the holds that make authority.
 *
 * A hold is a slot in a process's table -> grant node -> object, seen through a facet.
 * A facet is an interface over some of an object's methods: the interface is the
 * permission. An object dies with the ledger that pays for it (object_close), its
 * memory goes with the last reference.
 */
#ifndef KERNEL_OBJECT_H
#define KERNEL_OBJECT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/cap.h"
#include "abi/status.h"
#include "core/capnp/method.h"
#include "core/ledger.h"
#include "kernel/cache.h"
#include "kernel/list.h"

struct process;
struct object;

struct object_type {
	const char *name;
	struct cache *cache;
	/* The payer ended: give up resources, complete waiters as disconnected. May be null. */
	void (*close)(struct object *object);
	/* The last reference went: free what is left; the memory is freed by the caller. May be null. */
	void (*destroy)(struct object *object);
};

struct object {
	const struct object_type *type;
	struct account *payer;
	_Atomic uint32_t refs;
	_Atomic bool closed;
	bool transferable;
	uint32_t label;              /* mandatory control: 0 until a policy exists */
	struct list_node payer_link; /* under payer->lock */
};

/* A ledger and what it pays for. One per process, and one for the machine. */
struct account {
	struct ledger ledger;
	struct spinlock lock; /* rank LEDGER */
	bool ended;
	struct list_node objects; /* struct object.payer_link */
};

void account_init(struct account *account);
/* Closes every object the account pays for, at most @limit; true when none is left. */
[[nodiscard]] bool account_close_objects(struct account *account, size_t limit);

/*
 * A zeroed object of @type, charged to @payer, with one reference that the caller owns.
 * Fails with CAPOS_ERR_NO_LEDGER, CAPOS_ERR_NO_MEMORY or CAPOS_ERR_DISCONNECTED (the account
 * has ended) and changes nothing.
 */
[[nodiscard]] status_t object_alloc(const struct object_type *type, struct account *payer,
				    struct object **out);

static inline void object_get(struct object *object)
{
	atomic_fetch_add_explicit(&object->refs, 1, memory_order_relaxed);
}

void object_destroy(struct object *object);

static inline void object_put(struct object *object)
{
	/* Release what this holder did to it; acquire everybody's before destroying it. */
	if (atomic_fetch_sub_explicit(&object->refs, 1, memory_order_acq_rel) == 1)
		object_destroy(object);
}

static inline bool object_closed(const struct object *object)
{
	return atomic_load_explicit(&object->closed, memory_order_acquire);
}

struct facet {
	const char *name; /* interface name, for diagnostics */
	uint64_t interface_id;
	const struct object_type *type;     /* of the objects it can be held over */
	const struct capnp_method *methods; /* <INTERFACE>_METHOD_TABLE, generated */
	uint32_t method_count;
	/*
	 * What serves the other interfaces that a hold of this one answers to, over the same
	 * objects: those of its ancestors, and its narrowed facets. <INTERFACE>_ANSWERS.
	 */
	uint32_t answer_count;
	const struct facet *const *answers;
};

/*
 * The facet that serves calls through @interface_id to a hold of @facet: itself, or one of
 * its answers. nullptr if it does not answer to that interface.
 */
const struct facet *facet_find(const struct facet *facet, uint64_t interface_id);

/* The facet of interface @prefix, whose methods work on objects of one type. */
#define FACET(prefix, interface_name, object_type, method_table) \
	FACET_OF(prefix, interface_name, object_type, method_table, 0, nullptr)

/* The same for an interface with ancestors or narrowed facets: @list is an array of them. */
#define FACET_ANSWERING(prefix, interface_name, object_type, method_table, list) \
	FACET_OF(prefix, interface_name, object_type, method_table,              \
		 sizeof(list) / sizeof((list)[0]), list)

/* Does not compile if the number of answers is not what the schema says. */
#define FACET_OF(prefix, interface_name, object_type, method_table, count, list)         \
	{ .name = (interface_name),                                                      \
	  .interface_id = prefix##_INTERFACE_ID,                                         \
	  .type = &(object_type),                                                        \
	  .methods = (method_table),                                                     \
	  .method_count = prefix##_METHOD_COUNT,                                         \
	  .answer_count =                                                                \
		  sizeof(char[(count) == prefix##_ANSWER_COUNT ? 1 : -1]) - 1 + (count), \
	  .answers = (list) }

#endif /* KERNEL_OBJECT_H */
