/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs a file with the sign key (署名用), by OpenSSL's own functions: the card
 * is a URI. Writes a detached CMS signature (DER) with the certificate in it:
 *
 *	cc -o cms cms.c $(pkg-config --cflags --libs libcrypto)
 *	./cms FILE > FILE.p7s
 *	openssl cms -verify -binary -inform DER -in FILE.p7s -content FILE \
 *	    -CAfile CA.pem -out /dev/null
 *
 * The password is asked for, once. A second argument is another URI, for
 * scripts: 'jpki://sign?pin-source=file:PATH'; see jpki-provider(7).
 */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdio.h>

/* Certificate and key from one look at the card. */
static int
load(const char *uri, X509 **cert, EVP_PKEY **key)
{
	OSSL_STORE_CTX *store;
	OSSL_STORE_INFO *info;

	store = OSSL_STORE_open(uri, UI_OpenSSL(), NULL, NULL, NULL);
	while (store != NULL && !OSSL_STORE_eof(store) &&
	    (info = OSSL_STORE_load(store)) != NULL) {
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_CERT)
			*cert = OSSL_STORE_INFO_get1_CERT(info);
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			*key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	return *cert != NULL && *key != NULL;
}

int
main(int argc, char **argv)
{
	const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP;
	BIO *in = argc > 1 ? BIO_new_file(argv[1], "rb") : NULL;
	BIO *out = BIO_new_fp(stdout, BIO_NOCLOSE);
	CMS_ContentInfo *cms = NULL;
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	int ok;

	if (argc < 2)
		fprintf(stderr, "usage: cms FILE [URI]\n");
	ok = in != NULL && out != NULL &&
	    OSSL_PROVIDER_load(NULL, "default") != NULL &&
	    OSSL_PROVIDER_load(NULL, "jpki") != NULL &&
	    load(argc > 2 ? argv[2] : "jpki://sign", &cert, &key) &&
	    (cms = CMS_sign(cert, key, NULL, in, flags)) != NULL &&
	    i2d_CMS_bio(out, cms) && BIO_flush(out) == 1;
	if (!ok)	/* what happened, and what to do about it */
		ERR_print_errors_fp(stderr);
	CMS_ContentInfo_free(cms);
	EVP_PKEY_free(key);		/* wipes the password */
	X509_free(cert);
	BIO_free(out);
	BIO_free(in);
	return !ok;
}
