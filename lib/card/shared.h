/* SPDX-License-Identifier: Apache-2.0 */
/* A shared card from the inside. Its mutex is held wherever one is handed on
 * here. */
#ifndef JPKIP_SHARED_H
#define JPKIP_SHARED_H

#include <jpki/framework/shared.h>

#include <sys/types.h>

#include "base/ctx.h"
#include "card/card.h"
#include "card/kept_pin.h"
#include "card/known_cards.h"

#define JPKIP_N_SLOTS (JPKI_SLOT_SIGN_CA + 1)

struct jpki_shared {
	char *reader, *serial;		/* may be NULL */
	struct jpkip_refused *refused;	/* by enum jpki_pin */

	struct jpki_mutex mutex;	/* guards what follows */
	struct jpki_ctx *caller;	/* of the call that goes on */
	pid_t pid;			/* whose handle it is */
	struct jpki_ctx *ctx;		/* the handle's */
	struct jpki_card *card;		/* NULL: not open */
	char seen_in[JPKI_INFO_MAX];	/* the last reader */
	struct jpkip_seen seen;
	unsigned epoch;			/* 0: never opened; of this epoch: */
	enum jpki_carrier carrier;
	uint64_t insertion;
	bool tried_head;
	struct jpki_cert *certs[JPKIP_N_SLOTS];
};

#endif
