/* SPDX-License-Identifier: Apache-2.0 */
/* Several answers on revocation together, large ones, and unproved ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "certs.h"
#include "row.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define NOW	CERTS_NOW
#define DAY	CERTS_DAY

#define NOT	JPKI_ERR_NOT_COVERED
#define NONE	JPKI_REVOCATION_NOT_CHECKED
#define GOOD	JPKI_REVOCATION_GOOD
#define HOLD	JPKI_REVOCATION_ON_HOLD
#define REVOKED	JPKI_REVOCATION_REVOKED

static enum jpki_revocation_state
revocation(const struct jpki_check *check)
{
	return jpki_check_revocation(check)->state;
}

/* ---- Lists of changes ---- */

#define STEPS 3

static void
deltas(void **state)
{
	/* A list and the state after it. */
	const struct {
		const char *name;
		struct {
			struct certs_list list;
			int expected;
			enum jpki_revocation_state after;
		} steps[STEPS];
	} rows[] = {
#define LIST(n, b, t, n_t, r) { .number = n, .base = b, .this_update = t, \
    .next_update = n_t, .reason = r }
		{ "a delta alone", {
		  { LIST(6, 5, -10, DAY, -1), NOT, NONE } } },
		{ "it lists it, so no base is needed", {
		  { LIST(6, 5, -10, DAY, 4), 0, REVOKED } } },
		{ "on hold by it", {
		  { LIST(6, 5, -10, DAY, 6), 0, HOLD } } },
		{ "on top of its base", {
		  { LIST(5, 0, -20, DAY, -1), 0, GOOD },
		  { LIST(6, 5, -10, DAY, -1), 0, GOOD } } },
		{ "revoked since", {
		  { LIST(5, 0, -20, DAY, -1), 0, GOOD },
		  { LIST(6, 5, -10, DAY, 3), 0, REVOKED } } },
		{ "on hold since", {
		  { LIST(5, 0, -20, DAY, -1), 0, GOOD },
		  { LIST(6, 5, -10, DAY, 6), 0, HOLD } } },
		{ "released since", {
		  { LIST(5, 0, -20, DAY, 6), 0, HOLD },
		  { LIST(6, 5, -10, DAY, 8), 0, GOOD } } },
		{ "still on hold", {
		  { LIST(5, 0, -20, DAY, 6), 0, HOLD },
		  { LIST(6, 5, -10, DAY, -1), 0, HOLD } } },
		{ "released, whatever comes first", {
		  { LIST(6, 5, -10, DAY, 8), NOT, NONE },
		  { LIST(5, 0, -20, DAY, 6), 0, GOOD } } },
		{ "an old base with a new delta", {
		  { LIST(5, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(6, 5, -10, DAY, -1), 0, GOOD } } },
		{ "a new delta with an old base", {
		  { LIST(6, 5, -10, DAY, -1), NOT, NONE },
		  { LIST(5, 0, -9 * DAY, -8 * DAY, -1), 0, GOOD } } },
		{ "both old", {
		  { LIST(5, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(6, 5, -9 * DAY, -8 * DAY, -1), NOT, NONE } } },
		{ "an old hold is taken on by the delta", {
		  { LIST(5, 0, -9 * DAY, -8 * DAY, 6), NOT, NONE },
		  { LIST(6, 5, -10, DAY, -1), 0, HOLD } } },
		{ "a base before what the delta counts from", {
		  { LIST(4, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(6, 5, -10, DAY, -1), NOT, NONE } } },
		{ "a later base will do", {
		  { LIST(255, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(256, 5, -10, DAY, -1), 0, GOOD } } },
		{ "a base after the delta", {
		  { LIST(7, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(6, 5, -10, DAY, -1), NOT, NONE } } },
		{ "a base without a number", {
		  { LIST(0, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(6, 5, -10, DAY, -1), NOT, NONE } } },
		{ "of another scope", {
		  { { .number = 5, .this_update = -9 * DAY, .next_update =
		    -8 * DAY, .reason = -1, .kind = 'u' }, NOT, NONE },
		  { LIST(6, 5, -10, DAY, -1), NOT, NONE } } },
		{ "revoked in the old base", {
		  { LIST(5, 0, -4 * DAY, -3 * DAY, 4), 0, REVOKED },
		  { LIST(6, 5, -10, DAY, -1), 0, REVOKED },
		  { LIST(7, 5, -5, DAY, 8), 0, REVOKED } } },
		{ "the base once more, and a newer delta", {
		  { LIST(5, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(5, 0, -9 * DAY, -8 * DAY, -1), NOT, NONE },
		  { LIST(7, 5, -5, DAY, -1), 0, GOOD } } }
	};
	struct jpki_check *out;
	size_t i, k;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		out = certs_check(&certs, certs.leaf[1], certs.issuer[1], NOW);
		for (k = 0; k < STEPS; k++) {
			if (rows[i].steps[k].list.next_update == 0)
				continue;
			row("%s: step %zu", rows[i].name, k);
			assert_ctx_code(certs.ctx, certs_look_at_list(&certs,
			    out, &rows[i].steps[k].list),
			    rows[i].steps[k].expected);
			assert_int_equal(revocation(out),
			    rows[i].steps[k].after);
		}
		jpki_check_free(&out);
	}
}

/* What is not known to a responder is known to a list. */
static void
unknown_says_least(void **state)
{
	const struct certs_answer unknown = {
		.this_update = -10, .next_update = DAY,
		.status = V_OCSP_CERTSTATUS_UNKNOWN
	};
	const struct certs_list list = {
		.this_update = -20, .next_update = DAY, .reason = -1
	};
	struct jpki_check *out;
	uint8_t *der;
	size_t len;
	int first;

	(void)state;
	der = certs_answer(&certs, &unknown, &len);
	for (first = 0; first < 2; first++) {
		out = certs_check(&certs, certs.leaf[1], certs.issuer[1], NOW);
		if (first == 1)
			assert_code(certs_look_at_list(&certs, out, &list), 0);
		assert_code(jpki_check_ocsp(certs.ctx, out, der, len), 0);
		if (first == 0)
			assert_code(certs_look_at_list(&certs, out, &list), 0);
		assert_int_equal(revocation(out), GOOD);
		jpki_check_free(&out);
	}
	OPENSSL_free(der);
}

/* ---- Several in one file ---- */

static void
put_pem(BIO *bio, const struct certs_list *list)
{
	size_t len;
	uint8_t *der = certs_list(&certs, list, &len);

	assert_true(PEM_write_bio(bio, "X509 CRL", "", der, (long)len) > 0);
	OPENSSL_free(der);
}

static void
several_in_pem(void **state)
{
	static const char damaged[] =
	    "-----BEGIN X509 CRL-----\n*\n-----END X509 CRL-----\n";
	const struct certs_list other = {
		.next_update = DAY, .reason = -1, .issuer = certs.ca[0]
	}, good = { .next_update = DAY, .reason = -1 },
	    bad = { .next_update = DAY, .reason = 4 };
	struct jpki_check *out;
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	size_t len, first;

	(void)state;
	put_pem(bio, &other);
	first = (size_t)BIO_get_mem_data(bio, &text);
	BIO_puts(bio, damaged);
	put_pem(bio, &good);
	put_pem(bio, &bad);
	put_pem(bio, &other);
	len = (size_t)BIO_get_mem_data(bio, &text);
	out = certs_check(&certs, certs.leaf[1], certs.issuer[1], NOW);
	assert_ctx_code(certs.ctx, jpki_check_crl(certs.ctx, out,
	    (const uint8_t *)text, first), NOT);
	assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx), "another issuer"));
	assert_ctx_code(certs.ctx, jpki_check_crl(certs.ctx, out,
	    (const uint8_t *)text, first + strlen(damaged)), JPKI_ERR_DATA);
	assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx), "PEM"));
	assert_int_equal(revocation(out), NONE);
	assert_ctx_code(certs.ctx, jpki_check_crl(certs.ctx, out,
	    (const uint8_t *)text, len), 0);
	assert_int_equal(jpki_ctx_err(certs.ctx), 0);
	assert_int_equal(revocation(out), REVOKED);
	jpki_check_free(&out);
	BIO_free(bio);
}

/* ---- Without the CA ---- */

static void
claims(void **state)
{
	const struct {
		struct certs_list list;
		enum jpki_revocation_state claimed;
		const char *message;
	} rows[] = {
		{ { .next_update = DAY, .reason = -1 }, NONE, "issuer" },
		{ { .next_update = DAY, .reason = 4 }, REVOKED,
		  "claims a revocation" },
		{ { .next_update = DAY, .reason = 6 }, HOLD,
		  "claims a revocation" },
		{ { .next_update = DAY, .reason = 4, .issuer = certs.ca[0] },
		  NONE, "another issuer" },
		{ { .next_update = DAY, .reason = 4,
		  .of_key = certs.cert[0] }, NONE, "another generation" }
	};
	struct certs_answer answer = {
		.next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED,
		.reason = 4
	};
	struct jpki_check *out;
	uint8_t *der;
	size_t i, len;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("%zu: %s", i, rows[i].message);
		out = certs_check(&certs, certs.leaf[1], NULL, NOW);
		assert_ctx_code(certs.ctx, certs_look_at_list(&certs, out,
		    &rows[i].list), NOT);
		assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx),
		    rows[i].message));
		assert_int_equal(revocation(out), NONE);
		assert_int_equal(jpki_check_claimed(out)->state,
		    rows[i].claimed);
		jpki_check_free(&out);
	}
	for (i = 0; i < 2; i++) {
		row("OCSP %zu", i);
		answer.about = i == 0 ? NULL : certs.ca[1];
		der = certs_answer(&certs, &answer, &len);
		out = certs_check(&certs, certs.leaf[1], NULL, NOW);
		assert_ctx_code(certs.ctx, jpki_check_ocsp(certs.ctx, out, der,
		    len), NOT);
		assert_int_equal(jpki_check_claimed(out)->state, i == 0 ?
		    REVOKED : NONE);
		assert_int_equal(jpki_check_claimed(out)->ocsp, i == 0);
		assert_int_equal(revocation(out), NONE);
		jpki_check_free(&out);
		OPENSSL_free(der);
	}
	assert_int_equal(jpki_check_claimed(NULL)->state, NONE);
}

/* ---- A million entries ---- */

#define MILLION 1000000

/* The content of a list's entries: the serials 2^31 + 0, 1, 2 ... */
static uint8_t *
million(size_t *len)
{
	static const uint8_t entry[] = {
		0x30, 0x16, 0x02, 0x05, 0, 0x80, 0, 0, 0, 0x17, 0x0d, '2',
		'6', '0', '1', '0', '1', '0', '0', '0', '0', '0', '0', 'Z'
	};
	uint8_t *all, *at;
	uint32_t i;

	*len = MILLION * sizeof(entry);
	assert_non_null(all = malloc(*len));
	for (at = all, i = 0; i < MILLION; i++, at += sizeof(entry)) {
		memcpy(at, entry, sizeof(entry));
		at[6] = (uint8_t)(i >> 16);
		at[7] = (uint8_t)(i >> 8);
		at[8] = (uint8_t)i;
	}
	return all;
}

/* A TLV with a length of four bytes around something. */
static size_t
wrap(uint8_t *out, const uint8_t *in, size_t len)
{
	size_t n = 0;

	out[n++] = 0x30;
	out[n++] = 0x84;
	out[n++] = (uint8_t)(len >> 24);
	out[n++] = (uint8_t)(len >> 16);
	out[n++] = (uint8_t)(len >> 8);
	out[n++] = (uint8_t)len;
	memmove(out + n, in, len);
	return n + len;
}

/* A list that is signed by the sign CA; in tbs there is room before it. */
static uint8_t *
sign_list(const uint8_t *tbs, size_t tbs_len, size_t *len)
{
	static const uint8_t algorithm[] = {
		0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x01, 0x0b, 0x05, 0x00
	};
	EVP_MD_CTX *sign = EVP_MD_CTX_new();
	uint8_t sig[512], *body, *out;
	size_t n = sizeof(sig), at = tbs_len;

	assert_int_equal(EVP_DigestSignInit(sign, NULL, EVP_sha256(), NULL,
	    certs.ca_key), 1);
	assert_int_equal(EVP_DigestSign(sign, sig, &n, tbs, tbs_len), 1);
	EVP_MD_CTX_free(sign);
	assert_int_equal(n, 256);
	assert_non_null(body = malloc(tbs_len + 512));
	assert_non_null(out = malloc(tbs_len + 512));
	memcpy(body, tbs, tbs_len);
	memcpy(body + at, algorithm, sizeof(algorithm));
	at += sizeof(algorithm);
	memcpy(body + at, "\x03\x82\x01\x01", 5);
	memcpy(body + at + 5, sig, n);
	*len = wrap(out, body, at + 5 + n);
	free(body);
	return out;
}

/* Takes over the certificate, whose serial number is the last of a million
 * or one more. */
static struct jpki_cert *
numbered(uint64_t serial)
{
	X509 *x509 = X509_dup(certs.cert[1]);
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	struct jpki_cert *cert;

	ASN1_INTEGER_set_uint64(number, serial);
	X509_set_serialNumber(x509, number);
	ASN1_INTEGER_free(number);
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	X509_free(x509);
	return cert;
}

static uint8_t *
big_list(size_t *len)
{
	static const uint8_t before[] = {
		0x02, 0x01, 0x01, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48,
		0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00
	};
	static const char dates[] =
	    "\x17\x0d" "261231000000Z" "\x17\x0d" "270102000000Z";
	const uint8_t *name;
	uint8_t *entries, *tbs, *whole, *out;
	size_t n, name_len, at = 0;

	entries = million(&n);
	name = jpki_cert_subject(certs.issuer[1], &name_len);
	assert_non_null(tbs = malloc(n + 1024));
	assert_non_null(whole = malloc(n + 1024));
	memcpy(tbs, before, sizeof(before));
	at += sizeof(before);
	memcpy(tbs + at, name, name_len);
	at += name_len;
	memcpy(tbs + at, dates, sizeof(dates) - 1);
	at += sizeof(dates) - 1;
	at += wrap(tbs + at, entries, n);
	n = wrap(whole, tbs, at);
	out = sign_list(whole, n, len);
	free(entries);
	free(tbs);
	free(whole);
	return out;
}

static void
a_million(void **state)
{
	const struct {
		uint64_t serial;
		enum jpki_revocation_state state;
	} rows[] = {
		{ 0x80000000 + MILLION - 1, REVOKED },
		{ 0x80000000 + MILLION, GOOD }
	};
	struct jpki_check *out;
	struct jpki_cert *cert;
	uint8_t *der;
	size_t i, len;

	(void)state;
	der = big_list(&len);
	assert_true(len > 23 * 1000 * 1000);
	for (i = 0; i < N(rows); i++) {
		cert = numbered(rows[i].serial);
		out = certs_check(&certs, cert, certs.issuer[1], NOW);
		assert_ctx_code(certs.ctx, jpki_check_crl(certs.ctx, out, der,
		    len), 0);
		assert_int_equal(revocation(out), rows[i].state);
		jpki_check_free(&out);
		jpki_cert_free(&cert);
	}
	/* One byte too few. */
	out = certs_check(&certs, certs.leaf[1], certs.issuer[1], NOW);
	assert_ctx_code(certs.ctx, jpki_check_crl(certs.ctx, out, der,
	    len - 1), JPKI_ERR_DATA);
	jpki_check_free(&out);
	free(der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(deltas),
		cmocka_unit_test(unknown_says_least),
		cmocka_unit_test(several_in_pem),
		ROW_TEST(claims),
		cmocka_unit_test(a_million),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
