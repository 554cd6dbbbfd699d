/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate whose CA is not found may be of a CA that is not at hand. Or
 * it was changed where it names its CA; then a CA's RSA key still gets out of
 * the signature in it what was signed: the digest of other bytes.
 */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "judgement.h"

#define RECOVERED_MAX 2048	/* bytes; of a key of 16,384 bits */

/* A certificate, and the part of it that its CA signs. */
struct issued {
	X509 *x509;
	unsigned char *der;
	const unsigned char *tbs;
	size_t tbs_len;
	const ASN1_BIT_STRING *signature;
	const X509_ALGOR *algorithm;
};

static X509 *
x509_of(const struct jpki_cert *cert)
{
	size_t len;
	const unsigned char *der = jpki_cert_der(cert, &len);

	return d2i_X509(NULL, &der, (long)len);
}

/* What is signed is the first part of the certificate. */
static bool
take_apart(struct issued *issued)
{
	int size = i2d_X509(issued->x509, &issued->der), tag, class;
	const unsigned char *at = issued->der, *end = at + size;
	long len;

	if (size <= 0 || (ASN1_get_object(&at, &len, &tag, &class,
	    end - at) & 0x80) != 0)
		return false;
	issued->tbs = at;
	if ((ASN1_get_object(&at, &len, &tag, &class, end - at) & 0x80) != 0)
		return false;
	issued->tbs_len = (size_t)(at + len - issued->tbs);
	X509_get0_signature(&issued->signature, &issued->algorithm,
	    issued->x509);
	return true;
}

/* What a key gets out of the signature, if the key made it; to be freed. */
static X509_SIG *
recover(const struct judge *judge, const struct issued *issued, EVP_PKEY *key)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(judge->libctx, key,
	    NULL);
	const unsigned char *at;
	unsigned char out[RECOVERED_MAX];
	size_t len = sizeof(out);
	X509_SIG *found = NULL;

	if (ctx != NULL && EVP_PKEY_get_size(key) <= RECOVERED_MAX &&
	    EVP_PKEY_verify_recover_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_verify_recover(ctx, out, &len,
	    ASN1_STRING_get0_data(issued->signature),
	    (size_t)ASN1_STRING_length(issued->signature)) == 1) {
		at = out;
		found = d2i_X509_SIG(NULL, &at, (long)len);
	}
	EVP_PKEY_CTX_free(ctx);
	return found;
}

/* Whether a key made the signature in a certificate, but over other bytes. */
static bool
signed_other_bytes(const struct judge *judge, const struct issued *issued,
    EVP_PKEY *key)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	const ASN1_OCTET_STRING *said;
	const X509_ALGOR *algorithm;
	const ASN1_OBJECT *oid;
	const EVP_MD *type;
	X509_SIG *found;
	unsigned len;
	bool others = false;

	if (key == NULL || !EVP_PKEY_is_a(key, "RSA") ||
	    (found = recover(judge, issued, key)) == NULL)
		return false;
	X509_SIG_get0(found, &algorithm, &said);
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	if ((type = EVP_get_digestbyobj(oid)) != NULL &&
	    EVP_Digest(issued->tbs, issued->tbs_len, md, &len, type,
	    NULL) == 1)
		others = (unsigned)ASN1_STRING_length(said) != len ||
		    memcmp(ASN1_STRING_get0_data(said), md, len) != 0;
	X509_SIG_free(found);
	return others;
}

static bool
any_signed_others(const struct judge *judge, const struct issued *issued,
    struct jpki_cert *const *cas, size_t n)
{
	bool others = false;
	size_t i;
	X509 *ca;

	for (i = 0; i < n && !others; i++) {
		if ((ca = x509_of(cas[i])) == NULL)
			continue;
		others = signed_other_bytes(judge, issued,
		    X509_get0_pubkey(ca));
		X509_free(ca);
	}
	return others;
}

/* A certificate names the way in which it is signed twice (RFC 5280,
 * 4.1.1.2). */
static bool
is_changed(const struct judge *judge, const struct issued *issued,
    struct jpki_cert *const *others, size_t n)
{
	return X509_ALGOR_cmp(X509_get0_tbs_sigalg(issued->x509),
	    issued->algorithm) != 0 ||
	    any_signed_others(judge, issued, judge->cas, judge->n_cas) ||
	    any_signed_others(judge, issued, others, n);
}

/* The certificate whose CA is not known: the signer's, if the library cannot
 * read it, or the one at which the chain breaks off. Where a CA fits or does
 * not, the review has said so: NULL. To be freed. */
static X509 *
without_issuer(const struct judge_facts *facts, const struct judgement *j)
{
	const struct jpki_check *last = judgement_last(j);

	if (last == NULL)
		return facts->signer != NULL &&
		    X509_up_ref(facts->signer) == 1 ? facts->signer : NULL;
	if (jpki_check_issuer(last) != NULL ||
	    jpki_check_issuer_state(last) == JPKI_ISSUER_NOT_SIGNED)
		return NULL;
	return x509_of(jpki_check_cert(last));
}

void
judge_issuer(const struct judge *judge, const struct judge_facts *facts,
    struct judgement *j, struct jpki_cert *const *others, size_t n)
{
	struct issued issued = { .x509 = without_issuer(facts, j) };

	if (issued.x509 != NULL && take_apart(&issued) &&
	    is_changed(judge, &issued, others, n))
		judgement_add(j, JUDGE_WRONG, "certificate-changed",
		    "a certificate is not as its CA signed it",
		    "証明書が、認証局の署名したものと異なります");
	OPENSSL_free(issued.der);
	X509_free(issued.x509);
}
