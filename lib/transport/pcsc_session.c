/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that knows winscard.
 *
 * A run is a PC/SC transaction in shared mode. Ending it with UNPOWER (tried:
 * RESET is not enough for the real card) makes every handle see
 * SCARD_W_RESET_CARD, ours too; the next run reconnects. A card that was
 * swapped shows in the reader's event counter, which UNPOWER does not move.
 */
#include "transport/pcsc_session.h"

#include <string.h>
#include <time.h>

#include <winscard.h>

#include "base/locked.h"
#include "base/wipe.h"
#include "transport/daemon.h"

#define BACKOFF_FIRST_MS 10
#define BACKOFF_LAST_MS 500
#define BACKOFF_ROUNDS 60	/* half a minute in all */
#define RECONNECTS_MAX 8	/* in one begin */

struct session {
	struct jpkip_pcsc_session io;	/* first: what callers see */
	SCARDCONTEXT context;
	SCARDHANDLE card;
	bool connected, transacted;
	bool pin_sent;			/* in this transaction */
	DWORD protocol;
};

struct jpkip_pcsc_session *
jpkip_pcsc_session_new(void)
{
	struct session *s = jpkip_locked_own(sizeof(*s));

	return s != NULL ? &s->io : NULL;
}

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
	s->io.rv = rv;
	s->io.r = code_of(rv);
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

	if (s->io.has_context)
		return true;
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL,
	    &s->context);
	s->io.has_context = rv == SCARD_S_SUCCESS;
	result(s, rv);
	return s->io.has_context;
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

void
jpkip_pcsc_list_job(void *arg)
{
	struct session *s = arg;
	struct jpkip_readers *readers = &s->io.readers;
	char names[JPKIP_PCSC_READERS_MAX * JPKIP_PCSC_NAME_MAX];
	DWORD len = sizeof(names);
	SCARD_READERSTATE now;
	const char *name;
	LONG rv;

	readers->n = 0;
	if (!establish(s))
		return;
	rv = SCardListReaders(s->context, NULL, names, &len);
	if (rv == SCARD_E_NO_READERS_AVAILABLE) {
		s->io.r = 0;
		return;
	}
	result(s, rv);
	if (s->io.r != 0)
		return;
	names[sizeof(names) - 1] = '\0';
	for (name = names; *name != '\0' && readers->n <
	    JPKIP_PCSC_READERS_MAX; name += strlen(name) + 1) {
		struct jpkip_reader *reader = &readers->list[readers->n];

		if (strlen(name) >= sizeof(reader->name))
			continue;
		memcpy(reader->name, name, strlen(name) + 1);
		rv = reader_now(s, name, &now);
		reader->state = rv == SCARD_S_SUCCESS ?
		    state_of(now.dwEventState) : JPKIP_READER_GONE;
		readers->n++;
	}
}

/* Another program may hold the card exclusively, but not for long. */
static LONG
connect_shared(struct session *s)
{
	unsigned round = 0;
	LONG rv;

	do {
		rv = SCardConnect(s->context, s->io.reader, SCARD_SHARE_SHARED,
		    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &s->card,
		    &s->protocol);
	} while (rv == SCARD_E_SHARING_VIOLATION && s->io.patient &&
	    back_off(round++));
	return rv;
}

void
jpkip_pcsc_connect_job(void *arg)
{
	struct session *s = arg;
	SCARD_READERSTATE now;

	if (!establish(s))
		return;
	result(s, connect_shared(s));
	if (s->io.r != 0)
		return;
	s->connected = true;
	/* First: if the daemon that we are connected to is another one by now,
	 * it cannot give us its count. */
	s->io.daemon = jpkip_daemon_run();
	result(s, reader_now(s, s->io.reader, &now));
	if (s->io.r != 0)
		return;
	s->io.count = now.dwEventState >> 16;
	s->io.atr_len = now.cbAtr <= sizeof(s->io.atr) ? now.cbAtr : 0;
	memcpy(s->io.atr, now.rgbAtr, s->io.atr_len);
}

/* Inside the transaction: is it the card that we opened? */
static void
look_for_swap(struct session *s)
{
	SCARD_READERSTATE now;

	result(s, reader_now(s, s->io.reader, &now));
	if (s->io.r != 0)
		return;
	if (state_of(now.dwEventState) != JPKIP_READER_CARD)
		s->io.r = JPKI_ERR_REMOVED;
	else if (now.dwEventState >> 16 != s->io.count)
		s->io.event = JPKI_LINK_CHANGED;
}

/* A handle whose card was taken out hears of that alone: whether a card was put
 * in since, the reader knows. */
static bool
replaced(struct session *s)
{
	SCARD_READERSTATE now;

	return reader_now(s, s->io.reader, &now) == SCARD_S_SUCCESS &&
	    state_of(now.dwEventState) == JPKIP_READER_CARD &&
	    now.dwEventState >> 16 != s->io.count;
}

void
jpkip_pcsc_begin_job(void *arg)
{
	struct session *s = arg;
	unsigned round = 0, reconnects = 0;
	LONG rv;

	s->io.event = JPKI_LINK_SAME;
	/* Disconnected, to close a door that would not close otherwise. */
	if (!s->connected) {
		s->io.r = JPKI_ERR_REMOVED;
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
	if (s->io.r == JPKI_ERR_REMOVED && replaced(s))
		s->io.r = JPKI_ERR_CHANGED;
	if (s->io.r != 0)
		return;
	s->transacted = true;
	s->pin_sent = false;
	look_for_swap(s);
	if (s->io.r != 0) {
		(void)SCardEndTransaction(s->card, SCARD_LEAVE_CARD);
		s->transacted = false;
	}
}

/* Sent once, whatever happens. */
void
jpkip_pcsc_transmit_job(void *arg)
{
	struct session *s = arg;
	struct jpkip_pcsc_session *io = &s->io;
	const SCARD_IO_REQUEST *pci = s->protocol == SCARD_PROTOCOL_T0 ?
	    SCARD_PCI_T0 : SCARD_PCI_T1;
	DWORD len = sizeof(io->rsp);

	/* VERIFY or CHANGE REFERENCE DATA with data. */
	if ((io->cmd[1] == 0x20 || io->cmd[1] == 0x24) && io->cmd_len > 5)
		s->pin_sent = true;
	result(s, SCardTransmit(s->card, pci, io->cmd, (DWORD)io->cmd_len,
	    NULL, io->rsp, &len));
	jpkip_wipe(io->cmd, io->cmd_len);
	io->rsp_len = io->r == 0 ? len : 0;
	/* A card that is pulled out meanwhile shows as an empty success. */
	if (io->r == 0 && len == 0)
		io->r = JPKI_ERR_REMOVED;
	/* The card was reset under us: the transaction is worth nothing. */
	if (io->rv == SCARD_W_RESET_CARD)
		io->r = JPKI_ERR_IO;
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

	if (s->io.has_context)
		(void)SCardReleaseContext(s->context);
	s->io.has_context = false;
	if (!establish(s))
		return false;
	rv = SCardConnect(s->context, s->io.reader, SCARD_SHARE_SHARED,
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

void
jpkip_pcsc_end_job(void *arg)
{
	struct session *s = arg;

	if (s->io.how == JPKI_LINK_POWER_OFF) {
		s->io.r = take_power(s) ? 0 : JPKI_ERR_DOOR;
		return;
	}
	(void)SCardEndTransaction(s->card, SCARD_LEAVE_CARD);
	s->transacted = false;
	s->io.r = 0;
}

void
jpkip_pcsc_session_free(void *arg)
{
	struct session *s = arg;

	if (s->transacted && s->pin_sent)
		(void)take_power(s);
	else if (s->transacted)
		(void)SCardEndTransaction(s->card, SCARD_LEAVE_CARD);
	if (s->connected)
		(void)SCardDisconnect(s->card, SCARD_LEAVE_CARD);
	if (s->io.has_context)
		(void)SCardReleaseContext(s->context);
	jpkip_locked_free(s, sizeof(*s));
}
