/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of readers, and waiting for a card in one. */
#include <jpki/reader.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "card/card.h"
#include "transport/pcsc.h"
#include "transport/soft.h"

#define ROUND_MS 250
#define ATTEMPT_MS 2000

struct jpki_readers {
	struct jpkip_readers readers;
};

int
jpki_readers_list(struct jpki_ctx *ctx, struct jpki_readers **out)
{
	struct jpki_readers *list;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((list = calloc(1, sizeof(*list))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	if ((r = jpkip_pcsc_list(ctx, &list->readers)) != 0) {
		free(list);
		return r;
	}
	*out = list;
	return 0;
}

size_t
jpki_readers_count(const struct jpki_readers *list)
{
	return list != NULL ? list->readers.n : 0;
}

const char *
jpki_readers_name(const struct jpki_readers *list, size_t i)
{
	return i < jpki_readers_count(list) ? list->readers.list[i].name :
	    NULL;
}

enum jpki_reader_state
jpki_readers_state(const struct jpki_readers *list, size_t i)
{
	if (i >= jpki_readers_count(list))
		return JPKI_READER_EMPTY;
	switch (list->readers.list[i].state) {
	case JPKIP_READER_CARD:
		return JPKI_READER_CARD;
	case JPKIP_READER_MUTE:
		return JPKI_READER_MUTE;
	case JPKIP_READER_EMPTY:
	case JPKIP_READER_GONE:
		break;
	}
	return JPKI_READER_EMPTY;
}

void
jpki_readers_free(struct jpki_readers **list)
{
	if (list == NULL)
		return;
	free(*list);
	*list = NULL;
}

/* Another card is no answer where none was named: ours may come to another
 * reader. */
static bool
worth_waiting(int err, bool named)
{
	switch (err) {
	case JPKI_ERR_NO_SERVICE:
	case JPKI_ERR_NO_READER:
	case JPKI_ERR_NO_CARD:
	case JPKI_ERR_MUTE:
	case JPKI_ERR_REMOVED:
	case JPKI_ERR_BUSY:
		return true;
	case JPKI_ERR_NOT_JPKI:
		return !named;
	default:
		return false;
	}
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* One attempt that does not block for longer than is left, nor for so long
 * that the caller could not cancel. */
static int
attempt(struct jpki_ctx *ctx, const char *reader, int64_t left,
    struct jpki_card **out)
{
	struct jpkip_limits usual = jpkip_ctx_limits(ctx);
	unsigned limit = left < ROUND_MS ? ROUND_MS : left < ATTEMPT_MS ?
	    (unsigned)left : ATTEMPT_MS;
	int r;

	jpki_ctx_set_limits(ctx, 0, limit < usual.others_ms ? limit :
	    usual.others_ms);
	r = jpki_card_open(ctx, reader, out);
	jpki_ctx_set_limits(ctx, 0, usual.others_ms);
	return r;
}

int
jpki_card_wait(struct jpki_ctx *ctx, const char *reader, int timeout_ms,
    jpki_wait_fn *fn, void *arg, struct jpki_card **out)
{
	const struct timespec round = { 0, ROUND_MS * 1000000 };
	int64_t left = timeout_ms, end = now_ms() + timeout_ms;
	bool named;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	if (reader == NULL)
		reader = jpkip_ctx_reader(ctx);
	named = reader != NULL;
	/* A folder does not come by itself. */
	if (named && strncmp(reader, JPKIP_SOFT_PREFIX,
	    strlen(JPKIP_SOFT_PREFIX)) == 0)
		return jpki_card_open(ctx, reader, out);
	for (;;) {
		r = attempt(ctx, reader, timeout_ms < 0 ? ATTEMPT_MS : left,
		    out);
		if (r == 0 || !worth_waiting(r, named))
			return r;
		left = end - now_ms();
		if (timeout_ms >= 0 && left <= 0)
			return r;
		if (fn != NULL && fn(arg, r)) {
			jpkip_ctx_clear(ctx);
			return jpkip_fail(ctx, JPKI_ERR_CANCELLED, NULL, NULL);
		}
		(void)nanosleep(&round, NULL);
	}
}
