/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The made-up pcscd for whole programs, by LD_PRELOAD. The environment says
 * what there is:
 *
 *   FAKE_CARD0, FAKE_CARD1  a software card's folder, or "mute"
 *   FAKE_READERS            0 or 1, if not two readers
 *   FAKE_NAME               of the first reader
 *   FAKE_ERROR              what SCardEstablishContext() returns, in hex
 *   FAKE_SPOIL              "N:hang": the card hangs after N commands;
 *                           "N:refuse": it answers A5A5 to the next two
 */
#include "fake_winscard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

static struct jpki_ctx *ctx;

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
	if ((error = getenv("FAKE_ERROR")) != NULL) {
		fake.call = FAKE_ESTABLISH;
		fake.rv = (LONG)strtoul(error, NULL, 16);
		fake.times = 1000;
	}
	if ((how = getenv("FAKE_SPOIL")) != NULL)
		spoil(how);
}

__attribute__((destructor)) static void
stop(void)
{
	jpki_softcard_free(&fake.readers[0].card);
	jpki_softcard_free(&fake.readers[1].card);
	jpki_ctx_free(&ctx);
}
