/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The made-up pcscd for whole programs, by LD_PRELOAD. The environment says
 * what there is:
 *
 *   FAKE_CARD0, FAKE_CARD1  a software card's folder, or "mute"
 *   FAKE_READERS            0 or 1, if not two readers
 *   FAKE_NAME               of the first reader
 *   FAKE_ERROR              what SCardEstablishContext() returns, in hex
 *   FAKE_CONNECT            what SCardConnect() returns, in hex, and behind
 *                           a colon how often; else always
 *   FAKE_OPEN               "auth:PIN" or "sign:PIN": the first card's door
 *                           was left open so
 *   FAKE_SPOIL              "N:hang": the card hangs after N commands;
 *                           "N:refuse": it answers A5A5 to the next two
 *   FAKE_RECORD             a record of jpki-doctor: the cards answer so
 *   FAKE_TIMES              if set, they take as long, too
 */
#include "fake_winscard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "replay.h"
#include "softcard/softcard.h"

static struct jpki_ctx *ctx;
static struct replay *replay;

static void
insert(struct fake_reader *reader, const char *what)
{
	if (what == NULL)
		return;
	if (strcmp(what, "mute") == 0)
		reader->mute = true;
	else if (jpki_softcard_open(ctx, what, &reader->card) != 0) {
		fprintf(stderr, "%s\n", jpki_ctx_errmsg(ctx));
		_Exit(99);
	}
}

static void
spoil(const char *how)
{
	fake.call = FAKE_TRANSMIT;
	fake.skip = (unsigned)strtoul(how, NULL, 10);
	fake.rv = strstr(how, ":hang") != NULL;
	fake.times = fake.rv != 0 ? 1000 : 2;	/* queries are repeated once */
	fake.answer_len = 2;
}

static void
fail_always(enum fake_call call, const char *rv)
{
	fake.call = call;
	fake.rv = (LONG)strtoul(rv, NULL, 16);
	/* "8010000B:7": that often, and then it goes well. */
	fake.times = strchr(rv, ':') != NULL ?
	    (unsigned)strtoul(strchr(rv, ':') + 1, NULL, 10) : 1000;
}

static void
send(const uint8_t *cmd, size_t len)
{
	uint8_t rsp[300];
	size_t n = 0;

	if (jpkip_softcard_transmit(fake.readers[0].card, cmd, len, rsp,
	    sizeof(rsp), &n) != 0 || n != 2 || rsp[0] != 0x90)
		_Exit(99);
}

/* As another program would that does not log out. */
static void
leave_open(const char *how)
{
	static const uint8_t app[] = { 0x00, 0xa4, 0x04, 0x0c, 10, 0xd3, 0x92,
		0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01 };
	uint8_t verify[32] = { 0x00, 0x20, 0x00, 0x98 };
	size_t n = strlen(how + 5);

	if (fake.readers[0].card == NULL || n > sizeof(verify) - 5)
		_Exit(99);
	if (strncmp(how, "sign:", 5) == 0)
		verify[3] = 0x9b;
	verify[4] = (uint8_t)n;
	memcpy(verify + 5, how + 5, n);
	send(app, sizeof(app));
	send(verify, 5 + n);
}

static int
transmit(struct jpki_softcard *soft, const uint8_t *cmd, size_t cmd_len,
    uint8_t *rsp, size_t rsp_size, size_t *rsp_len)
{
	return replay_transmit(replay, soft, cmd, cmd_len, rsp, rsp_size,
	    rsp_len);
}

static void
follow(const char *record)
{
	if ((replay = replay_new(record, getenv("FAKE_TIMES") != NULL)) == NULL)
		_Exit(99);
	fake.transmit = transmit;
}

__attribute__((constructor)) static void
start(void)
{
	const char *readers = getenv("FAKE_READERS"), *name, *error, *how;
	int i;

	if ((ctx = jpki_ctx_new()) == NULL)
		_Exit(99);
	fake_reset();
	if ((name = getenv("FAKE_NAME")) != NULL)
		fake.readers[0].name = name;
	for (i = 0; readers != NULL && i < FAKE_READERS; i++)
		if (i >= *readers - '0')
			fake.readers[i].name = NULL;
	insert(&fake.readers[0], getenv("FAKE_CARD0"));
	insert(&fake.readers[1], getenv("FAKE_CARD1"));
	if ((how = getenv("FAKE_OPEN")) != NULL)
		leave_open(how);
	if ((error = getenv("FAKE_ERROR")) != NULL)
		fail_always(FAKE_ESTABLISH, error);
	if ((error = getenv("FAKE_CONNECT")) != NULL)
		fail_always(FAKE_CONNECT, error);
	if ((how = getenv("FAKE_SPOIL")) != NULL)
		spoil(how);
	if ((how = getenv("FAKE_RECORD")) != NULL)
		follow(how);
}

__attribute__((destructor)) static void
stop(void)
{
	jpki_softcard_free(&fake.readers[0].card);
	jpki_softcard_free(&fake.readers[1].card);
	replay_free(replay);
	jpki_ctx_free(&ctx);
}
