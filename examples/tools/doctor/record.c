/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor --record: what the reader and the card really answered, for who
 * has no such reader or card.
 *
 * It is made of the library's trace alone, which has no data of answers and no
 * PIN by construction, and of what a redacted report may say. The commands of
 * all checks are in it, so it is as long as the checks are thorough. One JSON
 * object a line; jpki-doctor(1) describes them.
 */
#include <stdio.h>
#include <string.h>

#include "common/file.h"
#include "common/json.h"
#include "common/layout.h"
#include "common/message.h"
#include "common/prompt.h"
#include "doctor.h"

#define FORM 1	/* of the record */
#define COMMAND "> "
#define ANSWER " : "

/* One object as a line of its own; frees it. */
static void
put_line(FILE *out, json_t *object)
{
	/* What fails here is found out by fclose(), but for memory. */
	if (object == NULL ||
	    json_dumpf(object, out, JSON_PRESERVE_ORDER) != 0 ||
	    putc('\n', out) == EOF)
		complain_code(NULL, JPKI_ERR_MEMORY);
	json_decref(object);
}

/* "[32 bytes] 9000", "6982", or the name of an error. */
static json_t *
answer(const char *text)
{
	unsigned long bytes = 0;
	const char *status = text;

	if (*text == '[') {
		bytes = strtoul(text + 1, NULL, 10);
		status = strchr(text, ' ');
		status = status != NULL ? strchr(status + 1, ' ') : NULL;
		status = status != NULL ? status + 1 : "";
	}
	if (strncmp(text, "JPKI_", 5) == 0)
		return json_pack("{s:s}", "error", text);
	return json_pack("{s:i, s:s}", "bytes", (int)bytes, "status", status);
}

/* A jpki_log_fn. */
static void
keep(void *arg, enum jpki_log_level level, const char *line)
{
	struct doctor *d = arg;
	const char *end = strstr(line, ANSWER);

	message_log(NULL, level, line);
	if (level != JPKI_LOG_TRACE || end == NULL ||
	    strncmp(line, COMMAND, strlen(COMMAND)) != 0)
		return;
	line += strlen(COMMAND);
	put_line(d->recording.lines, json_with(json_with(
	    json_pack("{s:s%}", "command", line, (size_t)(end - line)),
	    answer(end + strlen(ANSWER))), json_pack("{s:I}", "us",
	    (json_int_t)jpki_ctx_command_us(d->ctx))));
	d->recording.n_commands++;
}

int
record_begin(struct doctor *d)
{
	struct recording *rec = &d->recording;

	if (file_check_place(rec->path) != 0)
		return complain_place(rec->path);
	if ((rec->lines = open_memstream(&rec->text, &rec->len)) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	jpki_ctx_set_log(d->ctx, keep, d);
	return 0;
}

void
record_discard(struct doctor *d)
{
	if (d->recording.lines != NULL)
		fclose(d->recording.lines);
	free(d->recording.text);
}

/* A text about the card; "" if it did not tell. */
static const char *
info(struct doctor *d, enum jpki_info what, char out[JPKI_INFO_MAX])
{
	if (d->card == NULL ||
	    jpki_card_info(d->card, what, out, JPKI_INFO_MAX) != 0)
		*out = '\0';
	return out;
}

/* The reader's name without its serial number, "(1234)". */
static char *
reader(struct doctor *d)
{
	char text[JPKI_INFO_MAX];

	if (is_soft(d))
		return strdup("soft");
	info(d, JPKI_INFO_READER, text);
	text[strcspn(text, "(")] = '\0';
	return strdup(text);
}

/* The first line, which needs no command any more. */
static json_t *
heading(struct doctor *d)
{
	char atr[JPKI_INFO_MAX], label[JPKI_INFO_MAX], model[JPKI_INFO_MAX];
	char *name = reader(d);
	json_t *line;

	info(d, JPKI_INFO_ATR, atr);
	hide_atr(atr);
	line = json_pack("{s:i, s:s, s:o, s:s, s:o, s:o}", "record", FORM,
	    "libjpki", jpki_version(), "reader", json_text(name),
	    "atr", atr, "label", json_text(info(d, JPKI_INFO_LABEL, label)),
	    "model", json_text(info(d, JPKI_INFO_MODEL, model)));
	free(name);
	return line;
}

/* All of it, in memory; the caller frees it. */
static char *
whole(struct doctor *d, size_t *len)
{
	struct recording *rec = &d->recording;
	FILE *out, *lines = rec->lines;
	char *text = NULL;

	jpki_ctx_set_log(d->ctx, message_log, NULL);
	rec->lines = NULL;
	if (fclose(lines) != 0 || (out = open_memstream(&text, len)) == NULL)
		return NULL;
	put_line(out, heading(d));
	fwrite(rec->text, 1, rec->len, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

/* Whether its reader wants it written. */
static bool
agrees(FILE *tty, const char *text)
{
	struct layout layout = layout_of(tty);

	fprintf(tty, "\n%s\n", text);
	layout_paragraph(&layout, 0, pick("This is what will be written. It "
	    "has no PIN, no name, no number, and nothing of a certificate "
	    "but its length.", "書き込む内容は以上です。暗証番号、氏名、"
	    "番号は含みません。証明書については長さだけを含みます。"));
	return prompt_yes(tty, pick("Write it? (yes/no): ",
	    "書き込みますか（yes/no）: "));
}

static int
write_record(struct doctor *d, FILE *tty)
{
	size_t len = 0;
	char *text = whole(d, &len);
	int code = 0;

	if (text == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	if (!d->recording.yes && !agrees(tty, text)) {
		complain("nothing was written, because the answer was not yes",
		    "yes と入力されなかったため、書き込んでいません");
		code = EXIT_FAILURE;
	} else if (file_write(d->recording.path, text, len) != 0)
		code = complain_errno(d->recording.path);
	free(text);
	return code;
}

int
record_finish(struct doctor *d, const struct args *args, FILE *tty)
{
	int code = 0, written;

	if (d->recording.with_pin && d->card != NULL)
		code = record_pin(d, args, tty);
	if (d->recording.n_commands == 0) {
		complain("nothing was recorded: there was no card to send a "
		    "command to", "コマンドを送れるカードがなかったため、"
		    "記録していません");
		return EXIT_FAILURE;
	}
	written = write_record(d, tty);
	return written != 0 ? written : code;
}
