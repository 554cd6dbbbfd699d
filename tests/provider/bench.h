/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the provider's tests share: an application's library context with the
 * built module in it, a software card of its own, and the card commands that
 * an action caused.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/x509.h>

#include "tempcard.h"

#define AUTH_PIN "1234"
#define SIGN_PIN "ABC123"

/* Which providers the application has, in this order. */
enum order { JPKI_LAST, JPKI_FIRST, JPKI_ALONE };

struct bench {
	OSSL_LIB_CTX *libctx;
	OSSL_PROVIDER *provs[2];
	char card[TEMPCARD_MAX];
};

void	bench_start(struct bench *, enum order, const char *profile);
void	bench_stop(struct bench *);

/* The library context alone, for whoever wants a new one on the same card. */
void	bench_load_providers(struct bench *, enum order);
void	bench_unload_providers(struct bench *);

/* The tries on disk, auth * 10 + sign; and all of them back. */
int	bench_tries(const struct bench *);
void	bench_unlock(const struct bench *);
void	bench_set(const struct bench *, const char *name, const char *value);

/* A UI that always answers the same and counts how often. pass NULL: a UI
 * that fails, as when nobody is there. */
struct answer {
	const char *pass;
	int asked;
	char prompt[256];
};

/* The URI gets the reader of the bench. answer NULL: no UI at all. */
OSSL_STORE_CTX *bench_open(const struct bench *, const char *uri,
	    struct answer *);

/* The first object of one kind (OSSL_STORE_INFO_*), as programs load it:
 * until eof, whatever fails. NULL if none came. */
OSSL_STORE_INFO *bench_load(const struct bench *, const char *uri, int kind,
	    struct answer *);
EVP_PKEY *bench_key(const struct bench *, const char *uri, const char *pass);
X509	*bench_cert(const struct bench *, const char *uri, const char *pass);

/* Signs "hello"; 1 or 0. sig has 512 bytes. */
int	bench_sign(const struct bench *, EVP_PKEY *, const char *md, bool pss,
	    unsigned char *sig, size_t *len);
int	bench_verify(EVP_PKEY *, const char *md, bool pss,
	    const unsigned char *sig, size_t len);

/* Card commands since bench_count(): all of them, and VERIFYs with a PIN; and
 * how many lines told a person something. */
struct count {
	int all;
	int verify;
	int sign;
	int said;
};
void	bench_count(void);
struct count bench_counted(void);

/* Whether the queue holds exactly one error of ours, whose text contains
 * text; empties the queue. */
bool	bench_error(const char *text);

#endif
