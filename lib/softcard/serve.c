/* SPDX-License-Identifier: Apache-2.0 */
/* The card in a reader: vpcd's messages, and the troubles that tests want. */
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "softcard/card.h"
#include "softcard/options.h"
#include "softcard/softcard.h"
#include "softcard/vpcd.h"

#define FAULTS_MAX	16
#define COUNT_MAX	1000000000	/* of commands */
#define GARBAGE		0xa5
#define GARBAGE_LEN	37

#define INS_VERIFY	0x20
#define INS_PSO		0x2a
#define HEADER_LEN	4

enum when {
	WHEN_NUMBER,
	WHEN_VERIFY,	/* the first one with a PIN */
	WHEN_SIGN	/* the first one */
};

/* What becomes of an answer. */
enum what {
	WHAT_MUTE,
	WHAT_DROP,
	WHAT_TRUNCATE,
	WHAT_GARBAGE,
	WHAT_SW
};

struct fault {
	enum when when;
	unsigned long number;
	enum what what;
	uint16_t sw;
	bool done;
};

struct server {
	struct jpki_softcard *soft;
	struct jpkip_vpcd vpcd;
	/* Settings of this stay in the reader. */
	unsigned long eject_after;	/* 0: never */
	struct jpkip_soft_state asked;
	bool delay, sign_delay;		/* which of them were asked for */
	struct fault faults[FAULTS_MAX];
	size_t n_faults;

	unsigned long commands;		/* so far */
	bool out;			/* the card was taken out */
};

/* Decimal, from 1 on; *end: what follows. */
static bool
parse_count(const char *text, const char **end, unsigned long *count)
{
	const char *c;

	*count = 0;
	for (c = text; *c >= '0' && *c <= '9'; c++) {
		*count = *count * 10 + (unsigned long)(*c - '0');
		if (*count > COUNT_MAX)
			return false;
	}
	*end = c;
	return *count > 0;
}

static bool
parse_when(struct fault *fault, const char *text, const char **end)
{
	if (strncmp(text, "verify:", 7) == 0) {
		fault->when = WHEN_VERIFY;
		*end = text + 6;
		return true;
	}
	if (strncmp(text, "sign:", 5) == 0) {
		fault->when = WHEN_SIGN;
		*end = text + 4;
		return true;
	}
	fault->when = WHEN_NUMBER;
	return parse_count(text, end, &fault->number) && **end == ':';
}

static bool
parse_what(struct fault *fault, const char *text)
{
	static const char *const names[] = {
		[WHAT_MUTE] = "mute", [WHAT_DROP] = "drop",
		[WHAT_TRUNCATE] = "truncate", [WHAT_GARBAGE] = "garbage"
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0) {
			fault->what = (enum what)i;
			return true;
		}
	fault->what = WHAT_SW;
	if (strlen(text) != 4 || strspn(text, "0123456789abcdefABCDEF") != 4)
		return false;
	fault->sw = (uint16_t)strtoul(text, NULL, 16);
	return true;
}

static bool
add_fault(struct server *s, const char *value)
{
	struct fault fault = { 0 };
	const char *end;

	if (s->n_faults == FAULTS_MAX || !parse_when(&fault, value, &end) ||
	    !parse_what(&fault, end + 1))
		return false;
	s->faults[s->n_faults++] = fault;
	return true;
}

static int
set_option(struct server *s, const char *name, const char *value)
{
	const char *end;

	if (strcmp(name, "eject-after") == 0) {
		if (parse_count(value, &end, &s->eject_after) && *end == '\0')
			return 0;
		return jpkip_fail(s->soft->ctx, JPKI_ERR_VALUE,
		    "%s is a number of commands, from 1 to %d",
		    "%s は 1 から %d までのコマンドの数です", name, COUNT_MAX);
	}
	if (strcmp(name, "fault") == 0) {
		if (add_fault(s, value))
			return 0;
		return jpkip_fail(s->soft->ctx, JPKI_ERR_VALUE,
		    "%s is WHEN:WHAT, at most %d times; WHEN is a number, "
		    "verify or sign, WHAT is mute, drop, truncate, garbage or "
		    "a status word",
		    "%s は WHEN:WHAT の形で、%d 個までです。WHEN は番号、"
		    "verify、sign、WHAT は mute、drop、truncate、garbage、"
		    "ステータスワードのどれかです", name, FAULTS_MAX);
	}
	if (strcmp(name, "delay-ms") == 0)
		s->delay = true;
	else if (strcmp(name, "sign-ms") == 0)
		s->sign_delay = true;
	else
		return jpkip_fail(s->soft->ctx, JPKI_ERR_VALUE,
		    "\"%.40s\" is no setting of a served card",
		    "\"%.40s\" は仮想カードリーダーのカードに設定できません",
		    name);
	return jpkip_soft_option_set(s->soft->ctx, &s->asked, name, value);
}

/* Takes the card for one act, which gives it power if it has none. */
static int
take(struct server *s)
{
	bool replaced = false;
	int r;

	if ((r = jpkip_softcard_begin(s->soft, &replaced)) != 0)
		return r;
	if (replaced) {
		jpkip_softcard_end(s->soft);
		return jpkip_fail(s->soft->ctx, JPKI_ERR_CHANGED,
		    JPKIP_SAME("%s"), s->soft->path);
	}
	if (s->delay)
		s->soft->on.delay_ms = s->asked.sw.delay_ms;
	if (s->sign_delay)
		s->soft->on.sign_ms = s->asked.sw.sign_ms;
	return 0;
}

/*
 * A warm reset and a second power-on change nothing: the card's logins and
 * selection outlive them (card.md 4).
 */
static int
control(struct server *s, uint8_t byte)
{
	uint8_t atr[JPKIP_ATR_MAX];
	int r;

	switch (byte) {
	case JPKIP_VPCD_OFF:
		jpkip_softcard_power_off(s->soft);
		return 0;
	case JPKIP_VPCD_ON:
		if ((r = take(s)) == 0)
			jpkip_softcard_end(s->soft);
		return r;
	case JPKIP_VPCD_ATR:
		s->vpcd.len = jpkip_softcard_atr(s->soft, atr);
		memcpy(jpkip_vpcd_message(&s->vpcd), atr, s->vpcd.len);
		return jpkip_vpcd_send(&s->vpcd);
	default:	/* JPKIP_VPCD_RESET, and what vpcd may learn yet */
		return 0;
	}
}

/* The fault that is due with this command, if any. */
static const struct fault *
due(struct server *s, const uint8_t *cmd, size_t len)
{
	struct fault *fault;
	bool now;

	for (fault = s->faults; fault < s->faults + s->n_faults; fault++) {
		if (fault->when == WHEN_NUMBER)
			now = fault->number == s->commands;
		else if (len <= HEADER_LEN + 1)
			now = false;	/* asks for the tries, or less */
		else
			now = cmd[1] == (fault->when == WHEN_VERIFY ?
			    INS_VERIFY : INS_PSO);
		if (now && !fault->done) {
			fault->done = true;
			return fault;
		}
	}
	return NULL;
}

/* The card did what it was told; its answer meets with an accident. */
static int
spoil(struct server *s, const struct fault *fault)
{
	uint8_t *answer = jpkip_vpcd_message(&s->vpcd);

	switch (fault->what) {
	case WHAT_MUTE:
		return jpkip_vpcd_idle(&s->vpcd);
	case WHAT_DROP:
		s->out = true;
		return 0;
	case WHAT_TRUNCATE:
		s->vpcd.len = 1;
		break;
	case WHAT_GARBAGE:
		s->vpcd.len = GARBAGE_LEN;
		memset(answer, GARBAGE, s->vpcd.len);
		break;
	case WHAT_SW:
		s->vpcd.len = 2;
		answer[0] = (uint8_t)(fault->sw >> 8);
		answer[1] = (uint8_t)fault->sw;
		break;
	}
	return jpkip_vpcd_send(&s->vpcd);
}

static int
command(struct server *s)
{
	uint8_t *message = jpkip_vpcd_message(&s->vpcd);
	const struct fault *fault;
	uint8_t cmd[JPKIP_VPCD_MAX];
	size_t len = s->vpcd.len;
	int r;

	memcpy(cmd, message, len);
	jpkip_wipe(message, len);	/* it may hold a PIN */
	s->commands++;
	fault = due(s, cmd, len);
	if ((r = take(s)) == 0) {
		r = jpkip_softcard_transmit(s->soft, cmd, len, message,
		    JPKIP_VPCD_MAX, &s->vpcd.len);
		jpkip_softcard_end(s->soft);
	}
	jpkip_wipe(cmd, len);
	if (r == 0)
		r = fault != NULL ? spoil(s, fault) :
		    jpkip_vpcd_send(&s->vpcd);
	if (s->commands == s->eject_after)
		s->out = true;
	return r;
}

int
jpki_softcard_serve(struct jpki_softcard *soft, int fd,
    const struct jpki_softcard_option *options, size_t n_options, int stop_fd)
{
	struct server *s;
	size_t i;
	int r = 0;

	if (soft == NULL || fd < 0 || (options == NULL && n_options > 0))
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(soft->ctx);
	if ((s = calloc(1, sizeof(*s))) == NULL)
		return jpkip_fail(soft->ctx, JPKI_ERR_MEMORY, NULL, NULL);
	s->soft = soft;
	s->vpcd.ctx = soft->ctx;
	s->vpcd.fd = fd;
	s->vpcd.stop = stop_fd;
	for (i = 0; i < n_options && r == 0; i++)
		r = options[i].name == NULL || options[i].value == NULL ?
		    jpkip_fail(soft->ctx, JPKI_ERR_USAGE, NULL, NULL) :
		    set_option(s, options[i].name, options[i].value);
	jpkip_softcard_power_off(soft);
	while (r == 0 && !s->out) {
		r = jpkip_vpcd_receive(&s->vpcd);
		if (r != 0 || s->vpcd.stopped)
			break;
		r = s->vpcd.len == 1 ?
		    control(s, *jpkip_vpcd_message(&s->vpcd)) : command(s);
	}
	jpkip_softcard_power_off(soft);
	jpkip_freezero(s, sizeof(*s));
	return r;
}
