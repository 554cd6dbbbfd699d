/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The holder; see holder.h.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "holder.h"

const struct holder_item holder_items[HOLDER_ITEMS] = {
	{ JPKI_ITEM_NAME, "name", { "Name", "氏名" } },
	{ JPKI_ITEM_ADDRESS, "address", { "Address", "住所" } },
	{ JPKI_ITEM_BIRTH, "birth", { "Date of birth", "生年月日" } },
	{ JPKI_ITEM_SEX, "sex", { "Sex", "性別" } },
};

/* "2 (田), 5 (高)": the characters with a flag, counted from 1. */
static char *
list_substitutes(const char *text, const char *flags)
{
	const uint8_t *s = (const uint8_t *)text;
	char *list = NULL;
	size_t size;
	FILE *out = open_memstream(&list, &size);
	bool any = false;
	int i, n;

	if (out == NULL)
		return NULL;
	for (i = 1; *flags != '\0' && (n = u8_strmblen(s)) > 0; i++, s += n) {
		if (*flags++ != '1')
			continue;
		fprintf(out, pick("%s%d (%.*s)", "%s%d 文字目「%.*s」"),
		    any ? pick(", ", "、") : "", i, n, (const char *)s);
		any = true;
	}
	fclose(out);
	return list;
}

static void
put_substitutes(const struct layout *layout, int indent, int column,
    const char *text, const char *flags)
{
	char *list;

	if (text == NULL || flags == NULL || strchr(flags, '1') == NULL)
		return;
	if (u8_mbsnlen((const uint8_t *)text, strlen(text)) != strlen(flags))
		list = strdup(pick(
		    "some; the certificate does not tell which",
		    "あり（どの文字かは証明書からわかりません）"));
	else
		list = list_substitutes(text, flags);
	layout_pair(layout, indent + 2, column, pick("substitutes",
	    "代替文字"), list != NULL ? list : "?");
	text_free(&list);
}

void
holder_put_item(const struct layout *layout, int indent, int column,
    const char *label, const struct jpki_attributes *attributes,
    enum jpki_item item)
{
	const char *text = jpki_attributes_item(attributes, item);
	const char *shown = text;
	char birth[JPKI_BIRTH_TEXT];

	jpki_attributes_birth(attributes, text_lang(), birth);
	if (item == JPKI_ITEM_BIRTH)
		shown = birth;
	else if (item == JPKI_ITEM_SEX)
		shown = jpki_attributes_sex(attributes, text_lang());
	layout_pair(layout, indent, column, label, shown != NULL ? shown :
	    pick("not recorded", "記録なし"));
	explicit_bzero(birth, sizeof(birth));
	if (item == JPKI_ITEM_NAME || item == JPKI_ITEM_ADDRESS)
		put_substitutes(layout, indent, column, text,
		    jpki_attributes_flags(attributes, item));
}

void
holder_put(const struct layout *layout, int indent, int column,
    const struct jpki_attributes *attributes)
{
	size_t i;

	for (i = 0; i < HOLDER_ITEMS; i++)
		holder_put_item(layout, indent, column,
		    text_of(holder_items[i].label), attributes,
		    holder_items[i].item);
}

json_t *
holder_json(const struct jpki_attributes *a)
{
	if (a == NULL)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "name", json_text(jpki_attributes_item(a, JPKI_ITEM_NAME)),
	    "address", json_text(jpki_attributes_item(a, JPKI_ITEM_ADDRESS)),
	    "birth", json_text(jpki_attributes_item(a, JPKI_ITEM_BIRTH)),
	    "birth_date", json_date(jpki_attributes_birth_date(a)),
	    "sex", json_text(jpki_attributes_item(a, JPKI_ITEM_SEX)),
	    "name_flags", json_text(jpki_attributes_flags(a,
	    JPKI_ITEM_NAME)),
	    "address_flags", json_text(jpki_attributes_flags(a,
	    JPKI_ITEM_ADDRESS)));
}

const char *
holder_compared_text(enum jpki_compared compared)
{
	switch (compared) {
	case JPKI_COMPARED_SAME:
		return pick("the same", "同じ");
	case JPKI_COMPARED_DIFFERS:
		return pick("DIFFERENT", "違います");
	case JPKI_COMPARED_UNKNOWN:
		break;
	}
	return pick("cannot be compared", "比べられません");
}

json_t *
holder_compared_json(const struct jpki_attributes *a,
    const struct jpki_attributes *b)
{
	static const char *const words[] = {
		[JPKI_COMPARED_UNKNOWN] = "unknown",
		[JPKI_COMPARED_SAME] = "same",
		[JPKI_COMPARED_DIFFERS] = "differs"
	};
	json_t *all = json_object();
	size_t i;

	for (i = 0; i < HOLDER_ITEMS; i++)
		json_object_set_new(all, holder_items[i].word,
		    json_string(words[jpki_attributes_compare(a, b,
		    holder_items[i].item)]));
	return all;
}

bool
holder_differs(const struct jpki_attributes *a,
    const struct jpki_attributes *b)
{
	size_t i;

	for (i = 0; i < HOLDER_ITEMS; i++)
		if (jpki_attributes_compare(a, b, holder_items[i].item) ==
		    JPKI_COMPARED_DIFFERS)
			return true;
	return false;
}
