/* SPDX-License-Identifier: Apache-2.0 */
#include "card/card.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A script with room for its steps. */
#define MAX_STEPS 64
struct made {
	struct script script;
	struct script_step steps[MAX_STEPS];
	struct made *next;
};

static struct made *made;

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static size_t
unhex(const char *hex, uint8_t *out, size_t size)
{
	size_t n = 0;

	while (*hex != '\0') {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		assert_true(nibble(hex[0]) >= 0 && nibble(hex[1]) >= 0);
		assert_true(n < size);
		out[n++] = (uint8_t)(nibble(hex[0]) << 4 | nibble(hex[1]));
		hex += 2;
	}
	return n;
}

static const struct script_step *
next(struct script *script, const char *what)
{
	if (script->at >= script->n)
		fail_msg("%s after the end of the script", what);
	return &script->steps[script->at++];
}

static const struct script_step *
next_event(struct script *script, const char *what)
{
	const struct script_step *step = next(script, what);

	if (strcmp(step->expect, what) != 0)
		fail_msg("step %zu: expected %s, got %s", script->at,
		    step->expect, what);
	return step;
}

static int
script_begin(void *arg, enum jpki_link_event *event)
{
	const struct script_step *step = next_event(arg, "begin");

	if (step->answer == NULL)
		return step->err;
	if (strcmp(step->answer, "changed") == 0)
		*event = JPKI_LINK_CHANGED;
	else if (strcmp(step->answer, "reconnected") == 0)
		*event = JPKI_LINK_RECONNECTED;
	else
		*event = JPKI_LINK_SAME;
	return 0;
}

static int
script_end(void *arg, enum jpki_link_end how)
{
	return next_event(arg, how == JPKI_LINK_LEAVE ? "leave" : "off")->err;
}

static int
script_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	struct script *script = arg;
	const struct script_step *step = next(script, "a command");
	uint8_t want[300];
	size_t want_len = 0, i;
	char got[2 * sizeof(want) + 1] = "";

	for (i = 0; i < cmd_len && i < sizeof(want); i++)
		snprintf(got + 2 * i, 3, "%02X", cmd[i]);
	if (nibble(step->expect[0]) < 0)
		fail_msg("step %zu: expected %s, got %s", script->at,
		    step->expect, got);
	want_len = unhex(step->expect, want, sizeof(want));
	if (want_len != cmd_len || memcmp(want, cmd, cmd_len) != 0)
		fail_msg("step %zu: expected %s, got %s", script->at,
		    step->expect, got);
	if (step->answer == NULL)
		return step->err;
	*rsp_len = unhex(step->answer, rsp, rsp_size);
	return 0;
}

static int
script_atr(void *arg, uint8_t *atr, size_t atr_size, size_t *atr_len)
{
	struct script *script = arg;

	if (script->atr == NULL)
		return JPKI_ERR_IO;
	*atr_len = unhex(script->atr, atr, atr_size);
	return 0;
}

static void
script_close(void *arg)
{
	struct script *script = arg;

	script->closed = true;
}

static const struct jpki_transport_ops ops = {
	sizeof(ops), script_begin, script_transmit, script_end, script_atr,
	NULL, script_close
};

int
script_open(struct script *script, struct jpki_ctx *ctx,
    struct jpki_card **card)
{
	script->at = 0;
	script->closed = false;
	return jpki_card_open_with(ctx, &ops, script, card);
}

int
script_open_by_label(struct script *script, struct jpki_card **card)
{
	script->at = 0;
	script->closed = false;
	return jpkip_card_open_with(script_ctx, &ops, script, JPKIP_PIN_NONE,
	    card);
}

void
script_done(const struct script *script)
{
	if (script->at != script->n)
		fail_msg("the script stopped before step %zu: %s",
		    script->at + 1, script->steps[script->at].expect);
}

static struct script *
make(const struct script_step *opening, size_t n)
{
	struct made *new = calloc(1, sizeof(*new));

	assert_non_null(new);
	memcpy(new->steps, opening, n * sizeof(*opening));
	new->script.steps = new->steps;
	new->script.n = n;
	new->next = made;
	made = new;
	return &new->script;
}

struct script *
script_new(void)
{
	static const struct script_step opening[] = { SCRIPT_OPEN };

	return make(opening, sizeof(opening) / sizeof(opening[0]));
}

struct script *
script_new_plain(void)
{
	static const struct script_step opening[] = { SCRIPT_OPEN_PLAIN };

	return make(opening, sizeof(opening) / sizeof(opening[0]));
}

static void
add(struct script *script, struct script_step step)
{
	struct made *m = made;

	while (m != NULL && &m->script != script)
		m = m->next;
	if (m == NULL || script->n == MAX_STEPS)
		fail_msg("no room for %s in this script", step.expect);
	m->steps[script->n++] = step;
}

void
script_add(struct script *script, const char *expect, const char *answer)
{
	add(script, (struct script_step){ expect, answer, 0 });
}

void
script_add_failure(struct script *script, const char *expect, int err)
{
	add(script, (struct script_step){ expect, NULL, err });
}

void
script_add_run(struct script *script)
{
	script_add(script, "begin", "same");
	script_add(script, SCRIPT_SELECT, "9000");
}

void
script_add_head(struct script *script)
{
	static const struct script_step head[] = { SCRIPT_HEAD };
	size_t i;

	for (i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		add(script, head[i]);
}

struct jpki_ctx *script_ctx;

int
script_setup(void **state)
{
	script_ctx = jpki_ctx_new();
	return script_ctx == NULL || row_setup(state) != 0;
}

int
script_teardown(void **state)
{
	struct made *next;

	for (; made != NULL; made = next) {
		next = made->next;
		free(made);
	}
	jpki_ctx_free(&script_ctx);
	return row_teardown(state);
}

struct jpki_card *
script_opened(struct script *script)
{
	struct jpki_card *card;

	assert_ctx_code(script_ctx, script_open(script, script_ctx, &card), 0);
	return card;
}

struct jpki_card *
script_begun(struct script *script)
{
	struct jpki_card *card = script_opened(script);

	assert_ctx_code(script_ctx, jpki_card_begin(card), 0);
	return card;
}

int
script_verify(struct jpki_card *card)
{
	return jpki_pin_verify(card, JPKI_PIN_AUTH, "1234", 4,
	    JPKI_TRIES_DEFAULT, NULL);
}

int
script_sign(struct jpki_card *card, enum jpki_key key)
{
	static const uint8_t digest[32];
	uint8_t sig[300];
	size_t len = 0;
	int r;

	r = jpki_card_sign(card, key, JPKI_PADDING_PKCS1, JPKI_MD_SHA256,
	    digest, sizeof(digest), sig, sizeof(sig), &len);
	assert_int_equal(len, r == 0 ? 256 : 0);
	return r;
}

void
script_closed(struct script *script, struct jpki_card *card)
{
	jpki_card_close(&card);
	assert_null(card);
	script_done(script);
}

void
script_ended(struct script *script, struct jpki_card *card)
{
	assert_ctx_code(script_ctx, jpki_card_end(card), 0);
	script_closed(script, card);
}
