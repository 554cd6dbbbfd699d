/* SPDX-License-Identifier: Apache-2.0 */
/* Issuer, period and purpose, each thing on its own. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509v3.h>

#include "certs.h"
#include "row.h"
#include "tempcard.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define NOW	CERTS_NOW
#define DAY	CERTS_DAY

static EVP_PKEY *stranger;

static struct jpki_check *
check(struct jpki_cert *cert, struct jpki_cert *issuer, int64_t at)
{
	return certs_check(&certs, cert, issuer, at);
}

static enum jpki_issuer
issuer_state(struct jpki_cert *cert, struct jpki_cert *issuer)
{
	struct jpki_check *out = check(cert, issuer, NOW);
	enum jpki_issuer state = jpki_check_issuer_state(out);

	jpki_check_free(&out);
	return state;
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

static struct jpki_cert *
read_cert(const char *dir, const char *file)
{
	struct jpki_cert *cert;
	char path[TEMPCARD_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	assert_int_equal(jpki_cert_read(certs.ctx, path, &cert), 0);
	return cert;
}

/* Certificates of each generation find their CA among three of one name. */
static void
generations(void **state)
{
	static const char *const days[] = {
		"2019-01-01", "2023-01-01", "2026-01-01"
	};
	static const enum jpki_key keys_of[] = { JPKI_KEY_AUTH, JPKI_KEY_SIGN };
	struct jpki_cert *cas[3], *cert;
	struct jpkip_request request;
	struct jpki_check *out;
	struct jpki_date day;
	X509 *x509, *issuer;
	EVP_PKEY *keys[3];
	int p, g, i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(jpkip_issue_key(certs.ctx, &keys[i]), 0);
	for (p = 0; p < 2; p++)
		for (g = 0; g < 3; g++) {
			row("purpose %d, generation %d", p, g + 1);

			memset(&request, 0, sizeof(request));
			assert_true(jpki_date_parse(days[g], &day));
			for (i = 0; i < 3; i++) {
				assert_int_equal(jpkip_issue_ca(certs.ctx,
				    keys_of[p], i + 1, keys[i],
				    &issuer), 0);
				cas[i] = certs_parse(&certs, issuer);
				if (i == g)
					request.ca = issuer;
				else
					X509_free(issuer);
			}
			request.purpose = keys_of[p];
			request.key = certs.key;
			request.ca_key = keys[g];
			request.serial = 0x12345678;
			request.not_before = jpki_date_begin(day);
			request.not_after = request.not_before + 1000 * DAY;
			request.holder = certs_holder;
			assert_int_equal(jpkip_issue(certs.ctx, &request,
			    &x509), 0);
			cert = certs_parse(&certs, x509);
			assert_code(jpki_check_new(certs.ctx, cert, cas, 3,
			    NOW, &out), 0);
			assert_int_equal(jpki_check_issuer_state(out),
			    JPKI_ISSUER_SIGNED);
			assert_ptr_equal(jpki_check_issuer(out), cas[g]);
			assert_int_equal(jpki_check_ca(out)->generation,
			    g + 1);
			assert_int_equal(jpki_check_ca(out)->kind,
			    JPKI_CA_SOFTCARD);
			assert_false(jpki_check_ca(out)->proven);
			assert_true(jpki_check_purpose_fits(out));
			assert_int_equal(jpki_check_ca_period(out), g == 0 ?
			    JPKI_PERIOD_AFTER : JPKI_PERIOD_WITHIN);
			jpki_check_free(&out);
			jpki_cert_free(&cert);
			X509_free(x509);
			X509_free(request.ca);
			for (i = 0; i < 3; i++)
				jpki_cert_free(&cas[i]);
		}
	for (i = 0; i < 3; i++)
		EVP_PKEY_free(keys[i]);
}

/* The same with the files of a software card's directory. */
static void
generations_of_a_card(void **state)
{
	static const char *const purposes[] = { "auth", "sign" };
	struct jpki_cert *cas[3], *cert;
	char dir[TEMPCARD_MAX], file[64];
	struct jpki_check *out;
	int p, i;

	(void)state;
	tempcard_make("card", dir);
	for (p = 0; p < 2; p++) {
		snprintf(file, sizeof(file), "%s.pem", purposes[p]);
		cert = read_cert(dir, file);
		for (i = 0; i < 3; i++) {
			snprintf(file, sizeof(file), "ca/%s-ca-%d.pem",
			    purposes[p], i + 1);
			cas[i] = read_cert(dir, file);
		}
		assert_code(jpki_check_new(certs.ctx, cert, cas, 3, NOW,
		    &out), 0);
		assert_int_equal(jpki_check_issuer_state(out),
		    JPKI_ISSUER_SIGNED);
		assert_ptr_equal(jpki_check_issuer(out), cas[2]);
		assert_int_equal(jpki_check_ca(out)->generation,
		    jpki_cert_info(cert)->ca->generation);
		jpki_check_free(&out);
		jpki_cert_free(&cert);
		for (i = 0; i < 3; i++)
			jpki_cert_free(&cas[i]);
	}
	tempcard_remove(dir);
}

static void
periods(void **state)
{
	const struct jpki_cert_info *info = jpki_cert_info(certs.leaf[1]);
	const struct {
		int64_t at;
		enum jpki_period period;
	} rows[] = {
		{ INT64_MIN, JPKI_PERIOD_BEFORE },
		{ info->not_before - 1, JPKI_PERIOD_BEFORE },
		{ info->not_before, JPKI_PERIOD_WITHIN },
		{ info->not_after, JPKI_PERIOD_WITHIN },
		{ info->not_after + 1, JPKI_PERIOD_AFTER },
		{ INT64_MAX, JPKI_PERIOD_AFTER }
	};
	struct jpki_check *out;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("at %lld", (long long)rows[i].at);

		out = check(certs.leaf[1], certs.issuer[1], rows[i].at);
		assert_int_equal(jpki_check_period(out), rows[i].period);
		assert_int_equal(jpki_check_issuer_state(out),
		    JPKI_ISSUER_SIGNED);
		jpki_check_free(&out);
	}
}

/* A CA of generation 3 with another key, the same name and key id. */
static struct jpki_cert *
impostor(void)
{
	struct jpki_cert *cert;
	X509 *x509;
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(certs.ca[1]);
	uint8_t value[22] = { 0x04, 0x14 };

	assert_int_equal(jpkip_issue_ca(certs.ctx, JPKI_KEY_SIGN, 3, stranger,
	    &x509), 0);
	memcpy(value + 2, ASN1_STRING_get0_data(id), 20);
	certs_replace(x509, NID_subject_key_identifier, false, value,
	    sizeof(value));
	certs_sign(x509, stranger);
	cert = certs_parse(&certs, x509);
	X509_free(x509);
	return cert;
}

static void
issuers(void **state)
{
	struct jpki_cert *fake = impostor();
	struct jpki_cert *many[] = { NULL, certs.issuer[0], fake,
	    certs.leaf[1], certs.issuer[1] };
	struct jpki_check *out;

	(void)state;
	/* Another name, nobody, the holder's own certificate. */
	assert_int_equal(issuer_state(certs.leaf[1], certs.issuer[0]),
	    JPKI_ISSUER_NOT_FOUND);
	assert_int_equal(issuer_state(certs.leaf[1], NULL),
	    JPKI_ISSUER_NOT_FOUND);
	assert_int_equal(issuer_state(certs.leaf[1], certs.leaf[1]),
	    JPKI_ISSUER_NOT_FOUND);
	out = check(certs.leaf[1], fake, NOW);
	assert_int_equal(jpki_check_issuer_state(out), JPKI_ISSUER_NOT_SIGNED);
	assert_null(jpki_check_issuer(out));
	assert_int_equal(jpki_check_ca(out)->kind, JPKI_CA_UNKNOWN);
	assert_int_equal(jpki_check_ca_period(out), 0);
	assert_false(jpki_check_purpose_fits(out));
	jpki_check_free(&out);
	assert_code(jpki_check_new(certs.ctx, certs.leaf[1], many, N(many),
	    NOW, &out), 0);
	assert_int_equal(jpki_check_issuer_state(out), JPKI_ISSUER_SIGNED);
	assert_ptr_equal(jpki_check_issuer(out), certs.issuer[1]);
	jpki_check_free(&out);

	/* Self-signed: its own issuer, without candidates. */
	assert_code(jpki_check_new(certs.ctx, certs.issuer[0], NULL, 0, NOW,
	    &out), 0);
	assert_int_equal(jpki_check_issuer_state(out), JPKI_ISSUER_SIGNED);
	assert_ptr_equal(jpki_check_issuer(out), certs.issuer[0]);
	assert_true(jpki_check_purpose_fits(out));
	jpki_check_free(&out);

	assert_code(jpki_check_new(certs.ctx, NULL, NULL, 0, NOW, &out),
	    JPKI_ERR_USAGE);
	assert_null(out);
	assert_code(jpki_check_new(certs.ctx, certs.leaf[1], NULL, 1, NOW,
	    &out), JPKI_ERR_USAGE);
	assert_code(jpki_check_new(NULL, certs.leaf[1], NULL, 0, NOW, &out),
	    JPKI_ERR_USAGE);
	assert_code(jpki_check_new(certs.ctx, certs.leaf[1], NULL, 0, NOW,
	    NULL), JPKI_ERR_USAGE);
	jpki_cert_free(&fake);
}

/* Right signatures of those who should not sign. */
static void
issuers_without_a_right(void **state)
{
	struct jpki_check *out;
	struct jpki_cert *cert;
	X509 *x509;

	(void)state;
	/* Signed by a holder: right, but that is no CA. */
	x509 = X509_dup(certs.cert[1]);
	X509_set_issuer_name(x509, X509_get_subject_name(certs.cert[1]));
	certs_replace(x509, NID_authority_key_identifier, false, NULL, 0);
	certs_sign(x509, certs.key);
	cert = certs_parse(&certs, x509);
	out = check(cert, certs.leaf[1], NOW);
	assert_int_equal(jpki_check_issuer_state(out), JPKI_ISSUER_SIGNED);
	assert_false(jpki_check_purpose_fits(out));
	assert_int_equal(jpki_check_ca(out)->kind, JPKI_CA_UNKNOWN);
	jpki_check_free(&out);
	jpki_cert_free(&cert);
	X509_free(x509);

	/* The other purpose's CA with this purpose's name. */
	x509 = X509_dup(certs.cert[0]);
	X509_set_issuer_name(x509, X509_get_subject_name(certs.ca[1]));
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	out = check(cert, certs.issuer[1], NOW);
	assert_int_equal(jpki_check_issuer_state(out), JPKI_ISSUER_SIGNED);
	assert_false(jpki_check_purpose_fits(out));
	jpki_check_free(&out);
	jpki_cert_free(&cert);
	X509_free(x509);
}

/* ECDSA signs, too; SHA-1 is not taken for a signature. */
static void
signature_algorithms(void **state)
{
	struct jpki_cert *cert;
	EVP_PKEY *ec;
	X509 *x509;

	(void)state;
	assert_non_null(ec = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384"));
	x509 = X509_dup(certs.ca[1]);
	X509_set_pubkey(x509, ec);
	assert_true(X509_sign(x509, ec, EVP_sha384()) > 0);
	cert = certs_parse(&certs, x509);
	assert_int_equal(issuer_state(cert, cert), JPKI_ISSUER_SIGNED);
	jpki_cert_free(&cert);
	X509_free(x509);
	EVP_PKEY_free(ec);
	x509 = X509_dup(certs.cert[1]);
	assert_true(X509_sign(x509, certs.ca_key, EVP_sha1()) > 0);
	cert = certs_parse(&certs, x509);
	assert_string_equal(jpki_cert_info(cert)->signature,
	    "sha1WithRSAEncryption");
	assert_int_equal(issuer_state(cert, certs.issuer[1]),
	    JPKI_ISSUER_UNSUPPORTED);
	jpki_cert_free(&cert);
	X509_free(x509);
}

/* A check needs nothing of its caller's any more. */
static void
outlives(void **state)
{
	struct jpki_cert *cert = certs_parse(&certs, certs.cert[1]);
	struct jpki_cert *issuer = certs_parse(&certs, certs.ca[1]);
	struct jpki_check *out = check(cert, issuer, NOW);
	struct jpki_cert_facts facts = { .size = sizeof(facts) };
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%s",
	    jpki_cert_info(issuer)->subject->text);
	jpki_cert_free(&cert);
	jpki_cert_free(&issuer);
	assert_string_equal(jpki_cert_info(jpki_check_cert(out))->serial,
	    "425F8F6C");
	assert_string_equal(jpki_cert_info(jpki_check_issuer(out))->subject->
	    text, text);
	assert_int_equal(jpki_check_ca(out)->generation, 3);
	assert_code(jpki_check_facts(out, &facts), 0);
	assert_int_equal(facts.not_after, 1929106799);
	jpki_check_free(&out);
	assert_null(out);
	jpki_check_free(&out);
	jpki_check_free(NULL);
}

/* Nothing is said by a check that is not there. */
static void
no_check(void **state)
{
	struct jpki_cert_facts facts = { .size = sizeof(facts) };

	(void)state;
	assert_null(jpki_check_cert(NULL));
	assert_int_equal(jpki_check_at(NULL), 0);
	assert_int_equal(jpki_check_period(NULL), 0);
	assert_int_equal(jpki_check_issuer_state(NULL),
	    JPKI_ISSUER_NOT_FOUND);
	assert_null(jpki_check_issuer(NULL));
	assert_int_equal(jpki_check_ca(NULL)->kind, JPKI_CA_UNKNOWN);
	assert_false(jpki_check_ca(NULL)->proven);
	assert_int_equal(jpki_check_ca_period(NULL), 0);
	assert_false(jpki_check_purpose_fits(NULL));
	assert_int_equal(jpki_check_revocation(NULL)->state,
	    JPKI_REVOCATION_NOT_CHECKED);
	assert_int_equal(jpki_check_revocation(NULL)->reason, -1);
	assert_code(jpki_check_facts(NULL, &facts), JPKI_ERR_USAGE);
	assert_int_equal(facts.key, 0);
}

/* Any bit of the signed part or of the signature changed: not signed. */
static void
changed_bits(void **state)
{
	struct jpki_cert *cert;
	uint8_t *der;
	size_t len, i;

	(void)state;
	der = certs_der(certs.cert[1], &len);
	for (i = 0; i < len; i += 7) {
		der[i] ^= 1;
		if (jpki_cert_parse(certs.ctx, der, len, &cert) == 0) {
			assert_int_not_equal(issuer_state(cert,
			    certs.issuer[1]), JPKI_ISSUER_SIGNED);
			jpki_cert_free(&cert);
		}
		der[i] ^= 1;
	}
	OPENSSL_free(der);
}

/* One CA for all threads: its decoded key is made once, by whoever comes
 * first, in a context that is gone before the end. */
#define THREADS 4

static void *
check_often(void *arg)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_check *out;
	size_t *right = arg;
	int i;

	for (i = 0; ctx != NULL && i < 20; i++) {
		if (jpki_check_new(ctx, certs.leaf[0], &certs.issuer[0], 1,
		    NOW, &out) != 0)
			break;
		*right += jpki_check_issuer_state(out) == JPKI_ISSUER_SIGNED;
		jpki_check_free(&out);
	}
	jpki_ctx_free(&ctx);
	return NULL;
}

static void
shared_key(void **state)
{
	struct jpki_cert *kept = certs.issuer[0];
	pthread_t threads[THREADS];
	size_t right[THREADS] = { 0 };
	int i;

	(void)state;
	certs.issuer[0] = certs_parse(&certs, certs.ca[0]);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
		    check_often, &right[i]), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(right[i], 20);
	assert_int_equal(issuer_state(certs.leaf[0], certs.issuer[0]),
	    JPKI_ISSUER_SIGNED);
	jpki_cert_free(&certs.issuer[0]);
	certs.issuer[0] = kept;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW_TEST(generations),
		cmocka_unit_test(generations_of_a_card),
		ROW_TEST(periods),
		cmocka_unit_test(issuers),
		cmocka_unit_test(issuers_without_a_right),
		cmocka_unit_test(signature_algorithms),
		cmocka_unit_test(outlives),
		cmocka_unit_test(no_check),
		cmocka_unit_test(changed_bits),
		cmocka_unit_test(shared_key),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
