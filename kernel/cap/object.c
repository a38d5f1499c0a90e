/* SPDX-License-Identifier: MIT */
/*
 * object.c - the life of kernel objects: allocation, the end of the payer, the last
 * reference.
 *
 * Locking. account->lock guards the account's list and its ended flag, and object->payer
 * of the objects in the list. Nothing is called with it held.
 */
#include "kernel/object.h"

#include "kernel/panic.h"
#include "kernel/work.h"

void account_init(struct account *account)
{
	spin_init(&account->lock, LOCK_LEDGER);
	account->ended = false;
	list_init(&account->objects);
}

status_t object_alloc(const struct object_type *type, struct account *payer,
		      struct object **out)
{
	void *memory;
	status_t status = cache_alloc(type->cache, &payer->ledger, &memory);

	if (status != CAPOS_OK)
		return status;

	struct object *object = memory;

	object->type = type;
	object->payer = payer;
	object->transferable = true;
	atomic_init(&object->refs, 1);
	spin_lock(&payer->lock);
	if (payer->ended) {
		spin_unlock(&payer->lock);
		cache_free(type->cache, &payer->ledger, object);
		return CAPOS_ERR_DISCONNECTED;
	}
	list_append(&payer->objects, &object->payer_link);
	spin_unlock(&payer->lock);
	*out = object;
	return CAPOS_OK;
}

/* Locks the account that pays now; account_close_objects may be moving the object. */
static struct account *lock_payer(struct object *object)
{
	for (;;) {
		struct account *payer = object->payer;

		spin_lock(&payer->lock);
		if (object->payer == payer)
			return payer;
		spin_unlock(&payer->lock);
	}
}

void object_destroy(struct object *object)
{
	if (object->type->destroy)
		object->type->destroy(object);

	struct account *payer = lock_payer(object);

	list_remove(&object->payer_link);
	spin_unlock(&payer->lock);
	cache_free(object->type->cache, &payer->ledger, object);
}

/*
 * What is left of a closed object is its record, kept by whoever still refers to it. Its
 * bytes pass to the parent, whose charge for the carved budget covers them.
 */
static void pass_to_parent(struct account *account, struct object *object)
{
	struct account *parent =
		container_of(account->ledger.parent, struct account, ledger);
	uint64_t bytes = object->type->cache->size_bytes;

	atomic_fetch_add_explicit(&parent->ledger.accounts[LEDGER_KERNEL_BYTES].used,
				  bytes, memory_order_relaxed);
	ledger_refund(&account->ledger, LEDGER_KERNEL_BYTES, bytes);
	object->payer = parent;
}

/* A reference, unless the last one is gone and the object is being destroyed. */
static bool try_get(struct object *object)
{
	uint32_t refs = atomic_load_explicit(&object->refs, memory_order_relaxed);

	while (refs != 0)
		if (atomic_compare_exchange_weak_explicit(&object->refs, &refs, refs + 1,
							  memory_order_relaxed,
							  memory_order_relaxed))
			return true;
	return false;
}

/*
 * Takes the first object out of the list, with a reference. An object that is being
 * destroyed is passed on too, so that its bytes have a living payer, but not returned.
 */
static bool take_first(struct account *account, struct object **out)
{
	bool any;

	*out = nullptr;
	spin_lock(&account->lock);
	account->ended = true;
	any = !list_empty(&account->objects);
	if (any) {
		struct object *object =
			list_entry(account->objects.next, struct object, payer_link);

		list_remove(&object->payer_link);
		if (try_get(object))
			*out = object;
		pass_to_parent(account, object);
	}
	spin_unlock(&account->lock);
	return any;
}

bool account_close_objects(struct account *account, size_t limit)
{
	uint64_t started = arch_counter();

	kernel_assert(account->ledger.parent);
	for (size_t i = 0; i < limit && !work_step_over(started); i++) {
		struct object *object;

		if (!take_first(account, &object))
			return true;
		if (!object)
			continue;

		struct account *parent = object->payer;

		spin_lock(&parent->lock);
		list_append(&parent->objects, &object->payer_link);
		spin_unlock(&parent->lock);
		atomic_store_explicit(&object->closed, true, memory_order_release);
		if (object->type->close)
			object->type->close(object);
		object_put(object);
	}
	return false;
}

const struct facet *facet_find(const struct facet *facet, uint64_t interface_id)
{
	if (facet->interface_id == interface_id)
		return facet;
	for (uint32_t i = 0; i < facet->answer_count; i++) {
		if (facet->answers[i]->interface_id == interface_id)
			return facet->answers[i];
	}
	return nullptr;
}
