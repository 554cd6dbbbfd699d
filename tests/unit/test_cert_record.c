/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a certificate's record says. With JPKI_TEST_JLIS_CA naming a directory
 * of the service's six CA certificates (signca-2015.der ...), they are known
 * for what they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "certs.h"
#include "row.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static bool
has_note(const struct jpki_cert_info *info, enum jpki_note code,
    const char *detail)
{
	size_t i;

	for (i = 0; i < info->note_count; i++)
		if (info->notes[i]->code == code && (detail == NULL ||
		    strcmp(info->notes[i]->detail, detail) == 0))
			return true;
	return false;
}

static void
sign_record(void **state)
{
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[1]);
	const struct jpki_cert_info *info = jpki_cert_info(cert);
	const struct jpki_attributes *holder = info->attributes;

	(void)state;
	assert_int_equal(info->slot, JPKI_SLOT_SIGN);
	assert_int_equal(info->carrier, JPKI_CARRIER_CARD);
	assert_false(info->test || info->is_ca || info->self_issued);
	assert_string_equal(info->serial, "425F8F6C");
	assert_string_equal(info->subject->text, "C=JP, L=Tokyo-to, "
	    "L=Mihon-shi, CN=202610220932340293913999003A");
	assert_string_equal(info->issuer->text, "C=JP, O=JPKI-SOFTCARD, "
	    "OU=JPKI for digital signature, OU=Japan Agency for Local "
	    "Authority Information Systems");
	assert_int_equal(info->issuer->count, 4);
	assert_string_equal(info->issuer->parts[3]->type, "OU");
	assert_string_equal(info->policy, "1.2.392.200149.8.5.1.1.20");
	assert_string_equal(info->cn, "202610220932340293913999003A");
	assert_string_equal(info->cn_request, "20261022093234");
	assert_string_equal(info->cn_sequence, "02939");
	assert_string_equal(info->cn_window, "13999003A");
	assert_string_equal(info->cn_town, "13999");
	assert_string_equal(info->prefecture, "Tokyo-to");
	assert_string_equal(info->municipality, "Mihon-shi");
	assert_int_equal(info->not_before, 1792688826);
	assert_int_equal(info->not_after, 1929106799);
	/* 17:07:06Z is the next day in Japan. */
	assert_int_equal(info->first_day.day, 23);
	assert_int_equal(info->last_day.day, 17);
	assert_true(info->whole_last_day);
	assert_int_equal(info->key_type, JPKI_KEY_TYPE_RSA);
	assert_int_equal(info->key_bits, 2048);
	assert_string_equal(info->key_name, "RSA");
	assert_string_equal(info->signature, "sha256WithRSAEncryption");
	assert_string_equal(info->authority_serial, "0650C003");
	assert_int_equal(strlen(info->authority_key), 40);
	assert_int_equal(strlen(info->subject_key), 40);
	assert_int_equal(strlen(info->fingerprint), 64);
	assert_null(info->ocsp);
	assert_int_equal(info->crl_count, 1);
	assert_string_equal(info->crls[0], "C=JP, O=JPKI-SOFTCARD, "
	    "OU=JPKI for digital signature, OU=CRL Distribution Points, "
	    "OU=Tokyo-to, CN=Mihon-shi CRLDP");
	assert_int_equal(info->note_count, 0);

	assert_non_null(holder);
	assert_string_equal(jpki_attributes_item(holder, JPKI_ITEM_NAME),
	    "山田　太郎");
	assert_string_equal(jpki_attributes_item(holder, JPKI_ITEM_ADDRESS),
	    "東京都見本市１－２");
	assert_string_equal(jpki_attributes_item(holder, JPKI_ITEM_BIRTH),
	    "419900217");
	assert_string_equal(jpki_attributes_item(holder, JPKI_ITEM_SEX), "1");
	assert_string_equal(jpki_attributes_flags(holder, JPKI_ITEM_NAME),
	    "00000");
	assert_string_equal(jpki_attributes_flags(holder, JPKI_ITEM_ADDRESS),
	    "000000000");
	assert_int_equal(jpki_attributes_birth_era(holder), 4);
	assert_int_equal(jpki_attributes_birth_date(holder).year, 1990);

	/* A claim. */
	assert_int_equal(info->ca->kind, JPKI_CA_SOFTCARD);
	assert_int_equal(info->ca->purpose, JPKI_KEY_SIGN);
	assert_int_equal(info->ca->generation, 3);
	assert_int_equal(info->ca->year, 2023);
	assert_false(info->ca->proven);
	jpki_cert_free(&cert);
	assert_null(jpki_cert_info(NULL));
}

static void
auth_record(void **state)
{
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[0]);
	const struct jpki_cert_info *info = jpki_cert_info(cert);

	(void)state;
	assert_int_equal(info->slot, JPKI_SLOT_AUTH);
	assert_int_equal(info->carrier, JPKI_CARRIER_CARD);
	assert_string_equal(info->policy, "1.2.392.200149.8.5.1.3.30");
	assert_string_equal(info->cn, "749997EQ72A0H413999003A");
	assert_string_equal(info->cn_window, "13999003A");
	assert_string_equal(info->cn_town, "13999");
	assert_null(info->cn_request);
	assert_null(info->prefecture);
	assert_null(info->attributes);
	assert_string_equal(info->ocsp, "http://ocspauthnorm.jpki.go.jp");
	assert_int_equal(info->ca->purpose, JPKI_KEY_AUTH);
	assert_int_equal(info->note_count, 0);
	jpki_cert_free(&cert);
}

static void
ca_record(void **state)
{
	const struct jpki_cert_info *info;
	struct jpki_cert *cert;
	enum jpki_key p;
	X509 *ca;
	int g;

	(void)state;
	for (p = JPKI_KEY_AUTH; p <= JPKI_KEY_SIGN; p++)
		for (g = 1; g <= 3; g++) {
			assert_int_equal(jpkip_issue_ca(certs.ctx, p, g,
			    certs.ca_key, &ca), 0);
			cert = certs_parse(&certs, ca);
			info = jpki_cert_info(cert);
			assert_int_equal(info->slot, p == JPKI_KEY_SIGN ?
			    JPKI_SLOT_SIGN_CA : JPKI_SLOT_AUTH_CA);
			assert_true(info->is_ca && info->self_issued);
			assert_int_equal(info->ca->kind, JPKI_CA_SOFTCARD);
			assert_int_equal(info->ca->purpose, p);
			assert_int_equal(info->ca->generation, g);
			assert_false(info->ca->proven);
			assert_int_equal(info->note_count, 0);
			jpki_cert_free(&cert);
			X509_free(ca);
		}
}

static void
jlis_cas(void **state)
{
	static const int years[] = { 2015, 2019, 2023 };
	const char *dir = getenv("JPKI_TEST_JLIS_CA");
	const struct jpki_cert_info *info;
	struct jpki_cert *cert;
	struct jpki_check *check;
	char path[4096];
	int64_t at;
	int i;

	(void)state;
	if (dir == NULL)
		skip();
	for (i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "%s/%sca-%d.der", dir,
		    i < 3 ? "auth" : "sign", years[i % 3]);
		row("%s", path);

		assert_int_equal(jpki_cert_read(certs.ctx, path, &cert), 0);
		info = jpki_cert_info(cert);
		assert_int_equal(info->ca->kind, JPKI_CA_JLIS);
		assert_true(info->ca->proven);
		assert_int_equal(info->ca->purpose, i < 3 ? JPKI_KEY_AUTH :
		    JPKI_KEY_SIGN);
		assert_int_equal(info->ca->generation, i % 3 + 1);
		assert_int_equal(info->ca->year, years[i % 3]);
		assert_int_equal(info->slot, i < 3 ? JPKI_SLOT_AUTH_CA :
		    JPKI_SLOT_SIGN_CA);
		assert_int_equal(info->note_count, 0);
		assert_true(info->whole_last_day);

		/* The first generation is over, and was good before. */
		at = 1798761600;	/* 2027-01-01 */
		assert_code(jpki_check_new(certs.ctx, cert, NULL, 0, at,
		    &check), 0);
		assert_int_equal(jpki_check_issuer_state(check),
		    JPKI_ISSUER_SIGNED);
		assert_true(jpki_check_ca(check)->proven);
		assert_true(jpki_check_purpose_fits(check));
		assert_int_equal(jpki_check_ca_period(check), i % 3 == 0 ?
		    JPKI_PERIOD_AFTER : JPKI_PERIOD_WITHIN);
		jpki_check_free(&check);
		assert_code(jpki_check_new(certs.ctx, cert, NULL, 0,
		    info->not_after, &check), 0);
		assert_int_equal(jpki_check_ca_period(check),
		    JPKI_PERIOD_WITHIN);
		jpki_check_free(&check);
		jpki_cert_free(&cert);
	}
}

/* O=JPKI and a key id of the service's: claimed, not proven. */
static void
claims(void **state)
{
	static const struct {
		const char *organisation, *key_id, *serial;
		enum jpki_ca_kind kind;
		int generation;
		bool note;
	} rows[] = {
		{ "JPKI", "4DE017DE4B7F473DCD867A62D38B134ACE83558A",
		    "0132C4AB", JPKI_CA_JLIS, 2, false },
		{ "JPKI", "D21EA55895617E93ADBF966B941AB4EDF653F08F",
		    "0132C4AB", JPKI_CA_JLIS, 3, true },
		{ "JPKI", NULL, "0132C4AB", JPKI_CA_JLIS, 2, true },
		{ "JPKI", "00", "0132C4AB", JPKI_CA_UNKNOWN, 0, false },
		{ "JPKI", NULL, NULL, JPKI_CA_UNKNOWN, 0, true },
		{ "JPKI-TEST", "00", "00C139", JPKI_CA_TEST, 0, false },
		{ "JPKI ", "4DE017DE4B7F473DCD867A62D38B134ACE83558A",
		    "0132C4AB", JPKI_CA_UNKNOWN, 0, false }
	};
	const struct jpki_cert_info *info;
	AUTHORITY_KEYID *aki;
	struct jpki_cert *cert;
	X509_NAME *name;
	X509 *x509;
	uint8_t id[20];
	char hex[32];
	size_t i, len;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("O=%s, key id %s, serial %s", rows[i].organisation,
		    rows[i].key_id != NULL ? rows[i].key_id : "none",
		    rows[i].serial != NULL ? rows[i].serial : "none");

		x509 = X509_dup(certs.cert[1]);
		name = X509_NAME_new();
		X509_NAME_add_entry_by_NID(name, NID_organizationName,
		    MBSTRING_UTF8, (const uint8_t *)rows[i].organisation, -1,
		    -1, 0);
		X509_set_issuer_name(x509, name);
		X509_NAME_free(name);
		aki = AUTHORITY_KEYID_new();
		if (rows[i].key_id != NULL) {
			assert_int_equal(OPENSSL_hexstr2buf_ex(id, sizeof(id),
			    &len, rows[i].key_id, '\0'), 1);
			aki->keyid = ASN1_OCTET_STRING_new();
			ASN1_OCTET_STRING_set(aki->keyid, id, (int)len);
		}
		if (rows[i].serial != NULL) {
			snprintf(hex, sizeof(hex), "0x%s", rows[i].serial);
			aki->serial = s2i_ASN1_INTEGER(NULL, hex);
		}
		certs_replace(x509, NID_authority_key_identifier, false, NULL,
		    0);
		if (aki->keyid != NULL || aki->serial != NULL)
			X509_add1_ext_i2d(x509, NID_authority_key_identifier,
			    aki, 0, X509V3_ADD_APPEND);
		AUTHORITY_KEYID_free(aki);
		certs_sign(x509, certs.ca_key);
		cert = certs_parse(&certs, x509);
		info = jpki_cert_info(cert);
		assert_int_equal(info->ca->kind, rows[i].kind);
		assert_int_equal(info->ca->generation, rows[i].generation);
		assert_false(info->ca->proven);
		assert_int_equal(has_note(info, JPKI_NOTE_AUTHORITY, NULL),
		    rows[i].note);
		assert_int_equal(info->test,
		    rows[i].kind == JPKI_CA_TEST);
		jpki_cert_free(&cert);
		X509_free(x509);
	}
}

/* Extensions that change what a certificate is. */
static void
kinds(void **state)
{
	/* Policies 1.2.392.200149.8.5.1.x.y. */
	static const uint8_t phone[] = {
		0x30, 0x0f, 0x30, 0x0d, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c,
		0x9b, 0x55, 0x08, 0x05, 0x01, 0x01, 0x28
	}, test[] = {
		0x30, 0x0f, 0x30, 0x0d, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c,
		0x9b, 0x55, 0x08, 0x05, 0x01, 0x00, 0x14
	}, unknown[] = {
		0x30, 0x0f, 0x30, 0x0d, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c,
		0x9b, 0x55, 0x08, 0x05, 0x01, 0x03, 0x28
	}, longer[] = {
		0x30, 0x10, 0x30, 0x0e, 0x06, 0x0c, 0x2a, 0x83, 0x08, 0x8c,
		0x9b, 0x55, 0x08, 0x05, 0x01, 0x03, 0x1e, 0x01
	}, auth[] = {
		0x30, 0x0f, 0x30, 0x0d, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c,
		0x9b, 0x55, 0x08, 0x05, 0x01, 0x03, 0x1e
	}, both[] = {
		0x30, 0x1e, 0x30, 0x0d, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c,
		0x9b, 0x55, 0x08, 0x05, 0x01, 0x03, 0x1e, 0x30, 0x0d, 0x06,
		0x0b, 0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55, 0x08, 0x05, 0x01,
		0x01, 0x14
	}, foreign[] = {
		0x30, 0x07, 0x30, 0x05, 0x06, 0x03, 0x2a, 0x03, 0x04
	}, foreign_first[] = {
		0x30, 0x16, 0x30, 0x05, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x30,
		0x0d, 0x06, 0x0b, 0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55, 0x08,
		0x05, 0x01, 0x01, 0x14
	};
	static const uint8_t ku_sign[] = { 0x03, 0x02, 0x06, 0xc0 };
	static const uint8_t ku_auth[] = { 0x03, 0x02, 0x07, 0x80 };
	static const uint8_t ku_cert[] = { 0x03, 0x02, 0x02, 0xc4 };
	static const uint8_t eku_server[] = {
		0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07,
		0x03, 0x01
	}, eku_client[] = {
		0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07,
		0x03, 0x02
	};
	static const uint8_t ca[] = { 0x30, 0x03, 0x01, 0x01, 0xff };
	static const uint8_t no_ca[] = { 0x30, 0x00 };
	static const struct {
		enum jpki_key from;
		int nid;
		const uint8_t *value;	/* NULL: without it */
		size_t len;
		enum jpki_slot slot;
		enum jpki_carrier carrier;
		enum jpki_note note;	/* 0: none at all */
		const char *detail;
	} rows[] = {
#define VALUE(array) (array), sizeof(array)
		{ JPKI_KEY_SIGN, NID_certificate_policies, VALUE(phone),
		  JPKI_SLOT_SIGN, JPKI_CARRIER_PHONE, JPKI_NOTE_POLICY_PHONE,
		  "1.2.392.200149.8.5.1.1.40" },
		{ JPKI_KEY_SIGN, NID_certificate_policies, VALUE(test),
		  JPKI_SLOT_SIGN, JPKI_CARRIER_CARD, JPKI_NOTE_POLICY_TEST,
		  "1.2.392.200149.8.5.1.0.20" },
		{ JPKI_KEY_AUTH, NID_certificate_policies, VALUE(unknown),
		  JPKI_SLOT_AUTH, 0, JPKI_NOTE_POLICY_UNKNOWN,
		  "1.2.392.200149.8.5.1.3.40" },
		{ JPKI_KEY_SIGN, NID_certificate_policies, VALUE(unknown),
		  JPKI_SLOT_SIGN, 0, JPKI_NOTE_POLICY_UNKNOWN, NULL },
		{ JPKI_KEY_AUTH, NID_certificate_policies, VALUE(longer),
		  JPKI_SLOT_AUTH, 0, JPKI_NOTE_POLICY_UNKNOWN,
		  "1.2.392.200149.8.5.1.3.30.1" },
		/* A policy whose usages are the other's. */
		{ JPKI_KEY_SIGN, NID_certificate_policies, VALUE(auth), 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_KEY_USAGE, "" },
		{ JPKI_KEY_SIGN, NID_certificate_policies, VALUE(both), 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_POLICY_UNKNOWN, "several" },
		{ JPKI_KEY_SIGN, NID_certificate_policies, VALUE(foreign), 0,
		  0, 0, NULL },
		{ JPKI_KEY_SIGN, NID_certificate_policies,
		  VALUE(foreign_first), JPKI_SLOT_SIGN, JPKI_CARRIER_CARD, 0,
		  NULL },
		{ JPKI_KEY_SIGN, NID_certificate_policies, NULL, 0, 0, 0, 0,
		  NULL },
		{ JPKI_KEY_SIGN, NID_key_usage, VALUE(ku_auth), 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_KEY_USAGE, "" },
		{ JPKI_KEY_SIGN, NID_key_usage, NULL, 0, 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_KEY_USAGE, "" },
		{ JPKI_KEY_SIGN, NID_key_usage, VALUE(ku_cert), 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_HOLDER_IS_CA, "" },
		{ JPKI_KEY_AUTH, NID_key_usage, VALUE(ku_sign), 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_KEY_USAGE, "" },
		{ JPKI_KEY_AUTH, NID_ext_key_usage, VALUE(eku_server), 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_EXTENDED_KEY_USAGE, "" },
		{ JPKI_KEY_AUTH, NID_ext_key_usage, NULL, 0, 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_EXTENDED_KEY_USAGE, "" },
		{ JPKI_KEY_SIGN, NID_ext_key_usage, VALUE(eku_client),
		  JPKI_SLOT_SIGN, JPKI_CARRIER_CARD,
		  JPKI_NOTE_EXTENDED_KEY_USAGE, "" },
		{ JPKI_KEY_SIGN, NID_basic_constraints, VALUE(ca), 0,
		  JPKI_CARRIER_CARD, JPKI_NOTE_HOLDER_IS_CA, "" },
		{ JPKI_KEY_SIGN, NID_basic_constraints, VALUE(no_ca),
		  JPKI_SLOT_SIGN, JPKI_CARRIER_CARD, 0, NULL },
		{ JPKI_KEY_SIGN, NID_subject_alt_name, NULL, 0,
		  JPKI_SLOT_SIGN, JPKI_CARRIER_CARD,
		  JPKI_NOTE_ATTRIBUTE_MISSING, "all" },
		/* Not needed to be what it is. */
		{ JPKI_KEY_SIGN, NID_issuer_alt_name, NULL, 0,
		  JPKI_SLOT_SIGN, JPKI_CARRIER_CARD, 0, NULL },
		{ JPKI_KEY_AUTH, NID_info_access, NULL, 0, JPKI_SLOT_AUTH,
		  JPKI_CARRIER_CARD, 0, NULL }
	};
	const struct jpki_cert_info *info;
	struct jpki_cert *cert;
	X509 *x509;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%zu: %s, %s", i, rows[i].from == JPKI_KEY_SIGN ?
		    "sign" : "auth", OBJ_nid2sn(rows[i].nid));

		x509 = X509_dup(certs.cert[certs_at(rows[i].from)]);
		certs_replace(x509, rows[i].nid, true, rows[i].value,
		    rows[i].len);
		certs_sign(x509, certs.ca_key);
		cert = certs_parse(&certs, x509);
		info = jpki_cert_info(cert);
		assert_int_equal(info->slot, rows[i].slot);
		assert_int_equal(info->carrier, rows[i].carrier);
		if (rows[i].note != 0)
			assert_true(has_note(info, rows[i].note,
			    rows[i].detail));
		else
			assert_int_equal(info->note_count, 0);
		assert_int_equal(info->test, rows[i].value == test);
		jpki_cert_free(&cert);
		X509_free(x509);
	}
}

/* A CA by its name alone is none, and a CA's name alone makes no kind. */
static void
names_do_not_decide(void **state)
{
	static const uint8_t no_ca[] = { 0x30, 0x00 };
	static const uint8_t ku_sign[] = { 0x03, 0x02, 0x06, 0xc0 };
	X509 *x509 = X509_dup(certs.ca[1]);
	struct jpki_cert *cert;

	(void)state;
	certs_replace(x509, NID_basic_constraints, true, no_ca, sizeof(no_ca));
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	assert_int_equal(jpki_cert_info(cert)->slot, 0);
	assert_false(jpki_cert_info(cert)->is_ca);
	jpki_cert_free(&cert);
	X509_free(x509);

	x509 = X509_dup(certs.ca[1]);
	certs_replace(x509, NID_key_usage, true, ku_sign, sizeof(ku_sign));
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	assert_int_equal(jpki_cert_info(cert)->slot, 0);
	jpki_cert_free(&cert);
	X509_free(x509);
}

/* The certificate of the announced next card. */
static void
elliptic_curves(void **state)
{
	static const struct {
		const char *curve, *name, *signature;
		unsigned bits;
		bool note;
	} rows[] = {
		{ "P-384", "P-384", "ecdsa-with-SHA384", 384, false },
		{ "P-256", "P-256", "ecdsa-with-SHA384", 256, false },
		{ "P-521", "P-521", "ecdsa-with-SHA384", 521, false },
		{ "secp256k1", "1.3.132.0.10", "ecdsa-with-SHA384", 0, true }
	};
	const struct jpki_cert_info *info;
	struct jpki_cert *cert;
	X509 *x509;
	EVP_PKEY *key;
	size_t i, len, got;
	uint8_t *spki;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%s", rows[i].curve);

		assert_non_null(key = EVP_PKEY_Q_keygen(NULL, NULL, "EC",
		    rows[i].curve));
		x509 = X509_dup(certs.cert[0]);
		assert_int_equal(X509_set_pubkey(x509, key), 1);
		assert_true(X509_sign(x509, key, EVP_sha384()) > 0);
		cert = certs_parse(&certs, x509);
		info = jpki_cert_info(cert);
		assert_int_equal(info->key_type, JPKI_KEY_TYPE_EC);
		assert_int_equal(info->key_bits, rows[i].bits);
		assert_string_equal(info->key_name, rows[i].name);
		assert_string_equal(info->signature, rows[i].signature);
		assert_int_equal(info->slot, JPKI_SLOT_AUTH);
		assert_int_equal(has_note(info, JPKI_NOTE_KEY, ""),
		    rows[i].note);
		/* Which key it is for. */
		spki = NULL;
		len = (size_t)i2d_PUBKEY(key, &spki);
		assert_memory_equal(jpki_cert_key(cert, &got), spki, len);
		assert_int_equal(got, len);
		OPENSSL_free(spki);
		assert_null(jpki_cert_key(NULL, &len));
		assert_int_equal(len, 0);
		jpki_cert_free(&cert);
		X509_free(x509);
		EVP_PKEY_free(key);
	}
	assert_non_null(key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
	x509 = X509_dup(certs.cert[0]);
	assert_int_equal(X509_set_pubkey(x509, key), 1);
	assert_true(X509_sign(x509, key, NULL) > 0);
	cert = certs_parse(&certs, x509);
	info = jpki_cert_info(cert);
	assert_int_equal(info->key_type, JPKI_KEY_TYPE_OTHER);
	assert_string_equal(info->key_name, "1.3.101.112");
	assert_string_equal(info->signature, "1.3.101.112");
	assert_true(has_note(info, JPKI_NOTE_KEY, ""));
	jpki_cert_free(&cert);
	X509_free(x509);
	EVP_PKEY_free(key);
}

static void
note_texts(void **state)
{
	enum jpki_note n;

	(void)state;
	for (n = JPKI_NOTE_VERSION; n <= JPKI_NOTE_MORE; n++) {
		row("%s", jpki_cert_note_name(n));

		assert_memory_equal(jpki_cert_note_name(n), "JPKI_NOTE_", 10);
		assert_string_not_equal(jpki_cert_note_text(n, JPKI_LANG_EN),
		    jpki_cert_note_text(n, JPKI_LANG_JA));
		assert_string_not_equal(jpki_cert_note_text(n, JPKI_LANG_EN),
		    "unknown note");
	}
	assert_string_equal(jpki_cert_note_name(n), "unknown");
	assert_string_equal(jpki_cert_note_text(0, JPKI_LANG_EN),
	    "unknown note");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sign_record),
		cmocka_unit_test(auth_record),
		cmocka_unit_test(ca_record),
		ROW_TEST(jlis_cas),
		ROW_TEST(claims),
		ROW_TEST(kinds),
		cmocka_unit_test(names_do_not_decide),
		ROW_TEST(elliptic_curves),
		ROW_TEST(note_texts),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
