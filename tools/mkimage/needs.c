/* SPDX-License-Identifier: MIT */
/* needs.c - see needs.h. */
#include "tools/mkimage/needs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/capnp/interface.h"
#include "core/system_graph.h"

enum { INTERFACE_WORDS_MAX = 64 };

struct interface_words {
	char bytes[INTERFACE_WORDS_MAX];
};

/* What the schemas say of an interface; nullptr if none of this tree has it. */
static const struct capnp_interface_info *interface_info(uint64_t id)
{
	for (size_t i = 0; i < capnp_interface_count; i++) {
		if (capnp_interfaces[i]->id == id)
			return capnp_interfaces[i];
	}
	return nullptr;
}

/* The interface's name, or its number if no schema of this tree has it. */
static struct interface_words interface_words(uint64_t id)
{
	const struct capnp_interface_info *info = interface_info(id);
	struct interface_words words;

	if (info)
		snprintf(words.bytes, sizeof(words.bytes), "%s", info->name);
	else
		snprintf(words.bytes, sizeof(words.bytes), "interface 0x%016" PRIx64, id);
	return words;
}

/* Whether what is granted as @granted can be called through @needed. */
static bool meets(uint64_t granted, uint64_t needed)
{
	const struct capnp_interface_info *held = interface_info(granted);
	const struct capnp_interface_info *named = interface_info(needed);

	return granted == needed ||
	       (held && named && capnp_interface_answers(held, named));
}

static uint64_t grant_interface(struct grant grant)
{
	return system_source_interface((uint16_t)grant_get_source(grant));
}

/* The grant called @name; false if there is none. */
static bool find_grant(struct list_of_grant grants, const char *name, struct grant *out)
{
	for (uint32_t i = 0; i < grants.l.count; i++) {
		*out = grant_at(grants, i);
		if (capnp_text_equals(grant_get_name(*out), name))
			return true;
	}
	return false;
}

/* A grant of the right interface under another name: most likely the one that was meant. */
static bool find_interface(struct list_of_grant grants, uint64_t interface,
			   struct grant *out)
{
	for (uint32_t i = 0; i < grants.l.count; i++) {
		*out = grant_at(grants, i);
		if (grant_interface(*out) == interface)
			return true;
	}
	return false;
}

static bool need_met(const char *source, struct service service,
		     const struct program *program, const struct capos_need *need)
{
	struct list_of_grant grants = service_get_grants(service);
	const char *service_name = service_get_name(service).bytes;
	struct interface_words needed = interface_words(need->interface);
	struct grant grant;

	if (find_grant(grants, need->name, &grant)) {
		if (meets(grant_interface(grant), need->interface))
			return true;
		complain(source,
			 "service %s: program %s needs %s :%s, and the grant of that "
			 "name is a %s",
			 service_name, program->name, need->name, needed.bytes,
			 interface_words(grant_interface(grant)).bytes);
		return false;
	}
	if (need->flags & CAPOS_NEED_OPTIONAL)
		return true;
	if (find_interface(grants, need->interface, &grant))
		complain(source,
			 "service %s: program %s needs %s :%s, and is not granted it; "
			 "its grant %s is a %s",
			 service_name, program->name, need->name, needed.bytes,
			 grant_get_name(grant).bytes, needed.bytes);
	else
		complain(source,
			 "service %s: program %s needs %s :%s, and is not granted it",
			 service_name, program->name, need->name, needed.bytes);
	return false;
}

static bool declared(const struct program *program, struct grant grant)
{
	for (uint32_t i = 0; i < program->need_count; i++) {
		if (capnp_text_equals(grant_get_name(grant), program->needs[i].name))
			return true;
	}
	return false;
}

uint32_t needs_join(const char *source, struct service service,
		    const struct program *program)
{
	struct list_of_grant grants = service_get_grants(service);
	uint32_t complaints = 0;

	for (uint32_t i = 0; i < program->need_count; i++)
		complaints += !need_met(source, service, program, &program->needs[i]);
	for (uint32_t i = 0; i < grants.l.count; i++) {
		struct grant grant = grant_at(grants, i);

		if (!declared(program, grant))
			complain(source,
				 "warning: service %s: grant %s :%s is not declared by "
				 "program %s",
				 service_get_name(service).bytes,
				 grant_get_name(grant).bytes,
				 interface_words(grant_interface(grant)).bytes,
				 program->name);
	}
	return complaints;
}
