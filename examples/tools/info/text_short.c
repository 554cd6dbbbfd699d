/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report in one line, for a status bar: each certificate, and PINs that
 * somebody should look after.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/message.h"
#include "info.h"

/* What stands between two things that are told. */
static void
put_between(FILE *line)
{
	if (ftell(line) > 0)
		fputs(pick("; ", "、"), line);
}

static const char *
unread_word(const struct entry *e)
{
	switch (e->why) {
	case JPKI_ERR_NOT_ON_CARD:
		return pick("none", "なし");
	case JPKI_ERR_NEEDS_PIN:
		return pick("issued", "発行済み");
	case JPKI_ERR_OLD_CARD:
		return pick("ended", "終了");
	default:
		return pick("not read", "未読");
	}
}

static void
put_cert(FILE *line, const char *name, const struct entry *e)
{
	char text[256];

	put_between(line);
	if (e->cert != NULL)
		days_words(e, jpki_state_text(e->state, text_lang()), text,
		    sizeof(text));
	fprintf(line, pick("%s: %s", "%s：%s"), name, e->cert != NULL ? text :
	    unread_word(e));
}

/* One that is locked, or has one try left. */
static void
put_pin(FILE *line, const struct pin *pin)
{
	const char *name = jpki_pin_name(pin->pin, text_lang());

	if (!pin_in_trouble(pin))
		return;
	put_between(line);
	if (jpki_pin_verdict_state(pin->verdict) == JPKI_PIN_STATE_LOCKED)
		fprintf(line, pick("%s: LOCKED", "%s：ロック"), name);
	else
		fprintf(line, pick("%s: %d try left", "%s：残り %d 回"),
		    name, pin->left);
}

static void
put_all(FILE *line, const struct info *info)
{
	const struct entry *e, *end = info->entries + info->n_entries;
	const struct pin *p;

	if (!info->have_card) {
		for (e = info->entries; e < end; e++)
			put_cert(line, e->path, e);
		return;
	}
	put_cert(line, pick("auth", "利用者証明用"), &info->entries[AUTH]);
	put_cert(line, pick("sign", "署名用"), &info->entries[SIGN]);
	for (p = info->pins; p < info->pins + N_PINS; p++)
		put_pin(line, p);
	if (info->moved) {
		put_between(line);
		fputs(pick("sign: not what the card says",
		    "署名用：カードの記載と違います"), line);
	}
}

int
report_short(const struct info *info)
{
	/* One line, however long. */
	const struct layout out = { .out = stdout };
	char *text = NULL;
	size_t size;
	FILE *line;

	if ((line = open_memstream(&text, &size)) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	put_all(line, info);
	if (fclose(line) != 0) {
		free(text);
		return complain_code(NULL, JPKI_ERR_MEMORY);
	}
	layout_text(&out, 0, 0, text);
	free(text);
	return message_finish(EXIT_SUCCESS);
}
