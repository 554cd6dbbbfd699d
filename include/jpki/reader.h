/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card readers that pcscd has.
 *
 * Where a reader is named, everywhere, this counts: "soft:DIR" is a software
 * card; else the whole name of a reader; else its number, from 0; else a part
 * of names, capitals or not, of which the one with a My Number Card is meant.
 * NULL is what JPKI_READER says, or else the one reader with a My Number
 * Card. When several answer, none is taken.
 */
#ifndef JPKI_READER_H
#define JPKI_READER_H

#include <jpki/err.h>
#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct jpki_readers;

enum jpki_reader_state {
	JPKI_READER_EMPTY = 1,
	JPKI_READER_CARD,	/* some card, not necessarily ours */
	JPKI_READER_MUTE	/* a card that does not answer */
};

/* The readers as they are now; the caller frees them. No reader at all is no
 * failure. JPKI_ERR_NO_SERVICE: pcscd does not run; JPKI_ERR_NOT_ALLOWED. */
JPKI_API int jpki_readers_list(struct jpki_ctx *ctx,
    struct jpki_readers **out) JPKI_CHECK;

/* How many there are. */
JPKI_API size_t jpki_readers_count(const struct jpki_readers *readers);

/* Borrowed; NULL past the end. */
JPKI_API const char *jpki_readers_name(const struct jpki_readers *readers,
    size_t i);

/* JPKI_READER_EMPTY past the end. */
JPKI_API enum jpki_reader_state jpki_readers_state(
    const struct jpki_readers *readers, size_t i);

/* NULL and a pointer to NULL are fine. */
JPKI_API void jpki_readers_free(struct jpki_readers **readers);

/*
 * Called while jpki_card_wait() waits, about four times a second: why is
 * JPKI_ERR_NO_SERVICE, _NO_READER, _NO_CARD, _MUTE, _REMOVED, _BUSY or, where
 * no reader was named, _NOT_JPKI. Returning true cancels.
 */
typedef bool jpki_wait_fn(void *arg, enum jpki_err why);

/*
 * jpki_card_open() that waits up to timeout_ms for a reader and a card to
 * appear (0: does not wait, negative: no limit); never for a software card. fn
 * may be NULL. Fails with the last reason when the time is over, with
 * JPKI_ERR_CANCELLED when fn said so, and at once when the card in the reader
 * that was named is not a My Number Card.
 */
JPKI_API int jpki_card_wait(struct jpki_ctx *ctx, const char *reader,
    int timeout_ms, jpki_wait_fn *fn, void *arg, struct jpki_card **out)
    JPKI_CHECK;

#ifdef __cplusplus
}
#endif

#endif
