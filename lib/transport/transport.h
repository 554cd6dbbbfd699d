/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The link to a card: calls the vtable and checks what it did. Every command
 * to every card passes jpkip_link_transmit(), and so the redacting trace.
 */
#ifndef JPKIP_TRANSPORT_H
#define JPKIP_TRANSPORT_H

#include <jpki/transport.h>

#include "base/ctx.h"

#define JPKIP_RSP_MAX 2050	/* an extended READ of 2048, and SW1 SW2 */

#define JPKIP_LINK_ATR_MAX 33
#define JPKIP_LINK_NAME_MAX 128

struct jpkip_link {
	struct jpki_ctx *ctx;
	struct jpki_transport_ops ops;
	void *arg;
	uint8_t atr[JPKIP_LINK_ATR_MAX];
	size_t atr_len;		/* 0: none */
	bool extended;		/* the ATR announces extended length */
	char reader[JPKIP_LINK_NAME_MAX];	/* for people; may be "" */
};

/* Checks the vtable and looks at the ATR. Does not own arg yet. */
int	jpkip_link_init(struct jpkip_link *, struct jpki_ctx *,
	    const struct jpki_transport_ops *, void *arg) JPKI_CHECK;
void	jpkip_link_close(struct jpkip_link *);

int	jpkip_link_begin(struct jpkip_link *, enum jpki_link_event *)
	    JPKI_CHECK;
int	jpkip_link_transmit(struct jpkip_link *, const uint8_t *cmd,
	    size_t cmd_len, uint8_t rsp[JPKIP_RSP_MAX], size_t *rsp_len)
	    JPKI_CHECK;
int	jpkip_link_end(struct jpkip_link *, enum jpki_link_end) JPKI_CHECK;

uint64_t jpkip_link_insertion(const struct jpkip_link *);

/* Whether the historical bytes announce extended Lc and Le (ISO 7816-4,
 * card capabilities, third byte). */
bool	jpkip_atr_extended(const uint8_t *atr, size_t len);

#endif
