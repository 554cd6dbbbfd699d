/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire to vpcd, the virtual reader of pcscd. Each message is a length of
 * two bytes, big-endian, and a command for the card or one control byte; a
 * command and the question for the ATR are answered in the same form.
 */
#ifndef JPKIP_VPCD_H
#define JPKIP_VPCD_H

#include "base/ctx.h"

#define JPKIP_VPCD_MAX 65535	/* bytes of a message */

/* Control bytes. */
#define JPKIP_VPCD_OFF		0
#define JPKIP_VPCD_ON		1
#define JPKIP_VPCD_RESET	2
#define JPKIP_VPCD_ATR		4

struct jpkip_vpcd {
	struct jpki_ctx *ctx;
	int fd;
	int stop;		/* readable: stop; -1: never */
	bool stopped;		/* it was asked for */
	size_t len;
	uint8_t data[2 + JPKIP_VPCD_MAX]; /* length, then the message */
};

/*
 * Each waits as long as it takes and fails with JPKI_ERR_NO_VPCD when the
 * other end goes away. With "stopped" set on return nothing else was done.
 */
int	jpkip_vpcd_receive(struct jpkip_vpcd *) JPKI_CHECK;
int	jpkip_vpcd_send(struct jpkip_vpcd *) JPKI_CHECK;

/* Waits for the end only. */
int	jpkip_vpcd_idle(struct jpkip_vpcd *) JPKI_CHECK;

/* The message's place in data. */
static inline uint8_t *
jpkip_vpcd_message(struct jpkip_vpcd *vpcd)
{
	return vpcd->data + 2;
}

#endif
