/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Signature element of XML-DSig, read strictly: only what the profiles use.
 * Whatever else there is in the standard, from Manifest to XSLT, serves to let
 * a signature cover something else than a reader thinks, and is refused.
 */
#ifndef XML_SIGNATURE_H
#define XML_SIGNATURE_H

#include <openssl/x509.h>

#include "canonical.h"
#include "digest.h"
#include "profile.h"

#define SIGNATURE_REFERENCES_MAX 1000

enum transforms {
	TRANSFORMS_NONE,	/* the bytes of a file */
	TRANSFORMS_C14N,	/* canonical XML */
	TRANSFORMS_ENVELOPED	/* the same, without the Signature */
};

struct reference {
	char *uri;
	enum transforms transforms;
	struct canonical canonical;
	const struct algorithm *algorithm;	/* NULL: made in a way that is
						 * not judged here */
	uint8_t digest[DIGEST_MAX];
};

struct signature {
	const xmlNode *element, *signed_info;
	struct canonical canonical;	/* of signed_info */
	const struct algorithm *algorithm;	/* NULL: as above */
	const char *unjudged;	/* one of those ways; NULL: there is none */
	struct reference *references;
	size_t n_references;	/* at least 1 */
	uint8_t *value;
	size_t value_len;
	struct stack_st_X509 *certs;	/* never empty */
};

/* -1: it is refused, or memory is short. signature_clear() in any case. */
int signature_read(struct signature *signature, xmlNode *element,
    OSSL_LIB_CTX *libctx, struct trouble *trouble);
void signature_clear(struct signature *signature);

#endif
