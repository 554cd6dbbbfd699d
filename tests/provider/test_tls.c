/* SPDX-License-Identifier: Apache-2.0 */
/* TLS by libssl in one process: the card on either side, and nobody's. */
#include "bench.h"
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jpki.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* A key and its certificate. */
struct identity {
	EVP_PKEY *key;
	X509 *cert;
};

/* A certificate of its own making, for a key that is not made for servers. */
static X509 *
self_signed(const struct bench *bench, EVP_PKEY *key)
{
	X509 *cert = X509_new_ex(bench->libctx, NULL);
	X509_NAME *name = X509_NAME_new();

	assert_non_null(cert);
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"localhost", -1, -1, 0), 1);
	assert_int_equal(X509_set_subject_name(cert, name), 1);
	assert_int_equal(X509_set_issuer_name(cert, name), 1);
	X509_NAME_free(name);
	assert_int_equal(X509_set_version(cert, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(cert), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(cert), -60));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(cert), 3600));
	assert_int_equal(X509_set_pubkey(cert, key), 1);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	return cert;
}

static struct identity
card_server(const struct bench *bench)
{
	struct identity id;

	assert_non_null(id.key = bench_key(bench, "jpki:auth", AUTH_PIN));
	id.cert = self_signed(bench, id.key);
	return id;
}

static struct identity
card_owner(const struct bench *bench)
{
	struct identity id;

	assert_non_null(id.key = bench_key(bench, "jpki:auth", AUTH_PIN));
	assert_non_null(id.cert = bench_cert(bench, "jpki:auth", NULL));
	return id;
}

static struct identity
somebody(const struct bench *bench)
{
	struct identity id;

	assert_non_null(id.key = EVP_PKEY_Q_keygen(bench->libctx,
	    "provider!=jpki", "RSA", (size_t)2048));
	id.cert = self_signed(bench, id.key);
	return id;
}

static void
identity_free(struct identity *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->cert);
}

/* One side, which trusts one certificate and must see it. */
static SSL *
side(const struct bench *bench, const struct identity *id, X509 *trusted,
    bool server, int version)
{
	SSL_CTX *ctx = SSL_CTX_new_ex(bench->libctx, NULL, TLS_method());
	SSL *ssl;

	assert_non_null(ctx);
	assert_int_equal(SSL_CTX_set_min_proto_version(ctx, version), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(ctx, version), 1);
	if (id != NULL) {
		assert_int_equal(SSL_CTX_use_certificate(ctx, id->cert), 1);
		assert_int_equal(SSL_CTX_use_PrivateKey(ctx, id->key), 1);
		assert_int_equal(SSL_CTX_check_private_key(ctx), 1);
	}
	assert_int_equal(X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx),
	    trusted), 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER |
	    SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	assert_non_null(ssl = SSL_new(ctx));
	SSL_CTX_free(ctx);
	if (server)
		SSL_set_accept_state(ssl);
	else
		SSL_set_connect_state(ssl);
	return ssl;
}

/* Until both are done or one fails; then a word from client to server. */
static bool
talk(SSL *client, SSL *server)
{
	BIO *here, *there;
	int i, done = 0;
	char word[8] = "";

	assert_int_equal(BIO_new_bio_pair(&here, 0, &there, 0), 1);
	SSL_set_bio(client, here, here);
	SSL_set_bio(server, there, there);
	for (i = 0; i < 20 && done != 3; i++) {
		SSL *ssl = i % 2 ? server : client;
		int rc = SSL_do_handshake(ssl);

		if (rc == 1)
			done |= 1 << i % 2;
		else if (SSL_get_error(ssl, rc) != SSL_ERROR_WANT_READ)
			return false;
	}
	return done == 3 && SSL_write(client, "hello", 5) == 5 &&
	    SSL_read(server, word, sizeof(word)) == 5 &&
	    strcmp(word, "hello") == 0 &&
	    SSL_get_verify_result(client) == X509_V_OK &&
	    SSL_get_verify_result(server) == X509_V_OK;
}

static const int versions[] = { TLS1_3_VERSION, TLS1_2_VERSION };

/* Default settings: RSA with PSS, a signature for each handshake of the
 * card's, none of anybody else's, and nothing in the error queue. */
static void
by_default(void **state)
{
	struct identity owner, server, other;
	struct bench bench;
	enum order order;
	SSL *c, *s;
	X509 *ca;
	size_t i;

	(void)state;
	for (order = JPKI_LAST; order <= JPKI_FIRST; order++) {
		bench_start(&bench, order, "card");
		owner = card_owner(&bench);
		server = card_server(&bench);
		other = somebody(&bench);
		ca = bench_cert(&bench, "jpki:auth-ca", NULL);
		for (i = 0; i < 2; i++) {
			bench_count();
			c = side(&bench, &owner, other.cert, false,
			    versions[i]);
			s = side(&bench, &other, ca, true, versions[i]);
			assert_true(talk(c, s));
			assert_int_equal(bench_counted().sign, 1);
			SSL_free(c);
			SSL_free(s);

			bench_count();
			c = side(&bench, &other, server.cert, false,
			    versions[i]);
			s = side(&bench, &server, other.cert, true,
			    versions[i]);
			assert_true(talk(c, s));
			assert_int_equal(bench_counted().sign, 1);
			SSL_free(c);
			SSL_free(s);

			bench_count();
			c = side(&bench, &owner, server.cert, false,
			    versions[i]);
			s = side(&bench, &server, ca, true, versions[i]);
			assert_true(talk(c, s));
			assert_int_equal(bench_counted().sign, 2);
			SSL_free(c);
			SSL_free(s);

			bench_count();
			c = side(&bench, &other, other.cert, false,
			    versions[i]);
			s = side(&bench, &other, other.cert, true,
			    versions[i]);
			assert_true(talk(c, s));
			assert_int_equal(bench_counted().all, 0);
			SSL_free(c);
			SSL_free(s);
			assert_int_equal(ERR_peek_error(), 0);
		}
		identity_free(&owner);
		identity_free(&server);
		identity_free(&other);
		X509_free(ca);
		bench_stop(&bench);
	}
}

static void
without_pss(const struct bench *bench)
{
	struct jpki_softcard *soft;
	struct jpki_ctx *ctx;

	assert_non_null(ctx = jpki_ctx_new());
	assert_code(jpki_softcard_open(ctx, bench->card, &soft), 0);
	assert_code(jpki_softcard_set(soft, "pss", "off"), 0);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
}

/* A card that makes PKCS#1 v1.5 signatures only: TLS 1.2, if either side says
 * so; else one error that names both settings. */
static void
pkcs1_only(void **state)
{
	static char only[] = "RSA+SHA256:RSA+SHA384:RSA+SHA512";
	struct identity owner, other;
	struct bench bench;
	int by, pad = 0;
	SSL *c, *s;
	size_t i;
	X509 *ca;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	without_pss(&bench);
	owner = card_owner(&bench);
	other = somebody(&bench);
	ca = bench_cert(&bench, "jpki:auth-ca", NULL);
	for (by = 0; by < 2; by++) {
		c = side(&bench, &owner, other.cert, false, TLS1_2_VERSION);
		s = side(&bench, &other, ca, true, TLS1_2_VERSION);
		assert_int_equal(SSL_set1_client_sigalgs_list(by ? s : c,
		    only), 1);
		assert_true(talk(c, s));
		assert_int_equal(SSL_get_peer_signature_type_nid(s, &pad), 1);
		assert_int_equal(pad, NID_rsaEncryption);
		SSL_free(c);
		SSL_free(s);
		assert_int_equal(ERR_peek_error(), 0);
	}
	for (i = 0; i < 2; i++) {
		c = side(&bench, &owner, other.cert, false, versions[i]);
		s = side(&bench, &other, ca, true, versions[i]);
		assert_false(talk(c, s));
		assert_true(bench_error("ClientSignatureAlgorithms = "
		    "RSA+SHA256:RSA+SHA384:RSA+SHA512 and MaxProtocol = "
		    "TLSv1.2"));
		SSL_free(c);
		SSL_free(s);
	}
	assert_int_equal(bench_tries(&bench), 35);
	identity_free(&owner);
	identity_free(&other);
	X509_free(ca);
	bench_stop(&bench);
}

/* A wrong PIN: every handshake fails, the first one costs a try. */
static void
wrong_pin(void **state)
{
	struct identity owner, other;
	struct bench bench;
	SSL *c, *s;
	X509 *ca;
	int i;

	(void)state;
	bench_start(&bench, JPKI_LAST, "card");
	assert_non_null(owner.key = bench_key(&bench, "jpki:auth", "9999"));
	owner.cert = bench_cert(&bench, "jpki:auth", NULL);
	other = somebody(&bench);
	ca = bench_cert(&bench, "jpki:auth-ca", NULL);
	for (i = 0; i < 10; i++) {
		c = side(&bench, &owner, other.cert, false, versions[i % 2]);
		s = side(&bench, &other, ca, true, versions[i % 2]);
		assert_false(talk(c, s));
		assert_true(bench_error(i == 0 ? "2 tries left" :
		    "nothing more was sent"));
		SSL_free(c);
		SSL_free(s);
	}
	assert_int_equal(bench_tries(&bench), 25);
	identity_free(&owner);
	identity_free(&other);
	X509_free(ca);
	bench_stop(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_default),
		cmocka_unit_test(pkcs1_only),
		cmocka_unit_test(wrong_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
