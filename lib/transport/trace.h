/* SPDX-License-Identifier: Apache-2.0 */
/* The redacting trace of card commands. */
#ifndef JPKIP_TRACE_H
#define JPKIP_TRACE_H

#include "base/ctx.h"

/*
 * Logs one line, "> " and the command, ": " and the answer. Redacted by
 * construction: the data of a command appears for SELECT alone (an
 * application or file name), data of an answer never; of all else only the
 * length, and of a PIN not even that. r is what the link returned, after us
 * microseconds.
 */
void	jpkip_trace_command(struct jpki_ctx *, const uint8_t *cmd,
	    size_t cmd_len, int r, const uint8_t *rsp, size_t rsp_len,
	    uint32_t us);

#endif
