/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates are walked with the project's own TLV reader. libcrypto sees
 * only the public key: its X509 objects keep copies of name and address that
 * nobody could wipe.
 */
#include "certificate/cert.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/date.h"
#include "base/tlv.h"
#include "base/wipe.h"
#include "certificate/crypto.h"

#define TAG_BOOLEAN	0x01
#define TAG_INTEGER	0x02
#define TAG_BIT_STRING	0x03
#define TAG_OCTET_STRING 0x04
#define TAG_OID		0x06
#define TAG_UTCTIME	0x17
#define TAG_GENTIME	0x18
#define TAG_SEQUENCE	0x30
#define TAG_CONTEXT(n)	(0xa0u + (n))	/* constructed */
#define TAG_ISSUER_UID	0x81
#define TAG_SUBJECT_UID	0x82

struct jpki_cert {
	uint8_t *der;
	size_t der_len;
	size_t spki, spki_len;	/* SubjectPublicKeyInfo inside der */
	size_t modulus_len;
	int64_t not_before;
	int64_t not_after;
	unsigned refs;
};

/* What is left of the content of one object. */
struct part {
	const uint8_t *at;
	size_t len;
};

/* 1.2.840.113549.1.1.1 */
static const uint8_t oid_rsa[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01
};

/* The next object must have the tag; its content goes to value. */
static bool
take(struct part *from, uint32_t tag, struct part *value)
{
	struct jpkip_tlv tlv;

	if (!jpkip_tlv_header(from->at, from->len, &tlv) || tlv.tag != tag ||
	    tlv.value_len > from->len - tlv.header_len)
		return false;
	value->at = from->at + tlv.header_len;
	value->len = tlv.value_len;
	from->at = value->at + value->len;
	from->len -= tlv.header_len + tlv.value_len;
	return true;
}

static bool
next_is(const struct part *from, uint32_t tag)
{
	struct jpkip_tlv tlv;

	return jpkip_tlv_header(from->at, from->len, &tlv) && tlv.tag == tag;
}

static bool
skip(struct part *from, uint32_t tag)
{
	struct part value;

	return take(from, tag, &value);
}

static bool
skip_optional(struct part *from, uint32_t tag)
{
	return !next_is(from, tag) || skip(from, tag);
}

/* Two digits; -1: not digits. */
static int
two(const uint8_t *text)
{
	if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
		return -1;
	return (text[0] - '0') * 10 + (text[1] - '0');
}

/* RFC 5280, 4.1.2.5: always with seconds, always Z, no fractions. */
static bool
take_time(struct part *from, int64_t *out)
{
	struct jpki_date date;
	struct part text;
	int century, year, month, day, hour, minute, second;

	if (next_is(from, TAG_UTCTIME)) {
		if (!take(from, TAG_UTCTIME, &text) || text.len != 13)
			return false;
		century = text.at[0] >= '5' ? 19 : 20;
	} else {
		if (!take(from, TAG_GENTIME, &text) || text.len != 15)
			return false;
		century = two(text.at);
		text.at += 2;
	}
	year = two(text.at);
	month = two(text.at + 2);
	day = two(text.at + 4);
	hour = two(text.at + 6);
	minute = two(text.at + 8);
	second = two(text.at + 10);
	if (century < 0 || year < 0 || month < 0 || day < 0 || hour < 0 ||
	    hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59 || text.at[12] != 'Z')
		return false;
	date.year = (int16_t)(century * 100 + year);
	date.month = (uint8_t)month;
	date.day = (uint8_t)day;
	if (!jpkip_date_valid(date))
		return false;
	*out = (int64_t)jpkip_date_days(date) * 86400 + hour * 3600 +
	    minute * 60 + second;
	return true;
}

/* The content of an RSAPublicKey's BIT STRING; the size of its modulus. */
static bool
rsa_modulus(struct part bits, size_t *modulus_len)
{
	struct part key, modulus;

	if (bits.len < 1 || bits.at[0] != 0)
		return false;
	bits.at++;
	bits.len--;
	if (!take(&bits, TAG_SEQUENCE, &key) || bits.len != 0 ||
	    !take(&key, TAG_INTEGER, &modulus) || !skip(&key, TAG_INTEGER))
		return false;
	if (modulus.len > 0 && modulus.at[0] == 0) {
		modulus.at++;
		modulus.len--;
	}
	if (modulus.len == 0 || modulus.at[0] == 0)
		return false;
	*modulus_len = modulus.len;
	return true;
}

/* A key of another algorithm than RSA is fine and has no modulus. */
static bool
take_spki(struct jpki_cert *cert, struct part *tbs)
{
	const uint8_t *begin = tbs->at;
	struct part spki, algorithm, oid, bits;

	if (!take(tbs, TAG_SEQUENCE, &spki) ||
	    !take(&spki, TAG_SEQUENCE, &algorithm) ||
	    !take(&algorithm, TAG_OID, &oid) ||
	    !take(&spki, TAG_BIT_STRING, &bits) || spki.len != 0)
		return false;
	cert->spki = (size_t)(begin - cert->der);
	cert->spki_len = (size_t)(tbs->at - begin);
	if (oid.len == sizeof(oid_rsa) &&
	    memcmp(oid.at, oid_rsa, sizeof(oid_rsa)) == 0)
		return rsa_modulus(bits, &cert->modulus_len);
	return true;
}

/* RFC 5280, 4.1.2.9. */
static bool
skip_extensions(struct part *tbs)
{
	struct part wrapped, list, extension;

	if (!next_is(tbs, TAG_CONTEXT(3)))
		return true;
	if (!take(tbs, TAG_CONTEXT(3), &wrapped) ||
	    !take(&wrapped, TAG_SEQUENCE, &list) || wrapped.len != 0)
		return false;
	while (list.len > 0)
		if (!take(&list, TAG_SEQUENCE, &extension) ||
		    !skip(&extension, TAG_OID) ||
		    !skip_optional(&extension, TAG_BOOLEAN) ||
		    !skip(&extension, TAG_OCTET_STRING) || extension.len != 0)
			return false;
	return true;
}

/* RFC 5280, 4.1. */
static bool
walk(struct jpki_cert *cert)
{
	struct part all = { cert->der, cert->der_len };
	struct part body, tbs, validity;

	return take(&all, TAG_SEQUENCE, &body) &&
	    take(&body, TAG_SEQUENCE, &tbs) &&
	    skip(&body, TAG_SEQUENCE) &&	/* signatureAlgorithm */
	    skip(&body, TAG_BIT_STRING) && body.len == 0 &&
	    skip_optional(&tbs, TAG_CONTEXT(0)) && /* version */
	    skip(&tbs, TAG_INTEGER) &&
	    skip(&tbs, TAG_SEQUENCE) &&		/* signature */
	    skip(&tbs, TAG_SEQUENCE) &&		/* issuer */
	    take(&tbs, TAG_SEQUENCE, &validity) &&
	    take_time(&validity, &cert->not_before) &&
	    take_time(&validity, &cert->not_after) && validity.len == 0 &&
	    skip(&tbs, TAG_SEQUENCE) &&		/* subject */
	    take_spki(cert, &tbs) &&
	    skip_optional(&tbs, TAG_ISSUER_UID) &&
	    skip_optional(&tbs, TAG_SUBJECT_UID) &&
	    skip_extensions(&tbs) && tbs.len == 0;
}

int
jpki_cert_parse(struct jpki_ctx *ctx, const uint8_t *der, size_t len,
    struct jpki_cert **out)
{
	struct jpkip_tlv tlv;
	struct jpki_cert *cert;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || (der == NULL && len > 0))
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (!jpkip_tlv_header(der, len, &tlv) || tlv.tag != TAG_SEQUENCE ||
	    tlv.value_len > len - tlv.header_len ||
	    tlv.header_len + tlv.value_len > JPKI_CERT_MAX)
		return jpkip_fail(ctx, JPKI_ERR_DATA, "X.509");
	if ((cert = calloc(1, sizeof(*cert))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL);
	cert->refs = 1;
	cert->der_len = tlv.header_len + tlv.value_len;
	if ((cert->der = malloc(cert->der_len)) == NULL) {
		jpki_cert_free(&cert);
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL);
	}
	memcpy(cert->der, der, cert->der_len);
	if (!walk(cert)) {
		jpki_cert_free(&cert);
		return jpkip_fail(ctx, JPKI_ERR_DATA, "X.509");
	}
	*out = cert;
	return 0;
}

const uint8_t *
jpki_cert_der(const struct jpki_cert *cert, size_t *len)
{
	if (len != NULL)
		*len = cert != NULL ? cert->der_len : 0;
	return cert != NULL ? cert->der : NULL;
}

void
jpki_cert_validity(const struct jpki_cert *cert, int64_t *not_before,
    int64_t *not_after)
{
	if (cert == NULL)
		return;
	if (not_before != NULL)
		*not_before = cert->not_before;
	if (not_after != NULL)
		*not_after = cert->not_after;
}

void
jpki_cert_free(struct jpki_cert **cert)
{
	if (cert == NULL || *cert == NULL)
		return;
	if (--(*cert)->refs == 0) {
		jpkip_freezero((*cert)->der, (*cert)->der_len);
		free(*cert);
	}
	*cert = NULL;
}

struct jpki_cert *
jpkip_cert_ref(struct jpki_cert *cert)
{
	cert->refs++;
	return cert;
}

size_t
jpkip_cert_modulus_len(const struct jpki_cert *cert)
{
	return cert->modulus_len;
}

static const char *
md_name(enum jpki_md md, size_t *len)
{
	switch (md) {
	case JPKI_MD_SHA256:
		*len = 32;
		return "SHA256";
	case JPKI_MD_SHA384:
		*len = 48;
		return "SHA384";
	case JPKI_MD_SHA512:
		*len = 64;
		return "SHA512";
	case JPKI_MD_SHA1:
		*len = 20;
		return "SHA1";
	}
	return NULL;
}

/* 1: the signature is right, 0: it is not, negative: could not be checked. */
static int
check_signature(OSSL_LIB_CTX *lib, EVP_PKEY *key, enum jpki_padding padding,
    const char *md, const uint8_t *digest, size_t digest_len,
    const uint8_t *sig, size_t sig_len)
{
	char name[sizeof("SHA512")], pss[] = "pss", pkcs1[] = "pkcs1";
	char salt[] = "auto";
	OSSL_PARAM params[5], *p = params;
	EVP_PKEY_CTX *verify;
	int r = -1;

	snprintf(name, sizeof(name), "%s", md);
	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST,
	    name, 0);
	*p++ = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE,
	    padding == JPKI_PADDING_PSS ? pss : pkcs1, 0);
	if (padding == JPKI_PADDING_PSS) {
		*p++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_MGF1_DIGEST, name, 0);
		*p++ = OSSL_PARAM_construct_utf8_string(
		    OSSL_SIGNATURE_PARAM_PSS_SALTLEN, salt, 0);
	}
	*p = OSSL_PARAM_construct_end();
	if ((verify = EVP_PKEY_CTX_new_from_pkey(lib, key, NULL)) == NULL ||
	    EVP_PKEY_verify_init_ex(verify, params) != 1)
		goto out;
	r = EVP_PKEY_verify(verify, sig, sig_len, digest, digest_len) == 1;
out:
	EVP_PKEY_CTX_free(verify);
	return r;
}

int
jpkip_cert_verify(struct jpki_ctx *ctx, const struct jpki_cert *cert,
    enum jpki_padding padding, enum jpki_md md, const uint8_t *digest,
    size_t digest_len, const uint8_t *sig, size_t sig_len)
{
	const uint8_t *spki = cert->der + cert->spki;
	const char *name;
	OSSL_LIB_CTX *lib;
	EVP_PKEY *key;
	size_t md_len = 0;
	int right = -1;

	name = md_name(md, &md_len);
	if (name == NULL || digest_len != md_len)
		return jpkip_fail(ctx, JPKI_ERR_DIGEST, NULL);
	if (padding != JPKI_PADDING_PKCS1 && padding != JPKI_PADDING_PSS)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, "padding");
	if (cert->modulus_len == 0)
		return jpkip_fail(ctx, JPKI_ERR_DATA, "X.509: RSA");
	if (sig_len != cert->modulus_len)
		return jpkip_fail(ctx, JPKI_ERR_SIGNATURE, NULL);
	if ((lib = jpkip_crypto(ctx)) == NULL)
		return jpki_ctx_err(ctx);
	jpkip_crypto_enter();
	key = d2i_PUBKEY_ex(NULL, &spki, (long)cert->spki_len, lib, NULL);
	if (key != NULL)
		right = check_signature(lib, key, padding, name, digest,
		    digest_len, sig, sig_len);
	EVP_PKEY_free(key);
	jpkip_crypto_leave();
	if (right < 0)
		return jpkip_fail(ctx, JPKI_ERR_CRYPTO, "RSA");
	return right ? 0 : jpkip_fail(ctx, JPKI_ERR_SIGNATURE, NULL);
}
