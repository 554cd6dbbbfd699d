/* SPDX-License-Identifier: Apache-2.0 */
/* A CA for each purpose, and certificates that it issues. */
#ifndef CERTS_H
#define CERTS_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <jpki.h>

#include "base/date.h"
#include "certificate/soft_ca.h"
#include "softcard/issue.h"

struct certs {
	struct jpki_ctx *ctx;
	EVP_PKEY *ca_key, *key;
	X509 *ca[2], *cert[2];	/* auth, sign; generation 3 */
	struct jpki_cert *issuer[2], *leaf[2];	/* the same, parsed */
};

/* Where a key's are in such arrays. */
size_t	certs_at(enum jpki_key);

/* 山田　太郎, born 1990-02-17. */
extern const struct jpkip_holder certs_holder;

void	certs_make(struct certs *);
void	certs_free(struct certs *);

/* One for all tests of a program: a group's set-up and tear-down. */
extern struct certs certs;
int	certs_set_up(void **state);
int	certs_tear_down(void **state);

/* A certificate for somebody else, or with another CN for auth (NULL: the
 * usual one). */
X509	*certs_issue(struct certs *, enum jpki_key,
	    const struct jpkip_holder *);

/* DER of the caller's (OPENSSL_free). */
uint8_t	*certs_der(const X509 *, size_t *len);

struct jpki_cert *certs_parse(struct certs *, const X509 *);

/* Changes an extension, adds one, and signs again with a CA's key. */
void	certs_replace(X509 *, int nid, bool critical, const uint8_t *value,
	    size_t len);
void	certs_extend(X509 *, const char *oid, bool critical, const void *value,
	    size_t len);
void	certs_sign(X509 *, EVP_PKEY *);

/* A new check of a certificate, the caller's; issuer may be NULL. */
struct jpki_check *certs_check(struct certs *, struct jpki_cert *,
	    struct jpki_cert *issuer, int64_t at);

/* The last failure is whole in Japanese: but for a name, no English word, in
 * the hint neither. */
void	certs_japanese(struct jpki_ctx *, const char *name);

/* 2027-01-01, in the middle of everything, and the serial number of all
 * certificates here. */
#define CERTS_NOW	((int64_t)1798761600)
#define CERTS_DAY	86400
#define CERTS_REVOKED	(-5 * CERTS_DAY)
#define CERTS_SERIAL	0x425f8f6c

/* What a revocation list is made of. */
struct certs_list {
	EVP_PKEY *key;			/* NULL: the CA's */
	const X509 *issuer;		/* NULL: the sign CA */
	int64_t this_update, next_update; /* after CERTS_NOW; 0: none */
	int64_t revoked;		/* after CERTS_NOW; 0: CERTS_REVOKED */
	int reason;			/* -1: not on it, -2: no reason */
	const char *point;		/* issuing point; "own": the sign
					 * certificate's, else another */
	int kind;			/* of it: 0 or a letter */
	const char *critical;		/* an extension nobody knows */
	long number, base;		/* 0: none; base: a delta */
	const X509 *of_key;		/* whose key id it names */
};

/* DER of the caller's (OPENSSL_free). */
uint8_t	*certs_list(struct certs *, const struct certs_list *, size_t *len);

/* What a check says about it. */
int	certs_look_at_list(struct certs *, struct jpki_check *,
	    const struct certs_list *);

/* What an OCSP answer is made of. */
struct certs_answer {
	EVP_PKEY *key;			/* NULL: the CA's */
	X509 *signer;			/* NULL: the CA; sent along */
	int status, reason;
	int64_t this_update, next_update; /* after CERTS_NOW; 0: none */
	int64_t revoked;		/* after CERTS_NOW; 0: CERTS_REVOKED */
	const X509 *about;		/* NULL: the sign certificate */
	const X509 *issuer;		/* NULL: the sign CA */
	bool sha256;
	int refusal;
};

/* DER of the caller's (OPENSSL_free). */
uint8_t	*certs_answer(struct certs *, const struct certs_answer *,
	    size_t *len);

#endif
