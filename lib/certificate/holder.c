/* SPDX-License-Identifier: Apache-2.0 */
/* subjectAltName: what the 署名用 certificate says about its holder. */
#include "certificate/holder.h"

#include <string.h>

#include "base/utf8.h"
#include "certificate/attributes.h"
#include "certificate/cert_record.h"
#include "certificate/note.h"

#define ADDRESS_MAX 200		/* characters; the only limit in any source */

/* 1.2.392.200149.8.5.5.x without the last arc. */
static const uint8_t oid_attributes[] = {
	0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55, 0x08, 0x05, 0x05
};

/* Which text an attribute's last arc fills. */
static const char **
field_of(struct jpki_attributes *set, uint8_t arc, const char **name)
{
	switch (arc) {
	case 1:
		*name = "name";
		return &set->name;
	case 2:
		*name = "name_flags";
		return &set->name_flags;
	case 3:
		*name = "sex";
		return &set->sex;
	case 4:
		*name = "birth";
		return &set->birth;
	case 5:
		*name = "address";
		return &set->address;
	case 6:
		*name = "address_flags";
		return &set->address_flags;
	}
	return NULL;
}

/* otherName: OID, [0] EXPLICIT text. */
static bool
read_attribute(struct jpki_cert *cert, struct jpkip_part other)
{
	struct jpkip_part oid, wrapped, value;
	size_t n = sizeof(oid_attributes);
	const char **field, *name, *text;
	uint32_t tag;

	if (!jpkip_der_take(&other, JPKIP_TAG_OID, &oid) ||
	    !jpkip_der_take(&other, JPKIP_TAG_CONTEXT(0), &wrapped) ||
	    other.len != 0)
		return false;
	if (oid.len <= n || memcmp(oid.at, oid_attributes, n) != 0)
		return true;	/* not the service's */
	field = oid.len == n + 1 ?
	    field_of(&cert->attributes, oid.at[n], &name) : NULL;
	if (field == NULL) {
		if ((text = jpkip_text_oid(&cert->arena, oid)) != NULL)
			jpkip_note(cert, JPKI_NOTE_ATTRIBUTE_UNKNOWN, text);
		return text != NULL;
	}
	if (*field != NULL) {
		jpkip_note(cert, JPKI_NOTE_ATTRIBUTE_TWICE, name);
		return true;
	}
	cert->info.attributes = &cert->attributes;
	return jpkip_der_any(&wrapped, &tag, &value) && wrapped.len == 0 &&
	    jpkip_note_text(cert, tag, value, name, field);
}

static size_t
characters(const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + strlen(text);
	size_t n = 0;
	uint32_t c;

	while (jpkip_utf8_next(&at, end, &c))
		n++;
	return n;
}

static void
check_flags(struct jpki_cert *cert, const char *text, const char *flags,
    const char *field)
{
	if (text != NULL && flags != NULL &&
	    (strspn(flags, "01") != strlen(flags) ||
	    strlen(flags) != characters(text)))
		jpkip_note(cert, JPKI_NOTE_FLAGS, field);
}

static void
check_attributes(struct jpki_cert *cert)
{
	struct jpki_attributes *set = &cert->attributes;
	const char *name;
	uint8_t arc;

	for (arc = 1; arc <= 6; arc++)
		if (*field_of(set, arc, &name) == NULL)
			jpkip_note(cert, JPKI_NOTE_ATTRIBUTE_MISSING, name);
	if ((set->birth != NULL && strlen(set->birth) != 9) ||
	    !jpkip_attributes_date(set))
		jpkip_note(cert, JPKI_NOTE_BIRTH, "birth");
	if (!jpkip_attributes_era_fits(set))
		jpkip_note(cert, JPKI_NOTE_ERA, "birth");
	if (set->sex != NULL && strcmp(set->sex, "1") != 0 &&
	    strcmp(set->sex, "2") != 0)
		jpkip_note(cert, JPKI_NOTE_SEX, "sex");
	check_flags(cert, set->name, set->name_flags, "name");
	check_flags(cert, set->address, set->address_flags, "address");
	if (set->address != NULL && characters(set->address) > ADDRESS_MAX)
		jpkip_note(cert, JPKI_NOTE_ATTRIBUTE_LENGTH, "address");
	if (set->name != NULL && characters(set->name) > ADDRESS_MAX)
		jpkip_note(cert, JPKI_NOTE_ATTRIBUTE_LENGTH, "name");
}

bool
jpkip_holder_read(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part list, name;
	bool ok = true;
	uint32_t tag;

	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0)
		return false;
	while (ok && list.len > 0)
		ok = jpkip_der_any(&list, &tag, &name) &&
		    (tag != JPKIP_TAG_CONTEXT(0) ||
		    read_attribute(cert, name));
	if (cert->info.attributes != NULL)
		check_attributes(cert);
	return ok;
}
