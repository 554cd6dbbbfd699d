/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which sessions a client's connection is bound to (OpenSSH's PROTOCOL.agent,
 * 1): the host's own signature of the session's id says so.
 */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "agent.h"

/* Which key a name stands for, and with what it signs. */
static const struct algorithm {
	const char *key;	/* name of the public key */
	const char *sig;	/* name of the signature */
	const char *md;		/* NULL: the key's own */
	const char *group;	/* of an EC key */
} algorithms[] = {
	{ "ssh-ed25519", "ssh-ed25519", NULL, NULL },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "SHA256", "P-256" },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", "SHA384", "P-384" },
	{ "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", "SHA512", "P-521" },
	{ "ssh-rsa", "rsa-sha2-256", "SHA256", NULL },
	{ "ssh-rsa", "rsa-sha2-512", "SHA512", NULL },
};

#define CERTIFICATE "-cert-v01@openssh.com"

/* The key's name without the ending of a host certificate, in which a nonce
 * stands before the key. */
static struct ssh_in
take_key_name(struct ssh_in *key)
{
	struct ssh_in name = ssh_take_string(key);
	size_t len = strlen(CERTIFICATE);

	if (name.left > len && memcmp(name.at + name.left - len, CERTIFICATE,
	    len) == 0) {
		name.left -= len;
		(void)ssh_take_string(key);
	}
	return name;
}

static const struct algorithm *
find_algorithm(const struct ssh_in *key, const struct ssh_in *sig)
{
	size_t i;

	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		if (ssh_in_is(key, algorithms[i].key) &&
		    ssh_in_is(sig, algorithms[i].sig))
			return &algorithms[i];
	}
	return NULL;
}

/* A public key of its parts. */
static EVP_PKEY *
key_of_parts(const char *type, OSSL_PARAM_BLD *parts)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || ctx == NULL ||
	    EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
rsa_key(struct ssh_in *in, OSSL_PARAM_BLD *parts)
{
	struct ssh_in e = ssh_take_string(in), n = ssh_take_string(in);
	BIGNUM *bn_e = BN_bin2bn(e.at, (int)e.left, NULL);
	BIGNUM *bn_n = BN_bin2bn(n.at, (int)n.left, NULL);
	EVP_PKEY *key = NULL;

	/* 16384 bits are as many as OpenSSH takes. */
	if (!in->bad && e.left <= 8 && n.left <= 2049 && bn_e != NULL &&
	    bn_n != NULL &&
	    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, bn_e) == 1 &&
	    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, bn_n) == 1)
		key = key_of_parts("RSA", parts);
	BN_free(bn_e);
	BN_free(bn_n);
	return key;
}

static EVP_PKEY *
ec_key(const struct algorithm *algorithm, struct ssh_in *in,
    OSSL_PARAM_BLD *parts)
{
	struct ssh_in curve = ssh_take_string(in);
	struct ssh_in point = ssh_take_string(in);

	if (in->bad || !ssh_in_is(&curve, strrchr(algorithm->key, '-') + 1) ||
	    OSSL_PARAM_BLD_push_utf8_string(parts,
	    OSSL_PKEY_PARAM_GROUP_NAME, algorithm->group, 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY,
	    point.at, point.left) != 1)
		return NULL;
	return key_of_parts("EC", parts);
}

static EVP_PKEY *
read_key(const struct algorithm *algorithm, struct ssh_in *in)
{
	OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;
	struct ssh_in raw;

	if (parts != NULL && algorithm->group != NULL)
		key = ec_key(algorithm, in, parts);
	else if (parts != NULL && algorithm->md != NULL)
		key = rsa_key(in, parts);
	OSSL_PARAM_BLD_free(parts);
	if (algorithm->md == NULL) {
		raw = ssh_take_string(in);
		key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
		    raw.at, raw.left);
	}
	return key;
}

/* An ECDSA signature, mpint r and mpint s, as OpenSSL has it. */
static uint8_t *
ecdsa_der(struct ssh_in in, size_t *len)
{
	struct ssh_in r = ssh_take_string(&in), s = ssh_take_string(&in);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *bn_r, *bn_s;
	uint8_t *der = NULL;
	int n = -1;

	if (!ssh_in_done(&in) || r.left > 67 || s.left > 67 || sig == NULL) {
		ECDSA_SIG_free(sig);
		return NULL;
	}
	bn_r = BN_bin2bn(r.at, (int)r.left, NULL);
	bn_s = BN_bin2bn(s.at, (int)s.left, NULL);
	if (ECDSA_SIG_set0(sig, bn_r, bn_s) == 1) {
		n = i2d_ECDSA_SIG(sig, &der);
	} else {
		BN_free(bn_r);
		BN_free(bn_s);
	}
	ECDSA_SIG_free(sig);
	*len = n > 0 ? (size_t)n : 0;
	return n > 0 ? der : NULL;
}

static bool
verify(const struct algorithm *algorithm, EVP_PKEY *key,
    const struct ssh_in *sig, const struct ssh_in *data)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const uint8_t *bytes = sig->at;
	size_t len = sig->left;
	uint8_t *der = NULL;
	bool ok;

	if (algorithm->group != NULL)
		bytes = der = ecdsa_der(*sig, &len);
	ok = ctx != NULL && bytes != NULL && EVP_DigestVerifyInit_ex(ctx,
	    NULL, algorithm->md, NULL, NULL, key, NULL) == 1 &&
	    EVP_DigestVerify(ctx, bytes, len, data->at, data->left) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool
ssh_verify(struct ssh_in key, struct ssh_in sig, struct ssh_in data)
{
	struct ssh_in name = take_key_name(&key);
	struct ssh_in sig_name = ssh_take_string(&sig);
	struct ssh_in bytes = ssh_take_string(&sig);
	const struct algorithm *algorithm = find_algorithm(&name, &sig_name);
	EVP_PKEY *pkey;
	bool ok;

	if (key.bad || !ssh_in_done(&sig) || algorithm == NULL ||
	    (pkey = read_key(algorithm, &key)) == NULL)
		return false;
	ok = !key.bad && verify(algorithm, pkey, &bytes, &data);
	EVP_PKEY_free(pkey);
	return ok;
}

/* A connection that is bound to the log-in of a session stays so; through a
 * host that it was forwarded to, others follow. */
static bool
add(struct binds *binds, const struct ssh_in *host_key,
    const struct ssh_in *session, bool forwarding)
{
	struct bind *last = binds->n > 0 ? &binds->list[binds->n - 1] : NULL;
	struct ssh_in known;
	size_t i;

	for (i = 0; i < binds->n; i++) {
		known = ssh_in(binds->list[i].session,
		    binds->list[i].session_len);
		if (!ssh_in_equal(&known, session))
			continue;
		/* Said again, about the same host. */
		known = ssh_in(binds->list[i].host_key.data,
		    binds->list[i].host_key.len);
		return ssh_in_equal(&known, host_key);
	}
	if (binds->n == BINDS_MAX || (last != NULL && !last->forwarding))
		return false;
	last = &binds->list[binds->n];
	ssh_put(&last->host_key, host_key->at, host_key->left);
	if (last->host_key.bad)
		return false;
	memcpy(last->session, session->at, session->left);
	last->session_len = session->left;
	last->forwarding = forwarding;
	binds->n++;
	return true;
}

bool
binds_add(struct binds *binds, struct ssh_in *in)
{
	struct ssh_in host_key = ssh_take_string(in);
	struct ssh_in session = ssh_take_string(in);
	struct ssh_in sig = ssh_take_string(in);
	bool forwarding = ssh_take_byte(in) != 0, ok;

	ok = ssh_in_done(in) && session.left > 0 &&
	    session.left <= SESSION_MAX &&
	    ssh_verify(host_key, sig, session) &&
	    add(binds, &host_key, &session, forwarding);
	if (!ok)
		binds->failed = true;
	return ok;
}

void
binds_free(struct binds *binds)
{
	size_t i;

	for (i = 0; i < binds->n; i++)
		ssh_out_free(&binds->list[i].host_key);
	memset(binds, 0, sizeof(*binds));
}

bool
binds_forwarded(const struct binds *binds)
{
	return binds->n > 0 && binds->list[0].forwarding;
}
