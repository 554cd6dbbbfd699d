/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing many times: ours, and what OpenSSL alone does instead. Prints the
 * microseconds of each. Instructions are counted in work_done() only:
 *
 *	valgrind --tool=callgrind --toggle-collect=work_done each ...
 *
 * usage: each WHAT COUNT DIR, with the folder of a software card
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "each.h"

static const uint8_t digest[32];

static int
sign_card(struct each *each, long i)
{
	const struct jpki_signing what = {
		.size = sizeof(what), .digest = digest,
		.digest_len = sizeof(digest), .key = JPKI_KEY_AUTH,
		.padding = JPKI_PADDING_PKCS1, .md = JPKI_MD_SHA256
	};
	uint8_t sig[512];
	size_t len;

	(void)i;
	return jpki_shared_sign(each->ctx, each->shared, &what, each->kept,
	    JPKI_TRIES_DEFAULT, sig, sizeof(sig), &len);
}

static int
sign_rsa(struct each *each, long i)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(each->key, NULL);
	uint8_t sig[512];
	size_t len = sizeof(sig);
	int ok = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
	    EVP_PKEY_sign(ctx, sig, &len, digest, sizeof(digest)) == 1;

	(void)i;
	EVP_PKEY_CTX_free(ctx);
	return ok ? 0 : -1;
}

static int
judge(struct each *each, long i)
{
	struct jpki_cert_facts facts = { .size = sizeof(facts),
		.key = JPKI_KEY_SIGN, .not_before = 1451606400,
		.not_after = 1609426799, .moved = i & 1 };
	struct jpki_verdict *verdict;
	int r;

	(void)each;
	r = jpki_rules_cert(&facts, 1451606400 + (int64_t)i % 500000 * 300,
	    &verdict);
	jpki_verdict_free(&verdict);
	return r;
}

static int
parse(struct each *each, long i)
{
	struct jpki_cert *cert;
	int r = jpki_cert_parse(each->ctx, each->der, each->der_len, &cert);

	(void)i;
	jpki_cert_free(&cert);
	return r;
}

static int
parse_x509(struct each *each, long i)
{
	const unsigned char *p = each->der;
	X509 *x509 = d2i_X509(NULL, &p, (long)each->der_len);
	int r = x509 == NULL ? -1 : 0;

	(void)i;
	X509_free(x509);
	return r;
}

static int
check(struct each *each, long i)
{
	struct jpki_check *found;
	int r = jpki_check_new(each->ctx, each->cert, each->cas, 3, 0,
	    &found);

	(void)i;
	if (r == 0 && jpki_check_issuer(found) != each->cas[2])
		r = -1;
	jpki_check_free(&found);
	return r;
}

static int
check_x509(struct each *each, long i)
{
	(void)i;
	return X509_verify(each->x509, X509_get0_pubkey(each->x509_ca)) == 1 ?
	    0 : -1;
}

static int
compare(struct each *each, long i)
{
	const struct jpki_attributes *holder =
	    jpki_cert_info(each->cert)->attributes;
	enum jpki_item item;

	(void)i;
	for (item = JPKI_ITEM_NAME; item <= JPKI_ITEM_SEX; item++)
		if (jpki_attributes_compare(holder, holder, item) !=
		    JPKI_COMPARED_SAME)
			return -1;
	return 0;
}

static int
look_up(struct each *each, long i)
{
	int r = jpki_check_crl(each->ctx, each->check, each->crl,
	    each->crl_len);

	(void)i;
	if (r == 0 && jpki_check_revocation(each->check)->state !=
	    JPKI_REVOCATION_GOOD)
		r = -1;
	return r;
}

static int
look_up_x509(struct each *each, long i)
{
	const unsigned char *p = each->crl;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)each->crl_len);
	X509_REVOKED *entry;
	int r = -1;

	(void)i;
	if (crl != NULL && X509_CRL_verify(crl,
	    X509_get0_pubkey(each->x509_ca)) == 1 &&
	    X509_CRL_get0_by_cert(crl, &entry, each->x509) == 0)
		r = 0;
	X509_CRL_free(crl);
	return r;
}

/* As it is, for whoever counts the instructions in it. */
int	work_done(struct each *, int (*)(struct each *, long), long);

__attribute__((noinline)) int
work_done(struct each *each, int (*work)(struct each *, long), long count)
{
	long i;
	int r = 0;

	for (i = 0; r == 0 && i < count; i++)
		r = work(each, i);
	return r;
}

static const struct work {
	const char *name;
	int (*prepare)(struct each *);
	int (*work)(struct each *, long);
} works[] = {
	{ "sign", each_open_card, sign_card },
	{ "openssl-sign", each_open_card, sign_rsa },
	{ "verdict", NULL, judge },
	{ "certificate", each_open_certs, parse },
	{ "openssl-certificate", each_open_certs, parse_x509 },
	{ "issuer", each_open_certs, check },
	{ "openssl-issuer", each_open_certs, check_x509 },
	{ "attributes", each_open_certs, compare },
	{ "crl", each_open_crl, look_up },
	{ "openssl-crl", each_open_crl, look_up_x509 },
	{ "make-crl", each_make_crl, NULL }
};

static const struct work *
find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		if (strcmp(works[i].name, name) == 0)
			return &works[i];
	return NULL;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int
main(int argc, char **argv)
{
	const struct work *work;
	struct each each = { 0 };
	long count;
	double begin;
	int r = 0;

	if (argc != 4 || (work = find(argv[1])) == NULL ||
	    (count = atol(argv[2])) <= 0) {
		fprintf(stderr, "usage: each WHAT COUNT DIR\n");
		return 64;
	}
	each.dir = argv[3];
	if ((each.ctx = jpki_ctx_new()) == NULL)
		return 1;
	if (work->prepare != NULL)
		r = work->prepare(&each);
	begin = now();
	if (r == 0 && work->work != NULL)
		r = work_done(&each, work->work, count);
	if (r == 0 && work->work != NULL)
		printf("%.2f\n", (now() - begin) / (double)count);
	if (r != 0)
		fprintf(stderr, "each %s: %s\n", argv[1],
		    jpki_ctx_errmsg(each.ctx));
	each_close(&each);
	return r != 0;
}
