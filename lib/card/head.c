/* SPDX-License-Identifier: Apache-2.0 */
#include "card/head.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "card/cert.h"

static size_t
place(enum jpki_key key)
{
	return key == JPKI_KEY_SIGN ? 1 : 0;
}

const struct jpkip_head *
jpkip_head_known(const struct jpki_card *card, enum jpki_key key)
{
	return card->heads[place(key)];
}

int
jpkip_head_get(struct jpki_card *card, enum jpki_key key,
    const struct jpkip_head **out)
{
	struct jpkip_head **known = &card->heads[place(key)];
	struct jpkip_head *head;
	int r;

	if (*known == NULL) {
		if ((head = calloc(1, sizeof(*head))) == NULL)
			return jpkip_fail(card->ctx, JPKI_ERR_MEMORY, NULL,
			    NULL);
		if ((r = jpkip_read_cert_head(card, jpki_key_slot(key),
		    &head->der, &head->len, &head->head)) != 0) {
			free(head);
			return r;
		}
		*known = head;
	}
	*out = *known;
	return 0;
}

void
jpkip_heads_forget(struct jpki_card *card)
{
	size_t i;

	for (i = 0; i < JPKIP_N_KEYS; i++) {
		if (card->heads[i] == NULL)
			continue;
		jpkip_freezero(card->heads[i]->der, card->heads[i]->len);
		free(card->heads[i]);
		card->heads[i] = NULL;
	}
}
