/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-attributes: name, address, date of birth and sex of the holder of a My
 * Number Card, from the card's text application or from the 署名用
 * certificate; and whether the two still say the same.
 *
 * A program on libjpki's public API. All PINs are at hand before the run on
 * the card begins; there the text application comes first, so that a wrong
 * text PIN keeps the sign password from being sent. What is printed is
 * personal data, and goes to standard output only.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <jpki.h>

#include "common/card.h"
#include "common/holder.h"
#include "common/json.h"
#include "common/layout.h"
#include "common/message.h"
#include "common/options.h"
#include "common/prompt.h"
#include "common/verdict.h"

#define COLUMN 14	/* behind a label */
#define INDENT 2	/* of the two sides of a difference */

struct job {
	struct jpki_ctx *ctx;
	struct args args;
	bool from_card, from_cert;	/* what is read */
	const char *text_source, *sign_source;
	struct jpki_secret *text_pin, *sign_pin;
	/* What was read. */
	struct jpki_attributes *on_card;
	struct jpki_cert *cert;
};

enum { O_FROM_CERT = 1, O_COMPARE, O_TEXT_SOURCE, O_SIGN_SOURCE };

static const struct program_option options[] = {
	{ "from-cert", O_FROM_CERT, { NULL, NULL }, {
	    "from the sign certificate (署名用), with the sign password, "
	    "instead of the text application with the text PIN",
	    "券面事項入力補助でなく、署名用電子証明書から読みます（署名用暗証番"
	    "号を使います）" } },
	{ "compare", O_COMPARE, { NULL, NULL }, {
	    "read both and compare; exit status 1: they differ",
	    "両方を読んで比べます。違いがあれば終了コード 1" } },
	{ "pin-source", OPT_PIN_SOURCE, { "S", "S" }, {
	    "the text PIN: file:PATH, fd:N or tty (default); with "
	    "--from-cert, the sign password",
	    "券面事項入力補助用暗証番号：file:PATH、fd:N、tty（既定）。"
	    "--from-cert では署名用暗証番号" } },
	{ "text-pin-source", O_TEXT_SOURCE, { "S", "S" }, {
	    "the text PIN, likewise",
	    "券面事項入力補助用暗証番号。書き方は同じ" } },
	{ "sign-pin-source", O_SIGN_SOURCE, { "S", "S" }, {
	    "the sign password with --compare, likewise",
	    "--compare の署名用暗証番号。書き方は同じ" } },
	OPTION_MIN_TRIES,
	{ "last-try", OPT_LAST_TRY, { NULL, NULL }, {
	    "send a PIN even if only one try is left",
	    "残り 1 回でも暗証番号をカードに送ります" } },
	OPTION_READER,
	OPTION_JSON,
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

/* ---- The card ---- */

static int
tries(const struct job *job, enum jpki_pin pin)
{
	return prompt_tries(job->args.min_tries, pin == JPKI_PIN_TEXT ?
	    job->text_source : job->sign_source);
}

/* A PIN from a file is not spared: the card is asked when it is sent. */
static bool
asks_holder(const struct job *job)
{
	return (job->from_card && prompt_on_terminal(job->text_source)) ||
	    (job->from_cert && prompt_on_terminal(job->sign_source));
}

/* Whether the PIN is there and may be sent: asked before the holder is. */
static int
check_tries(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    int *left)
{
	enum jpki_carrier carrier = jpki_card_carrier(card);
	int r;

	if (pin == JPKI_PIN_TEXT && (carrier == JPKI_CARRIER_ANDROID ||
	    carrier == JPKI_CARRIER_IPHONE)) {
		complain("a phone does not hold this text; use the card, or "
		    "--from-cert", "スマートフォンには券面事項がありません。"
		    "カードを使うか、--from-cert を付けてください");
		return EXIT_FAILURE;
	}
	if (!asks_holder(job))
		return EXIT_SUCCESS;
	r = jpki_pin_ready(card, pin, tries(job, pin), left);
	return r == 0 ? EXIT_SUCCESS : complain_ctx(job->ctx, r, NULL);
}

/* Nobody types one PIN to learn that the other one is locked. */
static int
get_pins(struct job *job, struct jpki_card *card)
{
	int text_left = -1, sign_left = -1, code = EXIT_SUCCESS;

	if (job->from_card)
		code = check_tries(job, card, JPKI_PIN_TEXT, &text_left);
	if (code == EXIT_SUCCESS && job->from_cert)
		code = check_tries(job, card, JPKI_PIN_SIGN, &sign_left);
	if (code == EXIT_SUCCESS && job->from_card)
		code = prompt_pin(job->ctx, JPKI_PIN_TEXT, job->text_source,
		    text_left, &job->text_pin);
	if (code == EXIT_SUCCESS && job->from_cert)
		code = prompt_pin(job->ctx, JPKI_PIN_SIGN, job->sign_source,
		    sign_left, &job->sign_pin);
	return code;
}

static int
verify(const struct job *job, struct jpki_card *card, enum jpki_pin pin,
    const struct jpki_secret *secret)
{
	const char *text;
	size_t len;

	text = jpki_secret_data(secret, &len);
	return jpki_pin_verify(card, pin, text, len, tries(job, pin), NULL);
}

/* Inside the run. */
static int
read_both(struct jpki_card *card, void *arg)
{
	struct job *job = arg;
	int r;

	if (job->from_card &&
	    ((r = verify(job, card, JPKI_PIN_TEXT, job->text_pin)) != 0 ||
	    (r = jpki_card_attributes(card, &job->on_card)) != 0))
		return r;
	if (job->from_cert &&
	    ((r = verify(job, card, JPKI_PIN_SIGN, job->sign_pin)) != 0 ||
	    (r = jpki_card_cert(card, JPKI_SLOT_SIGN, &job->cert)) != 0))
		return r;
	return 0;
}

static int
use_card(struct job *job)
{
	struct jpki_card *card;
	int code, r;

	if ((r = card_open(job->ctx, job->args.reader, &card)) != 0)
		return complain_ctx(job->ctx, r, NULL);
	if ((code = get_pins(job, card)) == EXIT_SUCCESS)
		code = card_run(job->ctx, card, read_both, job, NULL);
	jpki_secret_free(&job->text_pin);
	jpki_secret_free(&job->sign_pin);
	jpki_card_close(&card);
	return code;
}

/* ---- What is told ---- */

/* What the rules say of a certificate whose attributes are not the card's.
 * Only a card has both; about a certificate that is not of the service's kind
 * they say nothing, and *verdict stays NULL. */
static int
judge(const struct job *job, struct jpki_verdict **verdict)
{
	struct jpki_cert_facts facts = {
		.size = sizeof(facts),
		.carrier = JPKI_CARRIER_CARD,
		.moved = 1,
	};
	int64_t now = time(NULL);
	struct jpki_check *check;
	int r;

	if ((r = jpki_check_new(job->ctx, job->cert, NULL, 0, now,
	    &check)) != 0)
		return complain_ctx(job->ctx, r, NULL);
	if (jpki_check_facts(check, &facts) == 0)
		r = jpki_rules_cert(&facts, now, verdict);
	jpki_check_free(&check);
	return r == 0 ? EXIT_SUCCESS : complain_code("--compare", r);
}

static void
put_comparison(const struct layout *out, const struct jpki_attributes *card,
    const struct jpki_attributes *cert)
{
	const char *card_label = pick("card", "カード");
	const char *cert_label = pick("certificate", "証明書");
	const struct holder_item *row;
	enum jpki_compared compared;

	for (row = holder_items; row < holder_items + HOLDER_ITEMS; row++) {
		compared = jpki_attributes_compare(card, cert, row->item);
		if (compared == JPKI_COMPARED_SAME) {
			holder_put_item(out, 0, COLUMN, text_of(row->label),
			    cert, row->item);
			continue;
		}
		layout_pair(out, 0, COLUMN, text_of(row->label),
		    holder_compared_text(compared));
		holder_put_item(out, INDENT, INDENT + COLUMN, card_label,
		    card, row->item);
		holder_put_item(out, INDENT, INDENT + COLUMN, cert_label,
		    cert, row->item);
	}
}

/* Only what is about the difference: jpki-info tells the rest. */
static void
put_moved(const struct layout *out, const struct jpki_why *why)
{
	enum jpki_advice advice;
	size_t i;

	putchar('\n');
	for (i = 0; i < jpki_why_advice_count(why); i++) {
		advice = jpki_why_advice(why, i);
		if (advice == JPKI_ADVICE_MOVED ||
		    advice == JPKI_ADVICE_NEW_SIGN)
			layout_text(out, 0, 0, jpki_advice_text(advice,
			    text_lang()));
	}
}

static void
put_both(const struct jpki_attributes *card,
    const struct jpki_attributes *cert, const struct jpki_verdict *verdict)
{
	struct layout out = layout_of(stdout);

	put_comparison(&out, card, cert);
	if (holder_differs(card, cert)) {
		put_moved(&out, jpki_verdict_why(verdict));
		return;
	}
	if (jpki_attributes_compare(card, cert, JPKI_ITEM_NAME) !=
	    JPKI_COMPARED_SAME || jpki_attributes_compare(card, cert,
	    JPKI_ITEM_ADDRESS) != JPKI_COMPARED_SAME)
		return;
	putchar('\n');
	layout_text(&out, 0, 0, pick("The sign certificate says the same.",
	    "署名用電子証明書も同じ内容です。"));
}

/* The rows about a difference. */
static json_t *
rules_json(const struct jpki_why *why)
{
	json_t *ids = json_array();
	size_t i;

	for (i = 0; i < jpki_why_rule_count(why); i++)
		if (jpki_why_rule(why, i)->id[0] == 'D')
			json_array_append_new(ids,
			    json_string(jpki_why_rule(why, i)->id));
	return ids;
}

static json_t *
both_json(const struct jpki_attributes *card,
    const struct jpki_attributes *cert, const struct jpki_verdict *verdict)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}",
	    "card", holder_json(card),
	    "certificate", holder_json(cert),
	    "compared", holder_compared_json(card, cert),
	    "moved", holder_differs(card, cert),
	    "rules", rules_json(jpki_verdict_why(verdict)));
}

static int
tell_both(const struct job *job, const struct jpki_attributes *cert)
{
	bool moved = holder_differs(job->on_card, cert);
	struct jpki_verdict *verdict = NULL;
	int code = EXIT_SUCCESS;

	if (moved && (code = judge(job, &verdict)) != EXIT_SUCCESS)
		return code;
	if (job->args.json)
		code = json_print(both_json(job->on_card, cert, verdict));
	else
		put_both(job->on_card, cert, verdict);
	jpki_verdict_free(&verdict);
	return moved ? EXIT_FAILURE : code;
}

static int
tell(const struct job *job)
{
	const struct jpki_attributes *one = job->on_card;
	struct layout out = layout_of(stdout);

	if (job->cert != NULL &&
	    (one = jpki_cert_info(job->cert)->attributes) == NULL) {
		complain("the sign certificate has no attributes",
		    "署名用電子証明書に基本 4 情報がありません");
		return EX_DATAERR;
	}
	if (job->from_card && job->from_cert)
		return tell_both(job, one);
	if (job->args.json)
		return json_print(json_pack("{s:o}", job->from_card ?
		    "card" : "certificate", holder_json(one)));
	holder_put(&out, 0, COLUMN, one);
	return EXIT_SUCCESS;
}

/* ---- The command line ---- */

static int
set_option(void *arg, int id, const char *value)
{
	struct job *job = arg;

	switch (id) {
	case O_TEXT_SOURCE:
		job->text_source = value;
		return prompt_source("text-pin-source", value);
	case O_SIGN_SOURCE:
		job->sign_source = value;
		return prompt_source("sign-pin-source", value);
	default:
		job->from_card = id == O_COMPARE;
		job->from_cert = true;
		return 0;
	}
}

static const struct program attributes_program = {
	.usage = { "[options]", "[オプション]" },
	.about = {
	    "Prints name, address, date of birth and sex of the card's holder.",
	    "カードの持ち主の氏名、住所、生年月日、性別を表示します。" },
	.options = options,
	.set = set_option,
};

/* Of a single PIN there is one source; one that nobody would read is a
 * mistake. --pin-source is that of the first PIN. */
static int
settle_sources(struct job *job)
{
	const char **first = job->from_card ? &job->text_source :
	    &job->sign_source;

	if (job->text_source != NULL && !job->from_card)
		return usage_error("--text-pin-source does not go with "
		    "--from-cert.",
		    "--text-pin-source は --from-cert と一緒に使えません。");
	if (job->sign_source != NULL && !job->from_cert)
		return usage_error("--sign-pin-source goes with --compare or "
		    "--from-cert.", "--sign-pin-source は --compare か "
		    "--from-cert のときだけ使えます。");
	if (job->args.pin_source == NULL)
		return EXIT_SUCCESS;
	if (*first != NULL)
		return usage_error("--pin-source and --%s-pin-source name the "
		    "same PIN.", "--pin-source と --%s-pin-source は同じ"
		    "暗証番号を指しています。", job->from_card ? "text" :
		    "sign");
	*first = job->args.pin_source;
	return EXIT_SUCCESS;
}

static int
attributes_command(struct job *job)
{
	int code;

	if (job->args.n_operands > 0)
		return usage_error("There are only options.",
		    "オプションだけを指定してください。");
	if ((code = settle_sources(job)) != EXIT_SUCCESS)
		return code;
	if ((job->ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	if ((code = use_card(job)) == EXIT_SUCCESS)
		code = tell(job);
	jpki_attributes_free(&job->on_card);
	jpki_cert_free(&job->cert);
	jpki_ctx_free(&job->ctx);
	/* JSON has looked after itself. */
	return job->args.json ? code : message_finish(code);
}

int
main(int argc, char **argv)
{
	static char buf[8192];
	struct job job = { .from_card = true };
	int code;

	/* What is printed passes through memory that is wiped. */
	setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	json_wipe_memory();
	message_start("jpki-attributes");
	code = options_parse(&attributes_program, &job.args, &job, argc,
	    argv);
	if (code == ARGS_GO_ON)
		code = attributes_command(&job);
	explicit_bzero(buf, sizeof(buf));
	return code;
}
