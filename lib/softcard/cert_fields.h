/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a software card's certificates: the service's profile, as
 * measured on its certificates, with one difference: O=JPKI-SOFTCARD instead
 * of O=JPKI, and an organisation of its own in the Japanese names, so that
 * nothing made here can be taken for the service's.
 */
#ifndef JPKIP_CERT_FIELDS_H
#define JPKIP_CERT_FIELDS_H

#include <jpki/date.h>

#include <openssl/x509.h>

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

/* The era's digit in the birth date: '1' 明治 ... '5' 令和; 0: before. */
char	jpkip_soft_era(struct jpki_date);

/* Names; NULL: libcrypto failed. The caller frees them. */
X509_NAME *jpkip_soft_ca_name(enum jpki_key);
X509_NAME *jpkip_soft_subject(enum jpki_key, const struct jpkip_holder *);

/*
 * Appends the extensions in the profile's order. The certificate must have
 * its public key already.
 */
bool	jpkip_soft_ca_extensions(OSSL_LIB_CTX *, X509 *, enum jpki_key);
bool	jpkip_soft_ee_extensions(OSSL_LIB_CTX *, X509 *, const X509 *ca,
	    enum jpki_key, const struct jpkip_holder *);

#endif
