/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which certificate a signer meant; see cms_ess.h.
 */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cms_ess.h"

struct piece {
	const unsigned char *at;
	long len;
};

/* The content of the next object, which must have the tag. */
static bool
take(struct piece *from, int tag, struct piece *content)
{
	const unsigned char *at = from->at;
	long len;
	int r, got, class;

	r = ASN1_get_object(&at, &len, &got, &class, from->len);
	/* An error, or an indefinite length: attributes are in DER. */
	if ((r & 0x80) != 0 || (r & 1) != 0 || got != tag ||
	    class != V_ASN1_UNIVERSAL)
		return false;
	content->at = at;
	content->len = len;
	from->len -= at - from->at + len;
	from->at = at + len;
	return true;
}

/* The digest of the second version, SHA-256 where it is not said. */
static bool
take_algorithm(struct piece *id, const EVP_MD **md)
{
	const unsigned char *at = id->at;
	const ASN1_OBJECT *oid;
	X509_ALGOR *algorithm;

	*md = EVP_sha256();
	if (id->len == 0 || *id->at != 0x30)
		return true;
	if ((algorithm = d2i_X509_ALGOR(NULL, &at, id->len)) == NULL)
		return false;
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	*md = EVP_get_digestbyobj(oid);
	X509_ALGOR_free(algorithm);
	id->len -= at - id->at;
	id->at = at;
	return true;
}

enum cms_ess
cms_ess_names(const uint8_t *der, size_t len, bool v2, X509 *cert)
{
	struct piece all = { der, (long)len }, value, certs, id, hash;
	unsigned char digest[EVP_MAX_MD_SIZE];
	const EVP_MD *md = EVP_sha1();
	unsigned digest_len;

	/* The first one is the signer's, others may follow. */
	if (!take(&all, V_ASN1_SEQUENCE, &value) || all.len != 0 ||
	    !take(&value, V_ASN1_SEQUENCE, &certs) ||
	    !take(&certs, V_ASN1_SEQUENCE, &id) ||
	    (v2 && !take_algorithm(&id, &md)) ||
	    !take(&id, V_ASN1_OCTET_STRING, &hash))
		return CMS_ESS_OTHER;
	if (md == NULL || X509_digest(cert, md, digest, &digest_len) != 1)
		return CMS_ESS_UNKNOWN;
	return hash.len == (long)digest_len &&
	    memcmp(hash.at, digest, digest_len) == 0 ? CMS_ESS_NAMES :
	    CMS_ESS_OTHER;
}
