/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card that answers as a record of jpki-doctor --record says: status words,
 * lengths, refusals and, if wanted, times from the record; the bytes of files
 * and signatures from a software card. So it behaves like the recorded card
 * towards commands that come in another order, too.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jpki/softcard.h>

struct replay;

/* Reads a record; NULL after a message on standard error. With times, each
 * answer takes as long as it took. */
struct replay *replay_new(const char *path, bool times);
void	replay_free(struct replay *);

/*
 * One command, as jpkip_softcard_transmit(). What the record does not have is
 * answered by the software card alone and told on standard error, "> not
 * recorded: COMMAND".
 */
int	replay_transmit(struct replay *, struct jpki_softcard *,
	    const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t rsp_size,
	    size_t *rsp_len);

#endif
