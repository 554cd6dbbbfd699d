/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pcscd that answers whatever the input says, instead of libpcsclite.
 * Looked for: crashes, a second VERIFY, and a card that had a PIN and whose
 * power nobody took.
 */
#include <stdlib.h>
#include <string.h>

#include <winscard.h>

#include <jpki.h>

#include "fuzz.h"

const SCARD_IO_REQUEST g_rgSCardT0Pci = { SCARD_PROTOCOL_T0, 16 };
const SCARD_IO_REQUEST g_rgSCardT1Pci = { SCARD_PROTOCOL_T1, 16 };

/* The helper's thread and ours take turns. */
static struct {
	const uint8_t *data;
	size_t size;
	unsigned verifies, commands;
	bool open;		/* a PIN was sent, power not taken */
} in;

static uint8_t
take(void)
{
	if (in.size == 0)
		return 0;
	in.size--;
	return *in.data++;
}

/* Mostly success. Not SCARD_E_SHARING_VIOLATION: that is waited for. */
static LONG
result(void)
{
	static const LONG results[] = {
		SCARD_E_NO_SERVICE, SCARD_E_INVALID_HANDLE,
		SCARD_W_REMOVED_CARD, SCARD_W_RESET_CARD,
		SCARD_W_UNPOWERED_CARD, SCARD_E_NO_SMARTCARD,
		SCARD_E_READER_UNAVAILABLE, SCARD_F_COMM_ERROR,
		SCARD_E_NO_MEMORY, SCARD_E_TIMEOUT, 1
	};
	uint8_t c = take();

	if (c < 0xe0)
		return SCARD_S_SUCCESS;
	return results[c % (sizeof(results) / sizeof(results[0]))];
}

LONG
SCardEstablishContext(DWORD scope, LPCVOID a, LPCVOID b, LPSCARDCONTEXT out)
{
	(void)scope;
	(void)a;
	(void)b;
	*out = 7;
	return result();
}

LONG
SCardReleaseContext(SCARDCONTEXT context)
{
	(void)context;
	return SCARD_S_SUCCESS;
}

LONG
SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR out, LPDWORD size)
{
	DWORD i, n = take();

	(void)context;
	(void)groups;
	if (n > *size)
		n = *size;
	for (i = 0; i < n; i++)
		out[i] = (char)take();
	*size = n;
	return result();
}

LONG
SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout,
    SCARD_READERSTATE *states, DWORD n)
{
	DWORD i, j;

	(void)context;
	(void)timeout;
	for (i = 0; i < n; i++) {
		states[i].dwEventState = SCARD_STATE_PRESENT;
		if ((j = take()) >= 0xe0)
			states[i].dwEventState = j << 14 | take();
		/* As long as it likes. */
		states[i].cbAtr = take();
		for (j = 0; j < MAX_ATR_SIZE; j++)
			states[i].rgbAtr[j] = take();
	}
	return result();
}

LONG
SCardConnect(SCARDCONTEXT context, LPCSTR name, DWORD mode, DWORD protocols,
    LPSCARDHANDLE out, LPDWORD protocol)
{
	(void)context;
	(void)name;
	(void)mode;
	(void)protocols;
	*out = 1;
	*protocol = take() % 2 == 0 ? SCARD_PROTOCOL_T1 : SCARD_PROTOCOL_T0;
	return result();
}

static LONG
leave(DWORD how)
{
	LONG rv = result();

	if (how == SCARD_UNPOWER_CARD && (rv == SCARD_S_SUCCESS ||
	    rv == SCARD_W_REMOVED_CARD || rv == SCARD_E_NO_SMARTCARD ||
	    rv == SCARD_E_READER_UNAVAILABLE))
		in.open = false;
	return rv;
}

LONG
SCardDisconnect(SCARDHANDLE card, DWORD how)
{
	(void)card;
	return leave(how);
}

LONG
SCardReconnect(SCARDHANDLE card, DWORD mode, DWORD protocols, DWORD how,
    LPDWORD protocol)
{
	(void)card;
	(void)mode;
	(void)protocols;
	(void)how;
	*protocol = SCARD_PROTOCOL_T1;
	return result();
}

LONG
SCardBeginTransaction(SCARDHANDLE card)
{
	(void)card;
	return result();
}

LONG
SCardEndTransaction(SCARDHANDLE card, DWORD how)
{
	(void)card;
	return leave(how);
}

LONG
SCardTransmit(SCARDHANDLE card, const SCARD_IO_REQUEST *pci, LPCBYTE cmd,
    DWORD cmd_len, SCARD_IO_REQUEST *got_pci, LPBYTE rsp, LPDWORD rsp_len)
{
	uint8_t c = take();
	DWORD n = 0;

	(void)card;
	(void)pci;
	(void)got_pci;
	if (++in.commands > 4000)
		abort();
	if (cmd[1] == 0x20 && cmd_len > 5) {
		in.verifies++;
		in.open = true;
	}
	if (c >= 0xf8) {	/* any length, with or without content */
		*rsp_len = (DWORD)take() << (c & 7);
		return result();
	}
	for (n = 0; n < (DWORD)(c & 0x3f) && n + 2 < *rsp_len; n++)
		rsp[n] = take();
	rsp[n] = cmd[1] == 0x20 && cmd_len == 4 ? 0x63 : 0x90;
	rsp[n + 1] = cmd[1] == 0x20 && cmd_len == 4 ? 0xc3 : 0x00;
	*rsp_len = n + 2;
	return result();
}

static void
use(struct jpki_ctx *ctx, struct jpki_card *card)
{
	struct jpki_cert *cert;
	int end, r;

	if (jpki_card_cert(card, JPKI_SLOT_AUTH, &cert) == 0)
		jpki_cert_free(&cert);
	if (jpki_card_begin(card) != 0)
		return;
	r = jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4, 2, NULL);
	if (r == 0 && in.verifies == 0)
		abort();
	end = jpki_card_end(card);
	/* Open, and nobody says so. */
	if (in.open && end != JPKI_ERR_DOOR)
		abort();
	if (strstr(jpki_ctx_errmsg(ctx), "1234") != NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	struct jpki_readers *readers;
	struct jpki_card *card;

	if (ctx == NULL && (ctx = jpki_ctx_new()) == NULL)
		abort();
	in.data = data;
	in.size = size;
	in.verifies = in.commands = 0;
	in.open = false;
	if (jpki_readers_list(ctx, &readers) == 0)
		jpki_readers_free(&readers);
	if (jpki_card_open(ctx, take() % 4 == 0 ? NULL : "A reader", &card) ==
	    0)
		use(ctx, card);
	jpki_card_close(&card);
	if (in.verifies > 1)
		abort();
	return 0;
}
