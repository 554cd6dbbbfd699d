/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How SSH writes data; see ssh.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "ssh.h"

struct ssh_in
ssh_in(const void *data, size_t len)
{
	struct ssh_in in = { data, len, false };

	return in;
}

/* The next len bytes; NULL: there are not so many. */
static const uint8_t *
take(struct ssh_in *in, size_t len)
{
	const uint8_t *at = in->at;

	if (in->bad || in->left < len) {
		in->bad = true;
		return NULL;
	}
	in->at += len;
	in->left -= len;
	return at;
}

uint8_t
ssh_take_byte(struct ssh_in *in)
{
	const uint8_t *at = take(in, 1);

	return at != NULL ? *at : 0;
}

uint32_t
ssh_take_number(struct ssh_in *in)
{
	const uint8_t *at = take(in, 4);

	return at == NULL ? 0 : (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

struct ssh_in
ssh_take_string(struct ssh_in *in)
{
	uint32_t len = ssh_take_number(in);
	const uint8_t *at = take(in, len);

	return ssh_in(at, at != NULL ? len : 0);
}

bool
ssh_in_done(const struct ssh_in *in)
{
	return !in->bad && in->left == 0;
}

bool
ssh_in_equal(const struct ssh_in *a, const struct ssh_in *b)
{
	return a->left == b->left &&
	    (a->left == 0 || memcmp(a->at, b->at, a->left) == 0);
}

bool
ssh_in_is(const struct ssh_in *in, const char *text)
{
	struct ssh_in other = ssh_in(text, strlen(text));

	return ssh_in_equal(in, &other);
}

/* Room for len bytes more; NULL: memory is short. What was there is wiped
 * where it was. */
static uint8_t *
grow(struct ssh_out *out, size_t len)
{
	size_t size = out->size;
	uint8_t *data;

	if (out->bad)
		return NULL;
	if (len > out->size - out->len) {
		while (size - out->len < len)
			size = size == 0 ? 256 : size * 2;
		if ((data = malloc(size)) == NULL) {
			out->bad = true;
			return NULL;
		}
		if (out->len > 0)
			memcpy(data, out->data, out->len);
		if (out->data != NULL)
			explicit_bzero(out->data, out->size);
		free(out->data);
		out->data = data;
		out->size = size;
	}
	data = out->data + out->len;
	out->len += len;
	return data;
}

void
ssh_put(struct ssh_out *out, const void *data, size_t len)
{
	uint8_t *to = grow(out, len);

	if (to != NULL && len > 0)
		memcpy(to, data, len);
}

void
ssh_put_byte(struct ssh_out *out, uint8_t byte)
{
	ssh_put(out, &byte, 1);
}

void
ssh_put_number(struct ssh_out *out, uint32_t n)
{
	uint8_t bytes[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n };

	ssh_put(out, bytes, sizeof(bytes));
}

void
ssh_put_string(struct ssh_out *out, const void *data, size_t len)
{
	ssh_put_number(out, (uint32_t)len);
	ssh_put(out, data, len);
}

void
ssh_put_text(struct ssh_out *out, const char *text)
{
	ssh_put_string(out, text, strlen(text));
}

void
ssh_out_drop(struct ssh_out *out, size_t len)
{
	out->len -= len;
	if (out->len == 0) {
		ssh_out_free(out);
		return;
	}
	memmove(out->data, out->data + len, out->len);
	explicit_bzero(out->data + out->len, len);
}

void
ssh_out_free(struct ssh_out *out)
{
	if (out->data != NULL)
		explicit_bzero(out->data, out->size);
	free(out->data);
	memset(out, 0, sizeof(*out));
}

/* A positive number, with a zero before a first byte that would look
 * negative. */
static void
put_mpint(struct ssh_out *out, const EVP_PKEY *key, const char *param)
{
	BIGNUM *n = NULL;
	uint8_t *to;
	int len;

	if (EVP_PKEY_get_bn_param(key, param, &n) != 1) {
		out->bad = true;
		return;
	}
	/* One byte more than its bits fill: the zero, if they fill the last. */
	len = BN_num_bits(n) / 8 + 1;
	ssh_put_number(out, (uint32_t)len);
	if ((to = grow(out, (size_t)len)) != NULL &&
	    BN_bn2binpad(n, to, len) != len)
		out->bad = true;
	BN_free(n);
}

bool
ssh_put_key(struct ssh_out *out, const struct jpki_cert *cert)
{
	size_t len;
	const uint8_t *der = jpki_cert_key(cert, &len);
	EVP_PKEY *key = d2i_PUBKEY(NULL, &der, (long)len);
	bool ok = key != NULL && EVP_PKEY_is_a(key, "RSA");

	if (ok) {
		ssh_put_text(out, "ssh-rsa");
		put_mpint(out, key, OSSL_PKEY_PARAM_RSA_E);
		put_mpint(out, key, OSSL_PKEY_PARAM_RSA_N);
	}
	EVP_PKEY_free(key);
	return ok && !out->bad;
}

void
ssh_put_base64(struct ssh_out *out, const void *data, size_t len)
{
	/* EVP_EncodeBlock() puts a NUL behind it. */
	size_t size = (len + 2) / 3 * 4 + 1;
	uint8_t *to = grow(out, size);

	if (to != NULL)
		out->len = out->len - size +
		    (size_t)EVP_EncodeBlock(to, data, (int)len);
}

void
ssh_fingerprint(const struct ssh_in *key, char out[SSH_FINGERPRINT_MAX])
{
	uint8_t digest[32], text[45];

	if (EVP_Digest(key->at, key->left, digest, NULL, EVP_sha256(),
	    NULL) != 1) {
		snprintf(out, SSH_FINGERPRINT_MAX, "SHA256:?");
		return;
	}
	EVP_EncodeBlock(text, digest, sizeof(digest));
	snprintf(out, SSH_FINGERPRINT_MAX, "SHA256:%.43s", (char *)text);
}

void
ssh_comment(const char *reader, char *out, size_t size)
{
	char *c;

	if (reader != NULL && *reader != '\0')
		snprintf(out, size, "My Number Card (%s)", reader);
	else
		snprintf(out, size, "My Number Card");
	/* ssh prints it as it is. */
	for (c = out; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}
