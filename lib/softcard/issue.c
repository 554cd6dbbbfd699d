/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/issue.h"

#include <openssl/evp.h>

#include <stdio.h>

#include "base/date.h"

#include "certificate/soft_ca.h"
#include "crypto/libcrypto.h"

#define KEY_BITS 2048

int
jpkip_issue_key(struct jpki_ctx *ctx, EVP_PKEY **out)
{
	OSSL_LIB_CTX *lib;

	*out = NULL;
	if ((lib = jpkip_crypto(ctx)) == NULL)
		return jpki_ctx_err(ctx);
	jpkip_crypto_enter();
	*out = EVP_PKEY_Q_keygen(lib, NULL, "RSA", (size_t)KEY_BITS);
	jpkip_crypto_leave();
	return *out != NULL ? 0 : jpkip_fail(ctx, JPKI_ERR_CRYPTO,
	    JPKIP_SAME("RSA"));
}

/* Without ASN1_TIME_set(): in a 32-bit program time_t has 64 bits or 32, and
 * libcrypto may have been built with the other. */
static bool
set_time(ASN1_TIME *time, int64_t t)
{
	int64_t day = t / 86400 - (t % 86400 < 0);
	struct jpki_date date = jpkip_date_from_days((int32_t)day);
	unsigned second = (unsigned)(t - day * 86400);
	char text[32];

	snprintf(text, sizeof(text), "%04d%02d%02d%02u%02u%02uZ", date.year,
	    date.month, date.day, second / 3600, second / 60 % 60,
	    second % 60);
	return ASN1_TIME_set_string_X509(time, text) == 1;
}

/* Everything but issuer, extensions and signature. Before 2050 this makes
 * UTCTime, as the profile has it. */
static X509 *
draft(OSSL_LIB_CTX *lib, const X509_NAME *subject, EVP_PKEY *key,
    uint32_t serial, int64_t not_before, int64_t not_after)
{
	X509 *cert;

	if ((cert = X509_new_ex(lib, NULL)) != NULL &&
	    X509_set_version(cert, X509_VERSION_3) == 1 &&
	    ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial) == 1 &&
	    set_time(X509_getm_notBefore(cert), not_before) &&
	    set_time(X509_getm_notAfter(cert), not_after) &&
	    X509_set_subject_name(cert, subject) == 1 &&
	    X509_set_pubkey(cert, key) == 1)
		return cert;
	X509_free(cert);
	return NULL;
}

int
jpkip_issue_ca(struct jpki_ctx *ctx, enum jpki_key purpose, int generation,
    EVP_PKEY *key, X509 **out)
{
	struct jpkip_generation g;
	X509_NAME *name = NULL;
	X509 *cert = NULL;
	OSSL_LIB_CTX *lib;
	bool ok;

	*out = NULL;
	if ((lib = jpkip_crypto(ctx)) == NULL)
		return jpki_ctx_err(ctx);
	g = jpkip_soft_generation(purpose, generation);
	jpkip_crypto_enter();
	ok = (name = jpkip_soft_ca_name(purpose)) != NULL &&
	    (cert = draft(lib, name, key, g.serial, g.not_before,
	    g.not_after)) != NULL &&
	    X509_set_issuer_name(cert, name) == 1 &&
	    jpkip_soft_ca_extensions(lib, cert, purpose) &&
	    X509_sign(cert, key, EVP_sha256()) > 0;
	X509_NAME_free(name);
	if (!ok) {
		X509_free(cert);
		cert = NULL;
	}
	jpkip_crypto_leave();
	*out = cert;
	return ok ? 0 : jpkip_fail(ctx, JPKI_ERR_CRYPTO,
	    JPKIP_SAME("X.509"));
}

int
jpkip_issue(struct jpki_ctx *ctx, const struct jpkip_request *request,
    X509 **out)
{
	const struct jpkip_holder *holder = &request->holder;
	X509_NAME *name = NULL;
	X509 *cert = NULL;
	OSSL_LIB_CTX *lib;
	bool ok;

	*out = NULL;
	if ((lib = jpkip_crypto(ctx)) == NULL)
		return jpki_ctx_err(ctx);
	jpkip_crypto_enter();
	ok = (name = jpkip_soft_subject(request->purpose,
	    holder)) != NULL &&
	    (cert = draft(lib, name, request->key, request->serial,
	    request->not_before, request->not_after)) != NULL &&
	    X509_set_issuer_name(cert,
	    X509_get_subject_name(request->ca)) == 1 &&
	    jpkip_soft_ee_extensions(lib, cert, request->ca,
	    request->purpose, holder) &&
	    X509_sign(cert, request->ca_key, EVP_sha256()) > 0;
	X509_NAME_free(name);
	if (!ok) {
		X509_free(cert);
		cert = NULL;
	}
	jpkip_crypto_leave();
	*out = cert;
	return ok ? 0 : jpkip_fail(ctx, JPKI_ERR_CRYPTO,
	    JPKIP_SAME("X.509"));
}
