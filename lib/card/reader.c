/* SPDX-License-Identifier: Apache-2.0 */
#include "card/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "card/apdu.h"
#include "card/file.h"
#include "transport/pcsc.h"
#include "transport/soft.h"

#define NAMES_MAX 256

/* Names for a message, as many as fit. */
static void
add_name(const struct jpki_ctx *ctx, char names[NAMES_MAX], const char *name)
{
	size_t len = strlen(names);

	snprintf(names + len, NAMES_MAX - len, "%s%s",
	    len > 0 ? jpkip_pick(ctx, ", ", "、") : "", name);
}

static bool
contains(const char *name, const char *part)
{
	size_t len = strlen(part);

	for (; *name != '\0'; name++)
		if (strncasecmp(name, part, len) == 0)
			return true;
	return false;
}

static const struct jpkip_reader *
by_name(const struct jpkip_readers *readers, const char *name)
{
	size_t i;

	for (i = 0; i < readers->n; i++)
		if (strcmp(readers->list[i].name, name) == 0)
			return &readers->list[i];
	return NULL;
}

/* Digits alone are a number, never a part of a name. */
static bool
is_number(const char *text, size_t *n)
{
	*n = 0;
	if (*text == '\0' || strlen(text) > 2)
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		*n = *n * 10 + (size_t)(*text - '0');
	return *text == '\0';
}

/* Drops the readers that are not meant. */
static void
narrow(struct jpkip_readers *readers, const char *wanted)
{
	const struct jpkip_reader *one = by_name(readers, wanted);
	struct jpkip_reader copy;
	size_t i, number, n = 0;

	if (one == NULL && is_number(wanted, &number)) {
		if (number >= readers->n) {
			readers->n = 0;
			return;
		}
		one = &readers->list[number];
	}
	if (one != NULL) {
		copy = *one;
		readers->list[0] = copy;
		readers->n = 1;
		return;
	}
	for (i = 0; i < readers->n; i++)
		if (contains(readers->list[i].name, wanted))
			readers->list[n++] = readers->list[i];
	readers->n = n;
}

/* Whether the card behind a link has the application; it is left as it was.
 * Only the link's own failures are failures. */
static int
answers(struct jpkip_link *link, bool *yes)
{
	uint8_t rsp[JPKIP_RSP_MAX];
	enum jpki_link_event event;
	struct jpkip_apdu apdu;
	size_t len = 0;
	int end, r;

	*yes = false;
	if ((r = jpkip_link_begin(link, &event)) != 0)
		return r;
	jpkip_apdu_set(&apdu, 0x00, 0xa4, 0x04, 0x0c, jpkip_app_jpki.aid,
	    sizeof(jpkip_app_jpki.aid), 0);
	r = jpkip_link_transmit(link, apdu.bytes, apdu.len, rsp, &len);
	/* Some cards answer 6F00 to the first command of all. */
	if (r == 0 && len == 2 && rsp[0] == 0x6f)
		r = jpkip_link_transmit(link, apdu.bytes, apdu.len, rsp, &len);
	*yes = r == 0 && len >= 2 && rsp[len - 2] == 0x90 &&
	    rsp[len - 1] == 0x00;
	end = jpkip_link_end(link, JPKI_LINK_LEAVE);
	return r != 0 ? r : end;
}

/* What to say when no card answered: the nearest miss. */
static int
fail_none(struct jpki_ctx *ctx, const struct jpkip_readers *readers,
    const char *wanted)
{
	bool card = false, mute = false;
	char names[NAMES_MAX] = "";
	size_t i;

	for (i = 0; i < readers->n; i++) {
		card |= readers->list[i].state == JPKIP_READER_CARD;
		mute |= readers->list[i].state == JPKIP_READER_MUTE;
		add_name(ctx, names, readers->list[i].name);
	}
	if (readers->n == 0)
		return wanted != NULL ? jpkip_fail(ctx, JPKI_ERR_NO_READER,
		    JPKIP_SAME("%s"), wanted) : jpkip_fail(ctx,
		    JPKI_ERR_NO_READER, "pcscd has none",
		    "pcscd が 1 台も見つけていません");
	if (mute)
		return jpkip_fail(ctx, JPKI_ERR_MUTE, JPKIP_SAME("%s"), names);
	return jpkip_fail(ctx, card ? JPKI_ERR_NOT_JPKI : JPKI_ERR_NO_CARD,
	    JPKIP_SAME("%s"), names);
}

/* What came of looking at several cards. */
struct choice {
	struct jpkip_link link;		/* the first that answered */
	char names[NAMES_MAX];		/* of all that answered */
	size_t n;
	int error;			/* the first failure */
	bool busy[JPKIP_PCSC_READERS_MAX];
};

static void
look(struct jpki_ctx *ctx, const struct jpkip_readers *readers, size_t i,
    bool patient, struct choice *choice)
{
	struct jpkip_link link;
	bool yes = false;
	int r;

	r = jpkip_pcsc_open(ctx, readers->list[i].name, patient, &link);
	if (r == 0) {
		r = answers(&link, &yes);
		if (r == 0 && yes && choice->n++ == 0)
			choice->link = link;
		else
			jpkip_link_close(&link);
		if (r == 0 && yes)
			add_name(ctx, choice->names, readers->list[i].name);
	}
	choice->busy[i] = r == JPKI_ERR_BUSY;
	if (choice->error == 0)
		choice->error = r;
}

/* Looks at every card: exactly one must answer. Only if none does, those that
 * somebody keeps are waited for. */
static int
choose(struct jpki_ctx *ctx, const struct jpkip_readers *readers,
    const char *wanted, struct jpkip_link *out)
{
	struct choice choice = { .n = 0 };
	size_t i;

	for (i = 0; i < readers->n; i++)
		if (readers->list[i].state == JPKIP_READER_CARD)
			look(ctx, readers, i, false, &choice);
	for (i = 0; choice.n == 0 && i < readers->n; i++)
		if (choice.busy[i])
			look(ctx, readers, i, true, &choice);
	if (choice.n == 0)
		return choice.error != 0 ? choice.error :
		    fail_none(ctx, readers, wanted);
	jpkip_ctx_clear(ctx);
	if (choice.n > 1) {
		jpkip_link_close(&choice.link);
		return jpkip_fail(ctx, JPKI_ERR_AMBIGUOUS, JPKIP_SAME("%s"),
		    choice.names);
	}
	*out = choice.link;
	return 0;
}

/* The only reader with a card among those that are meant; no command. */
static const struct jpkip_reader *
only_card(const struct jpkip_readers *readers)
{
	const struct jpkip_reader *one = NULL;
	size_t i;

	for (i = 0; i < readers->n; i++) {
		if (readers->list[i].state != JPKIP_READER_CARD)
			continue;
		if (one != NULL)
			return NULL;
		one = &readers->list[i];
	}
	return one;
}

int
jpkip_reader_list(struct jpki_ctx *ctx, const char *reader,
    struct jpkip_readers *out)
{
	size_t i, n = 0;
	int r;

	if (reader == NULL)
		reader = jpkip_ctx_reader(ctx);
	if ((r = jpkip_pcsc_list(ctx, out)) != 0)
		return r;
	if (reader != NULL)
		narrow(out, reader);
	for (i = 0; i < out->n; i++)
		if (out->list[i].state == JPKIP_READER_CARD)
			out->list[n++] = out->list[i];
	out->n = n;
	return 0;
}

int
jpkip_reader_open(struct jpki_ctx *ctx, const char *reader,
    struct jpkip_link *link)
{
	const struct jpkip_reader *one;
	struct jpkip_readers readers;
	int r;

	if (reader == NULL)
		reader = jpkip_ctx_reader(ctx);
	if (reader != NULL && strncmp(reader, JPKIP_SOFT_PREFIX,
	    strlen(JPKIP_SOFT_PREFIX)) == 0)
		return jpkip_soft_open(ctx,
		    reader + strlen(JPKIP_SOFT_PREFIX), link);
	if ((r = jpkip_pcsc_list(ctx, &readers)) != 0)
		return r;
	if (reader != NULL)
		narrow(&readers, reader);
	if ((one = only_card(&readers)) != NULL)
		return jpkip_pcsc_open(ctx, one->name, true, link);
	return choose(ctx, &readers, reader, link);
}
