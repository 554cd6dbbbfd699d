/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key object behind an EVP_PKEY: where the private half is, the PIN that
 * opens it, and the public half as an ordinary key of OpenSSL's own, to which
 * everything public is delegated. No live handle to a card is in it.
 */
#ifndef PROV_KEY_H
#define PROV_KEY_H

#include "card.h"
#include "pin.h"
#include "prov.h"

#include <openssl/types.h>

#include <stdatomic.h>

struct prov_key {
	atomic_int refs;
	struct prov *prov;
	/* Read from the card when something needs it. */
	_Atomic(EVP_PKEY *) pub;

	/* Only of private keys: */
	struct prov_card *card;		/* NULL: a public key */
	unsigned epoch;
	enum jpki_slot slot;
	struct prov_pin *pin;		/* may be NULL: no signing then */
	int min_tries;
};

/* A new public key without its half yet; NULL, raised, without memory. */
struct prov_key *prov_key_new(struct prov *);
struct prov_key *prov_key_ref(struct prov_key *);
void	prov_key_unref(struct prov_key *);	/* NULL is fine */

/* The public half, borrowed; NULL with an error raised. */
EVP_PKEY *prov_key_public(struct prov_key *);

/* The public key of a DER certificate, in our own library context. */
EVP_PKEY *prov_cert_public(struct prov *, const unsigned char *der,
	    size_t len);

/* The length of a signature in bytes, without the card where possible;
 * 0 with an error raised. */
size_t	prov_key_sig_size(struct prov_key *);

/* Signs on the card, and checks the signature if the public half is known. */
int	prov_key_sign(struct prov_key *, enum jpki_padding, enum jpki_md,
	    const char *md_name, const unsigned char *digest,
	    size_t digest_len, unsigned char *sig, size_t sig_size,
	    size_t *sig_len);

/* Hands the public half to cb, as a keymgmt's export does. */
int	prov_key_export(struct prov_key *, OSSL_CALLBACK *cb, void *cbarg);

#endif
