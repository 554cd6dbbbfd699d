/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rawcard [-r READER] STEP...: a PC/SC client that shares nothing with the
 * library. It does the steps in order, prints a line for each as soon as it
 * is done, and stops with exit code 1 at the first that PC/SC refuses; what
 * the card answers is never a failure.
 *
 *	list			a line for each reader: present, empty or mute
 *	wait=present[,MS]	until there is a card (empty: until there is
 *				none), at most MS milliseconds (10000)
 *	events			the event counter of the reader
 *	connect[=exclusive]	a connection; protocol T=1 or T=0
 *	reconnect[=leave|reset|unpower]
 *	disconnect[=leave|reset|unpower]
 *	begin			a transaction
 *	end[=leave|reset|unpower]
 *	hold=MS			does nothing for so long
 *	atr
 *	send=HEX		a command; prints its status word
 *	data=HEX		the same, and the data before it
 *	select			of the application
 *	verify=auth:PIN		also sign:
 *	door			what works without a PIN: "read 6982" is the
 *				sign certificate, then a signature by each key
 */
#include <winscard.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define READERS_MAX 4096
#define WAIT_MS 120000

static struct {
	SCARDCONTEXT context;
	const char *reader;
	SCARDHANDLE card;
	DWORD protocol;
} pcsc = { 0, "Virtual PCD 00 00", 0, 0 };

static bool
check(LONG rc, const char *step)
{
	if (rc == SCARD_S_SUCCESS)
		return true;
	printf("%s: %s\n", step, pcsc_stringify_error(rc));
	return false;
}

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static const char *
state_name(DWORD state)
{
	if ((state & SCARD_STATE_MUTE) != 0)
		return "mute";
	if ((state & SCARD_STATE_PRESENT) != 0)
		return "present";
	return (state & SCARD_STATE_EMPTY) != 0 ? "empty" : "unknown";
}

static bool
do_list(const char *arg)
{
	char names[READERS_MAX], *name;
	DWORD size = sizeof(names);
	SCARD_READERSTATE state;
	LONG rc;

	(void)arg;
	rc = SCardListReaders(pcsc.context, NULL, names, &size);
	if (rc == SCARD_E_NO_READERS_AVAILABLE)
		return true;
	if (!check(rc, "list"))
		return false;
	for (name = names; *name != '\0'; name += strlen(name) + 1) {
		memset(&state, 0, sizeof(state));
		state.szReader = name;
		rc = SCardGetStatusChange(pcsc.context, 0, &state, 1);
		if (rc != SCARD_E_TIMEOUT && !check(rc, "list"))
			return false;
		printf("%s: %s\n", name, state_name(state.dwEventState));
	}
	return true;
}

/* A reader that is not there yet counts as one without a card, and so does a
 * daemon that has not answered yet. */
static bool
do_wait(const char *arg)
{
	bool present = strncmp(arg, "present", 7) == 0;
	const char *comma = strchr(arg, ',');
	uint64_t end = now_ms() + (comma != NULL ?
	    strtoul(comma + 1, NULL, 10) : WAIT_MS);
	SCARD_READERSTATE state;
	LONG rc;

	memset(&state, 0, sizeof(state));
	state.szReader = pcsc.reader;
	for (;;) {
		rc = SCardGetStatusChange(pcsc.context, 100, &state, 1);
		if (rc == SCARD_S_SUCCESS &&
		    ((state.dwEventState & SCARD_STATE_PRESENT) != 0) ==
		    present)
			return true;
		if (rc != SCARD_S_SUCCESS && rc != SCARD_E_TIMEOUT &&
		    rc != SCARD_E_UNKNOWN_READER)
			return check(rc, "wait");
		if (now_ms() >= end) {
			printf("wait: %s\n", state_name(state.dwEventState));
			return false;
		}
		state.dwCurrentState = state.dwEventState &
		    ~(DWORD)SCARD_STATE_CHANGED;
		if (rc == SCARD_E_UNKNOWN_READER)
			nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
	}
}

static bool
do_events(const char *arg)
{
	SCARD_READERSTATE state;
	LONG rc;

	(void)arg;
	memset(&state, 0, sizeof(state));
	state.szReader = pcsc.reader;
	rc = SCardGetStatusChange(pcsc.context, 0, &state, 1);
	if (rc != SCARD_E_TIMEOUT && !check(rc, "events"))
		return false;
	printf("events %lu\n", (unsigned long)state.dwEventState >> 16);
	return true;
}

static DWORD
disposition(const char *arg)
{
	if (strcmp(arg, "reset") == 0)
		return SCARD_RESET_CARD;
	if (strcmp(arg, "unpower") == 0)
		return SCARD_UNPOWER_CARD;
	return SCARD_LEAVE_CARD;
}

static bool
do_connect(const char *arg)
{
	return check(SCardConnect(pcsc.context, pcsc.reader,
	    strcmp(arg, "exclusive") == 0 ? SCARD_SHARE_EXCLUSIVE :
	    SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
	    &pcsc.card, &pcsc.protocol), "connect");
}

static bool
do_reconnect(const char *arg)
{
	return check(SCardReconnect(pcsc.card, SCARD_SHARE_SHARED,
	    SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, disposition(arg),
	    &pcsc.protocol), "reconnect");
}

static bool
do_disconnect(const char *arg)
{
	return check(SCardDisconnect(pcsc.card, disposition(arg)),
	    "disconnect");
}

static bool
do_begin(const char *arg)
{
	(void)arg;
	return check(SCardBeginTransaction(pcsc.card), "begin");
}

static bool
do_end(const char *arg)
{
	return check(SCardEndTransaction(pcsc.card, disposition(arg)), "end");
}

static bool
do_hold(const char *arg)
{
	unsigned long ms = strtoul(arg, NULL, 10);
	struct timespec t = { (time_t)(ms / 1000),
	    (long)(ms % 1000) * 1000000 };

	printf("holding\n");
	fflush(stdout);
	nanosleep(&t, NULL);
	return true;
}

static void
print_hex(const BYTE *data, DWORD len)
{
	DWORD i;

	for (i = 0; i < len; i++)
		printf("%02X", data[i]);
}

static bool
do_atr(const char *arg)
{
	BYTE atr[MAX_ATR_SIZE];
	DWORD len = sizeof(atr);

	(void)arg;
	if (!check(SCardStatus(pcsc.card, NULL, NULL, NULL, NULL, atr, &len),
	    "atr"))
		return false;
	printf("atr ");
	print_hex(atr, len);
	printf("\n");
	return true;
}

static bool
transmit(const BYTE *cmd, size_t len, BYTE *rsp, DWORD *rsp_len)
{
	return check(SCardTransmit(pcsc.card, pcsc.protocol ==
	    SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1, cmd, len, NULL,
	    rsp, rsp_len), "transmit");
}

/* Sends hexadecimal text; prints "WHAT [DATA] SW". */
static bool
send_hex(const char *what, const char *hex, bool data)
{
	BYTE cmd[300], rsp[MAX_BUFFER_SIZE_EXTENDED];
	DWORD rsp_len = sizeof(rsp);
	char byte[3] = "";
	size_t n;

	for (n = 0; n < sizeof(cmd) && hex[0] != '\0' && hex[1] != '\0';
	    hex += 2) {
		memcpy(byte, hex, 2);
		cmd[n++] = (BYTE)strtoul(byte, NULL, 16);
	}
	if (!transmit(cmd, n, rsp, &rsp_len))
		return false;
	printf("%s ", what);
	if (rsp_len < 2) {
		printf("(%lu bytes)\n", (unsigned long)rsp_len);
		return true;
	}
	if (data) {
		print_hex(rsp, rsp_len - 2);
		printf(" ");
	}
	print_hex(rsp + rsp_len - 2, 2);
	printf("\n");
	return true;
}

static bool
do_send(const char *arg)
{
	return send_hex("send", arg, false);
}

static bool
do_data(const char *arg)
{
	return send_hex("data", arg, true);
}

static bool
do_select(const char *arg)
{
	(void)arg;
	return send_hex("select", "00A4040C0AD392F000260100000001", false);
}

static bool
do_verify(const char *arg)
{
	bool sign = strncmp(arg, "sign:", 5) == 0;
	char hex[64];
	size_t i, at;

	if (!send_hex("file", sign ? "00A4020C02001B" : "00A4020C020018",
	    false))
		return false;
	arg += 5;
	at = (size_t)snprintf(hex, sizeof(hex), "00200080%02zX", strlen(arg));
	for (i = 0; arg[i] != '\0' && at + 3 < sizeof(hex); i++)
		at += (size_t)snprintf(hex + at, sizeof(hex) - at, "%02X",
		    (unsigned char)arg[i]);
	return send_hex("verify", hex, false);
}

#define DIGEST_INFO "3031300D060960864801650304020105000420" \
    "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"

static bool
do_door(const char *arg)
{
	(void)arg;
	return do_select("") &&
	    send_hex("file", "00A4020C020001", false) &&
	    send_hex("read", "00B0000004", false) &&
	    send_hex("file", "00A4020C020017", false) &&
	    send_hex("sign-auth", "802A008033" DIGEST_INFO "00", false) &&
	    send_hex("file", "00A4020C02001A", false) &&
	    send_hex("sign-sign", "802A008033" DIGEST_INFO "00", false);
}

static bool
step(const char *text)
{
	static const struct {
		const char *name;
		bool (*run)(const char *arg);
	} steps[] = {
		{ "list", do_list }, { "wait", do_wait },
		{ "events", do_events }, { "connect", do_connect },
		{ "reconnect", do_reconnect },
		{ "disconnect", do_disconnect }, { "begin", do_begin },
		{ "end", do_end }, { "hold", do_hold }, { "atr", do_atr },
		{ "send", do_send }, { "data", do_data },
		{ "select", do_select }, { "verify", do_verify },
		{ "door", do_door }
	};
	size_t i, len = strcspn(text, "=");
	bool done;

	for (i = 0; i < N(steps); i++)
		if (strlen(steps[i].name) == len &&
		    strncmp(steps[i].name, text, len) == 0) {
			done = steps[i].run(text[len] != '\0' ?
			    text + len + 1 : "");
			fflush(stdout);
			return done;
		}
	fprintf(stderr, "rawcard: %s?\n", text);
	exit(64);
}

int
main(int argc, char *argv[])
{
	int i = 1;

	if (argc > 2 && strcmp(argv[1], "-r") == 0) {
		pcsc.reader = argv[2];
		i = 3;
	}
	if (!check(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL,
	    &pcsc.context), "context"))
		return 1;
	for (; i < argc; i++)
		if (!step(argv[i]))
			break;
	/* A connection that is left open is pcscd's to close. */
	SCardReleaseContext(pcsc.context);
	return i < argc ? 1 : 0;
}
