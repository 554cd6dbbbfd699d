/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key object behind an EVP_PKEY: where the private half is, the PIN that
 * opens it, and the public half as an ordinary key of OpenSSL's own, to
 * which everything public is delegated. No live handle to a card is in it.
 *
 * Where jpki is loaded before default, an application's own RSA keys come here
 * too, when it makes them or hands in their numbers: they are OpenSSL's keys
 * as a whole, to which everything is delegated.
 */
#ifndef PROV_KEY_H
#define PROV_KEY_H

#include "card.h"
#include "prov.h"

/* A name nobody else has: whichever provider is loaded first, OpenSSL asks us
 * for signatures by our own key management's keys only. */
#define PROV_RSA_SIGNATURE "JPKI-RSA-SIGN"

extern const OSSL_DISPATCH prov_rsa_keymgmt_functions[];

struct prov_key {
	atomic_int refs;
	struct prov *prov;
	/* OpenSSL's own key: the public half of a card's, read when something
	 * needs it; or the whole key. */
	_Atomic(EVP_PKEY *) native;
	bool private;			/* has its private half */

	/* Only of a card's private keys: */
	struct jpki_shared *card;		/* NULL: not on a card */
	unsigned epoch;
	enum jpki_slot slot;
	struct jpki_kept *pin;		/* may be NULL: no signing then */
	struct jpki_cert *cert;		/* since it was loaded, or NULL */
	int min_tries;
	atomic_bool aloud;		/* prints why a PIN was refused */
};

/* A new key without its halves yet. */
void	*prov_key_new(void *prov);
void	prov_key_unref(void *key);		/* NULL is fine */

/* The native key, borrowed; the certificate of a card's key. */
EVP_PKEY *prov_key_native(struct prov_key *);
struct jpki_cert *prov_key_cert(struct prov_key *);

/* The length of a signature in bytes, without the card where possible; 0
 * after an error. */
size_t	prov_key_sig_size(struct prov_key *);

/* Signs on the card; a signature that does not fit the certificate, if that
 * is known, does not leave. */
int	prov_key_sign(struct prov_key *, enum jpki_padding, enum jpki_md,
	    const unsigned char *digest, size_t digest_len,
	    unsigned char *sig, size_t sig_size, size_t *sig_len);

/* Exports a public key by the reference that a loader gave out. */
int	prov_export_reference(void *ctx, const void *reference, size_t size,
	    OSSL_CALLBACK *cb, void *cbarg);

#endif
