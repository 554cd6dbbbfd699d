/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this directory share, one section each.
 *
 * Two conventions meet here. What OpenSSL calls, and everything beside it,
 * returns 1 or 0; what talks to libjpki (card.c) returns 0 or a negative
 * JPKI_ERR_*. Either way an error was raised in OpenSSL's queue by whoever
 * failed first, unless a comment says otherwise.
 */
#ifndef PROV_PROV_H
#define PROV_PROV_H

#include "err.h"

#include <jpki.h>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/evp.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#define PROV_PROPERTIES "provider=jpki"

#define prov_slot_name(slot) jpki_object_name((enum jpki_object)(slot))
#define prov_slot_pin(slot) \
	((slot) == JPKI_SLOT_SIGN ? JPKI_PIN_SIGN : JPKI_PIN_AUTH)

/* A name nobody else has: whichever provider is loaded first, our signatures
 * are made for our keys only, and other people's keys never come here. */
#define PROV_RSA_SIGNATURE "JPKI-RSA-SIGN"

/* A row of a dispatch table; the compiler compares the function's type. */
#define PROV_ROW(ID, type, fn) { OSSL_FUNC_##ID, _Generic(&(fn), \
	OSSL_FUNC_##type##_fn *: (void (*)(void))(fn)) }
#define PROV_END { 0, NULL }

/* prov.c: one loaded provider, which belongs to one library context of the
 * application; nothing is shared between two of them. */

struct prov {
	const OSSL_CORE_HANDLE *handle;
	const OSSL_DISPATCH *core;
	OSSL_FUNC_core_new_error_fn *new_error;
	OSSL_FUNC_core_set_error_debug_fn *set_error_debug;
	OSSL_FUNC_core_vset_error_fn *vset_error;
	OSSL_FUNC_core_get_params_fn *get_params;

	/* Made when first needed. */
	_Atomic(OSSL_LIB_CTX *) libctx;
	_Atomic(struct prov_conf *) conf;
	atomic_bool warned;		/* of a PIN in a URI */

	unsigned char salt[16];
	struct jpki_mutex mutex;	/* guards what follows */
	struct prov_card *cards;
	unsigned char wrong[32];	/* see prov_pin_was_wrong() */
};

/*
 * Our own library context, where digests, public keys and certificates come
 * from: an application's context may have no other provider, or odd
 * properties. NULL without memory.
 */
OSSL_LIB_CTX *prov_libctx(struct prov *);

/* Hands an object of a type to a loader's or decoder's callback; it has one
 * property or two. */
int	prov_deliver(OSSL_CALLBACK *cb, void *cbarg, int type, OSSL_PARAM,
	    OSSL_PARAM);

extern const OSSL_DISPATCH prov_store_functions[];
extern const OSSL_DISPATCH prov_rsa_keymgmt_functions[];
extern const OSSL_DISPATCH prov_rsa_signature_functions[];
extern const OSSL_DISPATCH prov_spki_der_functions[];
extern const OSSL_DISPATCH prov_spki_pem_functions[];
extern const OSSL_DISPATCH prov_text_functions[];
extern const OSSL_DISPATCH prov_pem_decoder_functions[];
extern const OSSL_DISPATCH prov_der_decoder_functions[];

/* conf.c */

struct prov_conf {
	const char *reader;
	const char *pin_source[JPKI_PIN_SIGN + 1];
	const char *cert_sign;		/* a file */
	const char *anchors;		/* a directory */
	const char *debug;
	int min_tries;
	int sign_pin_uses;		/* 0: no limit */
	int pin_grace;			/* seconds */
	int allow_sha1, pss;		/* 1 or 0 */

	char wrong[160];		/* what is wrong with it; "": nothing */
	unsigned given;			/* a bit for each key */
	char *text;			/* of JPKI_CONF */
};

/* The configuration, read once. Never NULL, never an error: what is wrong with
 * it is for prov_conf_check(). */
const struct prov_conf *prov_conf(struct prov *);
void	prov_conf_free(struct prov_conf *);

/* Before a card is used: 0 where the configuration is wrong. */
int	prov_conf_check(struct prov *);

/* Takes a text of "name = value" lines apart, which values point into. */
bool	prov_conf_parse(struct prov_conf *, char *text);

/* Whether JPKI_DEBUG or debug asks for "apdu" or "provider" (or "all"). */
bool	prov_debug_wants(struct prov *, const char *what);

/* One line to standard error, if "provider" is wanted. Never give
 * it a PIN, a URI as it came, or anything of a certificate. */
void	prov_debug(struct prov *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* cert.c: what is asked of certificates. */

/* The certificate in a file, PEM or DER. */
struct jpki_cert *prov_cert_read(struct prov *, const char *path);

/* The public key of a certificate, in our own library context. */
EVP_PKEY *prov_cert_public(struct prov *, const struct jpki_cert *);

/* Whether there is a condition among what OSSL_STORE_find() asked for. */
bool	prov_search_is_set(const OSSL_PARAM *);

/* Whether a certificate meets all of them; alias is its object's name. */
bool	prov_search_match(struct prov *, const OSSL_PARAM *, const char *alias,
	    const struct jpki_cert *);

/* pin.c: where PINs come from. The record is shared by whoever keeps the PIN:
 * the key objects, and the card for the grace period. */

struct prov_pin {
	atomic_int refs;
	struct jpki_kept *kept;
	unsigned epoch;			/* the card it was given for */
	bool from_fd;			/* can be read only once */
	unsigned char print[32];	/* a salted hash */
};

/* What a store asks for. */
struct prov_pin_request {
	const char *source;	/* pin-source, or NULL */
	const char *value;	/* pin-value, or NULL */
	enum jpki_pin which;
	int left;		/* tries, for the prompt; -1: unknown */
	unsigned epoch;
	bool from_key_file;
	OSSL_PASSPHRASE_CALLBACK *cb;
	void *cbarg;
};

/* Gets a PIN, asking once, and checks its shape. No lock may be held. 1 with
 * *out NULL: nobody can be asked (no UI), which is not an error yet. */
int	prov_pin_get(struct prov *, const struct prov_pin_request *,
	    struct prov_pin **out);

/* OpenSSL gives every key in a file the same answer, and asks the holder but
 * once: so an answer that was wrong for a key file is not sent again. Notes
 * it, if it was; NULL is fine. */
void	prov_pin_was_wrong(struct prov *, const struct prov_pin *);

struct prov_pin *prov_pin_ref(struct prov_pin *);	/* NULL is fine */
void	prov_pin_unref(struct prov_pin *);

/* For prompts: the name of the PIN in the user's language and encoding. */
const char *prov_pin_label(enum jpki_pin);

/* card.c: the cards, which all stores and keys of one provider share. None of
 * these functions calls the application; what needs no raising of errors is
 * asked of card->shared itself. */

struct prov_card {
	struct prov *prov;
	struct jpki_shared *shared;

	struct prov_card *next;		/* guarded by the provider's mutex: */
	struct prov_pin *grace;		/* see prov_card_grace() */
	struct timespec grace_end;
};

/* The card in a reader (NULL: as configured), with a serial number (NULL:
 * any); no card access. It lives as long as the provider. */
struct prov_card *prov_card_get(struct prov *, const char *reader,
	    const char *serial);
void	prov_cards_free(struct prov *);

/* Opens the card, or makes sure that the open one is still there; if another
 * one is, a new epoch begins. */
int	prov_card_open(struct prov_card *, unsigned *epoch);

/* The tries left, and whether a PIN may be sent at all: jpki_pin_ready(). */
int	prov_card_ready(struct prov_card *, enum jpki_pin, int min_tries,
	    int *left);

int	prov_card_present(struct prov_card *, enum jpki_slot, bool *present);

/* A certificate, read once per epoch. pin may be NULL where none is needed. A
 * PIN that proves right while the sign certificate is read is kept for
 * prov_card_grace(). */
int	prov_card_cert(struct prov_card *, unsigned epoch, enum jpki_slot,
	    struct prov_pin *pin, int min_tries, struct jpki_cert **out);

/* The sign password that was right less than pin-grace seconds ago, so that
 * one prompt serves certificate and key; or NULL. */
struct prov_pin *prov_card_grace(struct prov_card *, unsigned epoch);

/* One signature, in a run of its own. */
int	prov_card_sign(struct prov_card *, const struct jpki_signing *,
	    struct prov_pin *, int min_tries, unsigned char *sig,
	    size_t sig_size, size_t *sig_len);

/* key.c: the key object behind an EVP_PKEY: where the private half is, the PIN
 * that opens it, and the public half as an ordinary key of OpenSSL's own, to
 * which everything public is delegated. No live handle to a card is in it. */

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
	struct jpki_cert *cert;		/* since it was loaded, or NULL */
	int min_tries;
};

/* A new public key without its half yet. */
struct prov_key *prov_key_new(struct prov *);
void	prov_key_unref(struct prov_key *);	/* NULL is fine */

/* The public half, borrowed; the certificate of a private key. */
EVP_PKEY *prov_key_public(struct prov_key *);
struct jpki_cert *prov_key_cert(struct prov_key *);

/* The length of a signature in bytes, without the card where possible; 0
 * after an error. */
size_t	prov_key_sig_size(struct prov_key *);

/* Signs on the card; a signature that does not fit the certificate, if that
 * is known, does not leave. */
int	prov_key_sign(struct prov_key *, enum jpki_padding, enum jpki_md,
	    const unsigned char *digest, size_t digest_len,
	    unsigned char *sig, size_t sig_size, size_t *sig_len);

/* One more error: libjpki's, err and text of the last failure on the context.
 */
void	prov_raise_ctx(struct prov *, const struct jpki_ctx *);

/* A context of one's own, for what no lock guards. */
struct jpki_ctx *prov_ctx_new(struct prov *);

/* store.c */

/* The private key that a URI names, by reference to cb, as a decoder hands it
 * on; one VERIFY at most. */
int	prov_store_key(struct prov *, const char *uri, OSSL_CALLBACK *cb,
	    void *cbarg, OSSL_PASSPHRASE_CALLBACK *, void *pw_cbarg);

/* Exports a public key by the reference that a loader gave out. */
int	prov_export_reference(void *ctx, const void *reference, size_t size,
	    OSSL_CALLBACK *cb, void *cbarg);

#endif
