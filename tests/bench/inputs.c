/* SPDX-License-Identifier: Apache-2.0 */
/* What is there before anything is measured: card, certificates, a list. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "each.h"

#define ENTRIES	1000000
#define DAY	86400

static FILE *
open_file(const struct each *each, const char *name, const char *mode)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", each->dir, name);
	if ((f = fopen(path, mode)) == NULL)
		perror(path);
	return f;
}

static int
read_key(const struct each *each, const char *name, EVP_PKEY **key)
{
	FILE *f = open_file(each, name, "r");

	if (f == NULL)
		return -1;
	*key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	return *key == NULL ? -1 : 0;
}

static int
read_x509(const struct each *each, const char *name, X509 **x509)
{
	FILE *f = open_file(each, name, "r");

	if (f == NULL)
		return -1;
	*x509 = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	return *x509 == NULL ? -1 : 0;
}

static int
read_all(const struct each *each, const char *name, uint8_t **data,
    size_t *len)
{
	FILE *f = open_file(each, name, "r");
	long size;
	int r = -1;

	if (f == NULL)
		return -1;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) > 0 &&
	    fseek(f, 0, SEEK_SET) == 0 &&
	    (*data = OPENSSL_malloc((size_t)size)) != NULL) {
		*len = fread(*data, 1, (size_t)size, f);
		r = *len == (size_t)size ? 0 : -1;
	}
	fclose(f);
	return r;
}

int
each_open_card(struct each *each)
{
	char reader[4096];
	unsigned epoch;
	int r;

	snprintf(reader, sizeof(reader), "soft:%s", each->dir);
	if ((r = jpki_cards_new(each->ctx, &each->cards)) != 0 ||
	    (r = jpki_cards_get(each->ctx, each->cards, reader, NULL,
	    &each->shared)) != 0 ||
	    (r = jpki_shared_open(each->ctx, each->shared, &epoch)) != 0 ||
	    (r = jpki_kept_new(each->ctx, JPKI_PIN_AUTH, "1234", 4, epoch, 0,
	    &each->kept)) != 0) {
		fprintf(stderr, "%s\n", jpki_ctx_errmsg(each->ctx));
		return r;
	}
	return read_key(each, "auth.key", &each->key);
}

int
each_open_certs(struct each *each)
{
	static const char *const names[3] = { "ca/sign-ca-1.pem",
		"ca/sign-ca-2.pem", "ca/sign-ca-3.pem" };
	uint8_t *der;
	X509 *ca;
	int i, len, r = 0;

	if (read_x509(each, "sign.pem", &each->x509) != 0 ||
	    read_x509(each, "sign-ca.pem", &each->x509_ca) != 0 ||
	    (len = i2d_X509(each->x509, &each->der)) <= 0)
		return -1;
	each->der_len = (size_t)len;
	r = jpki_cert_parse(each->ctx, each->der, each->der_len, &each->cert);
	for (i = 0; r == 0 && i < 3; i++) {
		if (read_x509(each, names[i], &ca) != 0)
			return -1;
		der = NULL;
		len = i2d_X509(ca, &der);
		r = len <= 0 ? -1 : jpki_cert_parse(each->ctx, der,
		    (size_t)len, &each->cas[i]);
		OPENSSL_free(der);
		X509_free(ca);
	}
	return r;
}

int
each_open_crl(struct each *each)
{
	int r = each_open_certs(each);

	if (r == 0)
		r = read_all(each, "million.crl", &each->crl, &each->crl_len);
	if (r == 0)
		r = jpki_check_new(each->ctx, each->cert, each->cas, 3,
		    time(NULL), &each->check);
	return r;
}

void
each_close(struct each *each)
{
	int i;

	jpki_check_free(&each->check);
	OPENSSL_free(each->crl);
	jpki_cert_free(&each->cert);
	for (i = 0; i < 3; i++)
		jpki_cert_free(&each->cas[i]);
	X509_free(each->x509);
	X509_free(each->x509_ca);
	OPENSSL_free(each->der);
	EVP_PKEY_free(each->key);
	jpki_kept_free(&each->kept);
	jpki_cards_free(&each->cards);
	jpki_ctx_free(&each->ctx);
}

/* No entry is the certificate's: its serial number has four bytes. */
static int
add_entries(X509_CRL *crl, ASN1_TIME *when)
{
	X509_REVOKED *entry;
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	long i;
	int ok = serial != NULL;

	for (i = 0; ok && i < ENTRIES; i++) {
		entry = X509_REVOKED_new();
		ok = entry != NULL && ASN1_INTEGER_set(serial, 2 * i + 1) &&
		    X509_REVOKED_set_serialNumber(entry, serial) &&
		    X509_REVOKED_set_revocationDate(entry, when) &&
		    X509_CRL_add0_revoked(crl, entry);
		if (!ok)
			X509_REVOKED_free(entry);
	}
	ASN1_INTEGER_free(serial);
	return ok ? 0 : -1;
}

static int
add_head(X509_CRL *crl, const X509 *ca)
{
	ASN1_TIME *last = X509_gmtime_adj(NULL, -DAY);
	ASN1_TIME *next = X509_gmtime_adj(NULL, 7 * DAY);
	int r = -1;

	if (last != NULL && next != NULL && X509_CRL_set_version(crl, 1) &&
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca)) &&
	    X509_CRL_set1_lastUpdate(crl, last) &&
	    X509_CRL_set1_nextUpdate(crl, next))
		r = add_entries(crl, last);
	ASN1_TIME_free(last);
	ASN1_TIME_free(next);
	return r;
}

static int
add_key_id(X509_CRL *crl, X509 *ca)
{
	X509_EXTENSION *ext;
	X509V3_CTX v3;
	int r = -1;

	X509V3_set_ctx(&v3, ca, NULL, NULL, crl, 0);
	ext = X509V3_EXT_nconf_nid(NULL, &v3, NID_authority_key_identifier,
	    "keyid:always");
	if (ext != NULL && X509_CRL_add_ext(crl, ext, -1))
		r = 0;
	X509_EXTENSION_free(ext);
	return r;
}

int
each_make_crl(struct each *each)
{
	X509_CRL *crl = X509_CRL_new();
	EVP_PKEY *key = NULL;
	FILE *f = NULL;
	int r;

	if ((r = read_x509(each, "ca/sign-ca-3.pem", &each->x509_ca)) != 0 ||
	    (r = read_key(each, "ca/sign-ca-3.key", &key)) != 0)
		goto out;
	r = -1;
	if (crl == NULL || add_head(crl, each->x509_ca) != 0 ||
	    add_key_id(crl, each->x509_ca) != 0 ||
	    X509_CRL_sign(crl, key, EVP_sha256()) <= 0 ||
	    (f = open_file(each, "million.crl", "w")) == NULL)
		goto out;
	r = i2d_X509_CRL_fp(f, crl) == 1 ? 0 : -1;
out:
	if (f != NULL && fclose(f) != 0)
		r = -1;
	EVP_PKEY_free(key);
	X509_CRL_free(crl);
	return r;
}
