/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card; see card.h.
 */
#include <time.h>
#include <unistd.h>

#include "card.h"
#include "wait.h"

#define WAIT_MS 60000	/* for the card, on a terminal */

/* Once: *arg tells whether. */
static bool
ask_for_card(void *arg, int why)
{
	bool *asked = arg;

	if (!*asked) {
		complain_code(NULL, why);
		complain("waiting for a minute; Ctrl-C stops",
		    "1 分間待ちます（Ctrl-C で中止）");
	}
	*asked = true;
	return false;
}

int
card_open(struct jpki_ctx *ctx, const char *reader, struct jpki_card **card)
{
	bool asked = false;
	int r;

	wait_begin();
	r = jpki_card_open(ctx, reader, card);
	if ((r == JPKI_ERR_NO_CARD || r == JPKI_ERR_MUTE) &&
	    isatty(STDERR_FILENO))
		r = jpki_card_wait(ctx, reader, WAIT_MS, ask_for_card, &asked,
		    card);
	wait_end();
	return r;
}

int
card_open_begin(struct jpki_ctx *ctx, const char *reader,
    struct jpki_card **card)
{
	int r;

	wait_begin();
	r = jpki_card_open_begin(ctx, reader, card);
	wait_end();
	if ((r != JPKI_ERR_NO_CARD && r != JPKI_ERR_MUTE) ||
	    !isatty(STDERR_FILENO))
		return r;
	if ((r = card_open(ctx, reader, card)) == 0 &&
	    (r = jpki_card_begin(*card)) != 0)
		jpki_card_close(card);
	return r;
}

int
card_run(struct jpki_ctx *ctx, struct jpki_card *card,
    int (*steps)(struct jpki_card *card, void *arg), void *arg,
    const struct advice *advice)
{
	int r;

	if ((r = jpki_card_begin(card)) != 0)
		return complain_ctx(ctx, r, advice);
	return card_go_on(ctx, card, steps, arg, advice);
}

int
card_go_on(struct jpki_ctx *ctx, struct jpki_card *card,
    int (*steps)(struct jpki_card *card, void *arg), void *arg,
    const struct advice *advice)
{
	int r, end, code;

	r = steps(card, arg);
	if ((end = jpki_card_end(card)) == 0)
		return r >= 0 ? r : complain_ctx(ctx, r, advice);
	/* The message is about the end now. It matters most, but not alone. */
	code = complain_ctx(ctx, end, advice);
	return r >= 0 ? code : complain_code(jpki_errname(r), r);
}

void
card_warn_validity(int64_t not_before, int64_t not_after)
{
	int64_t now = time(NULL);
	time_t japan;
	char day[16];
	struct tm tm;

	if (now >= not_before && now <= not_after)
		return;
	japan = (now > not_after ? not_after : not_before) + 9 * 60 * 60;
	if (gmtime_r(&japan, &tm) == NULL ||
	    strftime(day, sizeof(day), "%Y-%m-%d", &tm) == 0)
		return;
	if (now > not_after)
		complain_mildly("the certificate expired on %s",
		    "証明書の有効期間は %s で終わっています", day);
	else
		complain_mildly("the certificate begins on %s",
		    "証明書の有効期間は %s からです", day);
}
