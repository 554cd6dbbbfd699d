/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session with one card.
 *
 * Between jpki_card_begin() and jpki_card_end() nobody else reaches the card:
 * that is a run. A PIN opens the card for one run only. When the outermost
 * run in which a PIN was sent ends, the library logs out of the card and takes
 * its power, so that no other program can use what the holder opened.
 * Have everything ready before a run begins: no prompt, file or hash inside.
 *
 * Signals that would end or stop the process (INT, TERM, HUP, QUIT, PIPE, ALRM,
 * TSTP) are held back in the calling thread until the run ends, or ^C would
 * leave the card open; so begin and end a run in the same thread. Nothing
 * helps against exit() in a run, or kill -9: then pcscd takes the card's power
 * within seconds, but only if no other program is connected to the card.
 */
#ifndef JPKI_CARD_H
#define JPKI_CARD_H

#include <jpki/attributes.h>
#include <jpki/transport.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Opens the card in a reader, named as jpki/reader.h says; "soft:DIR" is a
 * software card in a directory. Sends three commands (SELECT of the
 * application, counter query, READ of the label) and no PIN; where several
 * cards have to be looked at, one SELECT more to each.
 * Errors: JPKI_ERR_NO_SERVICE, _NO_READER, _NO_CARD, _MUTE, _AMBIGUOUS,
 * _NOT_JPKI, _OLD_CARD, _DAMAGED ... The context must outlive the card.
 */
JPKI_API int jpki_card_open(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **out) JPKI_CHECK;

/*
 * jpki_card_open() and jpki_card_begin() in one: the run that opens the card
 * goes on, and the caller ends it. So the application is not selected a second
 * time, and in this run jpki_pin_tries() and jpki_pin_ready() know the auth
 * PIN's counter, until a PIN is sent. Nothing is left open after a failure.
 */
JPKI_API int jpki_card_open_begin(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **out) JPKI_CHECK;

/* jpki_card_open() over the caller's own link. On success the card owns arg and
 * closes it; on failure arg stays the caller's. */
JPKI_API int jpki_card_open_with(struct jpki_ctx *ctx,
    const struct jpki_transport_ops *ops, void *arg, struct jpki_card **out)
    JPKI_CHECK;

/* Ends an open run, closes the link, frees. NULL and a pointer to NULL are
 * fine. */
JPKI_API void jpki_card_close(struct jpki_card **card);

/*
 * Begins a run; runs nest, and only the outermost counts. Waits for other
 * programs, but not for ever: JPKI_ERR_BUSY. JPKI_ERR_CHANGED: another card
 * is there now; open it anew. JPKI_ERR_USAGE: another thread's run goes on.
 */
JPKI_API int jpki_card_begin(struct jpki_card *card) JPKI_CHECK;

/*
 * Ends a run. JPKI_ERR_DOOR: the card may still be open; tell the holder to
 * take it out of the reader. JPKI_ERR_USAGE: another thread began the run; it
 * goes on, and that thread has to end it. Keeps the message of an earlier
 * failure unless it fails itself.
 */
JPKI_API int jpki_card_end(struct jpki_card *card) JPKI_CHECK;

/* What the card is, as its label said when it was opened. */
JPKI_API enum jpki_carrier jpki_card_carrier(const struct jpki_card *card);

#define JPKI_INFO_MAX 128	/* bytes of the longest text, with its NUL */

/*
 * Writes a text about the card into out, without any PIN; "" where the card
 * does not tell. The token's texts are in EF 0006: two commands at the first
 * call that asks for one. Carrier, certificates and tries have functions of
 * their own. JPKI_ERR_SPACE: out is too small; JPKI_INFO_MAX never is.
 */
JPKI_API int jpki_card_info(struct jpki_card *card, enum jpki_info what,
    char *out, size_t size) JPKI_CHECK;

/*
 * Whether a certificate was issued, from EF 0008, without any PIN; a CA
 * certificate counts as present when its holder's certificate is. A holder
 * under 15 and an adult ward normally have no sign certificate, and each can
 * be declined. A card that does not tell is taken to have it. Two commands at
 * the first call.
 */
JPKI_API int jpki_card_present(struct jpki_card *card, enum jpki_slot slot,
    bool *present) JPKI_CHECK;

/*
 * Reads a certificate; the caller frees it. The sign certificate needs
 * JPKI_PIN_SIGN in the same run, the auth certificate JPKI_PIN_AUTH on an
 * Android phone: JPKI_ERR_NEEDS_PIN. JPKI_ERR_NOT_ON_CARD: none was issued.
 * A certificate that was read once is remembered for as long as the card is
 * open (its key checks the signatures), but this function always reads.
 */
JPKI_API int jpki_card_cert(struct jpki_card *card, enum jpki_slot slot,
    struct jpki_cert **out) JPKI_CHECK;

/*
 * Reads the holder's four items from the 券面事項入力補助 application; needs
 * JPKI_PIN_TEXT in the same run, and no other PIN or certificate after it
 * (JPKI_ERR_NEEDS_PIN). The caller frees them with jpki_attributes_free().
 * Phones do not have the application: JPKI_ERR_NOT_ON_CARD. JPKI_ERR_DATA: a
 * malformed file. The individual number (個人番号) is not read.
 */
JPKI_API int jpki_card_attributes(struct jpki_card *card,
    struct jpki_attributes **out) JPKI_CHECK;

/*
 * Signs a digest. Needs the PIN of the key in the same run
 * (JPKI_ERR_NEEDS_PIN). sig_size must hold the modulus: 256 bytes for every
 * card known today (JPKI_ERR_SPACE).
 *
 * Each signature is verified before it is handed out: with the key of the
 * certificate, if that was read; else with the first bytes of it, which the
 * first signature of a key reads (two to four commands) and which are
 * remembered for as long as the card is open. JPKI_ERR_SIGNATURE: the card
 * made a wrong one. JPKI_ERR_NOT_ON_CARD, JPKI_ERR_DATA: the card holds no
 * certificate, or none with an RSA key of use, and was not asked for a
 * signature. After a failure sig and *sig_len are as they were.
 *
 * PSS goes with SHA-256 and has a salt of 32 bytes. JPKI_ERR_NO_PSS: this card
 * makes PKCS#1 v1.5 only. Whether an expired certificate's key signs is the
 * card's business.
 */
JPKI_API int jpki_card_sign(struct jpki_card *card, enum jpki_key key,
    enum jpki_padding padding, enum jpki_md md, const uint8_t *digest,
    size_t digest_len, uint8_t *sig, size_t sig_size, size_t *sig_len)
    JPKI_CHECK;

/*
 * When the certificate of a key begins and ends, in seconds since 1970-01-01
 * UTC: no command where it, or a signature by the key, was asked for before;
 * else its first bytes are read, as for a signature, and errors are as there.
 */
JPKI_API int jpki_card_key_validity(struct jpki_card *card, enum jpki_key key,
    int64_t *not_before, int64_t *not_after) JPKI_CHECK;

/*
 * Whether another program logged in with this key's PIN and left it so: then
 * any program can use the key without a PIN, until the card is taken out. For
 * who looks for faults; no PIN is sent, and the card is left as it is. Not
 * within a run (JPKI_ERR_USAGE). The auth key is asked for a signature of a
 * random number, which nobody gets to see.
 */
JPKI_API int jpki_card_left_open(struct jpki_card *card, enum jpki_key key,
    bool *open) JPKI_CHECK;

#ifdef __cplusplus
}
#endif

#endif
