/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 5280, 4.2. Order is free; one of each kind. */
#include "certificate/extensions.h"

#include <string.h>

#include "certificate/cert_record.h"
#include "certificate/holder.h"
#include "certificate/note.h"

#define GENERAL_DIRECTORY	JPKIP_TAG_CONTEXT(4)
#define GENERAL_URI		JPKIP_TAG_IMPLICIT(6)

/* 1.2.392.200149.8.5.1, the service's policies, without the last two arcs. */
static const uint8_t oid_policies[] = {
	0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55, 0x08, 0x05, 0x01
};
/* 1.3.6.1.5.5.7.3.x, 1.3.6.1.5.5.7.1.1 and 1.3.6.1.5.5.7.48.1 */
static const uint8_t oid_client_auth[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02
};
static const uint8_t oid_ocsp_signing[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09
};
static const uint8_t oid_email[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04
};
/* ... 3.36, RFC 9336 */
static const uint8_t oid_documents[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24
};
/* 2.5.29.37.0, 1.3.6.1.4.1.311.10.3.12 and 1.2.840.113583.1.1.5 */
static const uint8_t oid_any_usage[] = { 0x55, 0x1d, 0x25, 0x00 };
static const uint8_t oid_microsoft_documents[] = {
	0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x03, 0x0c
};
static const uint8_t oid_adobe_documents[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x2f, 0x01, 0x01, 0x05
};
static const uint8_t oid_access[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01
};
static const uint8_t oid_ocsp[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01
};

/* DER: BIT STRING with named bits, the first in the highest place. */
static bool
read_key_usage(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part bits;
	size_t i;

	if (!jpkip_der_take(&value, JPKIP_TAG_BIT_STRING, &bits) ||
	    value.len != 0 || bits.len < 1 || bits.len > 3)
		return false;
	for (i = 0; i < 8 * (bits.len - 1); i++)
		if (bits.at[1 + i / 8] & (0x80 >> i % 8))
			cert->key_usage |= 1u << i;
	return true;
}

static bool
read_basic(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part list, length;
	bool ca;

	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0 || !jpkip_der_boolean(&list, &ca) ||
	    !jpkip_der_optional(&list, JPKIP_TAG_INTEGER, &length) ||
	    list.len != 0)
		return false;
	cert->basic_ca = ca;
	/* No chain is as long as what does not fit here. */
	if (length.at != NULL && length.len == 1 && length.at[0] < 0x80)
		cert->path_len = length.at[0];
	return true;
}

static enum jpkip_policy
policy_kind(struct jpkip_part oid)
{
	size_t n = sizeof(oid_policies);

	if (oid.len <= n || memcmp(oid.at, oid_policies, n) != 0)
		return JPKIP_POLICY_NONE;
	if (oid.len != n + 2)
		return JPKIP_POLICY_UNKNOWN;
	switch (oid.at[n] << 8 | oid.at[n + 1]) {
	case 1 << 8 | 20:
		return JPKIP_POLICY_SIGN;
	case 3 << 8 | 30:
		return JPKIP_POLICY_AUTH;
	case 0 << 8 | 20:
		return JPKIP_POLICY_SIGN_TEST;
	case 1 << 8 | 40:
		return JPKIP_POLICY_SIGN_PHONE;
	}
	return JPKIP_POLICY_UNKNOWN;
}

static bool
read_policies(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part list, policy, oid;
	enum jpkip_policy kind;
	const char *text;

	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0)
		return false;
	while (list.len > 0) {
		if (!jpkip_der_take(&list, JPKIP_TAG_SEQUENCE, &policy) ||
		    !jpkip_der_take(&policy, JPKIP_TAG_OID, &oid))
			return false;
		kind = policy_kind(oid);
		if (kind == JPKIP_POLICY_NONE && cert->info.policy != NULL)
			continue;
		if (cert->policy != JPKIP_POLICY_NONE) {
			cert->policies_conflict |= kind != cert->policy;
			continue;
		}
		if ((text = jpkip_text_oid(&cert->arena, oid)) == NULL)
			return false;
		cert->policy = kind;
		cert->info.policy = text;
	}
	return true;
}

/* Extended usages of those who sign documents and mail. */
static bool
is_for_documents(struct jpkip_part oid)
{
	return JPKIP_PART_IS(oid, oid_email) ||
	    JPKIP_PART_IS(oid, oid_documents) ||
	    JPKIP_PART_IS(oid, oid_any_usage) ||
	    JPKIP_PART_IS(oid, oid_microsoft_documents) ||
	    JPKIP_PART_IS(oid, oid_adobe_documents);
}

static bool
read_eku(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part list, oid;

	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0)
		return false;
	while (list.len > 0) {
		if (!jpkip_der_take(&list, JPKIP_TAG_OID, &oid))
			return false;
		cert->client_auth |= JPKIP_PART_IS(oid, oid_client_auth);
		cert->ocsp_signing |= JPKIP_PART_IS(oid, oid_ocsp_signing);
		cert->document_signing |= is_for_documents(oid);
	}
	return true;
}

static bool
add_crl_point(struct jpki_cert *cert, const char *text)
{
	struct jpki_cert_info *info = &cert->info;

	if (text == NULL)
		return false;
	if (info->crl_count == JPKIP_CRL_POINTS) {
		jpkip_note(cert, JPKI_NOTE_MORE, "crls");
		return true;
	}
	cert->crls[info->crl_count++] = text;
	info->crls = cert->crls;
	return true;
}

/* The names of one distribution point. */
static bool
read_point_names(struct jpki_cert *cert, struct jpkip_part names)
{
	struct jpkip_name name;
	struct jpkip_part value, content;
	const char *text;
	uint32_t tag;

	while (names.len > 0) {
		if (!jpkip_der_any(&names, &tag, &value))
			return false;
		if (tag == GENERAL_DIRECTORY) {
			memset(&name, 0, sizeof(name));
			if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE,
			    &content) ||
			    !jpkip_name_read(cert, content, &name) ||
			    !add_crl_point(cert, name.name.text))
				return false;
		} else if (tag == GENERAL_URI) {
			if (!jpkip_note_text(cert, JPKIP_TAG_UTF8, value,
			    "crls", &text) || !add_crl_point(cert, text))
				return false;
		}
	}
	return true;
}

static bool
read_crl_points(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part list, point, name, full;

	cert->crl_points = value;
	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0)
		return false;
	while (list.len > 0) {
		if (!jpkip_der_take(&list, JPKIP_TAG_SEQUENCE, &point) ||
		    !jpkip_der_optional(&point, JPKIP_TAG_CONTEXT(0), &name) ||
		    !jpkip_der_optional(&name, JPKIP_TAG_CONTEXT(0), &full) ||
		    !read_point_names(cert, full))
			return false;
	}
	return true;
}

static bool
read_access(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part list, entry, oid, location;
	uint32_t tag;

	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0)
		return false;
	while (list.len > 0) {
		if (!jpkip_der_take(&list, JPKIP_TAG_SEQUENCE, &entry) ||
		    !jpkip_der_take(&entry, JPKIP_TAG_OID, &oid) ||
		    !jpkip_der_any(&entry, &tag, &location))
			return false;
		if (JPKIP_PART_IS(oid, oid_ocsp) && tag == GENERAL_URI &&
		    cert->info.ocsp == NULL &&
		    !jpkip_note_text(cert, JPKIP_TAG_UTF8, location, "ocsp",
		    &cert->info.ocsp))
			return false;
	}
	return true;
}

static bool
read_authority(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part list, id, issuer, serial;

	if (!jpkip_der_take(&value, JPKIP_TAG_SEQUENCE, &list) ||
	    value.len != 0 ||
	    !jpkip_der_optional(&list, JPKIP_TAG_IMPLICIT(0), &id) ||
	    !jpkip_der_optional(&list, JPKIP_TAG_CONTEXT(1), &issuer) ||
	    !jpkip_der_optional(&list, JPKIP_TAG_IMPLICIT(2), &serial) ||
	    list.len != 0)
		return false;
	if (id.len > 0) {
		cert->authority_key = id;
		cert->info.authority_key = jpkip_text_hex(&cert->arena, id);
		if (cert->info.authority_key == NULL)
			return false;
	}
	if (serial.len > 0) {
		if (serial.len > 1 && serial.at[0] == 0) {
			serial.at++;
			serial.len--;
		}
		cert->info.authority_serial =
		    jpkip_text_hex(&cert->arena, serial);
		if (cert->info.authority_serial == NULL)
			return false;
	}
	return true;
}

static bool
read_subject_key(struct jpki_cert *cert, struct jpkip_part value)
{
	struct jpkip_part id;

	if (!jpkip_der_take(&value, JPKIP_TAG_OCTET_STRING, &id) ||
	    value.len != 0 || id.len == 0)
		return false;
	cert->subject_key = id;
	cert->info.subject_key = jpkip_text_hex(&cert->arena, id);
	return cert->info.subject_key != NULL;
}

/* JPKIP_EXT_COUNT: not one that is read here. */
static enum jpkip_extension
extension_kind(struct jpkip_part oid)
{
	static const struct {
		uint8_t last;	/* of 2.5.29.x */
		enum jpkip_extension kind;
	} kinds[] = {
		{ 14, JPKIP_EXT_SUBJECT_KEY }, { 15, JPKIP_EXT_KEY_USAGE },
		{ 17, JPKIP_EXT_SUBJECT_NAME }, { 18, JPKIP_EXT_ISSUER_NAME },
		{ 19, JPKIP_EXT_BASIC }, { 31, JPKIP_EXT_CRL_POINTS },
		{ 32, JPKIP_EXT_POLICIES }, { 35, JPKIP_EXT_AUTHORITY },
		{ 37, JPKIP_EXT_EKU }
	};
	size_t i;

	if (JPKIP_PART_IS(oid, oid_access))
		return JPKIP_EXT_ACCESS;
	if (oid.len != 3 || oid.at[0] != 0x55 || oid.at[1] != 0x1d)
		return JPKIP_EXT_COUNT;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (oid.at[2] == kinds[i].last)
			return kinds[i].kind;
	return JPKIP_EXT_COUNT;
}

static bool
read_value(struct jpki_cert *cert, enum jpkip_extension kind,
    struct jpkip_part value)
{
	switch (kind) {
	case JPKIP_EXT_KEY_USAGE:
		return read_key_usage(cert, value);
	case JPKIP_EXT_BASIC:
		return read_basic(cert, value);
	case JPKIP_EXT_POLICIES:
		return read_policies(cert, value);
	case JPKIP_EXT_EKU:
		return read_eku(cert, value);
	case JPKIP_EXT_SUBJECT_NAME:
		return jpkip_holder_read(cert, value);
	case JPKIP_EXT_CRL_POINTS:
		return read_crl_points(cert, value);
	case JPKIP_EXT_ACCESS:
		return read_access(cert, value);
	case JPKIP_EXT_AUTHORITY:
		return read_authority(cert, value);
	case JPKIP_EXT_SUBJECT_KEY:
		return read_subject_key(cert, value);
	case JPKIP_EXT_ISSUER_NAME:	/* the CA's name in Japanese */
	case JPKIP_EXT_COUNT:
		break;
	}
	return true;
}

/* An extension's OID for a note. */
static bool
note_oid(struct jpki_cert *cert, enum jpki_note note, struct jpkip_part oid)
{
	size_t before = cert->arena.len, count = cert->info.note_count;
	const char *text = jpkip_text_oid(&cert->arena, oid);

	if (text == NULL)
		return false;
	jpkip_note(cert, note, text);
	/* Thousands of the same extension need its name once. */
	if (cert->info.note_count == count)
		cert->arena.len = before;
	return true;
}

static bool
read_extension(struct jpki_cert *cert, struct jpkip_part extension)
{
	struct jpkip_part oid, value;
	enum jpkip_extension kind;
	bool critical;

	if (!jpkip_der_take(&extension, JPKIP_TAG_OID, &oid) ||
	    !jpkip_der_boolean(&extension, &critical) ||
	    !jpkip_der_take(&extension, JPKIP_TAG_OCTET_STRING, &value) ||
	    extension.len != 0)
		return false;
	kind = extension_kind(oid);
	if (kind == JPKIP_EXT_COUNT) {
		cert->unclear |= critical;
		return !critical ||
		    note_oid(cert, JPKI_NOTE_EXTENSION_CRITICAL, oid);
	}
	if (cert->present & 1u << kind) {
		cert->twice |= 1u << kind;
		return note_oid(cert, JPKI_NOTE_EXTENSION_TWICE, oid);
	}
	cert->present |= 1u << kind;
	if (read_value(cert, kind, value))
		return true;
	/* What of it was read does not count as a whole. */
	cert->twice |= 1u << kind;
	cert->unclear = true;
	return note_oid(cert, JPKI_NOTE_EXTENSION_BROKEN, oid);
}

bool
jpkip_extensions_read(struct jpki_cert *cert, struct jpkip_part list)
{
	struct jpkip_part extension;

	while (list.len > 0)
		if (!jpkip_der_take(&list, JPKIP_TAG_SEQUENCE, &extension) ||
		    !read_extension(cert, extension))
			return false;
	return true;
}
