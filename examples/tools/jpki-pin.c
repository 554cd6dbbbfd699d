/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-pin: the PINs of the My Number Card: the tries that are left, and the
 * change of a PIN that its holder knows.
 *
 * A program on libjpki's public API. A change goes like this:
 *
 *   1. PINs from files and descriptors are read, and their shapes looked at;
 *   2. the card is asked how many tries are left, then the holder for what is
 *      still missing: the old PIN, the new one, the new one again;
 *   3. the library sends the old one, once, and the new one, once.
 *
 * So whatever can be refused is refused before a try is at stake.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* wcwidth() */
#endif
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include <wchar.h>

#include <jpki.h>

#define WAIT_MS 60000	/* for the card, on a terminal */
#define EXIT_LOCKED 3
#define NAME_WIDTH 34	/* columns of the longest PIN's name */

static const struct {
	const char *word;
	enum jpki_pin pin;
} pins[] = {
	{ "auth", JPKI_PIN_AUTH },
	{ "sign", JPKI_PIN_SIGN },
	{ "text", JPKI_PIN_TEXT },
};

#define PINS (sizeof(pins) / sizeof(pins[0]))

struct job {
	struct jpki_ctx *ctx;
	const char *reader;	/* NULL: what JPKI_READER says */
	const char *pin_source;	/* NULL: the terminal */
	const char *new_source;	/* likewise */
	int min_tries;
	unsigned flags;		/* of jpki_pin_change() */
	bool json;
};

/* How the card's PINs stand. */
struct status {
	bool present[PINS];
	struct jpki_pin_verdict verdict[PINS];
};

static const char help_en[] =
    "usage: jpki-pin [options] status\n"
    "       jpki-pin [options] change auth|sign|text\n"
    "       jpki-pin [options] unlock [auth|sign|text]\n"
    "The PINs of the My Number Card. status tells the tries that are left and\n"
    "uses none; change sets a new PIN; unlock says where that can be done,\n"
    "as a PC cannot.\n"
    "  --reader R           the reader; soft:DIR is a software card\n"
    "  --pin-source S       the old PIN: file:PATH, fd:N or tty (default)\n"
    "  --new-pin-source S   the new PIN, likewise; if both are the same\n"
    "                       fd:N, the old one is its first line\n"
    "  --allow-weak         set a new PIN that is easy to guess\n"
    "  --last-try           send the old PIN even if only one try is left\n"
    "  --json               status as JSON\n"
    "  --lang ja|en         language of messages\n"
    "  --help, --version\n";

static const char help_ja[] =
    "使い方: jpki-pin [オプション] status\n"
    "        jpki-pin [オプション] change auth|sign|text\n"
    "        jpki-pin [オプション] unlock [auth|sign|text]\n"
    "マイナンバーカードの暗証番号。status は残り回数を（減らさずに）表示し、\n"
    "change は暗証番号を変更します。ロックの解除はパソコンではできないので、\n"
    "unlock はどこでできるかを表示します。\n"
    "  --reader R           リーダー名。soft:DIR はソフトウェアカード\n"
    "  --pin-source S       今の暗証番号: file:PATH、fd:N、tty（既定）\n"
    "  --new-pin-source S   新しい暗証番号。書き方は同じ。両方が同じ fd:N\n"
    "                       なら、1 行目が今の、2 行目が新しい暗証番号\n"
    "  --allow-weak         推測されやすい暗証番号でも設定する\n"
    "  --last-try           残り 1 回でも今の暗証番号をカードに送る\n"
    "  --json               status の結果を JSON で出す\n"
    "  --lang ja|en         メッセージの言語\n"
    "  --help, --version\n";

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct job *job, const char *en, const char *ja)
{
	return jpki_ctx_lang(job->ctx) == JPKI_LANG_JA ? ja : en;
}

__attribute__((format(printf, 1, 2))) static void
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("jpki-pin: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* What the shell gets to see of the library's errors. */
static int
exit_code(int err)
{
	if (jpki_errclass(err) == JPKI_CLASS_DATA)
		return EX_DATAERR;
	/* No reader or card to speak of; an open door is a failure. */
	if (jpki_errclass(err) == JPKI_CLASS_TRANSPORT && err != JPKI_ERR_DOOR)
		return EX_UNAVAILABLE;
	return EXIT_FAILURE;
}

/* Tells the library's last failure. */
static int
card_error(const struct job *job, int err)
{
	complain("%s", jpki_ctx_errmsg(job->ctx));
	return exit_code(err);
}

/* Tells a failure that this program sees coming. */
static int
refuse(const struct job *job, const char *subject, int err)
{
	complain("%s: %s", subject, jpki_strerror(err,
	    jpki_ctx_lang(job->ctx)));
	return exit_code(err);
}

struct wait {
	const struct job *job;
	bool asked;
};

static bool
ask_for_card(void *arg, int why)
{
	struct wait *wait = arg;

	if (!wait->asked)
		complain("%s", jpki_strerror(why,
		    jpki_ctx_lang(wait->job->ctx)));
	wait->asked = true;
	return false;
}

/* On a terminal there is somebody to put the card in. */
static int
open_card(const struct job *job, struct jpki_card **card)
{
	struct wait wait = { job, false };
	int r;

	r = jpki_card_open(job->ctx, job->reader, card);
	if ((r != JPKI_ERR_NO_CARD && r != JPKI_ERR_MUTE) ||
	    !isatty(STDERR_FILENO))
		return r;
	return jpki_card_wait(job->ctx, job->reader, WAIT_MS, ask_for_card,
	    &wait, card);
}

/* Columns on a terminal; full-width characters take two. */
static int
width(const char *text)
{
	mbstate_t state;
	wchar_t c;
	size_t n;
	int columns = 0;

	memset(&state, 0, sizeof(state));
	for (; *text != '\0'; text += n) {
		n = mbrtowc(&c, text, strlen(text), &state);
		if (n == (size_t)-1 || n == (size_t)-2)
			return columns + (int)strlen(text);
		if (wcwidth(c) > 0)
			columns += wcwidth(c);
	}
	return columns;
}

/* ---- status ---- */

/* The counters of all PINs, in one run; no PIN is sent. *left is -1 where the
 * card gives no number. */
static int
read_tries(struct jpki_card *card, bool present[PINS], int left[PINS])
{
	size_t i;
	int r, end;

	if ((r = jpki_card_begin(card)) != 0)
		return r;
	for (i = 0; i < PINS && r == 0; i++) {
		left[i] = -1;
		r = jpki_pin_tries(card, pins[i].pin, &left[i]);
		present[i] = r == 0;
		/* A child has no sign password, a phone no text PIN. */
		if (r == JPKI_ERR_NOT_ON_CARD)
			r = 0;
	}
	end = jpki_card_end(card);
	return r != 0 ? r : end;
}

/* What the rules make of the counters. Without a card these are not known. */
static int
judge(const int left[PINS], struct status *status)
{
	struct jpki_tries tries = { left[0], left[1], left[2] };
	size_t i;
	int r;

	for (i = 0; i < PINS; i++)
		if ((r = jpki_rules_pin((int)pins[i].pin, tries,
		    &status->verdict[i])) != 0)
			return r;
	return 0;
}

static int
get_status(const struct job *job, struct jpki_card *card,
    struct status *status)
{
	int left[PINS], r;

	if ((r = read_tries(card, status->present, left)) != 0)
		return card_error(job, r);
	if ((r = judge(left, status)) != 0)
		return refuse(job, "status", r);
	return EXIT_SUCCESS;
}

static void
print_advice(const struct job *job, const struct jpki_why *why)
{
	const enum jpki_advice *advice;

	for (advice = why->advice; *advice != 0; advice++)
		printf("  %s\n", jpki_advice_text(*advice,
		    jpki_ctx_lang(job->ctx)));
}

static void
print_pin(const struct job *job, size_t i, const struct status *status)
{
	const struct jpki_pin_verdict *v = &status->verdict[i];
	const char *name = jpki_pin_name(pins[i].pin,
	    jpki_ctx_lang(job->ctx));

	printf("%s%*s ", name, NAME_WIDTH > width(name) ?
	    NAME_WIDTH - width(name) : 0, "");
	if (!status->present[i])
		puts(pick(job, "not on this card", "このカードにはありません"));
	else if (v->state == JPKI_PIN_STATE_LOCKED)
		puts(pick(job, "locked", "ロック中"));
	else if (v->left < 0)
		puts(pick(job, "the card does not tell the tries left",
		    "残り回数不明（カードが答えません）"));
	else
		printf(pick(job, "%d of %d tries left\n",
		    "残り %d 回（%d 回中）\n"), v->left, v->max);
	if (status->present[i] && (v->state == JPKI_PIN_STATE_LOCKED ||
	    v->state == JPKI_PIN_STATE_LAST_TRY))
		print_advice(job, &v->why);
}

static const char *
route_name(enum jpki_route route)
{
	switch (route) {
	case JPKI_ROUTE_OPEN:
		return "open";
	case JPKI_ROUTE_MAYBE:
		return "maybe";
	case JPKI_ROUTE_CLOSED:
		break;
	}
	return "closed";
}

static void
print_json_pin(size_t i, const struct status *status)
{
	const struct jpki_pin_verdict *v = &status->verdict[i];
	size_t k;

	printf("\"%s\":{\"state\":\"%s\",\"left\":", pins[i].word,
	    status->present[i] ? jpki_pin_state_name(v->state) : "absent");
	if (status->present[i] && v->left >= 0)
		printf("%d", v->left);
	else
		printf("null");
	printf(",\"max\":%d,\"town\":\"%s\",\"store\":\"%s\",\"rules\":[",
	    v->max, route_name(v->town), route_name(v->store));
	for (k = 0; v->why.rules[k] != NULL; k++)
		printf("%s\"%s\"", k > 0 ? "," : "", v->why.rules[k]->id);
	printf("]}");
}

static bool
locked(const struct status *status, size_t i)
{
	return status->present[i] &&
	    status->verdict[i].state == JPKI_PIN_STATE_LOCKED;
}

static int
do_status(struct job *job)
{
	struct jpki_card *card;
	struct status status;
	int code, r;
	size_t i;

	if ((r = open_card(job, &card)) != 0)
		return card_error(job, r);
	code = get_status(job, card, &status);
	jpki_card_close(&card);
	if (code != EXIT_SUCCESS)
		return code;
	for (i = 0; i < PINS; i++) {
		if (!job->json) {
			print_pin(job, i, &status);
			continue;
		}
		printf("%s\n", i == 0 ? "{" : ",");
		print_json_pin(i, &status);
	}
	if (job->json)
		puts("\n}");
	for (i = 0; i < PINS; i++)
		if (pins[i].pin != JPKI_PIN_TEXT && locked(&status, i))
			return EXIT_LOCKED;
	return EXIT_SUCCESS;
}

/* ---- unlock ---- */

/*
 * There is no command that does it: the card has none for its holder. What
 * can be done instead depends on what is locked; without a card, the answer
 * is for all cases.
 */
static int
do_unlock(struct job *job, const char *word)
{
	static const int unknown[PINS] = { -1, -1, -1 };
	struct status status = { { false }, { { 0 } } };
	struct jpki_card *card;
	bool some = false;
	int r;
	size_t i;

	if (jpki_card_open(job->ctx, job->reader, &card) == 0) {
		r = get_status(job, card, &status);
		jpki_card_close(&card);
		if (r != EXIT_SUCCESS)
			return r;
	} else {
		for (i = 0; i < PINS; i++)
			status.present[i] = true;
		if ((r = judge(unknown, &status)) != 0)
			return refuse(job, "unlock", r);
	}
	complain("%s", pick(job, "a PC cannot unlock a PIN; nothing was done",
	    "パソコンでロックは解除できません。何もしていません"));
	for (i = 0; i < PINS; i++)
		some = some || locked(&status, i);
	for (i = 0; i < PINS; i++) {
		if (word != NULL ? strcmp(word, pins[i].word) != 0 :
		    some && !locked(&status, i))
			continue;
		print_pin(job, i, &status);
		if (status.present[i] && !locked(&status, i) &&
		    status.verdict[i].state != JPKI_PIN_STATE_LAST_TRY)
			print_advice(job, &status.verdict[i].why);
	}
	return EXIT_FAILURE;
}

/* ---- change ---- */

static bool
from_tty(const char *source)
{
	return source == NULL || strcmp(source, "tty") == 0;
}

/* The old PIN, or with "fresh" the new one; its shape is looked at here. */
static int
get_pin(const struct job *job, enum jpki_pin pin, const char *source,
    bool fresh, const char *prompt, struct jpki_secret **out)
{
	const char *text;
	size_t len;
	int r;

	if ((r = jpki_secret_read(job->ctx, source, prompt, out)) != 0)
		return card_error(job, r);
	text = jpki_secret_data(*out, &len);
	r = fresh ? jpki_pin_check_new(job->ctx, pin, text, len, job->flags) :
	    jpki_pin_check(job->ctx, pin, text, len);
	return r == 0 ? EXIT_SUCCESS : card_error(job, r);
}

/* Whether there is a PIN to change, and a try to do it with. */
static int
check_tries(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    int *left)
{
	int r = jpki_pin_ready(card, pin, job->min_tries, left);

	return r == 0 ? EXIT_SUCCESS : card_error(job, r);
}

/* On the terminal. */
static int
ask_old(const struct job *job, enum jpki_pin pin, int left,
    struct jpki_secret **out)
{
	char prompt[160];
	int n = snprintf(prompt, sizeof(prompt), "%s", pick(job, "Old ",
	    "今の"));

	jpki_pin_prompt(pin, left, jpki_ctx_lang(job->ctx), prompt + n,
	    sizeof(prompt) - (size_t)n);
	return get_pin(job, pin, NULL, false, prompt, out);
}

/* Twice, as nobody sees what is typed. */
static int
ask_new(const struct job *job, enum jpki_pin pin, struct jpki_secret **out)
{
	const char *name = jpki_pin_name(pin, jpki_ctx_lang(job->ctx));
	struct jpki_secret *again = NULL;
	const char *a, *b;
	size_t a_len, b_len;
	char prompt[160];
	int r;

	snprintf(prompt, sizeof(prompt), pick(job, "New %s: ", "新しい%s: "),
	    name);
	if ((r = get_pin(job, pin, NULL, true, prompt, out)) != EXIT_SUCCESS)
		return r;
	snprintf(prompt, sizeof(prompt), pick(job, "New %s again: ",
	    "新しい%s（もう一度）: "), name);
	if ((r = jpki_secret_read(job->ctx, NULL, prompt, &again)) != 0)
		return card_error(job, r);
	a = jpki_secret_data(*out, &a_len);
	b = jpki_secret_data(again, &b_len);
	if (a_len != b_len || memcmp(a, b, a_len) != 0) {
		complain("%s", pick(job,
		    "the two new PINs differ; nothing was changed",
		    "2 回の入力が一致しません。変更していません"));
		r = EXIT_FAILURE;
	}
	jpki_secret_free(&again);
	return r;
}

static int
change(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    const struct jpki_secret *old, const struct jpki_secret *new)
{
	const char *a, *b;
	size_t a_len, b_len;
	int r;

	a = jpki_secret_data(old, &a_len);
	b = jpki_secret_data(new, &b_len);
	if ((r = jpki_pin_change(card, pin, a, a_len, b, b_len,
	    job->min_tries, job->flags, NULL)) != 0)
		return card_error(job, r);
	printf(pick(job, "The %s is changed.\n", "%sを変更しました。\n"),
	    jpki_pin_name(pin, jpki_ctx_lang(job->ctx)));
	return EXIT_SUCCESS;
}

static int
use_card(const struct job *job, enum jpki_pin pin, struct jpki_secret **old,
    struct jpki_secret **new)
{
	struct jpki_card *card = NULL;
	int code, left, r;

	if ((r = open_card(job, &card)) != 0)
		return card_error(job, r);
	code = check_tries(job, card, pin, &left);
	if (code == EXIT_SUCCESS && *old == NULL)
		code = ask_old(job, pin, left, old);
	if (code == EXIT_SUCCESS && *new == NULL)
		code = ask_new(job, pin, new);
	if (code == EXIT_SUCCESS)
		code = change(job, card, pin, *old, *new);
	jpki_card_close(&card);
	return code;
}

static int
do_change(struct job *job, enum jpki_pin pin)
{
	struct jpki_secret *old = NULL, *new = NULL;
	int code = EXIT_SUCCESS;

	/* In this order: they may be two lines of one descriptor. */
	if (!from_tty(job->pin_source))
		code = get_pin(job, pin, job->pin_source, false, NULL, &old);
	if (code == EXIT_SUCCESS && !from_tty(job->new_source))
		code = get_pin(job, pin, job->new_source, true, NULL, &new);
	if (code == EXIT_SUCCESS)
		code = use_card(job, pin, &old, &new);
	jpki_secret_free(&old);
	jpki_secret_free(&new);
	return code;
}

/* ---- The command line ---- */

/* Names options, never their values: a PIN may have slipped into one. */
static int
usage_error(const struct job *job, const char *what)
{
	complain(pick(job, "%.*s: see jpki-pin --help",
	    "%.*s: jpki-pin --help を見てください"),
	    (int)strcspn(what, "="), what);
	return EX_USAGE;
}

static bool
is_source(const char *text)
{
	return strcmp(text, "tty") == 0 || strncmp(text, "file:", 5) == 0 ||
	    strncmp(text, "fd:", 3) == 0;
}

/* Returns -1 to go on, or the exit code; -2: no such option. */
static int
set_option(struct job *job, int option, const char *arg)
{
	switch (option) {
	case 'r':
		job->reader = arg;
		return -1;
	case 's':
		job->pin_source = arg;
		return is_source(arg) ? -1 :
		    usage_error(job, "--pin-source file:PATH|fd:N|tty");
	case 'n':
		job->new_source = arg;
		return is_source(arg) ? -1 :
		    usage_error(job, "--new-pin-source file:PATH|fd:N|tty");
	case 'w':
		job->flags |= JPKI_PIN_ALLOW_WEAK;
		return -1;
	case 't':
		job->min_tries = JPKI_TRIES_INSIST;
		return -1;
	case 'j':
		job->json = true;
		return -1;
	case 'l':
		if (strcmp(arg, "ja") != 0 && strcmp(arg, "en") != 0)
			return usage_error(job, "--lang ja|en");
		jpki_ctx_set_lang(job->ctx, *arg == 'j' ? JPKI_LANG_JA :
		    JPKI_LANG_EN);
		return -1;
	case 'h':
		fputs(pick(job, help_en, help_ja), stdout);
		return EXIT_SUCCESS;
	case 'v':
		printf("jpki-pin (libjpki) %s\n", jpki_version());
		return EXIT_SUCCESS;
	default:
		return -2;
	}
}

static const struct option options[] = {
	{ "allow-weak", no_argument, NULL, 'w' },
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "lang", required_argument, NULL, 'l' },
	{ "last-try", no_argument, NULL, 't' },
	{ "new-pin-source", required_argument, NULL, 'n' },
	{ "pin-source", required_argument, NULL, 's' },
	{ "reader", required_argument, NULL, 'r' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

static int
do_command(struct job *job, int argc, char **argv)
{
	bool status = argc == 1 && strcmp(argv[0], "status") == 0;
	size_t i = PINS;

	if (job->json && !status)
		return usage_error(job, "--json status");
	if (status)
		return do_status(job);
	if (argc == 2)
		for (i = 0; i < PINS; i++)
			if (strcmp(argv[1], pins[i].word) == 0)
				break;
	if (argc == 2 && i < PINS && strcmp(argv[0], "change") == 0)
		return do_change(job, pins[i].pin);
	if ((argc == 1 || (argc == 2 && i < PINS)) &&
	    strcmp(argv[0], "unlock") == 0)
		return do_unlock(job, argv[1]);
	return usage_error(job, "usage: jpki-pin [options] "
	    "status | change auth|sign|text | unlock");
}

/* An option that getopt_long() does not know; a short one may be a PIN with a
 * hyphen, and what stands before it, too. */
static const char *
bad_option(char **argv)
{
	const char *option = argv[optind - 1];

	return strncmp(option, "--", 2) == 0 ? option : "-?";
}

static int
pin_command(struct job *job, int argc, char **argv)
{
	int option, code;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		code = set_option(job, option, optarg);
		if (code == -2)
			return usage_error(job, bad_option(argv));
		if (code != -1)
			return code;
	}
	return do_command(job, argc - optind, argv + optind);
}

int
main(int argc, char **argv)
{
	struct job job = { .min_tries = JPKI_TRIES_DEFAULT };
	int code;

	/* Widths of characters; the texts are UTF-8 in any locale. */
	if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
	if ((job.ctx = jpki_ctx_new()) == NULL) {
		complain("%s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	jpki_ctx_set_lang(job.ctx, jpki_lang_from_locale());
	code = pin_command(&job, argc, argv);
	jpki_ctx_free(&job.ctx);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		complain("stdout: %s", strerror(errno));
		return EXIT_FAILURE;
	}
	return code;
}
