/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PINs (暗証番号). A try is the holder's property: three misses on the auth
 * PIN, or five on the sign password, cost a walk to the town hall.
 *
 *  - A PIN of the wrong shape never reaches the card. Lower case is raised
 *    and full-width characters are folded first, here and nowhere else.
 *  - The counter is read right before every VERIFY. With fewer than min_tries
 *    left, or no count, nothing is sent. A count above the PIN's maximum is
 *    none.
 *  - One call sends at most one VERIFY with a PIN, and never repeats it.
 */
#ifndef JPKI_PIN_H
#define JPKI_PIN_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What min_tries should be. Only a holder who insists on this one call
 * (--last-try) gets JPKI_TRIES_INSIST, which also accepts an unknown count. */
#define JPKI_TRIES_DEFAULT	2
#define JPKI_TRIES_INSIST	1

/* For a PIN that nobody types, from a file, a descriptor or a setting, and
 * that this card has not accepted yet: only while all its tries are left, else
 * JPKI_ERR_PIN_UNTRIED. A wrong one then costs one try until the right one was
 * given, however often a service reloads it or is started again. */
#define JPKI_TRIES_UNATTENDED	100

#define JPKI_PIN_MAX 16		/* characters of the longest PIN */

/* The PIN's shape only; no card. text is len bytes of UTF-8.
 * JPKI_ERR_PIN_FORMAT says in its message what is wrong, never what it is. */
JPKI_API int jpki_pin_check(struct jpki_ctx *ctx, enum jpki_pin pin,
    const char *text, size_t len) JPKI_CHECK;

/* The tries left; costs nothing. -1: the card gave no number, 0: blocked. */
JPKI_API int jpki_pin_tries(struct jpki_card *card, enum jpki_pin pin,
    int *left) JPKI_CHECK;

/*
 * Whether a PIN may be sent at all, to know before the holder is asked for
 * it: sends nothing that costs, and for the auth PIN no command right after
 * the card was opened. *left (may be NULL) is set as by jpki_pin_verify().
 * JPKI_ERR_PIN_BLOCKED, _PIN_NO_COUNT, _PIN_LAST_TRY, _PIN_UNTRIED;
 * jpki_pin_verify() looks again.
 */
JPKI_API int jpki_pin_ready(struct jpki_card *card, enum jpki_pin pin,
    int min_tries, int *left) JPKI_CHECK;

/*
 * Opens the card for the rest of the run (JPKI_ERR_NO_RUN without one).
 * *left (may be NULL) is set in every case: the tries left after a wrong PIN,
 * what the counter said when nothing was sent, -1 otherwise.
 * Errors: JPKI_ERR_PIN_FORMAT, _PIN_LAST_TRY, _PIN_UNTRIED, _PIN_NO_COUNT,
 * _PIN_BLOCKED (nothing was sent), _PIN_WRONG; after any other error the try
 * may be spent: do not send the PIN again without asking the holder.
 */
JPKI_API int jpki_pin_verify(struct jpki_card *card, enum jpki_pin pin,
    const char *text, size_t len, int min_tries, int *left) JPKI_CHECK;

#define JPKI_PIN_ALLOW_WEAK 1u	/* a flag of the next two */

/*
 * The same for a PIN that is to be set, without a card: a new sign password
 * mixes letters and digits (an old one need not), and one that anybody would
 * try first (jpki_pin_verify(3) lists them) is JPKI_ERR_PIN_WEAK, unless the
 * holder insists: JPKI_PIN_ALLOW_WEAK.
 */
JPKI_API int jpki_pin_check_new(struct jpki_ctx *ctx, enum jpki_pin pin,
    const char *text, size_t len, unsigned flags) JPKI_CHECK;

/*
 * Changes a PIN: the checks of both before anything is sent, then counter,
 * one VERIFY of the current PIN as in jpki_pin_verify(), and the new one,
 * once. Needs no run of the caller's. The two must differ
 * (JPKI_ERR_PIN_FORMAT).
 *
 * JPKI_ERR_PIN_IN_DOUBT: no telling which one is set now. The counter was
 * filled up by the right PIN; giving either one spends a try at most. Never
 * call again with the same arguments. JPKI_ERR_DOOR: its message says whether
 * the new one is set. After every other error the current one still is.
 */
JPKI_API int jpki_pin_change(struct jpki_card *card, enum jpki_pin pin,
    const char *cur, size_t cur_len, const char *next, size_t next_len,
    int min_tries, unsigned flags, int *left) JPKI_CHECK;

/* "利用者証明用暗証番号" or "auth PIN (利用者証明用)": what to call a PIN in
 * a prompt or message. Static; never NULL. */
JPKI_API const char *jpki_pin_name(enum jpki_pin pin, enum jpki_lang lang);

/* The prompt to ask for a PIN with: "利用者証明用暗証番号（残り 3 回）: ". left
 * as jpki_pin_ready() gave it; -1 is not told. In a locale without UTF-8 it
 * is ASCII, whatever lang says. Cut off where out is too small; 160 bytes
 * never are. */
JPKI_API void jpki_pin_prompt(enum jpki_pin pin, int left,
    enum jpki_lang lang, char *out, size_t size);

#ifdef __cplusplus
}
#endif

#endif
