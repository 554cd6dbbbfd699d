/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CMS signatures in two steps; see cms_make.h. OpenSSL's CMS does all but the
 * signing: it is given the public key where it wants a private one, and never
 * gets to the point where it would miss it. So the signed attributes are ours:
 * CMS_SignerInfo_sign() would put a signingTime among them in any case.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cms_make.h"

#define FLAGS (CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP)

struct cms_draft {
	OSSL_LIB_CTX *libctx;	/* borrowed */
	CMS_ContentInfo *cms;
	CMS_SignerInfo *signer;	/* in cms */
	EVP_MD *md;
};

/* The attributes one by one in DER. */
struct encoded {
	uint8_t *der;
	int len;
};

static int
draft_alloc(const struct cms_order *order, struct cms_draft **out)
{
	struct cms_draft *draft;

	if ((*out = draft = calloc(1, sizeof(*draft))) == NULL)
		return -1;
	draft->libctx = order->libctx;
	if ((draft->md = EVP_MD_fetch(order->libctx, jpki_md_name(order->md),
	    NULL)) != NULL)
		return 0;
	cms_draft_free(out);
	return -1;
}

static int
add_time(CMS_SignerInfo *signer, int64_t when)
{
	ASN1_TIME *time = ASN1_TIME_new();
	int ok;

	/* From the epoch in days and seconds: a time_t may be a short one. */
	ok = time != NULL && ASN1_TIME_adj(time, 0, (int)(when / 86400),
	    (long)(when % 86400)) != NULL &&
	    CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime,
	    time->type, time, -1) == 1;
	ASN1_TIME_free(time);
	return ok ? 0 : -1;
}

/* CMS_CADES has put in the signing-certificate-v2. */
static int
add_attributes(struct cms_draft *draft, const struct cms_order *order)
{
	const ASN1_OBJECT *type = CMS_get0_eContentType(draft->cms);

	if (CMS_signed_add1_attr_by_NID(draft->signer, NID_pkcs9_contentType,
	    V_ASN1_OBJECT, type, -1) != 1 ||
	    CMS_signed_add1_attr_by_NID(draft->signer,
	    NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, order->digest,
	    (int)jpki_md_len(order->md)) != 1)
		return -1;
	return order->form == CMS_FORM_PADES ? 0 :
	    add_time(draft->signer, order->time);
}

/* Whether a certificate is among those in the CMS: OpenSSL takes none twice. */
static bool
holds(CMS_ContentInfo *cms, const X509 *cert)
{
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	bool found = false;
	int i;

	for (i = 0; !found && i < sk_X509_num(certs); i++)
		found = X509_cmp(sk_X509_value(certs, i), cert) == 0;
	sk_X509_pop_free(certs, X509_free);
	return found;
}

static int
add_signer(struct cms_draft *draft, const struct cms_order *order)
{
	unsigned int flags = FLAGS;
	const uint8_t *der;
	size_t len;
	X509 *cert;
	int r = -1;

	der = jpki_cert_der(order->cert, &len);
	if ((cert = X509_new_ex(draft->libctx, NULL)) == NULL)
		return -1;
	if (order->form != CMS_FORM_PLAIN)
		flags |= CMS_CADES;
	if (d2i_X509(&cert, &der, (long)len) != NULL) {
		if (holds(draft->cms, cert))
			flags |= CMS_NOCERTS;
		draft->signer = CMS_add1_signer(draft->cms, cert,
		    X509_get0_pubkey(cert), draft->md, flags);
	}
	if (draft->signer != NULL)
		r = add_attributes(draft, order);
	X509_free(cert);
	return r;
}

int
cms_draft_new(const struct cms_order *order, struct cms_draft **out)
{
	if (draft_alloc(order, out) != 0)
		return -1;
	(*out)->cms = CMS_sign_ex(NULL, NULL, NULL, NULL, FLAGS,
	    (*out)->libctx, NULL);
	if ((*out)->cms != NULL && add_signer(*out, order) == 0)
		return 0;
	cms_draft_free(out);
	return -1;
}

int
cms_draft_cosign(const uint8_t *cms, size_t len,
    const struct cms_order *order, struct cms_draft **out)
{
	struct cms_draft *draft;

	if (draft_alloc(order, out) != 0)
		return -1;
	draft = *out;
	draft->cms = CMS_ContentInfo_new_ex(draft->libctx, NULL);
	if (draft->cms != NULL &&
	    d2i_CMS_ContentInfo(&draft->cms, &cms, (long)len) != NULL &&
	    add_signer(draft, order) == 0)
		return 0;
	cms_draft_free(out);
	return -1;
}

static int
compare(const void *a, const void *b)
{
	const struct encoded *x = a, *y = b;
	int least = x->len < y->len ? x->len : y->len;
	int r = memcmp(x->der, y->der, (size_t)least);

	return r != 0 ? r : x->len - y->len;
}

/* The attributes in the order that DER has for them: each, and what the SET
 * holds; -1: an error. */
static int
encode_attributes(const struct cms_draft *draft, struct encoded *all, int n)
{
	int i, total = 0;

	for (i = 0; i < n; i++) {
		all[i].len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(
		    draft->signer, i), &all[i].der);
		if (all[i].len <= 0)
			return -1;
		total += all[i].len;
	}
	qsort(all, (size_t)n, sizeof(*all), compare);
	return total;
}

/* RFC 5652, 5.4: as a SET OF, whatever tag they have in the SignerInfo. */
static int
digest_set(const struct cms_draft *draft, const struct encoded *all, int n,
    int total, uint8_t *digest)
{
	uint8_t head[16], *end = head;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int i, ok;

	ASN1_put_object(&end, 1, total, V_ASN1_SET, V_ASN1_UNIVERSAL);
	ok = ctx != NULL && EVP_DigestInit_ex(ctx, draft->md, NULL) == 1 &&
	    EVP_DigestUpdate(ctx, head, (size_t)(end - head)) == 1;
	for (i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(ctx, all[i].der,
		    (size_t)all[i].len) == 1;
	ok = ok && EVP_DigestFinal_ex(ctx, digest, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : -1;
}

int
cms_draft_digest(const struct cms_draft *draft, uint8_t *digest)
{
	int i, n = CMS_signed_get_attr_count(draft->signer), total, r = -1;
	struct encoded *all;

	if (n <= 0 || (all = calloc((size_t)n, sizeof(*all))) == NULL)
		return -1;
	if ((total = encode_attributes(draft, all, n)) > 0)
		r = digest_set(draft, all, n, total, digest);
	for (i = 0; i < n; i++)
		OPENSSL_free(all[i].der);
	free(all);
	return r;
}

int
cms_draft_sign(struct cms_draft *draft, const uint8_t *sig, size_t len)
{
	ASN1_OCTET_STRING *value =
	    CMS_SignerInfo_get0_signature(draft->signer);

	return ASN1_OCTET_STRING_set(value, sig, (int)len) == 1 ? 0 : -1;
}

int
cms_draft_der(const struct cms_draft *draft, uint8_t **der, size_t *len)
{
	int n;

	*der = NULL;
	*len = 0;
	if ((n = i2d_CMS_ContentInfo(draft->cms, der)) <= 0)
		return -1;
	*len = (size_t)n;
	return 0;
}

void
cms_draft_free(struct cms_draft **draft)
{
	if (*draft == NULL)
		return;
	CMS_ContentInfo_free((*draft)->cms);
	EVP_MD_free((*draft)->md);
	free(*draft);
	*draft = NULL;
}

size_t
cms_draft_room(const struct jpki_cert *cert)
{
	size_t len;

	/* Names of the issuer twice more, attributes, an RSA-4096 signature:
	 * some 1,200 bytes on the cards of today. */
	jpki_cert_der(cert, &len);
	return len + 3072;
}
