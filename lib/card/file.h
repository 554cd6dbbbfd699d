/* SPDX-License-Identifier: Apache-2.0 */
/* Applications and files: SELECT and READ BINARY. */
#ifndef JPKIP_FILE_H
#define JPKIP_FILE_H

#include "card/card.h"

struct jpkip_app {
	const char *en, *ja;	/* its name */
	uint8_t aid[10];
};

extern const struct jpkip_app jpkip_app_jpki;	/* 公的個人認証 */
extern const struct jpkip_app jpkip_app_text;	/* 券面事項入力補助 */
extern const struct jpkip_app jpkip_app_common;	/* 共通カード */

/* Selects an application unless it is selected. */
int	jpkip_select_app(struct jpki_card *, const struct jpkip_app *)
	    JPKI_CHECK;

/* Selects a file unless it is current. JPKI_ERR_NOT_ON_CARD. */
int	jpkip_select_ef(struct jpki_card *, uint16_t ef, const char *what)
	    JPKI_CHECK;

/* Reads up to size bytes from the start of a file: one command, or two when
 * the card does not know short EF ids. *len is what came. */
int	jpkip_read_start(struct jpki_card *, uint16_t ef, const char *what,
	    uint8_t *out, size_t size, size_t *len) JPKI_CHECK;

/* The same by the short EF id alone, in one command; *len 0: it was not
 * given. */
int	jpkip_read_short(struct jpki_card *, uint16_t ef, uint8_t *out,
	    size_t size, size_t *len) JPKI_CHECK;

/* Reads the one BER-TLV object at the start of a file, without the filler
 * behind it; the caller frees. */
int	jpkip_read_object(struct jpki_card *, uint16_t ef, const char *what,
	    uint8_t **out, size_t *len) JPKI_CHECK;

/* The same, but stops before the object's end once what was read is enough;
 * *len is what was read. */
typedef bool jpkip_enough_fn(const uint8_t *data, size_t len);
int	jpkip_read_enough(struct jpki_card *, uint16_t ef, const char *what,
	    jpkip_enough_fn *enough, uint8_t **out, size_t *len) JPKI_CHECK;

#endif
