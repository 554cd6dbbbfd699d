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

#include <jpki.h>

#include <openssl/bio.h>
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PROV_PROPERTIES "provider=jpki"

#define prov_slot_name(slot) jpki_object_name((enum jpki_object)(slot))
#define prov_slot_pin(slot) \
	((slot) == JPKI_SLOT_SIGN ? JPKI_PIN_SIGN : JPKI_PIN_AUTH)

/* A name nobody else has: whichever provider is loaded first, OpenSSL asks us
 * for signatures by our own key management's keys only. */
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

	/* What an application sees of our errors; see err.c. */
	OSSL_ITEM reasons[100];

	/* Made when first needed. */
	_Atomic(OSSL_LIB_CTX *) libctx;
	_Atomic(struct prov_conf *) conf;
	atomic_bool warned;		/* of a PIN in a URI */

	bool mute;			/* standard error was closed then */
	struct jpki_mutex mutex;	/* guards what follows */
	struct prov_card *cards;
};

/*
 * Our own library context, where digests, public keys and certificates come
 * from: an application's context may have no other provider, or odd
 * properties. NULL without memory.
 */
OSSL_LIB_CTX *prov_libctx(struct prov *);

/* A context of libjpki's for one call or two; NULL was raised. */
struct jpki_ctx *prov_ctx_new(struct prov *);

/* Hands an object of a type to a loader's or decoder's callback; it has one
 * property or two. */
int	prov_deliver(OSSL_CALLBACK *cb, void *cbarg, int type, OSSL_PARAM,
	    OSSL_PARAM);

extern const OSSL_DISPATCH prov_store_functions[],
	    prov_rsa_keymgmt_functions[], prov_rsa_signature_functions[],
	    prov_spki_der_functions[], prov_spki_pem_functions[],
	    prov_epki_der_functions[], prov_epki_pem_functions[],
	    prov_pkcs1_der_functions[], prov_pkcs1_pem_functions[],
	    prov_pki_der_functions[], prov_pki_pem_functions[],
	    prov_text_functions[], prov_pem_decoder_functions[],
	    prov_der_decoder_functions[];

/* conf.c */

/* The configuration, read once. Never NULL, never an error: what is wrong with
 * it is for prov_conf_check(). */
const struct jpki_settings *prov_conf(struct prov *);
void	prov_conf_free(struct prov_conf *);

/* Before a card is used: 0 where the configuration is wrong. */
int	prov_conf_check(struct prov *);

/* Whether JPKI_DEBUG or debug asks for it. */
bool	prov_debug_wants(struct prov *, int what);

/* To standard error; not if that was closed when we were loaded, since its
 * number is somebody's file by now. */
void	prov_say(struct prov *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* One line of those, if "provider" is wanted. Never give it a PIN, a URI as it
 * came, or anything of a certificate. */
void	prov_debug(struct prov *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* cert.c: what is asked of certificates. */

/* The certificate in a file, PEM or DER. */
struct jpki_cert *prov_cert_read(struct prov *, const char *path);

/* The public key of a certificate, in our own library context. */
EVP_PKEY *prov_cert_public(struct prov *, const struct jpki_cert *);

/* Whether there is a condition among what OSSL_STORE_find() asked for. */
bool	prov_search_is_set(const OSSL_PARAM *);

/* Whether the name of an object meets them, and whether a certificate does. */
bool	prov_search_alias(const OSSL_PARAM *, const char *alias);
bool	prov_search_match(struct prov *, const OSSL_PARAM *,
	    const struct jpki_cert *);

/* pin.c: where PINs come from. They are kept by the key objects, and by the
 * card for the grace period. */

/* What a store asks for. */
struct prov_pin_request {
	const char *source;	/* pin-source, or NULL */
	const char *value;	/* pin-value, or NULL */
	enum jpki_pin which;
	int left;		/* tries, for the prompt; -1: unknown */
	unsigned epoch;
	OSSL_PASSPHRASE_CALLBACK *cb;
	void *cbarg;
};

/* Gets a PIN, asking once, and checks its shape. No lock may be held. 1 with
 * *out NULL: nobody can be asked (no UI), which is not an error yet. */
int	prov_pin_get(struct prov *, const struct prov_pin_request *,
	    struct jpki_kept **out);

#define prov_pin_label(which) \
	((which) == JPKI_PIN_SIGN ? "sign password" : "auth PIN")

/* card.c: the cards, which all stores and keys of one provider share. None of
 * these functions calls the application. */

struct prov_card {
	struct prov *prov;
	struct jpki_shared *shared;

	struct prov_card *next;		/* guarded by the provider's mutex: */
	struct jpki_kept *grace;	/* see prov_card_grace() */
	enum jpki_pin grace_pin;
	struct timespec grace_end;
};

/* The card in a reader (NULL: as configured), with a serial number (NULL:
 * any); no card access. It lives as long as the provider. */
struct prov_card *prov_card_get(struct prov *, const char *reader,
	    const char *serial);
void	prov_cards_free(struct prov *);

/* After a call of libjpki on card->shared that returned r: raises the failure
 * that ctx (may be NULL) has, and frees ctx. Returns r. */
int	prov_card_done(struct prov_card *, struct jpki_ctx *ctx, int r);

/* A certificate, read once per epoch. pin may be NULL where none is needed. One
 * that proves right is kept for prov_card_grace(). */
int	prov_card_cert(struct prov_card *, unsigned epoch, enum jpki_slot,
	    struct jpki_kept *pin, int min_tries, struct jpki_cert **out);

/* The PIN that was right for a certificate less than pin-grace seconds ago, so
 * that one prompt serves certificate and key; or NULL. */
struct jpki_kept *prov_card_grace(struct prov_card *, enum jpki_pin,
	    unsigned epoch);

/*
 * key.c: the key object behind an EVP_PKEY: where the private half is, the PIN
 * that opens it, and the public half as an ordinary key of OpenSSL's own, to
 * which everything public is delegated. No live handle to a card is in it.
 *
 * Where jpki is loaded before default, an application's own RSA keys come here
 * too, when it makes them or hands in their numbers: they are OpenSSL's keys
 * as a whole, to which everything is delegated.
 */

struct prov_key {
	atomic_int refs;
	struct prov *prov;
	/* OpenSSL's own key: the public half of a card's, read when something
	 * needs it; or the whole key. */
	_Atomic(EVP_PKEY *) native;
	bool private;			/* has its private half */

	/* Only of a card's private keys: */
	struct prov_card *card;		/* NULL: not on a card */
	unsigned epoch;
	enum jpki_slot slot;
	struct jpki_kept *pin;		/* may be NULL: no signing then */
	struct jpki_cert *cert;		/* since it was loaded, or NULL */
	int min_tries;
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

/* store.c */

/* The private key that a URI names, by reference to cb, as a decoder hands it
 * on; one VERIFY at most. */
int	prov_store_key(struct prov *, const char *uri, OSSL_CALLBACK *cb,
	    void *cbarg, OSSL_PASSPHRASE_CALLBACK *, void *pw_cbarg);

/* Exports a public key by the reference that a loader gave out. */
int	prov_export_reference(void *ctx, const void *reference, size_t size,
	    OSSL_CALLBACK *cb, void *cbarg);

/*
 * err.c: errors, as an application sees them in OpenSSL's queue: a reason that
 * says what to do, and what libjpki or we know about this case as data. Some
 * applications print the reason alone: so the remedy belongs there.
 *
 * Reasons below PROV_R_FIRST are libjpki's codes without their sign, with its
 * texts, so that a program can tell them by jpki/err.h; the others are ours.
 */

#define PROV_REASONS(X) \
X(AMBIGUOUS_KEY, 1002, "a card has two keys, name one: " \
    "jpki://auth or jpki://sign") \
X(NO_KEY_HERE, 1003, "no private key here: that of a CA certificate is not " \
    "on the card, and type= can rule one out") \
X(PUBLIC_ONLY, 1004, "this object is a public key, it cannot sign") \
X(PSS_PARAMETERS, 1006, "the card makes PSS with SHA-256, MGF1-SHA-256 " \
    "and salt length 32 only") \
X(PADDING_UNSUPPORTED, 1007, "unsupported padding, use pkcs1 or pss") \
X(RAW_REFUSED, 1008, "only a digest is signed: name it, or hand in its " \
    "DigestInfo") \
X(LENGTH, 1009, "the input is not as long as the digest") \
X(NOT_EXPORTABLE, 1005, "the private key cannot leave the card, name it by " \
    "its URI or make a key file with jpki-wrap") \
X(NO_ANCHORS, 1010, "no CA certificates, put J-LIS's into the directory " \
    "that anchors = names in the configuration")

#define PROV_R_FIRST 1000
#define PROV_REASON(name, number, text) PROV_R_##name = (number),
enum prov_reason { PROV_REASONS(PROV_REASON) };
#undef PROV_REASON

/* One more error in the queue, and in the debug log. */
#define prov_raise(prov, reason, ...) \
	prov_raise_at(prov, OPENSSL_FILE, OPENSSL_LINE, OPENSSL_FUNC, \
	    reason, __VA_ARGS__)
void	prov_raise_at(struct prov *, const char *file, int line,
	    const char *func, int reason, const char *fmt, ...)
	    __attribute__((format(printf, 6, 7)));

/* The last failure on a context. */
void	prov_raise_ctx(struct prov *, const struct jpki_ctx *);

OSSL_FUNC_provider_get_reason_strings_fn prov_reason_strings;

#endif
