/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates as nobody should make them: odd ones get notes, broken ones an
 * error, and nothing is read that is not there. With JPKI_TEST_JLIS_CA the
 * service's CA certificates have their bits turned, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "certs.h"
#include "row.h"
#include "tempcard.h"
#include "torture.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static size_t read_chars;

/* What a program would print must be UTF-8 without control characters. */
static void
touch(const char *text)
{
	const uint8_t *at = (const uint8_t *)text, *end;
	uint32_t c;

	if (text == NULL)
		return;
	for (end = at + strlen(text); at < end; read_chars++) {
		assert_true(jpkip_utf8_next(&at, end, &c));
		assert_true(c >= 0x20 && (c < 0x7f || c >= 0xa0));
	}
}

static void
touch_name(const struct jpki_name *name)
{
	size_t i;

	touch(name->text);
	for (i = 0; i < name->count; i++) {
		touch(name->parts[i]->type);
		touch(name->parts[i]->value);
	}
}

static void
touch_all(const struct jpki_cert *cert)
{
	const struct jpki_cert_info *info = jpki_cert_info(cert);
	const struct jpki_attributes *set = info->attributes;
	char birth[JPKI_BIRTH_TEXT];
	size_t i;

	touch(info->serial);
	touch_name(info->issuer);
	touch_name(info->subject);
	touch(info->policy);
	touch(info->cn);
	touch(info->cn_request);
	touch(info->cn_sequence);
	touch(info->cn_window);
	touch(info->cn_town);
	touch(info->prefecture);
	touch(info->municipality);
	touch(info->key_name);
	touch(info->signature);
	touch(info->subject_key);
	touch(info->authority_key);
	touch(info->authority_serial);
	touch(info->fingerprint);
	touch(info->ocsp);
	for (i = 0; i < info->crl_count; i++)
		touch(info->crls[i]);
	for (i = 0; i < info->note_count; i++)
		touch(info->notes[i]->detail);
	if (set == NULL)
		return;
	touch(jpki_attributes_item(set, JPKI_ITEM_NAME));
	touch(jpki_attributes_item(set, JPKI_ITEM_ADDRESS));
	touch(jpki_attributes_item(set, JPKI_ITEM_SEX));
	touch(jpki_attributes_flags(set, JPKI_ITEM_NAME));
	touch(jpki_attributes_flags(set, JPKI_ITEM_ADDRESS));
	jpki_attributes_birth(set, JPKI_LANG_JA, birth);
	touch(birth);
	assert_int_not_equal(jpki_attributes_compare(set, set,
	    JPKI_ITEM_NAME), JPKI_COMPARED_DIFFERS);
	assert_int_not_equal(jpki_attributes_compare(set, set,
	    JPKI_ITEM_ADDRESS), JPKI_COMPARED_DIFFERS);
}

static void
turn_bits(const uint8_t *original, size_t len)
{
	struct jpki_cert *cert;
	uint8_t *der = malloc(len);
	size_t i;
	int bit, r;

	assert_non_null(der);
	memcpy(der, original, len);
	for (i = 0; i < len; i++)
		for (bit = 0; bit < 8; bit++) {
			der[i] ^= (uint8_t)(1 << bit);
			r = jpki_cert_parse(certs.ctx, der, len, &cert);
			assert_true(r == 0 || r == JPKI_ERR_DATA);
			if (r == 0) {
				/* Nothing changed is the service's. */
				assert_false(jpki_cert_info(cert)->ca->proven);
				touch_all(cert);
			}
			jpki_cert_free(&cert);
			der[i] ^= (uint8_t)(1 << bit);
		}
	free(der);
}

static void
turned_bits(void **state)
{
	static const char *const files[] = {
		"authca-2015.der", "authca-2019.der", "authca-2023.der",
		"signca-2015.der", "signca-2019.der", "signca-2023.der"
	};
	const char *dir = getenv("JPKI_TEST_JLIS_CA");
	struct jpki_cert *cert;
	const uint8_t *read;
	uint8_t *der;
	char path[4096];
	size_t i, len;

	(void)state;
	for (i = 0; i < 2; i++) {
		der = certs_der(certs.cert[i], &len);
		turn_bits(der, len);
		OPENSSL_free(der);
	}
	assert_true(read_chars > 1000000);
	for (i = 0; dir != NULL && i < N(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		assert_int_equal(jpki_cert_read(certs.ctx, path, &cert), 0);
		read = jpki_cert_der(cert, &len);
		turn_bits(read, len);
		jpki_cert_free(&cert);
	}
}

static void
put_der(struct jpkip_buf *buf, uint8_t tag, const void *value, size_t len)
{
	jpkip_buf_u8(buf, tag);
	if (len >= 0x80) {
		jpkip_buf_u8(buf, 0x82);
		jpkip_buf_u16(buf, (uint16_t)len);
	} else
		jpkip_buf_u8(buf, (uint8_t)len);
	jpkip_buf_put(buf, value, len);
}

/* One otherName. arc 0: of somebody else. */
static void
put_attribute(struct jpkip_buf *list, uint8_t arc, uint8_t tag,
    const void *text, size_t len)
{
	uint8_t oid[] = {
		0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55, 0x08, 0x05, 0x05, arc
	};
	uint8_t space[3][4096];
	struct jpkip_buf value = JPKIP_BUF(space[0]);
	struct jpkip_buf wrapped = JPKIP_BUF(space[1]);
	struct jpkip_buf other = JPKIP_BUF(space[2]);

	oid[8] = arc != 0 ? 5 : 9;
	put_der(&value, tag, text, len);
	put_der(&wrapped, 0xa0, value.data, value.len);
	put_der(&other, 0x06, oid, sizeof(oid));
	jpkip_buf_put(&other, wrapped.data, wrapped.len);
	put_der(list, 0xa0, other.data, other.len);
	assert_false(value.overflow || wrapped.overflow || other.overflow ||
	    list->overflow);
}

/* The sign certificate with another list of names. */
static struct jpki_cert *
with_names(const struct jpkip_buf *list)
{
	uint8_t space[8192];
	struct jpkip_buf value = JPKIP_BUF(space);
	X509 *x509 = X509_dup(certs.cert[1]);
	struct jpki_cert *cert;

	put_der(&value, 0x30, list->data, list->len);
	certs_replace(x509, NID_subject_alt_name, false, value.data,
	    value.len);
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	X509_free(x509);
	touch_all(cert);
	return cert;
}

static bool
has_note(const struct jpki_cert *cert, enum jpki_note code,
    const char *detail)
{
	const struct jpki_cert_info *info = jpki_cert_info(cert);
	size_t i;

	for (i = 0; i < info->note_count; i++)
		if (info->notes[i]->code == code && (detail == NULL ||
		    strcmp(info->notes[i]->detail, detail) == 0))
			return true;
	return false;
}

/* A whole set in another order, with one item replaced. */
static void
attributes(void **state)
{
	static const struct {
		uint8_t arc, tag;
		const char *text;
		size_t len;		/* 0: strlen */
		const char *expected;	/* the item's text */
		enum jpki_note note;	/* 0: none at all */
		const char *detail;
	} rows[] = {
		{ 1, 0x0c, "山田　太郎", 0, "山田　太郎", 0, NULL },
		/* Types: Printable, IA5, BMP, Universal, an INTEGER. */
		{ 3, 0x13, "1", 0, "1", JPKI_NOTE_STRING_TYPE, "sex" },
		{ 3, 0x16, "2", 0, "2", JPKI_NOTE_STRING_TYPE, "sex" },
		{ 5, 0x1e, "\x67\x71\x4e\xac\xd8\x42\xdf\xb7", 8,
		  "東京\U00020bb7", JPKI_NOTE_STRING_TYPE, "address" },
		{ 5, 0x1e, "\x67\x71\x4e", 3, "東\ufffd", JPKI_NOTE_TEXT,
		  "address" },
		{ 5, 0x1e, "\xd8\x42\x67\x71", 4, "\ufffd", JPKI_NOTE_TEXT,
		  "address" },
		{ 5, 0x1c, "\0\2\x0b\xb7", 4, "\U00020bb7",
		  JPKI_NOTE_STRING_TYPE, "address" },
		{ 5, 0x1c, "\0\x20\x0b\xb7", 4, "\ufffd", JPKI_NOTE_TEXT,
		  "address" },
		{ 3, 0x02, "1", 0, "", JPKI_NOTE_STRING_TYPE, "sex" },
		/* Characters: not UTF-8, controls, NUL, direction. */
		{ 1, 0x0c, "\xe5\xb1", 0, "\ufffd\ufffd", JPKI_NOTE_TEXT,
		  "name" },
		{ 1, 0x0c, "A\xc0\x80", 0, "A\ufffd\ufffd", JPKI_NOTE_TEXT,
		  "name" },
		{ 1, 0x0c, "\033[2J", 0, "\ufffd[2J", JPKI_NOTE_TEXT,
		  "name" },
		{ 1, 0x0c, "a\0b", 3, "a\ufffd" "b", JPKI_NOTE_TEXT, "name" },
		{ 1, 0x0c, "\u202eabc", 0, "\ufffd" "abc", JPKI_NOTE_TEXT,
		  "name" },
		{ 1, 0x0c, "", 0, "", JPKI_NOTE_FLAGS, "name" },
		/* Flags. */
		{ 2, 0x0c, "00100", 0, "00100", 0, NULL },
		{ 2, 0x0c, "0000", 0, "0000", JPKI_NOTE_FLAGS, "name" },
		{ 2, 0x0c, "00200", 0, "00200", JPKI_NOTE_FLAGS, "name" },
		{ 6, 0x0c, "0", 0, "0", JPKI_NOTE_FLAGS, "address" },
		/* Birth and sex. */
		{ 4, 0x0c, "400000000", 0, "400000000", 0, NULL },
		{ 4, 0x0c, "19900217", 0, "19900217", JPKI_NOTE_BIRTH, NULL },
		{ 4, 0x0c, "419900231", 0, "419900231", JPKI_NOTE_BIRTH,
		  NULL },
		{ 4, 0x0c, "319900217", 0, "319900217", JPKI_NOTE_ERA, NULL },
		{ 3, 0x0c, "9", 0, "9", JPKI_NOTE_SEX, NULL },
		{ 3, 0x0c, "3", 0, "3", JPKI_NOTE_SEX, NULL },
		{ 3, 0x0c, "12", 0, "12", JPKI_NOTE_SEX, NULL }
	};
	static const char *const usual[] = {
		"", "山田　太郎", "00000", "1", "419900217",
		"東京都見本市１－２", "000000000"
	};
	const struct jpki_attributes *set;
	uint8_t space[8192], arc;
	struct jpki_cert *cert;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		struct jpkip_buf list = JPKIP_BUF(space);
		const char *got[7];
		row("%zu: attribute %d is %s", i, rows[i].arc,
		    rows[i].expected);

		put_attribute(&list, 0, 0x0c, "x", 1);
		put_der(&list, 0x82, "dns.example", 11);
		for (arc = 6; arc >= 1; arc--)
			if (arc == rows[i].arc)
				put_attribute(&list, arc, rows[i].tag,
				    rows[i].text, rows[i].len != 0 ?
				    rows[i].len : strlen(rows[i].text));
			else
				put_attribute(&list, arc, 0x0c, usual[arc],
				    strlen(usual[arc]));
		cert = with_names(&list);
		set = jpki_cert_info(cert)->attributes;
		assert_non_null(set);
		got[1] = jpki_attributes_item(set, JPKI_ITEM_NAME);
		got[2] = jpki_attributes_flags(set, JPKI_ITEM_NAME);
		got[3] = jpki_attributes_item(set, JPKI_ITEM_SEX);
		got[4] = jpki_attributes_item(set, JPKI_ITEM_BIRTH);
		got[5] = jpki_attributes_item(set, JPKI_ITEM_ADDRESS);
		got[6] = jpki_attributes_flags(set, JPKI_ITEM_ADDRESS);
		for (arc = 1; arc <= 6; arc++)
			assert_string_equal(got[arc], arc == rows[i].arc ?
			    rows[i].expected : usual[arc]);
		if (rows[i].note == 0)
			assert_int_equal(jpki_cert_info(cert)->note_count, 0);
		else
			assert_true(has_note(cert, rows[i].note,
			    rows[i].detail));
		assert_int_equal(jpki_cert_info(cert)->slot, JPKI_SLOT_SIGN);
		jpki_cert_free(&cert);
	}
}

static void
attribute_lists(void **state)
{
	uint8_t space[8192];
	char address[201 * 3 + 1] = "";
	struct jpki_cert *cert;
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		memcpy(address + 3 * i, "京", 4);
	{
		/* Alone, twice, and one that nobody knows. */
		struct jpkip_buf list = JPKIP_BUF(space);

		put_attribute(&list, 1, 0x0c, "A", 1);
		put_attribute(&list, 1, 0x0c, "B", 1);
		put_attribute(&list, 7, 0x0c, "yamada", 6);
		cert = with_names(&list);
		assert_string_equal(jpki_attributes_item(
		    jpki_cert_info(cert)->attributes, JPKI_ITEM_NAME), "A");
		assert_true(has_note(cert, JPKI_NOTE_ATTRIBUTE_TWICE, "name"));
		assert_true(has_note(cert, JPKI_NOTE_ATTRIBUTE_MISSING,
		    "address_flags"));
		assert_true(has_note(cert, JPKI_NOTE_ATTRIBUTE_UNKNOWN,
		    "1.2.392.200149.8.5.5.7"));
		jpki_cert_free(&cert);
	}
	for (i = 200; i <= 201; i++) {
		struct jpkip_buf list = JPKIP_BUF(space);

		memcpy(address + 600, "京", 3);
		put_attribute(&list, 5, 0x0c, address, 3 * (size_t)i);
		cert = with_names(&list);
		assert_int_equal(strlen(jpki_attributes_item(
		    jpki_cert_info(cert)->attributes, JPKI_ITEM_ADDRESS)),
		    3 * i);
		assert_int_equal(has_note(cert, JPKI_NOTE_ATTRIBUTE_LENGTH,
		    "address"), i == 201);
		jpki_cert_free(&cert);
	}
	{
		/* Hundreds of unknown ones: notes have an end. */
		struct jpkip_buf list = JPKIP_BUF(space);

		for (i = 7; i < 127; i++)
			put_attribute(&list, (uint8_t)i, 0x0c, "x", 1);
		cert = with_names(&list);
		assert_null(jpki_cert_info(cert)->attributes);
		assert_true(jpki_cert_info(cert)->note_count <= 32);
		assert_true(has_note(cert, JPKI_NOTE_MORE, "notes"));
		jpki_cert_free(&cert);
	}
}

/* Changes of the whole certificate. */

static void
unknown_extension(X509 *x509)
{
	certs_extend(x509, "1.2.3.4", 0, "x", 1);
}

static void
critical_extension(X509 *x509)
{
	certs_extend(x509, "1.2.3.4", 1, "x", 1);
}

static void
key_usage_twice(X509 *x509)
{
	certs_extend(x509, "2.5.29.15", 1, "\x03\x02\x01\x06", 4);
}

static void
key_id_twice(X509 *x509)
{
	certs_extend(x509, "2.5.29.14", 0, "\x04\x01\x06", 3);
}

static void
broken_usage(X509 *x509)
{
	certs_replace(x509, NID_key_usage, true, (const uint8_t *)"\x03\x01",
	    2);
}

static void
broken_names(X509 *x509)
{
	certs_replace(x509, NID_subject_alt_name, false,
	    (const uint8_t *)"\x30\x02\xa0\x05", 4);
}

static void
broken_points(X509 *x509)
{
	certs_replace(x509, NID_crl_distribution_points, false,
	    (const uint8_t *)"\x30\x04\x30\x02\xa0\x7f", 6);
}

static void
reversed(X509 *x509)
{
	int i, n = X509_get_ext_count(x509);

	for (i = 0; i < n; i++) {
		X509_EXTENSION *e = X509_delete_ext(x509, n - 1);

		assert_int_equal(X509_add_ext(x509, e, i), 1);
		X509_EXTENSION_free(e);
	}
}

static void
serial_zero(X509 *x509)
{
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 0);
}

static void
serial_negative(X509 *x509)
{
	ASN1_INTEGER_set(X509_get_serialNumber(x509), -5);
}

static void
serial_long(X509 *x509)
{
	BIGNUM *n = BN_new();

	BN_set_bit(n, 170);
	BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x509));
	BN_free(n);
}

static void
generalized_time(X509 *x509)
{
	ASN1_GENERALIZEDTIME_set(X509_getm_notAfter(x509), 1929106799);
}

static void
generalized_2051(X509 *x509)
{
	/* 2051-02-17 23:59:59 in Japan. */
	ASN1_TIME_set_string(X509_getm_notAfter(x509), "20510217145959Z");
}

static void
backwards(X509 *x509)
{
	ASN1_TIME_set(X509_getm_notAfter(x509), 1518879599);
}

static void
other_second(X509 *x509)
{
	ASN1_TIME_set(X509_getm_notAfter(x509), 1929106798);
}

static void
rename_to(X509 *x509, const char *type, int string, const char *value)
{
	X509_NAME *name = X509_NAME_dup(X509_get_subject_name(x509));

	X509_NAME_add_entry_by_txt(name, type, string, (const uint8_t *)value,
	    -1, -1, 0);
	X509_set_subject_name(x509, name);
	X509_NAME_free(name);
}

static void
bmp_name(X509 *x509)
{
	rename_to(x509, "O", V_ASN1_BMPSTRING, "\x30\x42");
}

static void
evil_name(X509 *x509)
{
	rename_to(x509, "O", V_ASN1_UTF8STRING, "\033]0;x\a");
}

static void
many_names(X509 *x509)
{
	int i;

	for (i = 0; i < 40; i++)
		rename_to(x509, "OU", V_ASN1_UTF8STRING, "unit");
}

static void
short_cn(X509 *x509)
{
	X509_NAME *name = X509_NAME_new();

	X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING,
	    (const uint8_t *)"yamada", -1, -1, 0);
	X509_set_subject_name(x509, name);
	X509_NAME_free(name);
}

static void
letters_in_cn(X509 *x509)
{
	X509_NAME *name = X509_NAME_new();

	X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING,
	    (const uint8_t *)"2026102209323x0293913999003A", -1, -1, 0);
	X509_set_subject_name(x509, name);
	X509_NAME_free(name);
}

static void
empty_name(X509 *x509)
{
	X509_NAME *name = X509_NAME_new();

	X509_set_subject_name(x509, name);
	X509_NAME_free(name);
}

static void
many_extensions(X509 *x509)
{
	char oid[32];
	int i;

	for (i = 0; i < 300; i++) {
		snprintf(oid, sizeof(oid), "1.2.3.%d", i % 150);
		certs_extend(x509, oid, i % 2, "x", 1);
	}
}

static void
nothing_changes_but_notes(void **state)
{
	static const struct {
		void (*change)(X509 *);
		enum jpki_slot slot;
		enum jpki_note note;	/* 0: none at all */
		const char *detail;
	} rows[] = {
		{ unknown_extension, JPKI_SLOT_SIGN, 0, NULL },
		{ reversed, JPKI_SLOT_SIGN, 0, NULL },
		{ critical_extension, JPKI_SLOT_SIGN,
		  JPKI_NOTE_EXTENSION_CRITICAL, "1.2.3.4" },
		/* What decides about the kind must not come twice. */
		{ key_usage_twice, 0, JPKI_NOTE_EXTENSION_TWICE, "2.5.29.15" },
		{ key_id_twice, JPKI_SLOT_SIGN, JPKI_NOTE_EXTENSION_TWICE,
		  "2.5.29.14" },
		{ broken_usage, 0, JPKI_NOTE_EXTENSION_BROKEN, "2.5.29.15" },
		{ broken_names, JPKI_SLOT_SIGN, JPKI_NOTE_EXTENSION_BROKEN,
		  "2.5.29.17" },
		{ broken_points, JPKI_SLOT_SIGN, JPKI_NOTE_EXTENSION_BROKEN,
		  "2.5.29.31" },
		{ serial_zero, JPKI_SLOT_SIGN, JPKI_NOTE_SERIAL, "" },
		{ serial_negative, JPKI_SLOT_SIGN, JPKI_NOTE_SERIAL, "" },
		{ serial_long, JPKI_SLOT_SIGN, JPKI_NOTE_SERIAL, "" },
		{ generalized_time, JPKI_SLOT_SIGN, JPKI_NOTE_TIME_TYPE, "" },
		{ generalized_2051, JPKI_SLOT_SIGN, 0, NULL },
		{ backwards, JPKI_SLOT_SIGN, JPKI_NOTE_PERIOD, "" },
		{ other_second, JPKI_SLOT_SIGN, JPKI_NOTE_LAST_SECOND, "" },
		{ bmp_name, JPKI_SLOT_SIGN, JPKI_NOTE_STRING_TYPE, "O" },
		{ evil_name, JPKI_SLOT_SIGN, JPKI_NOTE_TEXT, "O" },
		{ many_names, JPKI_SLOT_SIGN, JPKI_NOTE_MORE, "name" },
		{ short_cn, JPKI_SLOT_SIGN, JPKI_NOTE_NAME, "CN" },
		{ letters_in_cn, JPKI_SLOT_SIGN, JPKI_NOTE_NAME, "CN" },
		{ empty_name, JPKI_SLOT_SIGN, JPKI_NOTE_NAME, "L" },
		{ many_extensions, JPKI_SLOT_SIGN, JPKI_NOTE_MORE, "notes" }
	};
	struct jpki_cert *cert;
	X509 *x509;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%zu: %s %s", i, rows[i].note != 0 ?
		    jpki_cert_note_name(rows[i].note) : "no note",
		    rows[i].note != 0 ? rows[i].detail : "");

		x509 = X509_dup(certs.cert[1]);
		rows[i].change(x509);
		certs_sign(x509, certs.ca_key);
		cert = certs_parse(&certs, x509);
		touch_all(cert);
		assert_int_equal(jpki_cert_info(cert)->slot, rows[i].slot);
		if (rows[i].note == 0)
			assert_int_equal(jpki_cert_info(cert)->note_count, 0);
		else
			assert_true(has_note(cert, rows[i].note,
			    rows[i].detail));
		jpki_cert_free(&cert);
		X509_free(x509);
	}
}

/* What libcrypto does not let anybody make, changed by hand. */
static void
changed_bytes(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		char last;
		enum jpki_note note;
	} rows[] = {
		{ "\xf7\x0d\x01\x01\x0b", 5, 0x0c, JPKI_NOTE_ALGORITHMS },
		{ "\xa0\x03\x02\x01\x02", 5, 0, JPKI_NOTE_VERSION },
	};
	struct jpki_cert *cert;
	uint8_t *der, *at;
	size_t i, len;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%s", jpki_cert_note_name(rows[i].note));

		der = certs_der(certs.cert[1], &len);
		at = memmem(der, len, rows[i].bytes, rows[i].len);
		assert_non_null(at);
		at[rows[i].len - 1] = (uint8_t)rows[i].last;
		assert_int_equal(jpki_cert_parse(certs.ctx, der, len, &cert),
		    0);
		assert_true(has_note(cert, rows[i].note, ""));
		assert_int_equal(jpki_cert_info(cert)->slot, JPKI_SLOT_SIGN);
		jpki_cert_free(&cert);
		OPENSSL_free(der);
	}
}

/* A CA with the service's names: nobody's. */
static void
pretender(void **state)
{
	X509 *x509 = X509_dup(certs.ca[1]);
	X509_NAME *name = X509_NAME_new();
	struct jpki_cert *cert;
	static const char *const units[] = {
		"JPKI for digital signature",
		"Japan Agency for Local Authority Information Systems"
	};
	int i;

	(void)state;
	X509_NAME_add_entry_by_txt(name, "C", V_ASN1_PRINTABLESTRING,
	    (const uint8_t *)"JP", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "O", V_ASN1_UTF8STRING,
	    (const uint8_t *)"JPKI", -1, -1, 0);
	for (i = 0; i < 2; i++)
		X509_NAME_add_entry_by_txt(name, "OU", V_ASN1_UTF8STRING,
		    (const uint8_t *)units[i], -1, -1, 0);
	X509_set_subject_name(x509, name);
	X509_set_issuer_name(x509, name);
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	assert_int_equal(jpki_cert_info(cert)->slot, JPKI_SLOT_SIGN_CA);
	assert_int_equal(jpki_cert_info(cert)->ca->kind, JPKI_CA_UNKNOWN);
	assert_int_equal(jpki_cert_info(cert)->ca->generation, 0);
	assert_false(jpki_cert_info(cert)->ca->proven);
	jpki_cert_free(&cert);
	X509_NAME_free(name);
	X509_free(x509);
}

static void
no_memory(void **state)
{
	char dir[TEMPCARD_MAX], path[TEMPCARD_MAX + 16];
	struct jpki_cert *cert, **all;
	uint8_t *der;
	size_t len;
	long n;
	int r;

	(void)state;
	der = certs_der(certs.cert[1], &len);
	for (n = 0;; n++) {
		torture_start(TORTURE_OWN, n);
		r = jpki_cert_parse(certs.ctx, der, len, &cert);
		if (!torture_stop())
			break;
		assert_int_equal(r, JPKI_ERR_MEMORY);
		assert_null(cert);
	}
	assert_int_equal(n, 3);
	jpki_cert_free(&cert);
	OPENSSL_free(der);

	tempcard_make("card", dir);
	snprintf(path, sizeof(path), "%s/sign.pem", dir);
	for (n = 0;; n++) {
		torture_start(TORTURE_OWN, n);
		r = jpki_cert_read(certs.ctx, path, &cert);
		if (!torture_stop())
			break;
		assert_int_equal(r, JPKI_ERR_MEMORY);
		assert_null(cert);
	}
	assert_int_equal(n, 5);
	jpki_cert_free(&cert);

	for (n = 0;; n++) {
		torture_start(TORTURE_OWN, n);
		r = jpki_cert_read_dir(certs.ctx, dir, &all, &len);
		if (!torture_stop())
			break;
		assert_int_equal(r, JPKI_ERR_MEMORY);
		assert_null(all);
		assert_int_equal(len, 0);
	}
	assert_true(n > 10 && len > 1);
	jpki_certs_free(&all);
	tempcard_remove(dir);
}

/* No freed memory holds the name, whether as a text or as DER. */
static void
wiped(void **state)
{
	static const char name[] = "太郎";
	char dir[TEMPCARD_MAX], path[TEMPCARD_MAX + 16];
	struct jpki_cert *cert;
	uint8_t *der, *copy;
	size_t len, i;

	(void)state;
	tempcard_make("card", dir);
	snprintf(path, sizeof(path), "%s/sign.pem", dir);
	der = certs_der(certs.cert[1], &len);
	assert_non_null(copy = malloc(len));
	memcpy(copy, der, len);
	OPENSSL_free(der);
	torture_watch(name, strlen(name));
	assert_int_equal(jpki_cert_parse(certs.ctx, copy, len, &cert), 0);
	jpki_cert_free(&cert);
	/* Broken after the name was read. */
	for (i = 1; i < 300; i++) {
		copy[len - i] ^= 0x20;
		if (jpki_cert_parse(certs.ctx, copy, len, &cert) == 0)
			jpki_cert_free(&cert);
		copy[len - i] ^= 0x20;
	}
	assert_int_equal(jpki_cert_read(certs.ctx, path, &cert), 0);
	assert_non_null(strstr(jpki_attributes_item(
	    jpki_cert_info(cert)->attributes, JPKI_ITEM_NAME), name));
	jpki_cert_free(&cert);
	assert_int_equal(torture_found(), 0);
	torture_watch(NULL, 0);
	free(copy);
	tempcard_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turned_bits),
		ROW_TEST(attributes),
		cmocka_unit_test(attribute_lists),
		ROW_TEST(nothing_changes_but_notes),
		ROW_TEST(changed_bytes),
		cmocka_unit_test(pretender),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(wiped),
	};

	torture_init();
	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
