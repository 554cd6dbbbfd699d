/* SPDX-License-Identifier: Apache-2.0 */
/* A PC/SC session, and the jobs that a helper thread does on it: while one goes
 * on, the session is the helper's alone. */
#ifndef JPKIP_PCSC_SESSION_H
#define JPKIP_PCSC_SESSION_H

#include "transport/readers.h"
#include "transport/transport.h"

#define JPKIP_PCSC_CMD_MAX 300

/* What a job is given, and what it leaves. */
struct jpkip_pcsc_session {
	char reader[JPKIP_PCSC_NAME_MAX];
	bool patient;			/* waits for others */
	enum jpki_link_end how;
	uint8_t cmd[JPKIP_PCSC_CMD_MAX];
	size_t cmd_len;

	int r;				/* what the last job came to */
	long rv;			/* and what winscard said */
	bool has_context;		/* the daemon let us in */
	uint64_t daemon;		/* which run of pcscd counts; 0: ? */
	unsigned long count;		/* insertions and removals so far */
	enum jpki_link_event event;
	struct jpkip_readers readers;
	uint8_t atr[JPKIP_LINK_ATR_MAX];
	size_t atr_len;
	uint8_t rsp[JPKIP_RSP_MAX];
	size_t rsp_len;
};

/* In locked memory of this process: what is sent and what is answered can be a
 * secret. */
struct jpkip_pcsc_session *jpkip_pcsc_session_new(void);

/* Ends all that goes on, after a PIN with the card's power. In the helper
 * thread, as a job that may block: when the session is closed, or when a call
 * came back after everybody had stopped waiting for it. */
void	jpkip_pcsc_session_free(void *session);

/* The jobs. _list(): readers. _connect() to the reader: its ATR, and the counts
 * that tell its cards apart. _begin(): event. _transmit(): cmd, which is wiped;
 * rsp. _end(): how. */
void	jpkip_pcsc_list_job(void *session);
void	jpkip_pcsc_connect_job(void *session);
void	jpkip_pcsc_begin_job(void *session);
void	jpkip_pcsc_transmit_job(void *session);
void	jpkip_pcsc_end_job(void *session);

#endif
