/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card that is used for a long time, by the threads of a process and by the
 * processes that it forks: a session (jpki/card.h) that is opened anew when it
 * must be, after a fork, when the card was taken out and put back, when pcscd
 * was restarted, and that knows whether the card is still the same one.
 *
 * The epoch says so: a number that stands for one card in one shared card.
 * What was learnt or given in one epoch, a PIN above all, is never used in
 * another: JPKI_ERR_CHANGED, and nothing was sent. The card is the same if it
 * never left its reader, if its auth certificate is the one that was read
 * before, or if that fits a signature that was made before; where none of this
 * tells, it counts as another one. The epochs of the last eight cards that can
 * be told so are remembered: when a card comes back, so does its epoch.
 *
 * These functions may be called by several threads at a time, each with a
 * context of its own, where errors are told; the context also gives language,
 * log and bounds of waiting for this one call. A call waits for the others; it
 * asks nobody for anything meanwhile. A process may fork at any moment, also
 * while another of its threads is in here.
 *
 * For frameworks: may change with each 0.MINOR.
 */
#ifndef JPKI_FRAMEWORK_SHARED_H
#define JPKI_FRAMEWORK_SHARED_H

#include <jpki/card.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jpki_cards;
struct jpki_shared;
struct jpki_kept;

/* The cards that a process uses, an empty list at first. The caller frees
 * it. */
JPKI_API int jpki_cards_new(struct jpki_ctx *ctx, struct jpki_cards **out)
    JPKI_CHECK;

/* With all cards in it, and the PINs that they keep: no other thread may be
 * using one. A handle that a parent process opened is left alone: it is still
 * the parent's. NULL and a pointer to NULL are fine. */
JPKI_API void jpki_cards_free(struct jpki_cards **cards);

/* The card in a reader (NULL: as for jpki_card_open()), with a serial number
 * (NULL: any): the same object each time, borrowed from the list. No card
 * access. */
JPKI_API int jpki_cards_get(struct jpki_ctx *ctx, struct jpki_cards *cards,
    const char *reader, const char *serial, struct jpki_shared **out)
    JPKI_CHECK;

/* The reader that the card was last seen in, for people; "" before that. Cut
 * off where out is too small; JPKI_INFO_MAX bytes never are. */
JPKI_API void jpki_shared_reader(struct jpki_shared *shared, char *out,
    size_t size);

/*
 * Opens the card, or makes sure that the open one is still there (no command);
 * if another one is, another epoch begins. Errors as jpki_card_open(), and
 * JPKI_ERR_CHANGED: not the serial number that was asked for.
 */
JPKI_API int jpki_shared_open(struct jpki_ctx *ctx,
    struct jpki_shared *shared, unsigned *epoch) JPKI_CHECK;

/*
 * As jpki_pin_ready() and jpki_card_present(), on whichever card is there. For
 * the sign password also JPKI_ERR_NOT_ON_CARD: no sign certificate was issued.
 * The first of these calls opens the card where that was not done: then
 * jpki_shared_ready() does all in one run, of three commands or, for the sign
 * password, four; jpki_shared_open() tells the epoch afterwards. left NULL:
 * there is nobody to ask, so the card is only opened, with two commands, where
 * that was not done; the guard stands before VERIFY as always.
 */
JPKI_API int jpki_shared_ready(struct jpki_ctx *ctx,
    struct jpki_shared *shared, enum jpki_pin pin, int min_tries, int *left)
    JPKI_CHECK;
JPKI_API int jpki_shared_present(struct jpki_ctx *ctx,
    struct jpki_shared *shared, enum jpki_slot slot, bool *present) JPKI_CHECK;

/*
 * As jpki_card_info(), on whichever card is there. Where the card has to be
 * opened for that, the run that opens it goes on, which saves a command; what
 * the card said when it was opened is still known to jpki_shared_ready() after
 * that.
 */
JPKI_API int jpki_shared_info(struct jpki_ctx *ctx,
    struct jpki_shared *shared, enum jpki_info what, char *out, size_t size)
    JPKI_CHECK;

/* Whether jpki_shared_cert() needs a PIN, and whether the keys are known to be
 * RSA-2048 before a certificate is read; no card access. */
JPKI_API bool jpki_shared_needs_pin(struct jpki_shared *shared,
    enum jpki_slot slot);
JPKI_API bool jpki_shared_is_rsa2048(struct jpki_shared *shared);

/*
 * A PIN that its owner keeps, for one epoch: the object is the caller's, the
 * library wipes what is in it. It is sent once in each call that it is given
 * to, and it ends when it is not answered with a yes: then it is wiped, and
 * never sent again, not by a forked process with a copy either. Nor does the
 * shared card send another one that is the same as the last that was refused,
 * unless the counter is full again. An auth PIN serves forked processes; the
 * sign password, with which a signature as good as a seal is made, stays with
 * the process that was given it.
 *
 * Threads share it by reference; jpki_kept_free() gives one back, and with the
 * last one the PIN is wiped.
 *
 * text is len bytes of UTF-8. uses: it ends after that many signatures; 0: no
 * limit. JPKI_ERR_PIN_FORMAT: wrong shape, as jpki_pin_check() says.
 */
JPKI_API int jpki_kept_new(struct jpki_ctx *ctx, enum jpki_pin pin,
    const char *text, size_t len, unsigned epoch, int uses,
    struct jpki_kept **out) JPKI_CHECK;

/*
 * The same for a PIN that nobody typed. source says where it was read:
 * "file:PATH", "fd:N", or the name of a setting; what goes wrong with this PIN
 * names it (but no file name that may itself be a PIN). Sent with
 * JPKI_TRIES_UNATTENDED, unless the holder gave a number: that is for a PIN
 * that this card has not accepted yet. Once it has, also for a forked process
 * that has a copy, the number means JPKI_TRIES_DEFAULT: somebody else's miss
 * does not stop a service.
 */
JPKI_API int jpki_kept_new_from(struct jpki_ctx *ctx, enum jpki_pin pin,
    const char *text, size_t len, unsigned epoch, int uses,
    const char *source, struct jpki_kept **out) JPKI_CHECK;

/* NULL is fine for both, and a pointer to NULL. */
JPKI_API struct jpki_kept *jpki_kept_ref(struct jpki_kept *kept);
JPKI_API void jpki_kept_free(struct jpki_kept **kept);

/* The epoch that it was given for; 0 for NULL. */
JPKI_API unsigned jpki_kept_epoch(const struct jpki_kept *kept);

enum jpki_kept_state {
	JPKI_KEPT_UNTRIED = 1,
	JPKI_KEPT_RIGHT,
	JPKI_KEPT_REFUSED,	/* not answered with a yes */
	JPKI_KEPT_ENDED		/* used up, or left behind by a fork */
};

/* What became of it in this process, at any time. */
JPKI_API enum jpki_kept_state jpki_kept_state(const struct jpki_kept *kept);

/*
 * A certificate, read once as long as the epoch lasts; the caller frees it.
 * Epoch 0, without a PIN, is the one of whichever card is there: where it has
 * to be opened for that, the run that opens it goes on; then ask
 * jpki_shared_open() for the epoch, and here again with it, which costs no
 * command while it is the same card.
 * The sign certificate takes one READ more, for the start of the auth
 * certificate, by which the card is known again. kept (NULL: none) is sent
 * only if the certificate is not known yet; it must be the PIN that opens this
 * slot, or JPKI_ERR_USAGE. Errors as jpki_pin_verify() and jpki_card_cert().
 */
JPKI_API int jpki_shared_cert(struct jpki_ctx *ctx,
    struct jpki_shared *shared, unsigned epoch, enum jpki_slot slot,
    struct jpki_kept *kept, int min_tries, struct jpki_cert **out) JPKI_CHECK;

/*
 * Sends a kept PIN once, now, and nothing after it: for whoever was given one
 * and has to say whether it is right (a login, a dialog, an agent that is
 * unlocked). Counter and VERIFY in a run of its own, which closes the card
 * again; on the card of the PIN's epoch, with the same guards as a signature.
 * *left (may be NULL) is set as by jpki_pin_verify(). Errors as there, but
 * JPKI_ERR_PIN_WRONG also for what was refused before, and nothing was sent
 * then; JPKI_ERR_NEEDS_PIN: the PIN ended, or no answer told what became of
 * it; JPKI_ERR_CHANGED: not the card that it was given for.
 */
JPKI_API int jpki_shared_try(struct jpki_ctx *ctx, struct jpki_shared *shared,
    struct jpki_kept *kept, int min_tries, int *left) JPKI_CHECK;

/*
 * Keeps another reference to a PIN that was right with the card, or was not
 * sent yet, for that many seconds, instead of the last one kept so: one prompt
 * serves what is done shortly after, a certificate and its key, say. With one
 * that was refused or ended, and with 0 seconds, none is kept any more. One
 * whose time is over is let go of when the card is used next.
 */
JPKI_API void jpki_shared_keep(struct jpki_shared *shared,
    struct jpki_kept *kept, unsigned seconds);

/* A reference to the PIN that is kept so, if it is this one, of this epoch (0:
 * of any), and its time is not over; else NULL. The caller frees it. */
JPKI_API struct jpki_kept *jpki_shared_kept(struct jpki_shared *shared,
    enum jpki_pin pin, unsigned epoch);

/* What jpki_shared_sign() is to sign, and how; see jpki_card_sign(). */
struct jpki_signing {
	size_t size;		/* sizeof(struct jpki_signing) */
	const uint8_t *digest;
	size_t digest_len;
	const struct jpki_cert *cert;	/* the key's, if there is one */
	enum jpki_key key;
	enum jpki_padding padding;
	enum jpki_md md;
	int reserved;		/* 0 */
};

/*
 * One signature in a run of its own, with VERIFY, on the card of the PIN's
 * epoch; the first one with the sign key takes that READ, too, if nothing was
 * read of the card. It is verified in the same run, with the key of what->cert,
 * or of the certificate that was read of this card; else of its first bytes,
 * which the first signature reads. sig_size is 256 bytes at least; what is
 * wrong with the arguments, what->cert among them, is said before the PIN is
 * sent.
 *
 * Errors as jpki_pin_verify() and jpki_card_sign(); JPKI_ERR_NEEDS_PIN: there
 * is no PIN, it ended, or no answer told what became of it. sig is wiped after
 * a failure. JPKI_ERR_SIGNATURE: it does not fit that key: another card at the
 * wrong moment, or a bad contact.
 */
JPKI_API int jpki_shared_sign(struct jpki_ctx *ctx,
    struct jpki_shared *shared, const struct jpki_signing *what,
    struct jpki_kept *kept, int min_tries, uint8_t *sig, size_t sig_size,
    size_t *sig_len) JPKI_CHECK;

#ifdef __cplusplus
}
#endif

#endif
