/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cards behind pcscd; the only file that knows winscard.
 *
 * Calls into PC/SC can block for ever: on a stopped daemon, on a program that
 * keeps its transaction, on a card that stopped answering. So a helper thread
 * makes them all. Functions named do_... run there, and only they touch the
 * session while they run.
 *
 * A run is a PC/SC transaction in shared mode. Ending it with UNPOWER (tried:
 * RESET is not enough for the real card) makes every handle see
 * SCARD_W_RESET_CARD, ours too; the next run reconnects. A card that was
 * swapped shows in the reader's event counter, which UNPOWER does not move.
 * A session whose daemon or helper was lost stays dead; open a new one.
 */
#include "transport/pcsc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <winscard.h>

#include "base/locked.h"
#include "base/wipe.h"
#include "transport/daemon.h"
#include "transport/helper.h"

#define CMD_MAX 300
#define BACKOFF_FIRST_MS 10
#define BACKOFF_LAST_MS 500
#define BACKOFF_ROUNDS 60	/* half a minute in all */
#define RECONNECTS_MAX 8	/* in one begin */

/* How long to wait for the helper, where the context does not say. */
#define LIMIT_SERVICE_MS 10000	/* the daemon alone answers */
#define LIMIT_END_MS 10000
#define LIMIT_GLANCE_MS 1500	/* one card of several */

struct session {
	int r;				/* what the last job came to */
	LONG rv;			/* and what winscard said */
	SCARDCONTEXT context;
	bool has_context;
	SCARDHANDLE card;
	bool connected, transacted;
	bool pin_sent;			/* in this transaction */
	bool patient;			/* waits for others */
	DWORD protocol;
	DWORD count;			/* insertions and removals so far */
	uint64_t daemon;		/* which run of pcscd counts; 0: ? */
	enum jpki_link_event event;
	enum jpki_link_end how;
	struct jpkip_readers readers;
	char reader[JPKIP_PCSC_NAME_MAX];
	uint8_t atr[MAX_ATR_SIZE];
	size_t atr_len;
	uint8_t cmd[CMD_MAX];
	size_t cmd_len;
	uint8_t rsp[JPKIP_RSP_MAX];
	size_t rsp_len;
};

/* The link's argument: outlives a session that was lost with its helper. */
struct pcsc {
	struct jpkip_helper *helper;
	struct session *session;
	const struct jpki_ctx *ctx;	/* for the limits */
};

static int
code_of(LONG rv)
{
	switch (rv) {
	case SCARD_S_SUCCESS:
		return 0;
	case SCARD_E_NO_SERVICE:
	case SCARD_E_SERVICE_STOPPED:
	case SCARD_E_INVALID_HANDLE:	/* the daemon was restarted */
		return JPKI_ERR_NO_SERVICE;
	case SCARD_W_SECURITY_VIOLATION:
	case SCARD_E_NO_ACCESS:
		return JPKI_ERR_NOT_ALLOWED;
	case SCARD_E_NO_READERS_AVAILABLE:
	case SCARD_E_UNKNOWN_READER:
	case SCARD_E_READER_UNAVAILABLE:
		return JPKI_ERR_NO_READER;
	case SCARD_E_NO_SMARTCARD:
		return JPKI_ERR_NO_CARD;
	case SCARD_W_REMOVED_CARD:
		return JPKI_ERR_REMOVED;
	case SCARD_W_UNRESPONSIVE_CARD:
	case SCARD_W_UNSUPPORTED_CARD:
	case SCARD_W_UNPOWERED_CARD:
	case SCARD_E_PROTO_MISMATCH:
	case SCARD_E_UNSUPPORTED_FEATURE:
		return JPKI_ERR_MUTE;
	case SCARD_E_SHARING_VIOLATION:
	case SCARD_E_SERVER_TOO_BUSY:
		return JPKI_ERR_BUSY;
	case SCARD_E_TIMEOUT:
	case SCARD_F_WAITED_TOO_LONG:
		return JPKI_ERR_TIMEOUT;
	case SCARD_E_NO_MEMORY:
		return JPKI_ERR_MEMORY;
	default:
		return JPKI_ERR_IO;
	}
}

static void
result(struct session *s, LONG rv)
{
	s->rv = rv;
	s->r = code_of(rv);
}

static void
pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* Waits a little longer each time; false when it was tried often enough. */
static bool
back_off(unsigned round)
{
	long ms = round < 6 ? BACKOFF_FIRST_MS << round : BACKOFF_LAST_MS;

	if (round >= BACKOFF_ROUNDS)
		return false;
	pause_ms(ms);
	return true;
}

static bool
establish(struct session *s)
{
	LONG rv;

	if (s->has_context)
		return true;
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL,
	    &s->context);
	s->has_context = rv == SCARD_S_SUCCESS;
	result(s, rv);
	return s->has_context;
}

/* What the reader says now, without waiting. */
static LONG
reader_now(struct session *s, const char *name, SCARD_READERSTATE *now)
{
	memset(now, 0, sizeof(*now));
	now->szReader = name;
	now->dwCurrentState = SCARD_STATE_UNAWARE;
	return SCardGetStatusChange(s->context, 0, now, 1);
}

static enum jpkip_reader_state
state_of(DWORD event)
{
	if (event & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE))
		return JPKIP_READER_GONE;
	if (event & SCARD_STATE_MUTE)
		return JPKIP_READER_MUTE;
	if (event & SCARD_STATE_PRESENT)
		return JPKIP_READER_CARD;
	return JPKIP_READER_EMPTY;
}

static void
do_list(void *arg)
{
	struct session *s = arg;
	char names[JPKIP_PCSC_READERS_MAX * JPKIP_PCSC_NAME_MAX];
	DWORD len = sizeof(names);
	SCARD_READERSTATE now;
	const char *name;
	LONG rv;

	s->readers.n = 0;
	if (!establish(s))
		return;
	rv = SCardListReaders(s->context, NULL, names, &len);
	if (rv == SCARD_E_NO_READERS_AVAILABLE) {
		s->r = 0;
		return;
	}
	result(s, rv);
	if (s->r != 0)
		return;
	names[sizeof(names) - 1] = '\0';
	for (name = names; *name != '\0' && s->readers.n <
	    JPKIP_PCSC_READERS_MAX; name += strlen(name) + 1) {
		struct jpkip_reader *reader = &s->readers.list[s->readers.n];

		if (strlen(name) >= sizeof(reader->name))
			continue;
		memcpy(reader->name, name, strlen(name) + 1);
		rv = reader_now(s, name, &now);
		reader->state = rv == SCARD_S_SUCCESS ?
		    state_of(now.dwEventState) : JPKIP_READER_GONE;
		s->readers.n++;
	}
}

/* Another program may hold the card exclusively, but not for long. */
static LONG
connect_shared(struct session *s)
{
	unsigned round = 0;
	LONG rv;

	do {
		rv = SCardConnect(s->context, s->reader, SCARD_SHARE_SHARED,
		    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &s->card,
		    &s->protocol);
	} while (rv == SCARD_E_SHARING_VIOLATION && s->patient &&
	    back_off(round++));
	return rv;
}

static void
do_connect(void *arg)
{
	struct session *s = arg;
	SCARD_READERSTATE now;

	if (!establish(s))
		return;
	result(s, connect_shared(s));
	if (s->r != 0)
		return;
	s->connected = true;
	/* First: if the daemon that we are connected to is another one by now,
	 * it cannot give us its count. */
	s->daemon = jpkip_daemon_run();
	result(s, reader_now(s, s->reader, &now));
	if (s->r != 0)
		return;
	s->count = now.dwEventState >> 16;
	s->atr_len = now.cbAtr <= sizeof(s->atr) ? now.cbAtr : 0;
	memcpy(s->atr, now.rgbAtr, s->atr_len);
}

/* Inside the transaction: is it the card that we opened? */
static void
look_for_swap(struct session *s)
{
	SCARD_READERSTATE now;

	result(s, reader_now(s, s->reader, &now));
	if (s->r != 0)
		return;
	if (state_of(now.dwEventState) != JPKIP_READER_CARD)
		s->r = JPKI_ERR_REMOVED;
	else if (now.dwEventState >> 16 != s->count)
		s->event = JPKI_LINK_CHANGED;
}

/* A handle whose card was taken out hears of that alone: whether a card was put
 * in since, the reader knows. */
static bool
replaced(struct session *s)
{
	SCARD_READERSTATE now;

	return reader_now(s, s->reader, &now) == SCARD_S_SUCCESS &&
	    state_of(now.dwEventState) == JPKIP_READER_CARD &&
	    now.dwEventState >> 16 != s->count;
}

static void
do_begin(void *arg)
{
	struct session *s = arg;
	unsigned round = 0, reconnects = 0;
	LONG rv;

	s->event = JPKI_LINK_SAME;
	/* Disconnected, to close a door that would not close otherwise. */
	if (!s->connected) {
		s->r = JPKI_ERR_REMOVED;
		return;
	}
	for (;;) {
		rv = SCardBeginTransaction(s->card);
		if (rv == SCARD_E_SHARING_VIOLATION && back_off(round++))
			continue;
		if ((rv != SCARD_W_RESET_CARD && rv != SCARD_W_UNPOWERED_CARD)
		    || reconnects++ >= RECONNECTS_MAX)
			break;
		rv = SCardReconnect(s->card, SCARD_SHARE_SHARED,
		    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD,
		    &s->protocol);
		if (rv == SCARD_E_SHARING_VIOLATION && back_off(round++))
			continue;
		if (rv != SCARD_S_SUCCESS)
			break;
	}
	result(s, rv);
	if (s->r == JPKI_ERR_REMOVED && replaced(s))
		s->r = JPKI_ERR_CHANGED;
	if (s->r != 0)
		return;
	s->transacted = true;
	s->pin_sent = false;
	look_for_swap(s);
	if (s->r != 0) {
		(void)SCardEndTransaction(s->card, SCARD_LEAVE_CARD);
		s->transacted = false;
	}
}

/* Sent once, whatever happens. */
static void
do_transmit(void *arg)
{
	struct session *s = arg;
	const SCARD_IO_REQUEST *pci = s->protocol == SCARD_PROTOCOL_T0 ?
	    SCARD_PCI_T0 : SCARD_PCI_T1;
	DWORD len = sizeof(s->rsp);

	/* VERIFY or CHANGE REFERENCE DATA with data. */
	if ((s->cmd[1] == 0x20 || s->cmd[1] == 0x24) && s->cmd_len > 5)
		s->pin_sent = true;
	result(s, SCardTransmit(s->card, pci, s->cmd, (DWORD)s->cmd_len, NULL,
	    s->rsp, &len));
	jpkip_wipe(s->cmd, s->cmd_len);
	s->rsp_len = s->r == 0 ? len : 0;
	/* A card that is pulled out meanwhile shows as an empty success. */
	if (s->r == 0 && len == 0)
		s->r = JPKI_ERR_REMOVED;
	/* The card was reset under us: the transaction is worth nothing. */
	if (s->rv == SCARD_W_RESET_CARD)
		s->r = JPKI_ERR_IO;
}

/* A card that is gone has no power either. */
static bool
powerless(LONG rv)
{
	return rv == SCARD_S_SUCCESS || rv == SCARD_W_REMOVED_CARD ||
	    rv == SCARD_E_NO_SMARTCARD || rv == SCARD_E_READER_UNAVAILABLE;
}

/* The daemon may have died in the run, and the next one not have touched the
 * card: one connection to that, for this alone. */
static bool
take_power_anew(struct session *s)
{
	LONG rv;

	if (s->has_context)
		(void)SCardReleaseContext(s->context);
	s->has_context = false;
	if (!establish(s))
		return false;
	rv = SCardConnect(s->context, s->reader, SCARD_SHARE_SHARED,
	    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &s->card, &s->protocol);
	if (rv != SCARD_S_SUCCESS)
		return powerless(rv);
	return powerless(SCardDisconnect(s->card, SCARD_UNPOWER_CARD));
}

/* Ends the transaction, and with it every login. */
static bool
take_power(struct session *s)
{
	LONG rv = SCardEndTransaction(s->card, SCARD_UNPOWER_CARD);

	s->transacted = false;
	if (powerless(rv))
		return true;
	s->connected = false;
	return powerless(SCardDisconnect(s->card, SCARD_UNPOWER_CARD)) ||
	    take_power_anew(s);
}

static void
do_end(void *arg)
{
	struct session *s = arg;

	if (s->how == JPKI_LINK_POWER_OFF) {
		s->r = take_power(s) ? 0 : JPKI_ERR_DOOR;
		return;
	}
	(void)SCardEndTransaction(s->card, SCARD_LEAVE_CARD);
	s->transacted = false;
	s->r = 0;
}

/* In the helper thread, when the session is closed, or when a call came back
 * after everybody had stopped waiting for it. */
static void
release(void *arg)
{
	struct session *s = arg;

	if (s->transacted && s->pin_sent)
		(void)take_power(s);
	else if (s->transacted)
		(void)SCardEndTransaction(s->card, SCARD_LEAVE_CARD);
	if (s->connected)
		(void)SCardDisconnect(s->card, SCARD_LEAVE_CARD);
	if (s->has_context)
		(void)SCardReleaseContext(s->context);
	jpkip_locked_free(s, sizeof(*s));
}

/* Runs a job; the session may be touched only after success. */
static int
run(struct pcsc *pcsc, void (*job)(void *), unsigned limit_ms)
{
	if (!jpkip_helper_run(pcsc->helper, job, limit_ms))
		return JPKI_ERR_TIMEOUT;
	return pcsc->session->r;
}

static int
pcsc_begin(void *arg, enum jpki_link_event *event)
{
	struct pcsc *pcsc = arg;
	int r;

	/* A session that was lost before, or is another process's. */
	if (!jpkip_helper_alive(pcsc->helper))
		return JPKI_ERR_REMOVED;
	r = run(pcsc, do_begin, jpkip_ctx_limits(pcsc->ctx).others_ms);
	if (r == 0)
		*event = pcsc->session->event;
	return r == JPKI_ERR_TIMEOUT ? JPKI_ERR_BUSY : r;
}

static int
pcsc_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	struct pcsc *pcsc = arg;
	struct session *s = pcsc->session;
	int r;

	if (!jpkip_helper_alive(pcsc->helper))
		return JPKI_ERR_TIMEOUT;
	if (cmd_len > sizeof(s->cmd) || cmd_len < 4)
		return JPKI_ERR_INTERNAL;
	memcpy(s->cmd, cmd, cmd_len);
	s->cmd_len = cmd_len;
	if ((r = run(pcsc, do_transmit,
	    jpkip_ctx_limits(pcsc->ctx).command_ms)) != 0)
		return r;
	if (s->rsp_len > rsp_size)
		return JPKI_ERR_IO;
	memcpy(rsp, s->rsp, s->rsp_len);
	*rsp_len = s->rsp_len;
	jpkip_wipe(s->rsp, s->rsp_len);
	return 0;
}

static int
pcsc_end(void *arg, enum jpki_link_end how)
{
	struct pcsc *pcsc = arg;

	if (!jpkip_helper_alive(pcsc->helper))
		return JPKI_ERR_TIMEOUT;
	pcsc->session->how = how;
	return run(pcsc, do_end, LIMIT_END_MS);
}

static int
pcsc_atr(void *arg, uint8_t *atr, size_t atr_size, size_t *atr_len)
{
	struct pcsc *pcsc = arg;

	if (!jpkip_helper_alive(pcsc->helper) ||
	    pcsc->session->atr_len > atr_size)
		return JPKI_ERR_IO;
	memcpy(atr, pcsc->session->atr, pcsc->session->atr_len);
	*atr_len = pcsc->session->atr_len;
	return 0;
}

static void
pcsc_close(void *arg)
{
	struct pcsc *pcsc = arg;

	jpkip_helper_free(pcsc->helper);
	free(pcsc);
}

/* FNV-1a over the reader's name, the run of the daemon and its count for that
 * reader: each alone can be the same for two cards. */
static uint64_t
pcsc_insertion(void *arg)
{
	struct pcsc *pcsc = arg;
	const struct session *s = pcsc->session;
	uint64_t h = 0xcbf29ce484222325u;
	const char *c;

	if (!jpkip_helper_alive(pcsc->helper) || s->daemon == 0)
		return 0;
	for (c = s->reader; *c != '\0'; c++)
		h = (h ^ (uint8_t)*c) * 0x100000001b3u;
	h = (h ^ s->daemon) * 0x100000001b3u;
	h = (h ^ s->count) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

static const struct jpki_transport_ops ops = {
	sizeof(ops), pcsc_begin, pcsc_transmit, pcsc_end, pcsc_atr,
	pcsc_insertion, pcsc_close
};

static int
pcsc_new(struct jpki_ctx *ctx, struct pcsc *pcsc)
{
	pcsc->ctx = ctx;
	/* What is sent and what is answered can be a secret. */
	pcsc->session = jpkip_locked_new(sizeof(*pcsc->session));
	if (pcsc->session == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	pcsc->helper = jpkip_helper_new(release, pcsc->session);
	if (pcsc->helper == NULL) {
		jpkip_locked_free(pcsc->session, sizeof(*pcsc->session));
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	}
	return 0;
}

static bool
is_lost(const struct pcsc *pcsc)
{
	return !jpkip_helper_alive(pcsc->helper);
}

/* The daemon's own business, or not enough of a failure to ask it. */
static int
no_list(struct jpki_ctx *ctx, int r)
{
	return jpkip_fail(ctx, r == JPKI_ERR_TIMEOUT ? JPKI_ERR_NO_SERVICE : r,
	    NULL, NULL);
}

/* Says why libpcsclite got nowhere. It tries once more where the daemon
 * answers by now: one that nobody needs ends, and somebody may come at that
 * moment. */
static int
explain(struct jpki_ctx *ctx, struct pcsc *pcsc, int r, unsigned limit)
{
	struct jpkip_daemon daemon;

	if (r == JPKI_ERR_MEMORY ||
	    (!is_lost(pcsc) && pcsc->session->has_context))
		return no_list(ctx, r);
	if (r == JPKI_ERR_NOT_ALLOWED)
		return jpkip_daemon_refuses(ctx);
	daemon = jpkip_daemon_ask();
	if (daemon.state != JPKIP_DAEMON_ANSWERS)
		return jpkip_daemon_blame(ctx, &daemon);
	if (!is_lost(pcsc) && (r = run(pcsc, do_list, limit)) == 0)
		return 0;
	return is_lost(pcsc) || pcsc->session->has_context ?
	    no_list(ctx, r) : jpkip_daemon_blame(ctx, &daemon);
}

int
jpkip_pcsc_list(struct jpki_ctx *ctx, struct jpkip_readers *out)
{
	unsigned limit = jpkip_ctx_limits(ctx).others_ms;
	struct pcsc pcsc;
	int r;

	if ((r = pcsc_new(ctx, &pcsc)) != 0)
		return r;
	if (limit > LIMIT_SERVICE_MS)
		limit = LIMIT_SERVICE_MS;
	if ((r = run(&pcsc, do_list, limit)) != 0)
		r = explain(ctx, &pcsc, r, limit);
	if (r == 0)
		*out = pcsc.session->readers;
	jpkip_helper_free(pcsc.helper);
	return r;
}

int
jpkip_pcsc_open(struct jpki_ctx *ctx, const char *reader, bool patient,
    struct jpkip_link *link)
{
	unsigned limit = jpkip_ctx_limits(ctx).others_ms;
	struct pcsc *pcsc;
	int r;

	if (strlen(reader) >= sizeof(pcsc->session->reader))
		return jpkip_fail(ctx, JPKI_ERR_NO_READER, JPKIP_SAME("%s"),
		    reader);
	if ((pcsc = calloc(1, sizeof(*pcsc))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	if ((r = pcsc_new(ctx, pcsc)) != 0) {
		free(pcsc);
		return r;
	}
	memcpy(pcsc->session->reader, reader, strlen(reader) + 1);
	pcsc->session->patient = patient;
	if (!patient && limit > LIMIT_GLANCE_MS)
		limit = LIMIT_GLANCE_MS;
	r = run(pcsc, do_connect, limit);
	if (r == JPKI_ERR_TIMEOUT)
		r = JPKI_ERR_BUSY;
	if (r == JPKI_ERR_IO)	/* for many reasons: by its number */
		r = jpkip_fail(ctx, r, JPKIP_SAME("%s (0x%08lX)"), reader,
		    (unsigned long)pcsc->session->rv);
	else if (r != 0)
		r = jpkip_fail(ctx, r, JPKIP_SAME("%s"), reader);
	else
		r = jpkip_link_init(link, ctx, &ops, pcsc);
	if (r != 0)
		pcsc_close(pcsc);
	else
		snprintf(link->reader, sizeof(link->reader), "%s", reader);
	return r;
}
