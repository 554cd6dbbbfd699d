/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-pin: the PINs of the My Number Card: the tries that are left, whether a
 * PIN is right, and the change of one that its holder knows.
 *
 * A program on libjpki's public API. A change goes like this:
 *
 *   1. PINs from files and descriptors are read, and their shapes looked at;
 *   2. the card is asked how many tries are left, then the holder for what is
 *      still missing: the old PIN, the new one, the new one again;
 *   3. the library sends the old one, once, and the new one, once.
 *
 * So whatever can be refused is refused before a try is at stake. What "try"
 * does is the same with the one PIN. Its source makes no difference here: who
 * calls this program means this PIN, now.
 */
#include <stdio.h>
#include <string.h>

#include <jpki.h>

#include "common/card.h"
#include "common/json.h"
#include "common/layout.h"
#include "common/message.h"
#include "common/options.h"
#include "common/prompt.h"
#include "common/verdict.h"
#include "common/word.h"

#define EXIT_LOCKED 3
#define COLUMN 35	/* where what is said about a PIN begins */
#define INDENT 2	/* of advice */

struct job {
	struct jpki_ctx *ctx;
	struct args args;
	const char *new_source;	/* NULL: the terminal */
	unsigned flags;		/* of jpki_pin_change() */
};

/* How the card's PINs stand, in the order of prompt_pins. */
struct status {
	bool asked;		/* a card; false: of no card in particular */
	bool present[PROMPT_PINS];
	int left[PROMPT_PINS];	/* -1: the card gives no number */
	struct jpki_pin_verdict *verdict[PROMPT_PINS];
};

enum { O_NEW_SOURCE = 1, O_ALLOW_WEAK };

static const struct program_option options[] = {
	OPTION_READER,
	{ "pin-source", OPT_PIN_SOURCE, { "S", "S" }, {
	    "the PIN, the old one: file:PATH, fd:N or tty (default)",
	    "（今の）暗証番号：file:PATH、fd:N、tty（既定）" } },
	{ "new-pin-source", O_NEW_SOURCE, { "S", "S" }, {
	    "the new PIN, likewise; if both are the same fd:N, the old one is "
	    "its first line",
	    "新しい暗証番号。書き方は同じ。両方が同じ fd:N なら、1 行目が"
	    "今の、2 行目が新しい暗証番号" } },
	{ "allow-weak", O_ALLOW_WEAK, { NULL, NULL }, {
	    "set a new PIN that is easy to guess",
	    "推測されやすい暗証番号でも設定します" } },
	{ "min-tries", OPT_MIN_TRIES, { "N", "N" }, {
	    "send the PIN only if N tries are left (default: 2)",
	    "残り N 回以上のときだけ暗証番号を送ります（既定：2）" } },
	OPTION_LAST_TRY,
	{ "json", OPT_JSON, { NULL, NULL }, {
	    "status and try: as JSON", "status と try の結果を JSON で出しま"
	    "す" } },
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

static const struct advice advice[] = {
	{ JPKI_ERR_PIN_WEAK, {
	    "--allow-weak insists on this one.",
	    "どうしても使うなら --allow-weak を付けてください。" } },
	{ 0, { NULL, NULL } }
};

static int
fail(const struct job *job, int err)
{
	return complain_ctx(job->ctx, err, advice);
}

/* ---- status ---- */

/* The counters of all PINs; no PIN is sent. */
static int
read_tries(struct jpki_card *card, void *arg)
{
	struct status *status = arg;
	size_t i;
	int r;

	for (i = 0; i < PROMPT_PINS; i++) {
		r = jpki_pin_tries(card, prompt_pins[i], &status->left[i]);
		status->present[i] = r == 0;
		/* A child has no sign password, a phone no text PIN. */
		if (r != 0 && r != JPKI_ERR_NOT_ON_CARD)
			return r;
	}
	return 0;
}

/* What the rules make of the counters. */
static int
judge(struct status *status)
{
	int partner, r;
	size_t i;

	for (i = 0; i < PROMPT_PINS; i++) {
		/* The auth PIN and the sign password come first. */
		partner = i < 2 ? status->left[1 - i] : -1;
		if ((r = jpki_rules_pin(prompt_pins[i], status->left[i],
		    partner, &status->verdict[i])) != 0)
			return complain_code(NULL, r);
	}
	return EXIT_SUCCESS;
}

/* Of no card in particular: each PIN is there, its count is not known. */
static void
status_start(struct status *status)
{
	size_t i;

	memset(status, 0, sizeof(*status));
	for (i = 0; i < PROMPT_PINS; i++) {
		status->present[i] = true;
		status->left[i] = -1;
	}
}

static void
status_free(struct status *status)
{
	size_t i;

	for (i = 0; i < PROMPT_PINS; i++)
		jpki_pin_verdict_free(&status->verdict[i]);
}

/* In the run that opened the card; closes it, too. */
static int
get_status(const struct job *job, struct jpki_card **card,
    struct status *status)
{
	int code = card_go_on(job->ctx, *card, read_tries, status, advice);

	jpki_card_close(card);
	status->asked = true;
	return code == EXIT_SUCCESS ? judge(status) : code;
}

static enum jpki_pin_state
state_of(const struct status *status, size_t i)
{
	return jpki_pin_verdict_state(status->verdict[i]);
}

static bool
locked(const struct status *status, size_t i)
{
	return status->present[i] &&
	    state_of(status, i) == JPKI_PIN_STATE_LOCKED;
}

static bool
needs_advice(const struct status *status, size_t i)
{
	return locked(status, i) || (status->present[i] &&
	    state_of(status, i) == JPKI_PIN_STATE_LAST_TRY);
}

static void
print_pin(const struct layout *layout, const struct status *status, size_t i,
    bool advise)
{
	const struct jpki_pin_verdict *v = status->verdict[i];
	const struct jpki_why *why = jpki_pin_verdict_why(v);
	const char *name = jpki_pin_name(prompt_pins[i], text_lang());
	size_t k;

	if (!status->present[i])
		layout_pair(layout, 0, COLUMN, name, pick("not on this card",
		    "このカードにはありません"));
	else if (locked(status, i))
		layout_pair(layout, 0, COLUMN, name, pick("locked",
		    "ロック中"));
	else if (!status->asked)
		layout_pair(layout, 0, COLUMN, name, pick(
		    "no card was asked for the tries left",
		    "残り回数不明（カードを読んでいません）"));
	else if (jpki_pin_verdict_left(v) < 0)
		layout_pair(layout, 0, COLUMN, name,
		    pick("the card does not tell the tries left",
		    "残り回数不明（カードが答えません）"));
	else
		layout_pairf(layout, 0, COLUMN, name, "%d of %d tries left",
		    "残り %d 回（最大 %d 回）", jpki_pin_verdict_left(v),
		    jpki_pin_verdict_max(v));
	for (k = 0; advise && k < jpki_why_advice_count(why); k++)
		layout_paragraph(layout, INDENT,
		    jpki_advice_text(jpki_why_advice(why, k), text_lang()));
}

static json_t *
pin_json(const struct status *status, size_t i)
{
	const struct jpki_pin_verdict *v = status->verdict[i];

	return json_pack("{s:s, s:o, s:i, s:s, s:s, s:o}",
	    "state", status->present[i] ?
	    jpki_pin_state_name(state_of(status, i)) : "absent",
	    "left", json_count(status->present[i] ?
	    jpki_pin_verdict_left(v) : -1),
	    "max", jpki_pin_verdict_max(v),
	    "town", verdict_route_name(jpki_pin_verdict_route(v,
	    JPKI_PLACE_TOWN)),
	    "store", verdict_route_name(jpki_pin_verdict_route(v,
	    JPKI_PLACE_STORE)),
	    "rules", verdict_rules_json(jpki_pin_verdict_why(v)));
}

static int
print_status(const struct job *job, const struct status *status)
{
	struct layout layout = layout_of(stdout);
	json_t *all;
	size_t i;

	if (job->args.json) {
		all = json_object();
		for (i = 0; i < PROMPT_PINS; i++)
			json_object_set_new(all, prompt_pin_words[i],
			    pin_json(status, i));
		return json_print(all);
	}
	for (i = 0; i < PROMPT_PINS; i++)
		print_pin(&layout, status, i, needs_advice(status, i));
	return EXIT_SUCCESS;
}

static int
do_status(struct job *job)
{
	struct jpki_card *card;
	struct status status;
	int code, r;
	size_t i;

	status_start(&status);
	if ((r = card_open_begin(job->ctx, job->args.reader, &card)) != 0)
		return fail(job, r);
	if ((code = get_status(job, &card, &status)) == EXIT_SUCCESS &&
	    (code = print_status(job, &status)) == EXIT_SUCCESS)
		for (i = 0; i < PROMPT_PINS; i++)
			if (prompt_pins[i] != JPKI_PIN_TEXT &&
			    locked(&status, i))
				code = EXIT_LOCKED;
	status_free(&status);
	return code;
}

/* ---- unlock ---- */

/* About one PIN, or all; if some are locked, about those. */
static void
print_unlock(const struct status *status, int only)
{
	struct layout layout = layout_of(stdout);
	bool some = false;
	size_t i;

	for (i = 0; i < PROMPT_PINS; i++)
		some = some || locked(status, i);
	for (i = 0; i < PROMPT_PINS; i++)
		if (only >= 0 ? i == (size_t)only :
		    !some || locked(status, i))
			print_pin(&layout, status, i, status->present[i]);
}

/*
 * There is no command that does it: the card has none for its holder. What
 * can be done instead depends on what is locked; without a card, the answer
 * is for all cases.
 */
static int
do_unlock(struct job *job, int only)
{
	struct jpki_card *card;
	struct status status;
	int code;

	status_start(&status);
	if (jpki_card_open_begin(job->ctx, job->args.reader, &card) == 0)
		code = get_status(job, &card, &status);
	else
		code = judge(&status);
	if (code == EXIT_SUCCESS) {
		complain("a PC cannot unlock a PIN; nothing was done",
		    "パソコンでロックは解除できません。何もしていません");
		print_unlock(&status, only);
		code = EXIT_FAILURE;
	}
	status_free(&status);
	return code;
}

/* ---- change and try ---- */

static int
tries(const struct job *job)
{
	return prompt_tries(job->args.min_tries, NULL);
}

/* Whether there is such a PIN, and a try to send it with. The caller closes
 * the card. */
static int
open_ready(const struct job *job, enum jpki_pin pin, struct jpki_card **card,
    int *left)
{
	int r;

	if ((r = card_open(job->ctx, job->args.reader, card)) != 0 ||
	    (r = jpki_pin_ready(*card, pin, tries(job), left)) != 0)
		return fail(job, r);
	return EXIT_SUCCESS;
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
		return fail(job, r);
	text = jpki_secret_data(*out, &len);
	r = fresh ? jpki_pin_check_new(job->ctx, pin, text, len, job->flags) :
	    jpki_pin_check(job->ctx, pin, text, len);
	return r == 0 ? EXIT_SUCCESS : fail(job, r);
}

/* On the terminal. */
static int
ask_old(const struct job *job, enum jpki_pin pin, int left,
    struct jpki_secret **out)
{
	char prompt[160];
	int n = snprintf(prompt, sizeof(prompt), "%s", pick("Old ", "今の"));

	jpki_pin_prompt(pin, left, text_lang(), prompt + n,
	    sizeof(prompt) - (size_t)n);
	return get_pin(job, pin, NULL, false, prompt, out);
}

/* Twice, as nobody sees what is typed. */
static int
ask_new(const struct job *job, enum jpki_pin pin, struct jpki_secret **out)
{
	const char *name = jpki_pin_name(pin, text_lang());
	struct jpki_secret *again = NULL;
	const char *a, *b;
	size_t a_len, b_len;
	char prompt[160];
	int r;

	snprintf(prompt, sizeof(prompt), pick("New %s: ", "新しい%s: "),
	    name);
	if ((r = get_pin(job, pin, NULL, true, prompt, out)) != EXIT_SUCCESS)
		return r;
	snprintf(prompt, sizeof(prompt), pick("New %s again: ",
	    "新しい%s（もう一度）: "), name);
	if ((r = jpki_secret_read(job->ctx, NULL, prompt, &again)) != 0)
		return fail(job, r);
	a = jpki_secret_data(*out, &a_len);
	b = jpki_secret_data(again, &b_len);
	if (a_len != b_len || memcmp(a, b, a_len) != 0) {
		complain("the two new PINs differ; nothing was changed",
		    "2 回の入力が一致しません。変更していません");
		r = EXIT_FAILURE;
	}
	jpki_secret_free(&again);
	return r;
}

static int
change(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    const struct jpki_secret *old, const struct jpki_secret *new)
{
	struct layout layout = layout_of(stdout);
	const char *a, *b;
	size_t a_len, b_len;
	int r;

	a = jpki_secret_data(old, &a_len);
	b = jpki_secret_data(new, &b_len);
	if ((r = jpki_pin_change(card, pin, a, a_len, b, b_len,
	    tries(job), job->flags, NULL)) != 0)
		return fail(job, r);
	layout_textf(&layout, "The %s is changed.", "%sを変更しました。",
	    jpki_pin_name(pin, text_lang()));
	return EXIT_SUCCESS;
}

/* The card is asked first. */
static int
use_card(const struct job *job, enum jpki_pin pin, struct jpki_secret **old,
    struct jpki_secret **new)
{
	struct jpki_card *card = NULL;
	int code, left;

	code = open_ready(job, pin, &card, &left);
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
	if (!prompt_on_terminal(job->args.pin_source))
		code = get_pin(job, pin, job->args.pin_source, false, NULL,
		    &old);
	if (code == EXIT_SUCCESS && !prompt_on_terminal(job->new_source))
		code = get_pin(job, pin, job->new_source, true, NULL, &new);
	if (code == EXIT_SUCCESS)
		code = use_card(job, pin, &old, &new);
	jpki_secret_free(&old);
	jpki_secret_free(&new);
	return code;
}

/* One PIN, one try. */
struct attempt {
	const struct job *job;
	enum jpki_pin pin;
	struct jpki_secret *secret;
	int left;
	int r;		/* what the library returned */
	bool made;
};

static int
send_pin(struct jpki_card *card, void *arg)
{
	struct attempt *a = arg;
	const char *text;
	size_t len;

	text = jpki_secret_data(a->secret, &len);
	a->r = jpki_pin_verify(card, a->pin, text, len, tries(a->job),
	    &a->left);
	a->made = a->r == 0 || a->r == JPKI_ERR_PIN_WRONG ||
	    a->r == JPKI_ERR_PIN_BLOCKED;
	return a->r;
}

/* What the card said of the PIN; where it was wrong, a message has told so. */
static int
tell_attempt(const struct attempt *a, const char *word)
{
	struct layout layout = layout_of(stdout);
	struct jpki_pin_verdict *verdict;
	int left = a->left, max, r;

	if ((r = jpki_rules_pin(a->pin, left, -1, &verdict)) != 0)
		return complain_code(NULL, r);
	max = jpki_pin_verdict_max(verdict);
	jpki_pin_verdict_free(&verdict);
	/* The right one fills the counter up. */
	if (a->r == 0)
		left = max;
	if (a->job->args.json)
		return json_print(json_pack("{s:s, s:b, s:o, s:i}",
		    "pin", word,
		    "right", a->r == 0,
		    "left", json_count(left),
		    "max", max));
	if (a->r == 0)
		layout_textf(&layout,
		    "The %s is right. %d of %d tries are left.",
		    "%sは正しい番号です。残り %d 回（最大 %d 回）です。",
		    jpki_pin_name(a->pin, text_lang()), left, max);
	return EXIT_SUCCESS;
}

static int
do_try(const struct job *job, enum jpki_pin pin, const char *word)
{
	struct attempt a = { .job = job, .pin = pin, .left = -1 };
	struct jpki_card *card = NULL;
	int code = EXIT_SUCCESS, told;

	if (!prompt_on_terminal(job->args.pin_source))
		code = get_pin(job, pin, job->args.pin_source, false, NULL,
		    &a.secret);
	if (code == EXIT_SUCCESS)
		code = open_ready(job, pin, &card, &a.left);
	if (code == EXIT_SUCCESS && a.secret == NULL)
		code = prompt_pin(job->ctx, pin, NULL, a.left, &a.secret);
	if (code == EXIT_SUCCESS)
		code = card_run(job->ctx, card, send_pin, &a, advice);
	jpki_secret_free(&a.secret);
	jpki_card_close(&card);
	if (a.made && (told = tell_attempt(&a, word)) != EXIT_SUCCESS)
		code = told;
	return code;
}

/* ---- The command line ---- */

static int
set_option(void *arg, int id, const char *value)
{
	struct job *job = arg;

	if (id == O_ALLOW_WEAK) {
		job->flags |= JPKI_PIN_ALLOW_WEAK;
		return 0;
	}
	job->new_source = value;
	return prompt_source("new-pin-source", value);
}

static const struct program pin_program = {
	.usage = { "[options] status\n"
	    "[options] try auth|sign|text\n"
	    "[options] change auth|sign|text\n"
	    "[options] unlock [auth|sign|text]",
	    "[オプション] status\n"
	    "[オプション] try auth|sign|text\n"
	    "[オプション] change auth|sign|text\n"
	    "[オプション] unlock [auth|sign|text]" },
	.about = {
	    "The PINs of the My Number Card. status tells the tries that are "
	    "left and uses none; try sends a PIN once and tells whether it "
	    "is right, which fills its tries up; change sets a new PIN; "
	    "unlock says where that can be done, as a PC cannot.",
	    "マイナンバーカードの暗証番号。status は残り回数を（減らさずに）"
	    "表示し、try は暗証番号を 1 回だけ送って正しいかを調べます（正しけ"
	    "れば残り回数が元に戻ります）。change は暗証番号を変更します。"
	    "ロックの解除はパソコンではできないので、unlock はどこでできるかを"
	    "表示します。" },
	.options = options,
	.set = set_option,
};

enum { STATUS, TRY, CHANGE, UNLOCK };
static const char *const commands[] = {
	"status", "try", "change", "unlock", NULL
};

static int
pin_command(struct job *job)
{
	char **operands = job->args.operands;
	int command, pin = -1, code;

	if ((command = options_word(operands[0], commands)) == -1)
		return EX_USAGE;
	if (job->args.json && command != STATUS && command != TRY)
		return usage_error("--json goes with status and try.",
		    "--json は status と try のときだけ使えます。");
	if (job->args.n_operands > (command == STATUS ? 1 : 2))
		return options_too_many();
	if ((command == TRY || command == CHANGE || operands[1] != NULL) &&
	    (pin = options_word(word_pin(operands[1]), prompt_pin_words)) == -1)
		return EX_USAGE;
	if (command == STATUS)
		code = do_status(job);
	else if (command == TRY)
		code = do_try(job, prompt_pins[pin], prompt_pin_words[pin]);
	else if (command == CHANGE)
		code = do_change(job, prompt_pins[pin]);
	else
		code = do_unlock(job, pin);
	return code;
}

int
main(int argc, char **argv)
{
	struct job job = { .flags = 0 };
	int code;

	message_start("jpki-pin");
	code = options_parse(&pin_program, &job.args, &job, argc, argv);
	if (code != ARGS_GO_ON)
		return code;
	if ((job.ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	code = pin_command(&job);
	jpki_ctx_free(&job.ctx);
	return message_finish(code);
}
