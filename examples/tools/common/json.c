/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON; see json.h.
 */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "json.h"
#include "message.h"
#include "text.h"

json_t *
json_text(const char *text)
{
	json_t *value;
	char *shown;

	if (text == NULL)
		return json_null();
	if ((value = json_string(text)) != NULL)
		return value;
	if ((shown = text_shown(text)) == NULL)
		return NULL;
	value = json_string(shown);
	text_free(&shown);
	return value;
}

json_t *
json_date(struct jpki_date date)
{
	char text[JPKI_DATE_TEXT];

	if (date.year == 0 || date.month == 0 || date.day == 0)
		return json_null();
	jpki_date_format(date, text);
	return json_string(text);
}

json_t *
json_count(int n)
{
	return n < 0 ? json_null() : json_integer(n);
}

json_t *
json_with(json_t *object, json_t *more)
{
	if (json_object_update(object, more) != 0) {
		json_decref(object);
		object = NULL;
	}
	json_decref(more);
	return object;
}

/* Hidden characters stand in strings only; there JSON has a way to write them
 * that changes nothing. */
static void
put_hidden(unsigned c)
{
	if (c > 0xffff)
		printf("\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
		    0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		printf("\\u%04x", c);
}

static void
put_json(const char *text)
{
	const uint8_t *s = (const uint8_t *)text, *plain = s;
	const uint8_t *end = s + strlen(text);
	ucs4_t c;
	int n;

	for (; s < end; s += n) {
		n = u8_mbtouc(&c, s, (size_t)(end - s));
		if (c == '\n' || !text_is_hidden(c))
			continue;
		fwrite(plain, 1, (size_t)(s - plain), stdout);
		put_hidden(c);
		plain = s + n;
	}
	fwrite(plain, 1, (size_t)(end - plain), stdout);
	putchar('\n');
}

int
json_print(json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);

	json_decref(value);
	if (text == NULL) {
		errno = ENOMEM;
		return complain_errno("JSON");
	}
	put_json(text);
	explicit_bzero(text, strlen(text));
	free(text);
	return message_finish(EXIT_SUCCESS);
}

static void
wipe_and_free(void *memory)
{
	if (memory != NULL)
		explicit_bzero(memory, malloc_usable_size(memory));
	free(memory);
}

void
json_wipe_memory(void)
{
	json_set_alloc_funcs(malloc, wipe_and_free);
}
