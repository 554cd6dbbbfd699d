/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs a file with the sign key (署名用) as XML-DSig, detached: what is
 * signed, SignedInfo, is written in its canonical form, so that no XML library
 * is needed. The card is a URI:
 *
 *	cc -o xml xml.c $(pkg-config --cflags --libs libcrypto)
 *	./xml FILE > FILE.sig.xml
 *	xmlsec1 --verify --trusted-pem CA.pem FILE.sig.xml
 *
 * FILE is a name in this folder. The password is asked for, once. A second
 * argument is another URI, for scripts: 'jpki://sign?pin-source=file:PATH'; see
 * jpki-provider(7). For a signature in a document: jpki-xml(1).
 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#define NS " xmlns=\"http://www.w3.org/2000/09/xmldsig#\""
#define EMPTY(name, uri) "<" name " Algorithm=\"" uri "\"></" name ">"
#define SIGNED_INFO "<SignedInfo" NS ">" EMPTY("CanonicalizationMethod", \
	"http://www.w3.org/TR/2001/REC-xml-c14n-20010315") \
    EMPTY("SignatureMethod", \
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256") \
    "<Reference URI=\"%s\">" EMPTY("DigestMethod", \
	"http://www.w3.org/2001/04/xmlenc#sha256") \
    "<DigestValue>%s</DigestValue></Reference></SignedInfo>"

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

/* The name as a URI, and the SHA-256 of the file in base64. */
static int
describe(const char *name, EVP_MD_CTX *ctx, char uri[768], char digest[48])
{
	unsigned char buf[65536], md[32];
	FILE *file = fopen(name, "rb");
	size_t n;
	int ok = strlen(name) < 256 && file != NULL &&
	    EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);

	for (n = 0; ok && name[n] != '\0'; n++)
		snprintf(uri + 3 * n, 4, "%%%02X", (unsigned char)name[n]);
	while (ok && (n = fread(buf, 1, sizeof(buf), file)) > 0)
		ok = EVP_DigestUpdate(ctx, buf, n);
	ok = ok && !ferror(file) && EVP_DigestFinal_ex(ctx, md, NULL) &&
	    EVP_EncodeBlock((unsigned char *)digest, md, sizeof(md)) > 0;
	if (!ok)
		perror("the file");
	if (file != NULL)
		fclose(file);
	return ok;
}

int
main(int argc, char **argv)
{
	char uri[768], digest[48], info[2048];
	unsigned char sig[1024], text[1400], *der = NULL, *pem;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	size_t sig_len = sizeof(sig);
	int len = 0, ok;

	if (argc < 2)
		fprintf(stderr, "usage: xml FILE [URI]\n");
	ok = argc > 1 && describe(argv[1], ctx, uri, digest) &&
	    snprintf(info, sizeof(info), SIGNED_INFO, uri, digest) > 0 &&
	    OSSL_PROVIDER_load(NULL, "default") != NULL &&
	    OSSL_PROVIDER_load(NULL, "jpki") != NULL &&
	    load(argc > 2 ? argv[2] : "jpki://sign", &cert, &key) &&
	    EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL) &&
	    EVP_DigestSign(ctx, sig, &sig_len, (unsigned char *)info,
	    strlen(info)) && (len = i2d_X509(cert, &der)) > 0 &&
	    (pem = OPENSSL_malloc((size_t)len * 4 / 3 + 5)) != NULL;
	if (ok) {
		EVP_EncodeBlock(text, sig, (int)sig_len);
		EVP_EncodeBlock(pem, der, len);
		printf("<Signature" NS ">%s<SignatureValue>%s</SignatureValue>"
		    "<KeyInfo><X509Data><X509Certificate>%s</X509Certificate>"
		    "</X509Data></KeyInfo></Signature>\n", info, text, pem);
		OPENSSL_free(pem);
	} else	/* what happened, and what to do about it */
		ERR_print_errors_fp(stderr);
	OPENSSL_free(der);
	EVP_PKEY_free(key);		/* wipes the password */
	X509_free(cert);
	EVP_MD_CTX_free(ctx);
	return !ok || fflush(stdout) != 0;
}
