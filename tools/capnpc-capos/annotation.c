/* SPDX-License-Identifier: MIT */
/* annotation.c - see annotation.h. */
#include "tools/capnpc-capos/annotation.h"

/* Of `name` in schema/c.capnp. */
static const uint64_t NAME_ID = UINT64_C(0xf2d001543c4b7826);

const char *given_name(struct list_of_annotation annotations)
{
	for (uint32_t i = 0; i < annotations.l.count; i++) {
		struct annotation annotation = annotation_at(annotations, i);
		struct value value = annotation_get_value(annotation);

		if (annotation_get_id(annotation) == NAME_ID &&
		    value_which(value) == VALUE_TEXT)
			return text_copy(value_get_text(value));
	}
	return nullptr;
}
