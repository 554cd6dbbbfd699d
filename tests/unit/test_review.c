/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of a signature: each finding for its own reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "certs.h"
#include "row.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define NOW	CERTS_NOW
#define DAY	CERTS_DAY
#define YEAR	(365 * (int64_t)CERTS_DAY)

/* A signature of now on which all is well. */
static struct jpki_review_facts
good_facts(void)
{
	struct jpki_review_facts f = {
		.size = sizeof(f),
		.content = JPKI_TESTED_RIGHT,
		.signature = JPKI_TESTED_RIGHT,
		.signer = certs.leaf[1],
		.trusted = &certs.issuer[1],
		.trusted_count = 1,
		.now = NOW,
		.has_claimed = true,
		.claimed = NOW - DAY
	};

	return f;
}

static struct jpki_review *
review(const struct jpki_review_facts *facts)
{
	struct jpki_review *out;

	assert_ctx_code(certs.ctx, jpki_review_new(certs.ctx, facts, &out),
	    0);
	return out;
}

static bool
has(const struct jpki_review *r, enum jpki_finding finding)
{
	size_t i;

	for (i = 0; i < jpki_review_count(r); i++)
		if (jpki_review_at(r, i) == finding)
			return true;
	return false;
}

static void
all_is_well(void **state)
{
	struct jpki_review_facts f = good_facts();
	struct jpki_review *r = review(&f);

	(void)state;
	assert_int_equal(jpki_review_answer(r), JPKI_ANSWER_FITS);
	assert_int_equal(jpki_review_content(r), JPKI_TESTED_RIGHT);
	assert_int_equal(jpki_review_signature(r), JPKI_TESTED_RIGHT);
	assert_int_equal(jpki_review_stamp(r), JPKI_TESTED_NOT);
	assert_int_equal(jpki_review_moment(r), JPKI_MOMENT_CLAIMED);
	assert_int_equal(jpki_review_time(r), NOW - DAY);
	assert_int_equal(jpki_review_chain(r), JPKI_CHAIN_TRUSTED);
	assert_ptr_equal(jpki_check_cert(jpki_review_check(r, 0)),
	    certs.leaf[1]);
	assert_ptr_equal(jpki_check_issuer(jpki_review_check(r, 0)),
	    certs.issuer[1]);
	assert_null(jpki_review_check(r, 1));
	/* What was not checked comes before what is only worth knowing. */
	assert_int_equal(jpki_review_at(r, 0),
	    JPKI_FINDING_REVOCATION_UNCHECKED);
	assert_int_equal(jpki_review_count(r), 4);
	assert_true(has(r, JPKI_FINDING_TIME_CLAIMED));
	assert_true(has(r, JPKI_FINDING_CA_GIVEN));
	assert_true(has(r, JPKI_FINDING_CA_TEST));
	assert_int_equal(jpki_review_at(r, 4), 0);
	jpki_review_free(&r);
	assert_null(r);
}

/* One fact changed each. */
struct change {
	enum jpki_finding finding;
	enum jpki_answer answer;
	void (*change)(struct jpki_review_facts *);
};

static void
content_wrong(struct jpki_review_facts *f)
{
	f->content = JPKI_TESTED_WRONG;
}

static void
content_not(struct jpki_review_facts *f)
{
	f->content = JPKI_TESTED_NOT;
}

static void
signature_wrong(struct jpki_review_facts *f)
{
	f->signature = JPKI_TESTED_WRONG;
}

/* What a newer program may say is no reason to call it right. */
static void
signature_odd(struct jpki_review_facts *f)
{
	f->signature = (enum jpki_tested)9;
}

static void
weak(struct jpki_review_facts *f)
{
	f->weak = true;
}

static void
no_signer(struct jpki_review_facts *f)
{
	f->signer = NULL;
}

static void
auth_signer(struct jpki_review_facts *f)
{
	f->signer = certs.leaf[0];
	f->trusted = &certs.issuer[0];
}

static void
no_ca(struct jpki_review_facts *f)
{
	f->trusted_count = 0;
}

static void
brought_ca(struct jpki_review_facts *f)
{
	f->trusted_count = 0;
	f->others = &certs.issuer[1];
	f->other_count = 1;
}

static void
too_early(struct jpki_review_facts *f)
{
	f->claimed = NOW - 40 * YEAR;
}

static void
too_late(struct jpki_review_facts *f)
{
	f->now = f->claimed = NOW + 30 * YEAR;
}

static void
no_time_and_late(struct jpki_review_facts *f)
{
	f->now = NOW + 30 * YEAR;
	f->has_claimed = false;
}

static void
future(struct jpki_review_facts *f)
{
	f->claimed = NOW + 601;
}

static void
near_future(struct jpki_review_facts *f)
{
	f->claimed = NOW + 600;
}

/* Further apart than one number can say. */
static void
far_future(struct jpki_review_facts *f)
{
	f->claimed = INT64_MAX;
	f->now = -1;
}

static void
no_time(struct jpki_review_facts *f)
{
	f->has_claimed = false;
}

static void
stamp_not(struct jpki_review_facts *f)
{
	f->has_stamp = true;
	f->stamped = NOW;
}

static void
stamp_wrong(struct jpki_review_facts *f)
{
	stamp_not(f);
	f->stamp = JPKI_TESTED_WRONG;
}

static void
stamped_before(struct jpki_review_facts *f)
{
	stamp_not(f);
	f->stamp = JPKI_TESTED_RIGHT;
	f->stamped = f->claimed - 601;
}

static void
stamped_long_before(struct jpki_review_facts *f)
{
	stamped_before(f);
	f->claimed = f->now = INT64_MAX;
	f->stamped = INT64_MIN;
}

static void
stamped_just_before(struct jpki_review_facts *f)
{
	stamped_before(f);
	f->stamped++;
}

/* It would have been too late for what the signer claims. */
static void
stamped_late(struct jpki_review_facts *f)
{
	stamp_not(f);
	f->stamp = JPKI_TESTED_RIGHT;
	f->stamped = f->now = NOW + 30 * YEAR;
}

static void
one_thing_each(void **state)
{
	static const struct change changes[] = {
		{ JPKI_FINDING_CONTENT_CHANGED, 1, content_wrong },
		{ JPKI_FINDING_CONTENT_UNCHECKED, 2, content_not },
		{ JPKI_FINDING_SIGNATURE_WRONG, 1, signature_wrong },
		{ JPKI_FINDING_SIGNATURE_UNCHECKED, 2, signature_odd },
		{ JPKI_FINDING_WEAK_DIGEST, 2, weak },
		{ JPKI_FINDING_SIGNER_MISSING, 2, no_signer },
		{ JPKI_FINDING_REVOCATION_UNCHECKED, 2, no_signer },
		{ JPKI_FINDING_USAGE_AUTH, 1, auth_signer },
		{ JPKI_FINDING_ISSUER_MISSING, 2, no_ca },
		{ JPKI_FINDING_CA_UNKNOWN, 2, brought_ca },
		{ JPKI_FINDING_NOT_YET, 1, too_early },
		{ JPKI_FINDING_CA_NOT_YET, 1, too_early },
		{ JPKI_FINDING_EXPIRED, 1, too_late },
		{ JPKI_FINDING_CA_EXPIRED, 1, too_late },
		{ JPKI_FINDING_TIME_UNKNOWN, 2, no_time_and_late },
		{ JPKI_FINDING_TIME_FUTURE, 1, future },
		{ JPKI_FINDING_TIME_FUTURE, 1, far_future },
		{ JPKI_FINDING_TIME_CLAIMED, 0, near_future },
		{ JPKI_FINDING_TIME_NONE, 0, no_time },
		{ JPKI_FINDING_STAMP_UNCHECKED, 0, stamp_not },
		{ JPKI_FINDING_TIME_CLAIMED, 0, stamp_not },
		{ JPKI_FINDING_STAMP_WRONG, 1, stamp_wrong },
		{ JPKI_FINDING_TIME_STAMP, 1, stamped_before },
		{ JPKI_FINDING_TIME_STAMP, 1, stamped_long_before },
		{ JPKI_FINDING_CA_GIVEN, 0, stamped_just_before },
		{ JPKI_FINDING_EXPIRED, 1, stamped_late },
	};
	struct jpki_review_facts f;
	struct jpki_review *r;
	size_t i;

	(void)state;
	for (i = 0; i < N(changes); i++) {
		row("%s", jpki_finding_name(changes[i].finding));
		f = good_facts();
		changes[i].change(&f);
		r = review(&f);
		assert_true(has(r, changes[i].finding));
		assert_int_equal(jpki_review_answer(r), changes[i].answer);
		jpki_review_free(&r);
	}
}

/* Each finding counts as its number says, and comes by its weight. */
static void
in_order(void **state)
{
	struct jpki_review_facts f = good_facts();
	enum jpki_weight before = JPKI_WEIGHT_WRONG, weight;
	struct jpki_review *r;
	size_t i;

	(void)state;
	f.content = JPKI_TESTED_NOT;
	f.weak = f.has_stamp = true;
	f.claimed = NOW + DAY;
	f.signature = JPKI_TESTED_WRONG;
	r = review(&f);
	assert_true(jpki_review_count(r) > 6);
	for (i = 0; i < jpki_review_count(r); i++) {
		weight = jpki_finding_weight(jpki_review_at(r, i));
		assert_true(weight >= JPKI_WEIGHT_NOTE && weight <= before);
		before = weight;
	}
	assert_int_equal(before, JPKI_WEIGHT_NOTE);
	jpki_review_free(&r);
}

/* What makes a certificate one that may issue others. */
static void
rights_to_issue(void **state)
{
	static const struct {
		int nid;
		const char *value;	/* NULL: left out */
		size_t len;
		bool allowed;
	} rows[] = {
		{ NID_key_usage, "\3\2\1\6", 4, true },
		{ NID_key_usage, NULL, 0, true },
		/* For lists of revocations alone. */
		{ NID_key_usage, "\3\2\1\2", 4, false },
		{ NID_basic_constraints, "\x30\3\1\1\xff", 5, true },
		{ NID_basic_constraints, "\x30\0", 2, false },
		{ NID_basic_constraints, NULL, 0, false },
	};
	struct jpki_review_facts f = good_facts();
	struct jpki_review *r;
	struct jpki_cert *ca;
	X509 *x509;
	size_t i;

	(void)state;
	f.trusted = &ca;
	for (i = 0; i < N(rows); i++) {
		row("row %zu", i);
		x509 = X509_dup(certs.ca[1]);
		certs_replace(x509, rows[i].nid, true,
		    (const uint8_t *)rows[i].value, rows[i].len);
		certs_sign(x509, certs.ca_key);
		ca = certs_parse(&certs, x509);
		r = review(&f);
		assert_int_equal(jpki_review_chain(r), JPKI_CHAIN_TRUSTED);
		assert_true(has(r, JPKI_FINDING_ISSUER_NO_CA) !=
		    rows[i].allowed);
		assert_int_equal(jpki_review_answer(r), rows[i].allowed ?
		    JPKI_ANSWER_FITS : JPKI_ANSWER_WRONG);
		jpki_review_free(&r);
		jpki_cert_free(&ca);
		X509_free(x509);
	}
}

/* Only of those for tests it is said that they are. */
static void
another_ca(void **state)
{
	X509 *ca = X509_dup(certs.ca[1]), *cert = X509_dup(certs.cert[1]);
	X509_NAME *name = X509_NAME_new();
	struct jpki_review_facts f = good_facts();
	struct jpki_cert *issuer;
	struct jpki_review *r;

	(void)state;
	X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC,
	    (const uint8_t *)"another", -1, -1, 0);
	X509_set_subject_name(ca, name);
	X509_set_issuer_name(ca, name);
	certs_replace(ca, NID_authority_key_identifier, false, NULL, 0);
	certs_sign(ca, certs.ca_key);
	X509_set_issuer_name(cert, name);
	certs_replace(cert, NID_authority_key_identifier, false, NULL, 0);
	certs_sign(cert, certs.ca_key);
	issuer = certs_parse(&certs, ca);
	f.signer = certs_parse(&certs, cert);
	f.trusted = &issuer;
	r = review(&f);
	assert_int_equal(jpki_review_chain(r), JPKI_CHAIN_TRUSTED);
	assert_true(has(r, JPKI_FINDING_CA_GIVEN));
	assert_false(has(r, JPKI_FINDING_CA_TEST));
	jpki_review_free(&r);
	jpki_cert_free(&f.signer);
	jpki_cert_free(&issuer);
	X509_NAME_free(name);
	X509_free(cert);
	X509_free(ca);
}

static enum jpki_answer
with_list(const struct jpki_review_facts *f, const struct certs_list *list,
    enum jpki_finding finding)
{
	struct jpki_review *r = review(f);
	enum jpki_answer answer;
	uint8_t *der;
	size_t len;

	der = certs_list(&certs, list, &len);
	assert_ctx_code(certs.ctx, jpki_review_crl(certs.ctx, r, der, len),
	    0);
	OPENSSL_free(der);
	assert_true(finding == 0 || has(r, finding));
	assert_false(has(r, JPKI_FINDING_REVOCATION_UNCHECKED));
	answer = jpki_review_answer(r);
	jpki_review_free(&r);
	return answer;
}

static void
revoked(void **state)
{
	const struct certs_list good = { .this_update = -DAY,
	    .next_update = DAY, .reason = -1, .point = "own" };
	struct certs_list bad = good;
	struct jpki_review_facts f = good_facts();

	(void)state;
	f.claimed = NOW;
	assert_int_equal(with_list(&f, &good, 0), JPKI_ANSWER_FITS);
	/* Five days ago. */
	bad.reason = 4;
	assert_int_equal(with_list(&f, &bad, JPKI_FINDING_REVOKED),
	    JPKI_ANSWER_WRONG);
	bad.reason = 6;
	assert_int_equal(with_list(&f, &bad, JPKI_FINDING_ON_HOLD),
	    JPKI_ANSWER_WRONG);
	/* A hold of now may have been one of then. */
	f.claimed = NOW - 6 * DAY;
	assert_int_equal(with_list(&f, &bad, JPKI_FINDING_ON_HOLD),
	    JPKI_ANSWER_WRONG);
	bad.reason = 4;
	assert_int_equal(with_list(&f, &bad, JPKI_FINDING_REVOKED_SINCE),
	    JPKI_ANSWER_WRONG);
	f.has_stamp = true;
	f.stamp = JPKI_TESTED_RIGHT;
	f.stamped = f.claimed;
	assert_int_equal(with_list(&f, &bad, JPKI_FINDING_REVOKED_LATER),
	    JPKI_ANSWER_FITS);
	bad.reason = 6;
	assert_int_equal(with_list(&f, &bad, JPKI_FINDING_REVOKED_LATER),
	    JPKI_ANSWER_FITS);
}

/* The signer's certificate, signed with SHA-1. */
static void
not_judged(void **state)
{
	struct jpki_review_facts f = good_facts();
	X509 *sha1 = X509_dup(certs.cert[1]);
	struct jpki_cert *signer;
	struct jpki_review *r;

	(void)state;
	assert_true(X509_sign(sha1, certs.ca_key, EVP_sha1()) > 0);
	f.signer = signer = certs_parse(&certs, sha1);
	r = review(&f);
	assert_true(has(r, JPKI_FINDING_ISSUER_ALGORITHM));
	assert_int_equal(jpki_review_answer(r), JPKI_ANSWER_OPEN);
	jpki_review_free(&r);
	jpki_cert_free(&signer);
	X509_free(sha1);
}

static void
add_critical(X509 *x509)
{
	certs_extend(x509, "1.2.3.4", true, "x", 1);
}

/* Behind 40 attributes that nobody knows: a certificate has no room for so many
 * notes. */
static void
add_critical_last(X509 *x509)
{
	static const uint8_t one[] = {
		0xa0, 17, 6, 10, 0x2a, 0x83, 0x08, 0x8c, 0x9b, 0x55, 0x08,
		0x05, 0x05, 0, 0xa0, 3, 12, 1, 'x'
	};
	enum { COUNT = 40, LEN = COUNT * sizeof(one) };
	uint8_t names[4 + LEN] = { 0x30, 0x82, LEN >> 8, LEN & 0xff };
	uint8_t *at = names + 4;
	size_t i;

	for (i = 0; i < COUNT; i++, at += sizeof(one)) {
		memcpy(at, one, sizeof(one));
		at[13] = (uint8_t)(7 + i);	/* the last arc */
	}
	certs_replace(x509, NID_subject_alt_name, false, names,
	    sizeof(names));
	add_critical(x509);
}

static void
break_points(X509 *x509)
{
	certs_replace(x509, NID_crl_distribution_points, false,
	    (const uint8_t *)"x", 1);
}

static void
weaken_key(X509 *x509)
{
	EVP_PKEY *key = EVP_RSA_gen(1024);

	assert_int_equal(X509_set_pubkey(x509, key), 1);
	EVP_PKEY_free(key);
}

/* Whether the certificate itself leaves something open. */
static void
unclear_certs(void **state)
{
	static const struct {
		const char *name;
		void (*change)(X509 *);
		enum jpki_finding finding;
	} table[] = {
		{ "critical", add_critical, JPKI_FINDING_CRITICAL },
		{ "last", add_critical_last, JPKI_FINDING_CRITICAL },
		{ "broken", break_points, JPKI_FINDING_CRITICAL },
		{ "weak", weaken_key, JPKI_FINDING_WEAK_KEY },
	};
	struct jpki_review_facts f = good_facts();
	struct jpki_cert *signer;
	struct jpki_review *r;
	X509 *x509;
	size_t i;

	(void)state;
	for (i = 0; i < N(table); i++) {
		row("%s", table[i].name);
		x509 = X509_dup(certs.cert[1]);
		table[i].change(x509);
		certs_sign(x509, certs.ca_key);
		f.signer = signer = certs_parse(&certs, x509);
		r = review(&f);
		assert_true(has(r, table[i].finding));
		assert_int_equal(jpki_review_answer(r), JPKI_ANSWER_OPEN);
		jpki_review_free(&r);
		jpki_cert_free(&signer);
		X509_free(x509);
	}
}

/* A CA, with how many may follow it below; -1: as many as there are. */
static struct jpki_cert *
ca_of(const X509 *ca, const X509 *issuer, int path_len)
{
	const uint8_t basic[] = { 0x30, 6, 1, 1, 0xff, 2, 1,
		(uint8_t)path_len };
	static const uint8_t any[] = { 0x30, 3, 1, 1, 0xff };
	X509 *x509 = X509_dup(ca);
	struct jpki_cert *cert;

	certs_replace(x509, NID_authority_key_identifier, false, NULL, 0);
	certs_replace(x509, NID_basic_constraints, true,
	    path_len < 0 ? any : basic,
	    path_len < 0 ? sizeof(any) : sizeof(basic));
	X509_set_issuer_name(x509, X509_get_subject_name(issuer));
	certs_sign(x509, certs.ca_key);
	cert = certs_parse(&certs, x509);
	X509_free(x509);
	return cert;
}

/* A CA below the one that is trusted: of it nobody knows whether it was
 * revoked, and both say how many may stand below them. */
static void
long_chains(void **state)
{
	static const struct {
		int root, middle;
		bool allowed;
	} rows[] = {
		{ -1, -1, true }, { -1, 0, true }, { 1, 0, true },
		{ 0, -1, false }, { 0, 0, false }
	};
	struct jpki_review_facts f = good_facts();
	struct jpki_cert *root, *middle;
	struct jpki_review *r;
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		row("row %zu", i);
		root = ca_of(certs.ca[0], certs.ca[0], rows[i].root);
		middle = ca_of(certs.ca[1], certs.ca[0], rows[i].middle);
		f.trusted = &root;
		f.others = &middle;
		f.other_count = 1;
		r = review(&f);
		assert_ptr_equal(jpki_check_cert(jpki_review_check(r, 1)),
		    middle);
		assert_int_equal(jpki_review_chain(r), JPKI_CHAIN_TRUSTED);
		assert_true(has(r, JPKI_FINDING_CA_REVOCATION_UNCHECKED));
		assert_true(has(r, JPKI_FINDING_ISSUER_NO_CA) !=
		    rows[i].allowed);
		jpki_review_free(&r);
		jpki_cert_free(&middle);
		jpki_cert_free(&root);
	}
}

static void
answers_of_ocsp(void **state)
{
	struct certs_answer a = { .this_update = -DAY, .next_update = DAY,
	    .status = V_OCSP_CERTSTATUS_REVOKED, .reason = 4 };
	struct jpki_review_facts f = good_facts();
	struct jpki_review *r = review(&f);
	uint8_t *der, *unknown;
	size_t len, unknown_len;

	(void)state;
	der = certs_answer(&certs, &a, &len);
	assert_code(jpki_review_ocsp(certs.ctx, r, der, len / 2),
	    JPKI_ERR_DATA);
	assert_int_equal(jpki_review_answer(r), JPKI_ANSWER_FITS);
	assert_ctx_code(certs.ctx, jpki_review_ocsp(certs.ctx, r, der, len),
	    0);
	assert_true(has(r, JPKI_FINDING_REVOKED));
	assert_int_equal(jpki_review_answer(r), JPKI_ANSWER_WRONG);
	jpki_review_free(&r);

	/* What the responder does not know is not good. */
	a.status = V_OCSP_CERTSTATUS_UNKNOWN;
	unknown = certs_answer(&certs, &a, &unknown_len);
	r = review(&f);
	assert_ctx_code(certs.ctx, jpki_review_ocsp(certs.ctx, r, unknown,
	    unknown_len), 0);
	OPENSSL_free(unknown);
	assert_true(has(r, JPKI_FINDING_REVOCATION_UNKNOWN));
	assert_false(has(r, JPKI_FINDING_REVOCATION_UNCHECKED));
	jpki_review_free(&r);

	/* Without its CA it is a claim. */
	f.trusted_count = 0;
	r = review(&f);
	assert_code(jpki_review_ocsp(certs.ctx, r, der, len),
	    JPKI_ERR_NOT_COVERED);
	assert_true(has(r, JPKI_FINDING_REVOKED_CLAIM));
	assert_int_equal(jpki_review_answer(r), JPKI_ANSWER_OPEN);
	jpki_review_free(&r);

	f.signer = NULL;
	r = review(&f);
	assert_code(jpki_review_ocsp(certs.ctx, r, der, len),
	    JPKI_ERR_NOT_COVERED);
	jpki_review_free(&r);
	OPENSSL_free(der);
}

static void
wrong_use(void **state)
{
	struct jpki_review_facts f = good_facts();
	struct jpki_review *r = (struct jpki_review *)&f;

	(void)state;
	f.size = 0;
	assert_code(jpki_review_new(certs.ctx, &f, &r), JPKI_ERR_USAGE);
	assert_null(r);
	assert_code(jpki_review_new(certs.ctx, NULL, &r), JPKI_ERR_USAGE);
	f = good_facts();
	f.trusted = NULL;
	assert_code(jpki_review_new(certs.ctx, &f, &r), JPKI_ERR_USAGE);
	f = good_facts();
	f.reserved = true;
	assert_code(jpki_review_new(certs.ctx, &f, &r), JPKI_ERR_USAGE);
	f = good_facts();
	assert_code(jpki_review_new(NULL, &f, &r), JPKI_ERR_USAGE);
	assert_code(jpki_review_new(certs.ctx, &f, NULL), JPKI_ERR_USAGE);
	assert_code(jpki_review_crl(certs.ctx, NULL, (const uint8_t *)"", 0),
	    JPKI_ERR_USAGE);
	jpki_review_free(NULL);

	assert_int_equal(jpki_review_answer(NULL), JPKI_ANSWER_OPEN);
	assert_int_equal(jpki_review_count(NULL), 0);
	assert_int_equal(jpki_review_at(NULL, 0), 0);
	assert_int_equal(jpki_review_content(NULL), JPKI_TESTED_NOT);
	assert_null(jpki_review_check(NULL, 0));
}

static void
words(void **state)
{
	static const int known[] = { 101, 117, 201, 211, 301, 304, 401, 405 };
	size_t i;
	int code;

	(void)state;
	for (i = 0; i < N(known); i += 2)
		for (code = known[i]; code <= known[i + 1]; code++) {
			row("%d", code);
			assert_string_not_equal(jpki_finding_name(
			    (enum jpki_finding)code), "unknown");
			assert_string_not_equal(jpki_finding_text(
			    (enum jpki_finding)code, JPKI_LANG_EN),
			    jpki_finding_text((enum jpki_finding)code,
			    JPKI_LANG_JA));
			assert_int_equal(jpki_finding_weight(
			    (enum jpki_finding)code), 5 - code / 100);
			assert_int_equal(jpki_finding_weight(
			    (enum jpki_finding)(known[i + 1] + 1)), 0);
		}
	assert_string_equal(jpki_finding_name(0), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well),
		ROW_TEST(one_thing_each),
		cmocka_unit_test(in_order),
		cmocka_unit_test(revoked),
		cmocka_unit_test(not_judged),
		ROW_TEST(unclear_certs),
		ROW_TEST(long_chains),
		ROW_TEST(rights_to_issue),
		cmocka_unit_test(another_ca),
		cmocka_unit_test(answers_of_ocsp),
		cmocka_unit_test(wrong_use),
		ROW_TEST(words),
	};

	return cmocka_run_group_tests(tests, certs_set_up, certs_tear_down);
}
