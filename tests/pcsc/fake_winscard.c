/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_winscard.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "softcard/softcard.h"

#define HANGS 1

struct fake fake;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool let_go;
static bool dead;		/* the daemon that everybody is connected to */

/* A handle is HANDLE and the number of its reader; each reader has one. */
#define HANDLE 100
static bool reset_pending[FAKE_READERS];

static struct fake_reader *
reader_of(SCARDHANDLE handle)
{
	return &fake.readers[handle - HANDLE];
}

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, 16 };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, 16 };

void
fake_reset(void)
{
	pthread_mutex_lock(&lock);
	memset(&fake, 0, sizeof(fake));
	fake.readers[0].name = "Virtual PCD 00 00";
	fake.readers[1].name = "Other Reader 01 00";
	let_go = dead = false;
	memset(reset_pending, 0, sizeof(reset_pending));
	pthread_mutex_unlock(&lock);
}

void
fake_let_go(void)
{
	pthread_mutex_lock(&lock);
	let_go = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

void
fake_wait_idle(void)
{
	pthread_mutex_lock(&lock);
	while (fake.contexts > 0 || fake.handles > 0 || fake.transactions > 0)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void
add(unsigned *counter, int n)
{
	pthread_mutex_lock(&lock);
	*counter += (unsigned)n;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

/* Whether this call fails now; hangs if it is to hang. */
static bool
fails(enum fake_call call, LONG *rv)
{
	bool now;

	pthread_mutex_lock(&lock);
	now = fake.call == call && fake.skip == 0 && fake.times > 0;
	if (dead && call != FAKE_ESTABLISH) {
		*rv = SCARD_E_NO_SERVICE;
		pthread_mutex_unlock(&lock);
		return true;
	}
	if (fake.call == call && fake.skip > 0)
		fake.skip--;
	else if (now)
		fake.times--;
	*rv = fake.rv;
	if (now && fake.rv == HANGS) {
		while (!let_go)
			pthread_cond_wait(&changed, &lock);
		*rv = SCARD_F_COMM_ERROR;
	}
	pthread_mutex_unlock(&lock);
	return now;
}

LONG
SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b, LPSCARDCONTEXT out)
{
	LONG rv;

	(void)scope;
	(void)a;
	(void)b;
	if (fails(FAKE_ESTABLISH, &rv))
		return rv;
	*out = 7;
	dead = false;
	add(&fake.contexts, 1);
	return SCARD_S_SUCCESS;
}

LONG
SCardReleaseContext(SCARDCONTEXT context)
{
	(void)context;
	if (dead)
		return SCARD_E_INVALID_HANDLE;
	add(&fake.contexts, -1);
	return SCARD_S_SUCCESS;
}

LONG
SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR out, LPDWORD size)
{
	DWORD at = 0, n;
	LONG rv;
	int i;

	(void)context;
	(void)groups;
	if (fails(FAKE_LIST, &rv))
		return rv;
	for (i = 0; i < FAKE_READERS; i++) {
		if (fake.readers[i].name == NULL)
			continue;
		n = (DWORD)strlen(fake.readers[i].name) + 1;
		memcpy(out + at, fake.readers[i].name, n);
		at += n;
	}
	if (at == 0)
		return SCARD_E_NO_READERS_AVAILABLE;
	out[at++] = '\0';
	*size = at;
	return SCARD_S_SUCCESS;
}

static int
find(const char *name)
{
	int i;

	for (i = 0; i < FAKE_READERS; i++)
		if (fake.readers[i].name != NULL &&
		    strcmp(fake.readers[i].name, name) == 0)
			return i;
	return -1;
}

LONG
SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout,
    SCARD_READERSTATE *states, DWORD n)
{
	struct fake_reader *reader;
	DWORD i;
	LONG rv;
	int at;

	(void)context;
	(void)timeout;
	if (fails(FAKE_STATUS, &rv))
		return rv;
	for (i = 0; i < n; i++) {
		if ((at = find(states[i].szReader)) < 0) {
			states[i].dwEventState = SCARD_STATE_UNKNOWN;
			continue;
		}
		reader = &fake.readers[at];
		states[i].dwEventState = reader->count << 16 |
		    (reader->card == NULL && !reader->mute ?
		    SCARD_STATE_EMPTY : SCARD_STATE_PRESENT) |
		    (reader->mute ? SCARD_STATE_MUTE : 0);
		states[i].cbAtr = reader->card != NULL ?
		    (DWORD)jpkip_softcard_atr(reader->card,
		    states[i].rgbAtr) : 0;
	}
	return SCARD_S_SUCCESS;
}

LONG
SCardConnect(SCARDCONTEXT context, LPCSTR name, DWORD mode, DWORD protocols,
    LPSCARDHANDLE out, LPDWORD protocol)
{
	int at = find(name);
	LONG rv;

	(void)context;
	(void)mode;
	(void)protocols;
	if (fails(FAKE_CONNECT, &rv))
		return rv;
	if (at < 0)
		return SCARD_E_UNKNOWN_READER;
	if (fake.readers[at].mute)
		return SCARD_W_UNRESPONSIVE_CARD;
	if (fake.readers[at].card == NULL)
		return SCARD_E_NO_SMARTCARD;
	*out = HANDLE + at;
	*protocol = SCARD_PROTOCOL_T1;
	add(&fake.handles, 1);
	return SCARD_S_SUCCESS;
}

static LONG
leave(SCARDHANDLE card, DWORD how)
{
	if (how != SCARD_UNPOWER_CARD || reader_of(card)->card == NULL)
		return SCARD_S_SUCCESS;
	add(&fake.unpowers, 1);
	reset_pending[card - HANDLE] = true;
	return jpkip_softcard_power_cycle(reader_of(card)->card) == 0 ?
	    SCARD_S_SUCCESS : SCARD_F_COMM_ERROR;
}

LONG
SCardDisconnect(SCARDHANDLE card, DWORD how)
{
	LONG rv;

	if (dead)
		return SCARD_E_NO_SERVICE;
	rv = leave(card, how);
	add(&fake.handles, -1);
	return rv;
}

LONG
SCardReconnect(SCARDHANDLE card, DWORD mode, DWORD protocols, DWORD how,
    LPDWORD protocol)
{
	LONG rv;

	(void)mode;
	(void)protocols;
	(void)how;
	if (fails(FAKE_RECONNECT, &rv))
		return rv;
	reset_pending[card - HANDLE] = false;
	*protocol = SCARD_PROTOCOL_T1;
	return SCARD_S_SUCCESS;
}

LONG
SCardBeginTransaction(SCARDHANDLE card)
{
	LONG rv;

	if (fails(FAKE_BEGIN, &rv))
		return rv;
	if (reader_of(card)->card == NULL)
		return SCARD_W_REMOVED_CARD;
	if (reset_pending[card - HANDLE])
		return SCARD_W_RESET_CARD;
	add(&fake.transactions, 1);
	return SCARD_S_SUCCESS;
}

LONG
SCardEndTransaction(SCARDHANDLE card, DWORD how)
{
	LONG rv;

	if (dead)
		return SCARD_E_NO_SERVICE;
	add(&fake.transactions, -1);
	if (fails(FAKE_END, &rv))
		return rv;
	return leave(card, how);
}

/* With all that was open in it; the card keeps its power and its logins. */
static void
daemon_dies(void)
{
	pthread_mutex_lock(&lock);
	fake.dies = false;
	dead = true;
	fake.contexts = fake.handles = fake.transactions = 0;
	memset(reset_pending, 0, sizeof(reset_pending));
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

LONG
SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, LPCBYTE cmd,
    DWORD cmd_len, SCARD_IO_REQUEST *got_pci, LPBYTE rsp, LPDWORD rsp_len)
{
	struct jpki_softcard *soft = reader_of(card)->card;
	size_t len = 0;
	LONG rv;

	(void)pci;
	(void)got_pci;
	fake.transmits++;
	if (soft == NULL)
		return SCARD_W_REMOVED_CARD;
	if (cmd[1] == 0x20 && cmd_len > 5)
		fake.verifies++;
	if ((fake.transmit != NULL ? fake.transmit : jpkip_softcard_transmit)(
	    soft, cmd, cmd_len, rsp, *rsp_len, &len) != 0)
		return SCARD_F_COMM_ERROR;
	/* The card did it; whether we hear of it is another matter. */
	if (fails(FAKE_TRANSMIT, &rv)) {
		if (fake.dies)
			daemon_dies();
		if (rv != 0)
			return rv;
		memset(rsp, 0xa5, fake.answer_len);
		len = fake.answer_len;
	}
	*rsp_len = (DWORD)len;
	return SCARD_S_SUCCESS;
}
