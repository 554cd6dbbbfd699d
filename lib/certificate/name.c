/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/name.h"

#include <string.h>

#include "base/buf.h"
#include "certificate/cert_record.h"
#include "certificate/note.h"

/* 2.5.4.x by its last byte; what RFC 4514 and everyone call it. */
static const char *
type_name(struct jpkip_part oid)
{
	static const struct {
		uint8_t last;
		const char *name;
	} types[] = {
		{ 3, "CN" }, { 4, "SN" }, { 5, "serialNumber" }, { 6, "C" },
		{ 7, "L" }, { 8, "ST" }, { 9, "street" }, { 10, "O" },
		{ 11, "OU" }, { 12, "title" }, { 42, "GN" }
	};
	size_t i;

	if (oid.len != 3 || oid.at[0] != 0x55 || oid.at[1] != 0x04)
		return NULL;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (oid.at[2] == types[i].last)
			return types[i].name;
	return NULL;
}

static bool
read_part(struct jpki_cert *cert, struct jpkip_part attribute,
    struct jpki_name_part *part)
{
	struct jpkip_part oid, value;
	uint32_t tag;

	if (!jpkip_der_take(&attribute, JPKIP_TAG_OID, &oid) ||
	    !jpkip_der_any(&attribute, &tag, &value) || attribute.len != 0)
		return false;
	if ((part->type = type_name(oid)) == NULL &&
	    (part->type = jpkip_text_oid(&cert->arena, oid)) == NULL)
		return false;
	/* RFC 5280 wants a PrintableString for the country. */
	if (tag == JPKIP_TAG_PRINTABLE && strcmp(part->type, "C") == 0)
		tag = JPKIP_TAG_UTF8;
	return jpkip_note_text(cert, tag, value, part->type, &part->value);
}

static bool
join(struct jpki_cert *cert, struct jpki_name *name)
{
	struct jpkip_arena *arena = &cert->arena;
	struct jpkip_buf buf = {
		(uint8_t *)arena->data + arena->len, 0,
		arena->max - arena->len, false
	};
	size_t i;

	for (i = 0; i < name->count; i++) {
		if (i > 0)
			jpkip_buf_put(&buf, ", ", 2);
		jpkip_buf_put(&buf, name->parts[i]->type,
		    strlen(name->parts[i]->type));
		jpkip_buf_u8(&buf, '=');
		jpkip_buf_put(&buf, name->parts[i]->value,
		    strlen(name->parts[i]->value));
	}
	jpkip_buf_u8(&buf, '\0');
	if (buf.overflow)
		return false;
	name->text = (const char *)buf.data;
	arena->len += buf.len;
	return true;
}

bool
jpkip_name_read(struct jpki_cert *cert, struct jpkip_part content,
    struct jpkip_name *out)
{
	struct jpki_name *name = &out->name;
	struct jpkip_part set, attribute;

	name->parts = out->parts_at;
	while (content.len > 0) {
		if (!jpkip_der_take(&content, JPKIP_TAG_SET, &set))
			return false;
		while (set.len > 0) {
			if (!jpkip_der_take(&set, JPKIP_TAG_SEQUENCE,
			    &attribute))
				return false;
			if (name->count == JPKIP_NAME_PARTS) {
				jpkip_note(cert, JPKI_NOTE_MORE, "name");
				continue;
			}
			if (!read_part(cert, attribute,
			    &out->parts[name->count]))
				return false;
			out->parts_at[name->count] = &out->parts[name->count];
			name->count++;
		}
	}
	return join(cert, name);
}

const char *
jpkip_name_get(const struct jpki_name *name, const char *type, size_t n)
{
	size_t i;

	for (i = 0; i < name->count; i++)
		if (strcmp(name->parts[i]->type, type) == 0 && n-- == 0)
			return name->parts[i]->value;
	return NULL;
}
