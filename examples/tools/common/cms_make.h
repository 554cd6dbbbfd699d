/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CMS signatures (RFC 5652) that are made in two steps, because the key is on
 * a card: a draft says what is to be signed, then takes the signature.
 *
 * Functions return 0, or -1 with the reason in OpenSSL's queue: for
 * openssl_complain(). No file and no card in here.
 */
#ifndef TOOLS_CMS_MAKE_H
#define TOOLS_CMS_MAKE_H

#include <stddef.h>
#include <stdint.h>

#include <jpki.h>
#include <openssl/types.h>

/* Which attributes are signed. All: contentType, messageDigest. */
enum cms_form {
	CMS_FORM_PLAIN = 1,	/* signingTime */
	CMS_FORM_CADES,		/* CAdES-B: signingTime and
				 * signing-certificate-v2 */
	CMS_FORM_PADES		/* PAdES B-B: signing-certificate-v2, no time:
				 * that stands in the PDF */
};

struct cms_draft;

/* What one signer adds. All is borrowed for the call. */
struct cms_order {
	OSSL_LIB_CTX *libctx;	/* with a default provider; NULL: OpenSSL's */
	const struct jpki_cert *cert;
	enum jpki_md md;
	enum cms_form form;
	int64_t time;		/* for signingTime: seconds since 1970 UTC */
	const uint8_t *digest;	/* of the content, by md */
};

/* A detached SignedData with one signer and the signer's certificate. */
int cms_draft_new(const struct cms_order *order, struct cms_draft **out);

/* One more signer beside those in a SignedData (DER or BER). What the others
 * signed stays what it is, but is written in DER. */
int cms_draft_cosign(const uint8_t *cms, size_t len,
    const struct cms_order *order, struct cms_draft **out);

/* The digest that is to be signed, md's length. */
int cms_draft_digest(const struct cms_draft *draft, uint8_t *digest);

/* Puts the signature (PKCS#1 v1.5) in. */
int cms_draft_sign(struct cms_draft *draft, const uint8_t *sig, size_t len);

/* The finished SignedData in DER; OPENSSL_free() it. */
int cms_draft_der(const struct cms_draft *draft, uint8_t **der, size_t *len);

/* NULL and a pointer to NULL are fine. */
void cms_draft_free(struct cms_draft **draft);

/*
 * How many bytes cms_draft_der() gives at most for a certificate: known before
 * anything is signed, for the room in a PDF.
 */
size_t cms_draft_room(const struct jpki_cert *cert);

#endif
