/* SPDX-License-Identifier: Apache-2.0 */
#include "replay.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "softcard/softcard.h"
#include "transport/trace.h"

#define TEXT_MAX 64	/* of a command as the trace shows it */
#define BYTES_MAX 2048
#define LABEL_FILE 6		/* EF 0006 begins with the label */
#define LABEL_LEN 32
#define INS_VERIFY 0x20
#define INS_CHANGE 0x24
#define GET_RESPONSE "00C00000"

/* What an answer can depend on beside the command. */
struct state {
	char app[TEXT_MAX];	/* the SELECT of the application */
	unsigned file;		/* the current EF; 0: none */
	bool open;		/* a PIN was accepted */
};

struct step {
	struct state state;
	char command[TEXT_MAX];
	unsigned bytes, status;
	unsigned us;
	bool broken;		/* the link failed here */
	bool used;
};

struct replay {
	struct step *steps;
	size_t n;
	struct state state;
	bool times;
	char label[LABEL_LEN + 1];
	struct jpki_ctx *ctx;
	char text[TEXT_MAX];	/* of the command that was sent last */
	/* What of an answer is left, for GET RESPONSE after 61xx. */
	uint8_t rest[BYTES_MAX];
	size_t rest_len;
};

static unsigned
hex(const char *text, size_t n)
{
	char digits[9] = "";

	memcpy(digits, text, n);
	return (unsigned)strtoul(digits, NULL, 16);
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Short EF ids are the lower five bits of the file's id, and these commands
 * have them in P1 (READ) or P2. */
static unsigned
short_id(const char *command)
{
	unsigned p1 = hex(command + 4, 2), p2 = hex(command + 6, 2);

	if (begins(command, "00B0"))
		return p1 & 0x80 ? p1 & 0x1f : 0;
	if (begins(command, "0020") || begins(command, "0024") ||
	    begins(command, "802A"))
		return p2 & 0x80 ? p2 & 0x1f : 0;
	return 0;
}

/* What the state is when this command is answered: a file that it names is
 * current, as far as it knows. */
static void
before(struct state *state, const char *command)
{
	if (strlen(command) >= 8 && short_id(command) != 0)
		state->file = short_id(command);
}

/* What it is after it was. */
static void
after(struct state *state, const char *command, unsigned status)
{
	if (status != 0x9000)
		return;
	if (begins(command, "00A40")) {
		if (command[5] == '4') {
			memset(state, 0, sizeof(*state));
			snprintf(state->app, sizeof(state->app), "%s",
			    command);
		} else if (strlen(command) >= 16)
			state->file = hex(command + 12, 4) & 0x1f;
	}
	if (begins(command, "0020") && strstr(command, "[PIN]") != NULL)
		state->open = true;
}

/* The same command to the current file. */
static void
plain(const char *command, char out[TEXT_MAX])
{
	strcpy(out, command);
	if (short_id(command) != 0)
		memcpy(out + 4, begins(command, "00B0") ? "0000" : "0080", 4);
}

/* Whether a step is an answer to the command in this state: the application is
 * selected from anywhere, a file within its application, and what can be had
 * without a PIN can be had with it. */
static bool
fits(const struct step *step, const struct state *state, const char *command,
    bool loosely)
{
	char form[TEXT_MAX];

	plain(step->command, form);
	if (strcmp(loosely ? form : step->command, command) != 0)
		return false;
	if (begins(command, "00A404"))
		return true;
	if (strcmp(step->state.app, state->app) != 0)
		return false;
	if (begins(command, "00A402"))
		return true;
	return step->state.file == state->file &&
	    (step->state.open == state->open ||
	    (state->open && step->status == 0x9000));
}

/* ---- The record ---- */

static bool
read_step(json_t *line, struct step *step)
{
	const char *command, *status = NULL, *error = NULL;
	int bytes = 0;
	json_int_t us;

	if (json_unpack(line, "{s:s, s?i, s?s, s?s, s:I}", "command", &command,
	    "bytes", &bytes, "status", &status, "error", &error, "us",
	    &us) != 0 || strlen(command) < 8 ||
	    strlen(command) >= sizeof(step->command) ||
	    (status == NULL) == (error == NULL) || bytes < 0 ||
	    bytes > BYTES_MAX || us < 0 || us > 60000000 ||
	    (status != NULL && strlen(status) != 4))
		return false;
	strcpy(step->command, command);
	step->bytes = (unsigned)bytes;
	step->broken = error != NULL;
	step->status = status != NULL ? hex(status, 4) : 0;
	step->us = (unsigned)us;
	return true;
}

static bool
read_heading(struct replay *replay, FILE *in)
{
	json_t *line = json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL);
	const char *label = "";
	int form = 0;
	bool fine;

	fine = line != NULL && json_unpack(line, "{s:i, s:s}", "record", &form,
	    "label", &label) == 0 && form == 1;
	snprintf(replay->label, sizeof(replay->label), "%-*s", LABEL_LEN,
	    label);
	json_decref(line);
	return fine;
}

static bool
read_lines(struct replay *replay, FILE *in)
{
	struct state state = { .file = 0 };
	struct step *step;
	json_t *line;
	bool fine = read_heading(replay, in);

	while (fine && (line = json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL)) !=
	    NULL) {
		step = realloc(replay->steps, (replay->n + 1) * sizeof(*step));
		if (step == NULL)
			return false;
		replay->steps = step;
		step += replay->n++;
		memset(step, 0, sizeof(*step));
		if ((fine = read_step(line, step))) {
			before(&state, step->command);
			step->state = state;
			after(&state, step->command, step->status);
		}
		json_decref(line);
	}
	return fine && feof(in) && replay->n > 0;
}

static void
keep_text(void *arg, enum jpki_log_level level, const char *line)
{
	struct replay *replay = arg;
	const char *end = strstr(line, " : ");

	(void)level;
	snprintf(replay->text, sizeof(replay->text), "%.*s",
	    (int)(end - line) - 2, line + 2);
}

struct replay *
replay_new(const char *path, bool times)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	FILE *in = fopen(path, "r");

	if (replay == NULL || in == NULL || !read_lines(replay, in) ||
	    (replay->ctx = jpki_ctx_new()) == NULL) {
		fprintf(stderr, "%s: no record\n", path);
		if (in != NULL)
			fclose(in);
		replay_free(replay);
		return NULL;
	}
	fclose(in);
	replay->times = times;
	jpki_ctx_set_log(replay->ctx, keep_text, replay);
	return replay;
}

void
replay_free(struct replay *replay)
{
	if (replay == NULL)
		return;
	jpki_ctx_free(&replay->ctx);
	free(replay->steps);
	free(replay);
}

/* ---- The card ---- */

/* The next answer to this command in this state; the last one stays. */
static struct step *
find_as(struct replay *replay, bool loosely)
{
	struct step *step, *last = NULL;
	size_t i;

	for (i = 0; i < replay->n; i++) {
		step = &replay->steps[i];
		if (!fits(step, &replay->state, replay->text, loosely))
			continue;
		last = step;
		if (!step->used)
			break;
	}
	if (last != NULL)
		last->used = true;
	return last;
}

/* What was answered with a short EF id is answered to the plain form, too,
 * unless the card did not know short ids. */
static struct step *
find(struct replay *replay)
{
	struct step *step = find_as(replay, false);

	if (step == NULL && (step = find_as(replay, true)) != NULL &&
	    step->status >> 8 == 0x6a)
		step = NULL;
	return step;
}

/* A SELECT of a file that the record reaches in another way. */
static bool
known_file(const struct replay *replay)
{
	const struct state *at;
	unsigned file;
	size_t i;

	if (!begins(replay->text, "00A402") || strlen(replay->text) < 16)
		return false;
	file = hex(replay->text + 12, 4) & 0x1f;
	for (i = 0; i < replay->n; i++) {
		at = &replay->steps[i].state;
		if (at->file == file && strcmp(at->app, replay->state.app) == 0)
			return true;
	}
	return false;
}

/* The recorded length of the software card's data, with the recorded status.
 * Data behind the end is zeros. */
static void
dress(struct replay *replay, const struct step *step, uint8_t *rsp,
    size_t size, size_t *len)
{
	size_t have = *len - 2, want = step->bytes;

	if (want + 2 > size)
		abort();
	/* Of all data only the label is in the record: it says what the card
	 * is. */
	if (replay->state.file == LABEL_FILE && have >= LABEL_LEN)
		memcpy(rsp, replay->label, LABEL_LEN);
	if (step->status >> 8 == 0x61 && have > want) {
		replay->rest_len = have - want;
		memcpy(replay->rest, rsp + want, replay->rest_len);
	}
	if (want > have)
		memset(rsp + have, 0, want - have);
	rsp[want] = (uint8_t)(step->status >> 8);
	rsp[want + 1] = (uint8_t)step->status;
	*len = want + 2;
}

/* What was kept back when the answer was 61xx. */
static void
get_response(struct replay *replay, uint8_t *rsp, size_t *len)
{
	memcpy(rsp, replay->rest, replay->rest_len);
	rsp[replay->rest_len] = 0x90;
	rsp[replay->rest_len + 1] = 0x00;
	*len = replay->rest_len + 2;
	replay->rest_len = 0;
}

/* A PIN goes on to the software card only if the recorded card accepted one:
 * then it is the software card that knows whether it is right. */
static bool
keeps_pin(const struct step *step, const uint8_t *cmd, size_t len)
{
	return len > 5 && (cmd[1] == INS_VERIFY || cmd[1] == INS_CHANGE) &&
	    step->status != 0x9000;
}

static int
play(struct replay *replay, struct step *step, struct jpki_softcard *soft,
    const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t size, size_t *len)
{
	const struct timespec t = { step->us / 1000000,
		(long)(step->us % 1000000) * 1000 };
	int r;

	if (replay->times)
		nanosleep(&t, NULL);
	if (step->broken)
		return JPKI_ERR_IO;
	*len = 2;
	if (!keeps_pin(step, cmd, cmd_len) && (r =
	    jpkip_softcard_transmit(soft, cmd, cmd_len, rsp, size, len)) != 0)
		return r;
	/* A wrong PIN is wrong, whatever the recorded one was. */
	if (cmd[1] == INS_VERIFY && cmd_len > 5 && *len == 2 &&
	    !keeps_pin(step, cmd, cmd_len) && rsp[0] != 0x90)
		return 0;
	dress(replay, step, rsp, size, len);
	return 0;
}

int
replay_transmit(struct replay *replay, struct jpki_softcard *soft,
    const uint8_t *cmd, size_t cmd_len, uint8_t *rsp, size_t rsp_size,
    size_t *rsp_len)
{
	const uint8_t fine[2] = { 0x90, 0x00 };
	struct step *step;
	int r;

	jpkip_trace_command(replay->ctx, cmd, cmd_len, 0, fine, 2, 0);
	if (begins(replay->text, GET_RESPONSE) && replay->rest_len > 0) {
		get_response(replay, rsp, rsp_len);
		return 0;
	}
	before(&replay->state, replay->text);
	if ((step = find(replay)) != NULL)
		r = play(replay, step, soft, cmd, cmd_len, rsp, rsp_size,
		    rsp_len);
	else {
		if (!known_file(replay))
			fprintf(stderr, "> not recorded: %s\n",
			    replay->text);
		r = jpkip_softcard_transmit(soft, cmd, cmd_len, rsp, rsp_size,
		    rsp_len);
	}
	if (r == 0)
		after(&replay->state, replay->text,
		    (unsigned)(rsp[*rsp_len - 2] << 8 | rsp[*rsp_len - 1]));
	return r;
}
