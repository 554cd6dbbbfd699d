/* SPDX-License-Identifier: Apache-2.0 */
/* What revocation lists and OCSP answers say, and which of them count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/ctx.h"
#include "certs.h"
#include "crypto/libcrypto.h"
#include "row.h"
#include "torture.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define NOW	CERTS_NOW
#define DAY	CERTS_DAY

static EVP_PKEY *stranger;

static struct jpki_check *
check(struct jpki_cert *cert, struct jpki_cert *issuer, int64_t at)
{
	return certs_check(&certs, cert, issuer, at);
}

/* Of the sign certificate. */
static struct jpki_check *
good(void)
{
	struct jpki_check *out = check(certs.leaf[1], certs.issuer[1], NOW);

	assert_int_equal(jpki_check_issuer_state(out), JPKI_ISSUER_SIGNED);
	return out;
}

static enum jpki_revocation_state
revocation(const struct jpki_check *check)
{
	return jpki_check_revocation(check)->state;
}

static int
set_up(void **state)
{
	assert_non_null(stranger = EVP_RSA_gen(2048));
	return certs_set_up(state);
}

static int
tear_down(void **state)
{
	EVP_PKEY_free(stranger);
	return certs_tear_down(state);
}

/* jpki_check_crl() or jpki_check_ocsp(). */
typedef int look(struct jpki_ctx *, struct jpki_check *, const uint8_t *,
    size_t);

/* A failure once more in the other language. */
static void
in_japanese(look *look_at, struct jpki_check *check, const uint8_t *der,
    size_t len, int expected)
{
	if (expected == 0)
		return;
	jpki_ctx_set_lang(certs.ctx, JPKI_LANG_JA);
	assert_code(look_at(certs.ctx, check, der, len), expected);
	certs_japanese(certs.ctx, NULL);
	jpki_ctx_set_lang(certs.ctx, JPKI_LANG_EN);
}

static void
lists(void **state)
{
	const struct {
		struct certs_list list;
		int expected;
		enum jpki_revocation_state state;
		const char *message;
	} rows[] = {
#define NOT JPKI_ERR_NOT_COVERED
#define GOOD JPKI_REVOCATION_GOOD
#define REVOKED JPKI_REVOCATION_REVOKED
		{ { .next_update = DAY, .reason = -1 }, 0, GOOD, NULL },
		{ { .next_update = DAY, .reason = -2 }, 0, REVOKED, NULL },
		{ { .next_update = DAY, .reason = 3 }, 0, REVOKED, NULL },
		{ { .next_update = DAY, .reason = 6 }, 0,
		  JPKI_REVOCATION_ON_HOLD, NULL },
		/* Too old; to the second. */
		{ { .this_update = -9 * DAY, .next_update = -1,
		  .reason = -1 }, NOT, 0, "too old" },
		{ { .this_update = -9 * DAY, .next_update = 1,
		  .reason = -1 }, 0, GOOD, NULL },
		{ { .this_update = -9 * DAY, .next_update = -1,
		  .reason = 6 }, NOT, 0, "too old" },
		/* A revocation is for ever. */
		{ { .this_update = -4 * DAY, .next_update = -DAY,
		  .reason = 4 }, 0, REVOKED, NULL },
		{ { .this_update = -4 * DAY, .reason = -2 }, 0, REVOKED,
		  NULL },
		/* No next update: good for a day. */
		{ { .this_update = -DAY, .reason = -1 }, 0, GOOD, NULL },
		{ { .this_update = -DAY - 1, .reason = -1 }, NOT, 0,
		  "too old" },
		/* Later than the moment: knows more. After the end of the
		 * certificate: has forgotten it, unless it is there. */
		{ { .this_update = 90 * DAY, .next_update = 91 * DAY,
		  .reason = -1 }, 0, GOOD, NULL },
		{ { .this_update = 2000 * DAY, .next_update = 2001 * DAY,
		  .reason = -1 }, NOT, 0, "after the certificate expired" },
		{ { .this_update = 2000 * DAY, .next_update = 2001 * DAY,
		  .reason = 1 }, 0, REVOKED, NULL },
		/* Others. */
		{ { .next_update = DAY, .reason = -1, .key = stranger },
		  JPKI_ERR_NOT_SIGNED, 0, NULL },
		{ { .next_update = DAY, .reason = -1, .key = certs.key },
		  JPKI_ERR_NOT_SIGNED, 0, NULL },
		{ { .next_update = DAY, .reason = -1, .issuer = certs.ca[0] },
		  NOT, 0, "another issuer" },
		/* Of the right key, and of another generation's. */
		{ { .next_update = DAY, .reason = 4, .of_key = certs.ca[1] },
		  0, REVOKED, NULL },
		{ { .next_update = DAY, .reason = 4, .of_key = certs.cert[0],
		  .key = stranger }, NOT, 0, "another generation" },
		{ { .next_update = DAY, .reason = 4, .of_key = certs.ca[1],
		  .key = stranger }, JPKI_ERR_NOT_SIGNED, 0, NULL },
		/* Partitions. */
		{ { .next_update = DAY, .reason = -1, .point = "own" }, 0,
		  GOOD, NULL },
		{ { .next_update = DAY, .reason = 4, .point = "own" }, 0,
		  REVOKED, NULL },
		{ { .next_update = DAY, .reason = -1, .point = "x" }, NOT, 0,
		  "distribution point" },
		{ { .next_update = DAY, .reason = 4, .point = "x" }, NOT, 0,
		  "distribution point" },
		{ { .next_update = DAY, .reason = -1, .kind = 'u' }, 0, GOOD,
		  NULL },
		{ { .next_update = DAY, .reason = -1, .kind = 'c' }, NOT, 0,
		  "other certificates" },
		{ { .next_update = DAY, .reason = -1, .kind = 'i' }, NOT, 0,
		  "another kind" },
		{ { .next_update = DAY, .reason = -1, .kind = 'a' }, NOT, 0,
		  "another kind" },
		{ { .next_update = DAY, .reason = -1, .kind = 'r' }, NOT, 0,
		  "some reasons" },
		{ { .next_update = DAY, .reason = 1, .kind = 'r' }, 0, REVOKED,
		  NULL },
		{ { .next_update = DAY, .reason = -1,
		  .critical = "1.2.3.4" }, NOT, 0, "another kind" },
		{ { .next_update = DAY, .reason = -1,
		  .critical = "2.5.29.27" }, NOT, 0, "another kind" }
	};
	size_t i, len;
	uint8_t *der;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		struct jpki_check *out = good();
		const struct jpki_revocation *is = jpki_check_revocation(out);
		row("%zu: reason %d, %s", i, rows[i].list.reason,
		    rows[i].message != NULL ? rows[i].message : "fine");

		der = certs_list(&certs, &rows[i].list, &len);
		assert_ctx_code(certs.ctx, jpki_check_crl(certs.ctx, out, der,
		    len), rows[i].expected);
		if (rows[i].message != NULL)
			assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx),
			    rows[i].message));
		assert_int_equal(is->state, rows[i].state);
		if (rows[i].expected == 0) {
			assert_int_equal(is->this_update,
			    NOW + rows[i].list.this_update);
			assert_int_equal(is->next_update,
			    rows[i].list.next_update == 0 ? 0 :
			    NOW + rows[i].list.next_update);
			assert_int_equal(is->time,
			    rows[i].state == GOOD ? 0 : NOW - 5 * DAY);
			assert_int_equal(is->reason,
			    rows[i].list.reason < 0 ? -1 :
			    rows[i].list.reason);
			assert_false(is->ocsp);
		}
		in_japanese(jpki_check_crl, out, der, len, rows[i].expected);
		OPENSSL_free(der);
		jpki_check_free(&out);
	}
}

/* Also a list of nobody, and certificates without a point. */
static void
lists_of_points(void **state)
{
	const struct certs_list list = {
		.next_update = DAY, .reason = -1, .point = "own"
	};
	struct jpki_cert *cert;
	struct jpki_check *out;
	X509 *x509 = X509_dup(certs.cert[1]);

	(void)state;
	certs_replace(x509, NID_crl_distribution_points, false, NULL, 0);
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	out = check(cert, certs.issuer[1], NOW);
	assert_code(certs_look_at_list(&certs, out, &list),
	    JPKI_ERR_NOT_COVERED);
	jpki_check_free(&out);
	/* The CA has not been found. */
	out = check(certs.leaf[1], certs.issuer[0], NOW);
	assert_code(certs_look_at_list(&certs, out, &list),
	    JPKI_ERR_NOT_COVERED);
	assert_non_null(strstr(jpki_ctx_errhint(certs.ctx), "the CA"));
	jpki_check_free(&out);
	out = good();
	assert_code(jpki_check_crl(certs.ctx, out, NULL, 0), JPKI_ERR_USAGE);
	assert_code(jpki_check_ocsp(certs.ctx, out, NULL, 0),
	    JPKI_ERR_USAGE);
	jpki_check_free(&out);
	assert_code(certs_look_at_list(&certs, NULL, &list), JPKI_ERR_USAGE);
	jpki_cert_free(&cert);
	X509_free(x509);
}

/* The latest counts, but nothing undoes a revocation. */
static void
several_lists(void **state)
{
	const struct {
		int64_t this_update;
		int reason;
		enum jpki_revocation_state after;
	} steps[] = {
		{ -100, -1, GOOD },
		{ -50, 6, JPKI_REVOCATION_ON_HOLD },
		{ -70, -1, JPKI_REVOCATION_ON_HOLD },	/* older */
		{ -40, -1, GOOD },			/* released */
		{ -90, 1, REVOKED },			/* older, but final */
		{ -10, -1, REVOKED },
		{ -5, 6, REVOKED },
		{ -1, 4, REVOKED }
	};
	struct jpki_check *out = good();
	struct certs_list list = { .next_update = DAY };
	size_t i;

	(void)state;
	for (i = 0; i < N(steps); i++) {
		row("step %zu", i);

		list.this_update = steps[i].this_update;
		list.reason = steps[i].reason;
		assert_ctx_code(certs.ctx, certs_look_at_list(&certs, out,
		    &list), 0);
		assert_int_equal(revocation(out), steps[i].after);
	}
	jpki_check_free(&out);
}

/* A responder's certificate. OCSP_basic_sign() signs at the real time, so it
 * lasts long. */
static X509 *
responder(EVP_PKEY *issuer, bool eku, bool expired)
{
	static const uint8_t ocsp_signing[] = {
		0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07,
		0x03, 0x09
	};
	X509 *x509 = X509_dup(certs.cert[0]);

	X509_set_pubkey(x509, stranger);
	X509_set_issuer_name(x509, X509_get_subject_name(certs.ca[1]));
	certs_replace(x509, NID_certificate_policies, false, NULL, 0);
	certs_replace(x509, NID_ext_key_usage, false, eku ? ocsp_signing :
	    NULL, sizeof(ocsp_signing));
	ASN1_TIME_set(X509_getm_notBefore(x509), 0);
	ASN1_TIME_set_string(X509_getm_notAfter(x509), expired ?
	    "19700101001640Z" : "21000101000000Z");
	certs_sign(x509, issuer);
	return x509;
}

static void
answers(void **state)
{
	X509 *right = responder(certs.ca_key, true, false);
	X509 *no_eku = responder(certs.ca_key, false, false);
	X509 *old = responder(certs.ca_key, true, true);
	X509 *foreign = responder(stranger, true, false);
	const struct {
		struct certs_answer answer;
		int expected;
		enum jpki_revocation_state state;
		const char *message;
	} rows[] = {
		{ { .next_update = DAY }, 0, GOOD, NULL },
		{ { .next_update = DAY, .sha256 = true }, 0, GOOD, NULL },
		{ { .next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED,
		  .reason = 3 }, 0, REVOKED, NULL },
		{ { .next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED,
		  .reason = -1 }, 0, REVOKED, NULL },
		{ { .next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED,
		  .reason = 6 }, 0, JPKI_REVOCATION_ON_HOLD, NULL },
		{ { .next_update = DAY, .status = V_OCSP_CERTSTATUS_UNKNOWN },
		  0, JPKI_REVOCATION_UNKNOWN, NULL },
		{ { .this_update = -9 * DAY, .next_update = -1 }, NOT, 0,
		  "too old" },
		{ { .this_update = -DAY }, 0, GOOD, NULL },
		{ { .this_update = -DAY - 1 }, NOT, 0, "too old" },
		{ { .this_update = 2000 * DAY, .next_update = 2001 * DAY },
		  NOT, 0, "after the certificate expired" },
		{ { .next_update = DAY, .about = certs.ca[1] }, NOT, 0,
		  "other certificates" },
		/* A CA of the same name with another key. */
		{ { .next_update = DAY, .issuer = right }, NOT, 0,
		  "other certificates" },
		/* Signed by others. */
		{ { .next_update = DAY, .signer = right, .key = stranger }, 0,
		  GOOD, NULL },
		{ { .next_update = DAY, .signer = no_eku, .key = stranger },
		  JPKI_ERR_NOT_SIGNED, 0, NULL },
		{ { .next_update = DAY, .signer = old, .key = stranger },
		  JPKI_ERR_NOT_SIGNED, 0, NULL },
		{ { .next_update = DAY, .signer = foreign, .key = stranger },
		  JPKI_ERR_NOT_SIGNED, 0, NULL },
		{ { .next_update = DAY, .signer = certs.cert[1],
		  .key = certs.key }, JPKI_ERR_NOT_SIGNED, 0, NULL },
		{ { .this_update = -9 * DAY, .next_update = -8 * DAY,
		  .status = V_OCSP_CERTSTATUS_REVOKED, .reason = 4 }, 0,
		  REVOKED, NULL },
		{ { .this_update = -9 * DAY, .next_update = -8 * DAY,
		  .status = V_OCSP_CERTSTATUS_REVOKED, .reason = 6 }, NOT, 0,
		  "too old" },
		/* Not about it is not forged, whoever signed it. */
		{ { .next_update = DAY, .about = certs.cert[0],
		  .issuer = certs.ca[0], .signer = foreign, .key = stranger },
		  NOT, 0, "other certificates" },
		{ { .refusal = OCSP_RESPONSE_STATUS_MALFORMEDREQUEST }, NOT, 0,
		  "did not understand" },
		{ { .refusal = OCSP_RESPONSE_STATUS_INTERNALERROR }, NOT, 0,
		  "error of its own" },
		{ { .refusal = OCSP_RESPONSE_STATUS_TRYLATER }, NOT, 0,
		  "try later" },
		{ { .refusal = OCSP_RESPONSE_STATUS_SIGREQUIRED }, NOT, 0,
		  "signed request" },
		{ { .refusal = OCSP_RESPONSE_STATUS_UNAUTHORIZED }, NOT, 0,
		  "does not serve" }
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		struct jpki_check *out = good();
		const struct jpki_revocation *is = jpki_check_revocation(out);
		uint8_t *der = certs_answer(&certs, &rows[i].answer, &len);
		bool revoked =
		    rows[i].answer.status == V_OCSP_CERTSTATUS_REVOKED;
		row("%zu: status %d, %s", i, rows[i].answer.status,
		    rows[i].message != NULL ? rows[i].message : "fine");

		assert_ctx_code(certs.ctx, jpki_check_ocsp(certs.ctx, out, der,
		    len), rows[i].expected);
		if (rows[i].message != NULL)
			assert_non_null(strstr(jpki_ctx_errmsg(certs.ctx),
			    rows[i].message));
		assert_int_equal(is->state, rows[i].state);
		if (rows[i].expected == 0) {
			assert_true(is->ocsp);
			assert_int_equal(is->this_update,
			    NOW + rows[i].answer.this_update);
			assert_int_equal(is->time, revoked ? NOW - 5 * DAY :
			    0);
			assert_int_equal(is->reason, revoked ?
			    rows[i].answer.reason : -1);
			assert_int_equal(jpki_ctx_err(certs.ctx), 0);
		}
		in_japanese(jpki_check_ocsp, out, der, len, rows[i].expected);
		OPENSSL_free(der);
		jpki_check_free(&out);
	}
	X509_free(right);
	X509_free(no_eku);
	X509_free(old);
	X509_free(foreign);
}

/* Cut off anywhere and any byte changed: an error, never another answer. */
static void
broken(look *look_at, uint8_t *der, size_t len)
{
	struct jpki_check *out;
	uint8_t *copy;
	size_t i;

	for (i = 0; i < len; i++) {
		row("byte %zu", i);

		out = good();
		assert_non_null(copy = malloc(i + 1));
		memcpy(copy, der, i);
		assert_code(look_at(certs.ctx, out, copy, i), JPKI_ERR_DATA);
		free(copy);
		der[i] ^= 0x40;
		if (look_at(certs.ctx, out, der, len) == 0)
			assert_int_equal(revocation(out), REVOKED);
		else
			assert_int_equal(revocation(out),
			    JPKI_REVOCATION_NOT_CHECKED);
		der[i] ^= 0x40;
		jpki_check_free(&out);
	}
}

static void
broken_data(void **state)
{
	const struct certs_list list = {
		.next_update = DAY, .reason = 4, .point = "own"
	};
	X509 *right = responder(certs.ca_key, true, false);
	const struct certs_answer answer = {
		.next_update = DAY, .status = V_OCSP_CERTSTATUS_REVOKED,
		.signer = right, .key = stranger
	};
	struct jpki_check *out = good();
	uint8_t *der;
	size_t len;

	(void)state;
	der = certs_list(&certs, &list, &len);
	broken(jpki_check_crl, der, len);
	assert_code(jpki_check_ocsp(certs.ctx, out, der, len), JPKI_ERR_DATA);
	assert_non_null(strstr(jpki_ctx_errhint(certs.ctx), "OCSP answer"));
	OPENSSL_free(der);
	der = certs_answer(&certs, &answer, &len);
	broken(jpki_check_ocsp, der, len);
	assert_code(jpki_check_crl(certs.ctx, out, der, len), JPKI_ERR_DATA);
	assert_non_null(strstr(jpki_ctx_errhint(certs.ctx),
	    "revocation list"));
	OPENSSL_free(der);
	jpki_check_free(&out);
	X509_free(right);
}

static void
pem_data(void **state)
{
	const struct certs_list list = { .next_update = DAY, .reason = -1 };
	const struct certs_answer answer = { .next_update = DAY };
	struct jpki_check *out;
	size_t len;
	char *text;
	BIO *bio;
	long n;
	uint8_t *der;

	(void)state;
	bio = BIO_new(BIO_s_mem());
	der = certs_list(&certs, &list, &len);
	assert_true(PEM_write_bio(bio, "X509 CRL", "", der, (long)len) > 0);
	OPENSSL_free(der);
	n = BIO_get_mem_data(bio, &text);
	out = good();
	assert_code(jpki_check_crl(certs.ctx, out, (const uint8_t *)text,
	    (size_t)n), 0);
	assert_int_equal(revocation(out), GOOD);
	jpki_check_free(&out);
	BIO_free(bio);

	bio = BIO_new(BIO_s_mem());
	der = certs_answer(&certs, &answer, &len);
	assert_true(PEM_write_bio(bio, "OCSP RESPONSE", "", der,
	    (long)len) > 0);
	OPENSSL_free(der);
	n = BIO_get_mem_data(bio, &text);
	out = good();
	assert_code(jpki_check_ocsp(certs.ctx, out, (const uint8_t *)text,
	    (size_t)n), 0);
	assert_int_equal(revocation(out), GOOD);
	jpki_check_free(&out);
	BIO_free(bio);
}

/* Everything once; the first error. */
static int
all(struct jpki_ctx *ctx, const uint8_t *crl, size_t crl_len,
    const uint8_t *ocsp, size_t ocsp_len)
{
	struct jpki_cert *cert = NULL;
	struct jpki_check *out = NULL;
	const uint8_t *der;
	size_t len;
	int r;

	der = jpki_cert_der(certs.leaf[1], &len);
	r = jpki_cert_parse(ctx, der, len, &cert);
	if (r == 0)
		r = jpki_check_new(ctx, cert, &certs.issuer[1], 1, NOW, &out);
	jpki_cert_free(&cert);
	if (r == 0 && jpki_check_issuer_state(out) != JPKI_ISSUER_SIGNED)
		r = JPKI_ERR_NOT_SIGNED;
	if (r == 0)
		r = jpki_check_crl(ctx, out, crl, crl_len);
	if (r == 0)
		r = jpki_check_ocsp(ctx, out, ocsp, ocsp_len);
	jpki_check_free(&out);
	return r;
}

static void
no_memory(void **state)
{
	const struct certs_list list = { .next_update = DAY, .reason = -1 };
	X509 *right = responder(certs.ca_key, true, false);
	const struct certs_answer answer = {
		.next_update = DAY, .signer = right, .key = stranger
	};
	const char *stride = getenv("JPKI_TORTURE_STRIDE");
	long n, step = stride != NULL ? atol(stride) : 7;
	struct jpki_ctx *ctx;
	size_t crl_len, ocsp_len;
	uint8_t *crl, *ocsp;
	int r;

	(void)state;
	crl = certs_list(&certs, &list, &crl_len);
	ocsp = certs_answer(&certs, &answer, &ocsp_len);
	for (n = 0;; n++) {
		/* A context of its own, so that libcrypto's is made, too. */
		assert_non_null(ctx = jpki_ctx_new());
		torture_start(TORTURE_OWN, n);
		r = all(ctx, crl, crl_len, ocsp, ocsp_len);
		jpki_ctx_free(&ctx);
		if (!torture_stop())
			break;
		assert_code(r, JPKI_ERR_MEMORY);
	}
	assert_code(r, 0);
	assert_int_equal(n, 10);
	/* libcrypto itself leaks when making its tables fails: an old
	 * context. */
	for (n = 0;; n += step) {
		torture_start(TORTURE_LIBCRYPTO, n);
		r = all(certs.ctx, crl, crl_len, ocsp, ocsp_len);
		if (!torture_stop())
			break;
		/* libcrypto does without some of its memory, and sometimes
		 * says no without saying why. */
		assert_true(r == 0 || r == JPKI_ERR_CRYPTO ||
		    r == JPKI_ERR_NOT_SIGNED);
		assert_int_equal(ERR_peek_error(), 0);
	}
	assert_int_equal(r, 0);
	assert_true(n > 100);
	OPENSSL_free(crl);
	OPENSSL_free(ocsp);
	X509_free(right);
}

/* 0: no allocation was refused; 1: one was, and all is well; 2: it failed in
 * the right way, and the next time not; 3: not so. */
static int
without_memory(enum torture what, long n, int expected)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	bool made, refused;

	torture_start(what, n);
	made = jpkip_crypto(ctx) != NULL;
	refused = torture_stop();
	if (!refused || made)
		return !made ? 3 : refused;
	if (jpki_ctx_err(ctx) != expected || ERR_peek_error() != 0)
		return 3;
	jpkip_ctx_clear(ctx);
	return jpkip_crypto(ctx) != NULL ? 2 : 3;
}

/* The process's library context is made when memory is short: said, and made
 * the next time. A child makes its own; libcrypto leaks when making its tables
 * fails. */
static void
no_memory_for_libcrypto(void **state)
{
	const struct {
		enum torture what;
		long step;
		int expected;
	} rows[] = {
		{ TORTURE_OWN, 1, JPKI_ERR_MEMORY },
		{ TORTURE_LIBCRYPTO, 23, JPKI_ERR_CRYPTO }
	};
	size_t i;
	pid_t pid;
	long n;
	int status, failed;

	(void)state;
	for (i = 0; i < N(rows); i++)
		for (n = 0, failed = 0, status = 1; status != 0;
		    n += rows[i].step) {
			assert_true((pid = fork()) >= 0);
			if (pid == 0)
				_exit(without_memory(rows[i].what, n,
				    rows[i].expected));
			assert_int_equal(waitpid(pid, &status, 0), pid);
			row("allocation %ld: %d", n, status);
			assert_true(WIFEXITED(status) &&
			    WEXITSTATUS(status) <= 2);
			failed += WEXITSTATUS(status) == 2;
			if (status == 0)
				assert_true(failed > 0);
			assert_true(n < 100000);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(lists),
		cmocka_unit_test(lists_of_points),
		ROW_TEST(several_lists),
		ROW_TEST(answers),
		ROW_TEST(broken_data),
		cmocka_unit_test(pem_data),
		cmocka_unit_test(no_memory),
		ROW_TEST(no_memory_for_libcrypto),
	};

	torture_init();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
