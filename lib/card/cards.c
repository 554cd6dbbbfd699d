/* SPDX-License-Identifier: Apache-2.0 */
/* The cards of a process: each is one shared card, found again by what it was
 * asked for. */
#include <stdlib.h>

#include "base/mutex.h"
#include "card/shared.h"

struct jpki_cards {
	struct jpkip_mutex mutex;	/* guards the list */
	struct jpki_shared *first;
};

int
jpki_cards_new(struct jpki_ctx *ctx, struct jpki_cards **out)
{
	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((*out = calloc(1, sizeof(**out))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	return 0;
}

void
jpki_cards_free(struct jpki_cards **cards)
{
	struct jpki_shared *shared;

	if (cards == NULL || *cards == NULL)
		return;
	while ((shared = (*cards)->first) != NULL) {
		(*cards)->first = shared->next;
		jpkip_shared_free(shared);
	}
	free(*cards);
	*cards = NULL;
}

int
jpki_cards_get(struct jpki_ctx *ctx, struct jpki_cards *cards,
    const char *reader, const char *serial, struct jpki_shared **out)
{
	struct jpki_shared *shared;
	int r = 0;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (cards == NULL)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	jpkip_mutex_lock(&cards->mutex);
	for (shared = cards->first; shared != NULL; shared = shared->next) {
		if (jpkip_shared_is(shared, reader, serial))
			break;
	}
	/* The list is whole at each moment: another thread may fork. */
	if (shared == NULL &&
	    (r = jpkip_shared_new(ctx, reader, serial, &shared)) == 0) {
		shared->next = cards->first;
		cards->first = shared;
	}
	jpkip_mutex_unlock(&cards->mutex);
	*out = shared;
	return r;
}
