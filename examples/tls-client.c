/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs in to a server with the card's auth key (利用者証明用): TLS with a
 * client certificate, and one HTTP request, whose answer is printed.
 *
 *	cc -o tls-client tls-client.c $(pkg-config --cflags --libs openssl)
 *	./tls-client HOST:PORT [URI]
 *
 * The server's certificate is checked against the system's CAs (SSL_CERT_FILE
 * names others). The PIN is asked for, unless the URI says where it is:
 * 'jpki://auth?pin-source=file:PATH'. For a card that makes PKCS#1 v1.5
 * signatures only, TLS has to end at 1.2: jpki-tls.cnf, see jpki-provider(7).
 */
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdio.h>
#include <string.h>

/* What is wanted (OSSL_STORE_INFO_CERT ...) at a URI. */
static OSSL_STORE_INFO *
load(const char *uri, int wanted)
{
	OSSL_STORE_CTX *store = OSSL_STORE_open(uri, UI_OpenSSL(), NULL, NULL,
	    NULL);
	OSSL_STORE_INFO *info = NULL;

	if (store != NULL && OSSL_STORE_expect(store, wanted))
		info = OSSL_STORE_load(store);
	OSSL_STORE_close(store);
	return info;
}

/* The context for all connections: checks the server, has the card's key. */
static SSL_CTX *
new_context(const char *uri)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	OSSL_STORE_INFO *cert = load(uri, OSSL_STORE_INFO_CERT);
	OSSL_STORE_INFO *key = load(uri, OSSL_STORE_INFO_PKEY);
	int ok = ctx != NULL && cert != NULL && key != NULL &&
	    SSL_CTX_set_default_verify_paths(ctx) &&
	    SSL_CTX_use_certificate(ctx, OSSL_STORE_INFO_get0_CERT(cert)) &&
	    SSL_CTX_use_PrivateKey(ctx, OSSL_STORE_INFO_get0_PKEY(key));

	OSSL_STORE_INFO_free(cert);
	OSSL_STORE_INFO_free(key);
	if (!ok) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	return ctx;
}

/* Connects to a server that must be the one it is called; the signature is
 * made in here. */
static BIO *
connect_to(SSL_CTX *ctx, char *where)
{
	BIO *bio = BIO_new_ssl_connect(ctx);
	char host[256];
	SSL *ssl = NULL;

	(void)snprintf(host, sizeof(host), "%.*s", (int)strcspn(where, ":"),
	    where);
	if (bio != NULL && BIO_get_ssl(bio, &ssl) == 1 &&
	    SSL_set_tlsext_host_name(ssl, host) && SSL_set1_host(ssl, host) &&
	    BIO_set_conn_hostname(bio, where) == 1 && BIO_do_connect(bio) == 1)
		return bio;
	BIO_free_all(bio);
	return NULL;
}

int
main(int argc, char **argv)
{
	const char *uri = argc > 2 ? argv[2] : "jpki://auth";
	SSL_CTX *ctx = NULL;
	BIO *bio = NULL;
	char data[4096];
	int n = -1;

	if (argc < 2)
		fprintf(stderr, "usage: tls-client HOST:PORT [URI]\n");
	else if (OSSL_PROVIDER_load(NULL, "default") != NULL &&
	    OSSL_PROVIDER_load(NULL, "jpki") != NULL &&
	    (ctx = new_context(uri)) != NULL &&
	    (bio = connect_to(ctx, argv[1])) != NULL &&
	    BIO_printf(bio, "GET / HTTP/1.0\r\nHost: %s\r\n\r\n", argv[1]) > 0)
		while ((n = BIO_read(bio, data, sizeof(data))) > 0)
			fwrite(data, 1, (size_t)n, stdout);
	if (n < 0)	/* what happened, and what to do about it */
		ERR_print_errors_fp(stderr);
	BIO_free_all(bio);
	SSL_CTX_free(ctx);	/* with the last key the PIN is wiped */
	return n < 0 || fflush(stdout) != 0;
}
