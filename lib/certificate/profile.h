/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service's certificate profile, as measured on its certificates, with
 * one difference: O=JPKI-SOFTCARD instead of O=JPKI, and an organisation of
 * its own in the Japanese names, so that nothing made here can be taken for
 * the service's.
 */
#ifndef JPKIP_PROFILE_H
#define JPKIP_PROFILE_H

#include <openssl/x509.h>

#include "base/date.h"
#include "crypto/libcrypto.h"

#define JPKIP_GENERATIONS 3

/* O of all its CAs. */
#define JPKIP_SOFTCARD_ORGANISATION "JPKI-SOFTCARD"

/* What a certificate says about its holder. */
struct jpkip_holder {
	const char *cn;
	const char *prefecture;		/* in roman letters: "Tokyo-to" */
	const char *municipality;	/* in roman letters: "Shibuya-ku" */
	/* Only in the sign certificate. */
	const char *name;
	const char *address;
	/* '1' for each character that is a substitute, '0' for others; NULL
	 * or "": there is none. */
	const char *name_flags;
	const char *address_flags;
	struct jpki_date birth;
	char sex;			/* '1' male, '2' female ... */
};

/* A generation of the CA of one purpose: 1, 2, 3. */
struct jpkip_generation {
	uint32_t serial;
	int64_t not_before;
	int64_t not_after;
};

struct jpkip_generation jpkip_profile_generation(enum jpki_key,
	    int generation);

/* A validity that ends with a day ends at 23:59:59 in Japan. */
int64_t	jpkip_profile_end_of(struct jpki_date last);

/* The generation that issued in the night before a day; 0: none did yet. */
int	jpkip_profile_generation_on(struct jpki_date);

/* The era's digit in the birth date: '1' 明治 ... '5' 令和; 0: before. */
char	jpkip_profile_era(struct jpki_date);

/* Names; NULL: libcrypto failed. The caller frees them. */
X509_NAME *jpkip_profile_ca_name(enum jpki_key);
X509_NAME *jpkip_profile_subject(enum jpki_key, const struct jpkip_holder *);

/*
 * Appends the extensions in the profile's order. The certificate must have
 * its public key already.
 */
bool	jpkip_profile_ca_extensions(OSSL_LIB_CTX *, X509 *, enum jpki_key);
bool	jpkip_profile_ee_extensions(OSSL_LIB_CTX *, X509 *, const X509 *ca,
	    enum jpki_key, const struct jpkip_holder *);

#endif
