/* SPDX-License-Identifier: MIT */
/* boot_info.c - words of the kernel's command line. */
#include "kernel/boot_info.h"

/* Where the value of @key starts if the word at @word is "key=...", or nullptr. */
static const char *match(const char *word, const char *key)
{
	while (*key != '\0' && *word == *key) {
		word++;
		key++;
	}
	return *key == '\0' && *word == '=' ? word + 1 : nullptr;
}

bool boot_option(const struct boot_info *info, const char *key, char *value,
		 size_t value_size)
{
	const char *at = info->command_line;

	while (*at != '\0') {
		const char *from = match(at, key);

		if (from) {
			size_t used = 0;

			while (used + 1 < value_size && *from != ' ' && *from != '\0')
				value[used++] = *from++;
			value[used] = '\0';
			return true;
		}
		while (*at != ' ' && *at != '\0')
			at++;
		while (*at == ' ')
			at++;
	}
	return false;
}
