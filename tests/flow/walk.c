/* SPDX-License-Identifier: Apache-2.0 */
#include "walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "row.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* How an answer differs from the good one. */
enum kind {
	GOOD,
	STATUS,			/* this status word and nothing else */
	EMPTY,			/* 9000 without the data */
	SHORT,			/* half of the data */
	GARBAGE,		/* other data */
	TOO_LONG,		/* more than was asked for */
	OVERLONG,		/* more than there is room for */
	NOTHING,		/* no byte at all */
	LOST_BEFORE,		/* the card never heard of it */
	FAILS,			/* the card did it, the link fails */
};

struct answer {
	enum kind kind;
	int value;		/* a status word, or an error */
};

/* Choice 0 is the good answer; the others count from 1. */
static const struct answer answers[] = {
	{ GOOD, 0 },
	{ EMPTY, 0x9000 }, { SHORT, 0 }, { GARBAGE, 0 }, { TOO_LONG, 0 },
	{ OVERLONG, 0 }, { NOTHING, 0 },
	{ STATUS, 0x6300 }, { STATUS, 0x6983 }, { STATUS, 0x6984 },
	{ STATUS, 0x6982 }, { STATUS, 0x6a82 }, { STATUS, 0x6b00 },
	{ STATUS, 0x6f00 }, { STATUS, 0x6110 }, { STATUS, 0x6c10 },
	{ STATUS, 0x63c1 },
	{ LOST_BEFORE, JPKI_ERR_IO }, { FAILS, JPKI_ERR_REMOVED },
	{ FAILS, JPKI_ERR_TIMEOUT }, { FAILS, JPKI_ERR_BUSY },
	/* Only where a counter is asked for, or a PIN sent. */
	{ STATUS, 0x63c0 }, { STATUS, 0x63c2 }, { STATUS, 0x63c3 },
	{ STATUS, 0x63c4 }, { STATUS, 0x63c5 }, { STATUS, 0x63c6 },
	{ STATUS, 0x63c7 }, { STATUS, 0x63c8 }, { STATUS, 0x63c9 },
	{ STATUS, 0x63ca }, { STATUS, 0x63cb }, { STATUS, 0x63cc },
	{ STATUS, 0x63cd }, { STATUS, 0x63ce }, { STATUS, 0x63cf },
};
#define EVERYWHERE 21		/* the first that is not */

static const struct {
	enum jpki_link_event event;
	int r;
} begins[] = {
	{ JPKI_LINK_SAME, 0 }, { JPKI_LINK_RECONNECTED, 0 },
	{ JPKI_LINK_CHANGED, 0 }, { 0, JPKI_ERR_BUSY }, { 0, JPKI_ERR_REMOVED }
};

static const int ends[] = { 0, JPKI_ERR_DOOR, JPKI_ERR_IO };

void
walk_law(struct walk *w, bool held, const char *law)
{
	if (!held && w->broken == NULL)
		w->broken = law;
}

/* Which answer to give here. */
static unsigned
choose(struct walk *w, const uint8_t *asked, size_t len)
{
	struct walk_step *step;

	if (!w->varied)
		return 0;
	if (w->n == WALK_STEPS) {
		walk_law(w, false, "it comes to an end");
		return 0;
	}
	step = &w->steps[w->n];
	memset(step, 0, sizeof(*step));
	memcpy(step->asked, asked, len < 5 ? len : 5);
	step->len = len;
	step->choice = w->n < w->fixed ? w->choices[w->n] : 0;
	w->n++;
	return step->choice;
}

static bool
is_pin(const uint8_t *cmd, size_t len)
{
	return (cmd[1] == 0x20 || cmd[1] == 0x24) && len > 5;
}

/* How many answers fit a step. */
static unsigned
fitting(const struct walk_step *step)
{
	if (step->asked[0] == 'b')
		return N(begins);
	if (step->asked[0] == 'e')
		return N(ends);
	return step->asked[1] == 0x20 || step->asked[1] == 0x24 ? N(answers) :
	    EVERYWHERE;
}

/* The card */

static uint16_t
set(struct walk *w, const uint8_t *data, size_t len, uint16_t sw)
{
	memcpy(w->pending, data, len);
	w->pending_len = len;
	return w->pending_sw = sw;
}

static void
card_select(struct walk *w, const uint8_t *cmd, size_t len)
{
	if (cmd[2] == 0x04) {
		w->app = (unsigned)(cmd[len - 2] << 8 | cmd[len - 1]);
		w->ef = 0;
		w->login = false;
	} else {
		w->ef = (uint16_t)(cmd[5] << 8 | cmd[6]);
	}
	set(w, NULL, 0, 0x9000);
}

#define APP_JPKI 0x0001
#define APP_TEXT 0x0408
#define APP_COMMON 0x0100

/* A short EF id, if there is one, becomes the current file. */
static bool
name_file(struct walk *w, uint8_t p)
{
	if (!(p & 0x80) || p == 0x80)
		return true;
	if (w->files->plain)
		return false;
	w->ef = p & 0x1f;
	return true;
}

static void
card_read(struct walk *w, const uint8_t *cmd, size_t len)
{
	static const uint8_t attributes[] =
	    "\xff\x20\x35\xdf\x21\x08\x00\x0e\x00\x20\x00\x2a\x00\x35"
	    "\xdf\x22\x0f\xe5\xb1\xb1\xe7\x94\xb0\xe3\x80\x80\xe5\xa4\xaa"
	    "\xe9\x83\x8e\xdf\x23\x06\xe6\x9d\xb1\xe4\xba\xac"
	    "\xdf\x24\x08" "19900217" "\xdf\x25\x01\x31";
	static const uint8_t token[] = "JPKIAPICCTOKEN2                 ";
	const uint8_t *file = NULL;
	size_t size = 0, want = 256, at = 0;

	if (len == 5 && cmd[4] != 0)
		want = cmd[4];
	if (!name_file(w, cmd[2])) {
		set(w, NULL, 0, 0x6a86);
		return;
	}
	if (!(cmd[2] & 0x80))
		at = (size_t)(cmd[2] << 8 | cmd[3]);
	if (w->app == APP_JPKI && w->ef == 0x06)
		file = token, size = 32;
	else if (w->app == APP_JPKI && w->ef == 0x0a)
		file = w->files->auth, size = w->files->auth_len;
	else if (w->app == APP_JPKI && w->ef == 0x01 && w->login)
		file = w->files->sign, size = w->files->sign_len;
	else if (w->app == APP_TEXT && w->ef == 0x02 && w->login)
		file = attributes, size = sizeof(attributes) - 1;
	if (file == NULL)
		set(w, NULL, 0, 0x6982);
	else if (at >= size)
		set(w, NULL, 0, 0x6b00);
	else
		set(w, file + at, want < size - at ? want : size - at, 0x9000);
}

static void
card_pin(struct walk *w, const uint8_t *cmd, size_t len)
{
	uint16_t count = 0x63c3;

	if (!name_file(w, cmd[3])) {
		set(w, NULL, 0, 0x6a86);
		return;
	}
	if (w->ef == 0x1b)
		count = 0x63c5;
	if (w->tries >= 0)
		count = (uint16_t)(0x63c0 | w->tries);
	if (is_pin(cmd, len)) {
		w->login = true;
		count = 0x9000;
	}
	set(w, NULL, 0, count);
}

static void
card_does(struct walk *w, const uint8_t *cmd, size_t len)
{
	switch (cmd[1]) {
	case 0xa4:
		card_select(w, cmd, len);
		break;
	case 0xb0:
		card_read(w, cmd, len);
		break;
	case 0x20:
	case 0x24:
		card_pin(w, cmd, len);
		break;
	case 0x2a:
		set(w, w->files->sig, w->files->sig_len, 0x9000);
		break;
	case 0xc0:	/* the answer that was announced */
		break;
	default:
		walk_law(w, false, "no other command is sent");
	}
}

/* The laws, as the card sees them */

static int
full(const struct walk *w)
{
	return w->ef == 0x1b ? 5 : 3;
}

static void
before_pin(struct walk *w, const uint8_t *cmd)
{
	walk_law(w, !w->doubt, "no PIN after a doubt");
	if (cmd[1] == 0x20) {
		walk_law(w, w->verifies == 0, "one VERIFY at most");
		walk_law(w, w->counted,
		    "the counter is asked for right before a VERIFY");
		/* More tries than the PIN ever has is no count. */
		walk_law(w, w->count < 0 || w->count > full(w) ?
		    w->min_tries == JPKI_TRIES_INSIST :
		    w->count >= w->min_tries, "no VERIFY below the guard");
		w->verifies++;
		w->verify_sw = 0;
	} else {
		walk_law(w, w->said_yes && w->changes == 0,
		    "one change, and after a VERIFY that was right");
		w->changes++;
		w->change_sw = 0;
	}
	w->said_yes = false;
	w->opened = true;
	w->closing = false;
	w->doubt = true;	/* until the answer says something else */
}

static void
before(struct walk *w, const uint8_t *cmd, size_t len)
{
	bool closes = cmd[1] == 0xa4 && cmd[2] == 0x04 &&
	    cmd[len - 2] == APP_COMMON >> 8;

	walk_law(w, w->in_run, "commands are sent in runs");
	walk_law(w, !w->lost || closes || w->closing,
	    "a link that failed is not used");
	if (is_pin(cmd, len)) {
		before_pin(w, cmd);
	} else if (cmd[1] == 0xa4 && cmd[2] == 0x04) {
		w->said_yes = false;
		w->closing = closes;
	} else if (cmd[1] == 0x2a) {
		walk_law(w, w->said_yes, "no signature without a login");
		walk_law(w, w->signatures++ == 0, "one signature at most");
	}
	/* GET RESPONSE belongs to the command before it. */
	w->counted = (cmd[1] == 0x20 && len == 4) ||
	    (cmd[1] == 0xc0 && w->counted);
}

/* Where a PIN was wrong, the counter is not full from then on. */
static void
verified(struct walk *w, uint16_t sw)
{
	w->verify_sw = sw;
	if (sw == 0x6300)
		w->tries = full(w) - 1;
	else if ((sw & 0xfff0) == 0x63c0 && (sw & 0x0f) < full(w))
		w->tries = sw & 0x0f;
	else
		w->tries = -1;
}

static void
after(struct walk *w, const uint8_t *cmd, size_t len, uint16_t sw)
{
	w->count = sw == 0x6983 || sw == 0x6984 ? 0 :
	    (sw & 0xfff0) == 0x63c0 ? sw & 0x0f : -1;
	if (sw == 0)
		w->lost = true;
	if (!is_pin(cmd, len))
		return;
	if (cmd[1] == 0x20)
		verified(w, sw);
	else
		w->change_sw = sw;
	w->said_yes = sw == 0x9000;
	w->doubt = sw != 0x9000;
}

/* The link */

static int
walk_begin_run(void *arg, enum jpki_link_event *event)
{
	struct walk *w = arg;
	unsigned choice = choose(w, (const uint8_t *)"b", 1);

	walk_law(w, !w->in_run, "runs do not begin in runs");
	if (begins[choice].r != 0)
		return begins[choice].r;
	w->in_run = true;
	w->lost = w->opened = w->closing = w->said_yes = w->counted = false;
	*event = begins[choice].event;
	return 0;
}

static int
walk_end_run(void *arg, enum jpki_link_end how)
{
	struct walk *w = arg;
	unsigned choice = choose(w, (const uint8_t *)"e", 1);

	walk_law(w, w->in_run, "only a run is ended");
	walk_law(w, !w->opened || how == JPKI_LINK_POWER_OFF,
	    "a card that had a PIN loses its power");
	walk_law(w, !w->opened || w->closing,
	    "another application is selected at the end");
	walk_law(w, w->opened || how == JPKI_LINK_LEAVE,
	    "a card that had no PIN is left as it was");
	w->in_run = false;
	w->app = 0;
	w->login = false;
	/* Only a card that was to lose its power can be said to be open. */
	if (how != JPKI_LINK_POWER_OFF && ends[choice] == JPKI_ERR_DOOR)
		return JPKI_ERR_TIMEOUT;
	if (ends[choice] != 0 && w->opened)
		w->door = true;
	return ends[choice];
}

static int
answer(const struct walk *w, const struct answer *a, uint8_t *rsp,
    size_t size, size_t *len)
{
	uint16_t sw = w->pending_sw;
	size_t n = w->pending_len;

	memcpy(rsp, w->pending, n);
	switch (a->kind) {
	case GOOD:
		break;
	case STATUS:
	case EMPTY:
		sw = (uint16_t)a->value;
		n = 0;
		break;
	case SHORT:
		n /= 2;
		break;
	case GARBAGE:
		if (n == 0)
			n = 16;
		memset(rsp, 0xa5, n);
		break;
	case TOO_LONG:
		memset(rsp + n, 0xa5, size - n);
		n = size - 2;
		break;
	case OVERLONG:
		*len = size + 1;
		return 0;
	case NOTHING:
		*len = 0;
		return 0;
	case LOST_BEFORE:
	case FAILS:
		return a->value;
	}
	rsp[n] = (uint8_t)(sw >> 8);
	rsp[n + 1] = (uint8_t)sw;
	*len = n + 2;
	return 0;
}

static int
walk_transmit(void *arg, const uint8_t *cmd, size_t len, uint8_t *rsp,
    size_t size, size_t *rsp_len)
{
	struct walk *w = arg;
	size_t step = w->n;
	const struct answer *a = &answers[choose(w, cmd, len)];
	uint16_t sw = 0;
	int r;

	before(w, cmd, len);
	if (a->kind != LOST_BEFORE)
		card_does(w, cmd, len);
	r = answer(w, a, rsp, size, rsp_len);
	if (r == 0 && *rsp_len >= 2 && *rsp_len <= size)
		sw = (uint16_t)(rsp[*rsp_len - 2] << 8 | rsp[*rsp_len - 1]);
	if (w->varied && step < w->n)
		w->steps[step].sw = sw;
	after(w, cmd, len, sw);
	return r;
}

const struct jpki_transport_ops walk_ops = {
	sizeof(walk_ops), walk_begin_run, walk_transmit, walk_end_run, NULL,
	NULL, NULL
};

/* The walk */

void
walk_begin(struct walk *w)
{
	w->n = 0;
	w->varied = false;
	w->app = 0;
	w->ef = 0;
	w->pending_len = 0;
	w->login = w->in_run = w->lost = w->opened = w->said_yes = false;
	w->closing = w->counted = w->doubt = w->door = false;
	w->verifies = w->changes = w->signatures = 0;
	w->verify_sw = w->change_sw = 0;
	w->tries = -1;
	w->broken = NULL;
}

static void
show(const struct walk *w)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		const struct walk_step *s = &w->steps[i];

		if (s->asked[0] == 'b' || s->asked[0] == 'e')
			print_error("  %s %u\n", s->asked[0] == 'b' ? "begin" :
			    "end", s->choice);
		else
			print_error("  %02X%02X%02X%02X %zu bytes: %04X "
			    "(answer %u)\n", s->asked[0], s->asked[1],
			    s->asked[2], s->asked[3], s->len, s->sw,
			    s->choice);
	}
	fail_msg("a law does not hold: %s", w->broken);
}

unsigned long
walk_all(struct walk *w, unsigned deviations, walk_scene scene, void *arg)
{
	size_t first = w->fixed, n, i;
	struct walk_step steps[WALK_STEPS];
	unsigned long played = 1;
	unsigned choice;

	scene(w, arg);
	walk_law(w, !w->in_run, "a run that begins is ended");
	if (w->broken != NULL)
		show(w);
	if (deviations == 0)
		return played;
	n = w->n;
	memcpy(steps, w->steps, n * sizeof(*steps));
	for (i = first; i < n; i++) {
		for (choice = 1; choice < fitting(&steps[i]); choice++) {
			w->choices[i] = (unsigned char)choice;
			w->fixed = i + 1;
			played += walk_all(w, deviations - 1, scene, arg);
		}
		w->choices[i] = 0;
	}
	w->fixed = first;
	return played;
}
