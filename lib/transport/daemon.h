/* SPDX-License-Identifier: Apache-2.0 */
/* pcscd itself, seen without libpcsclite: which run of it this is, and why
 * libpcsclite gets nowhere with it. */
#ifndef JPKIP_DAEMON_H
#define JPKIP_DAEMON_H

#include <stdint.h>

#include "transport/transport.h"

/*
 * Which run of the daemon it is: a new one counts insertions from the start
 * again, and starts by itself when somebody comes. By its process number and
 * the moment it started; 0 where they cannot be seen.
 */
uint64_t jpkip_daemon_run(void);

enum jpkip_daemon_state {
	JPKIP_DAEMON_ABSENT,	/* there is no socket */
	JPKIP_DAEMON_CLOSED,	/* which this user may not use */
	JPKIP_DAEMON_DEAD,	/* nobody listens there */
	JPKIP_DAEMON_SILENT,	/* connected, and no answer */
	JPKIP_DAEMON_HANGS_UP,	/* connected, and disconnected at once */
	JPKIP_DAEMON_ANSWERS
};

struct jpkip_daemon {
	enum jpkip_daemon_state state;
	unsigned major, minor;	/* its protocol, where it answers */
};

/* Asks it for its protocol; takes a second at most. */
struct jpkip_daemon jpkip_daemon_ask(void);

/* Records why there is no service, and what can be done about it where this
 * program runs. JPKI_ERR_NO_SERVICE or JPKI_ERR_NOT_ALLOWED. */
int	jpkip_daemon_blame(struct jpki_ctx *, const struct jpkip_daemon *);

/* The same where libpcsclite said itself that this user may not. */
int	jpkip_daemon_refuses(struct jpki_ctx *);

#endif
