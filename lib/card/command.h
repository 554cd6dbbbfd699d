/* SPDX-License-Identifier: Apache-2.0 */
/* One command to the card and its answer. */
#ifndef JPKIP_COMMAND_H
#define JPKIP_COMMAND_H

#include "card/apdu.h"
#include "card/card.h"

struct jpkip_reply {
	uint8_t data[JPKIP_RSP_MAX];
	size_t len;			/* without SW1 SW2 */
	uint16_t sw;
};

/* Sends a command. Fails only when the link fails; what the card answered is
 * in the reply. A repeatable command is sent again once after 6F00, which some
 * cards give to the first command of all, or with the Le that 6Cxx names. */
int	jpkip_send(struct jpki_card *, struct jpkip_apdu *,
	    struct jpkip_reply *) JPKI_CHECK;

/* Sends a command that holds a PIN, where its owner keeps it: once, whatever
 * happens. The door must be closed after it. */
int	jpkip_send_pin(struct jpki_card *, const uint8_t *cmd,
	    size_t cmd_len, struct jpkip_reply *) JPKI_CHECK;

/* Records that the card refused a command. */
int	jpkip_refused(struct jpki_card *, const struct jpkip_reply *,
	    const char *what);

#endif
