/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/holder.h"
#include "common/message.h"
#include "common/verdict.h"
#include "info.h"

static void
say(const struct layout *out, const char *label, const char *text)
{
	layout_pair(out, INDENT, COLUMN, label, text);
}

static void
say_title(const struct layout *out, const char *text)
{
	fputc('\n', out->out);
	layout_text(out, INDENT, 0, text);
}

/* ---- PINs ---- */

static const char *
route_text(const struct pin *pin, enum jpki_place place)
{
	switch (jpki_pin_verdict_route(pin->verdict, place)) {
	case JPKI_ROUTE_OPEN:
		return pick("yes", "可");
	case JPKI_ROUTE_MAYBE:
		return pick("ask", "要確認");
	case JPKI_ROUTE_CLOSED:
		break;
	}
	return pick("no", "不可");
}

/* "署名用, 6 to 16 letters and digits". */
static const char *
shape_text(const struct pin *pin, const char *name, char *text, size_t size)
{
	int max = jpki_pin_verdict_max_len(pin->verdict);

	if (jpki_pin_verdict_letters(pin->verdict))
		snprintf(text, size, pick("%s, %d to %d letters and digits",
		    "%.0s英数字 %d～%d 文字"), name,
		    jpki_pin_verdict_min_len(pin->verdict), max);
	else
		snprintf(text, size, pick("%s, %d digits", "%.0s数字 %d 桁"),
		    name, max);
	return text;
}

static void
say_pin(const struct layout *out, const struct pin *pin, struct text label)
{
	const struct jpki_pin_verdict *v = pin->verdict;
	const char *name = text_of(label);
	struct layout bad = layout_toned(out, LAYOUT_BAD);
	char shape[96];

	shape_text(pin, label.ja, shape, sizeof(shape));
	if (pin_is_absent(pin))
		say(out, name, pick("none", "なし"));
	else if (jpki_pin_verdict_state(v) == JPKI_PIN_STATE_LOCKED)
		layout_pairf(&bad, INDENT, COLUMN, name, "LOCKED (%s)",
		    "ロックされています（%s）", shape);
	else if (pin->left < 0)
		layout_pairf(out, INDENT, COLUMN, name,
		    "tries left: not known (%s)", "残り回数不明（%s）",
		    shape);
	else
		layout_pairf(out, INDENT, COLUMN, name,
		    "%d of %d tries left (%s)",
		    "残り %d 回（最大 %d 回、%s）", pin->left,
		    jpki_pin_verdict_max(v), shape);
	if (pin_in_trouble(pin))
		layout_pairf(out, INDENT + 2, COLUMN, pick("reset", "再設定"),
		    "your town: %s; convenience store: %s; a PC: no",
		    "市区町村の窓口：%s、コンビニ：%s、パソコン：不可",
		    route_text(pin, JPKI_PLACE_TOWN),
		    route_text(pin, JPKI_PLACE_STORE));
}

static void
say_pins(const struct layout *out, const struct info *info)
{
	say_title(out, pick("PINs", "暗証番号"));
	say_pin(out, &info->pins[AUTH],
	    (struct text){ "Auth PIN", "利用者証明用" });
	say_pin(out, &info->pins[SIGN],
	    (struct text){ "Sign password", "署名用" });
	say_pin(out, &info->pins[TEXT],
	    (struct text){ "Text PIN", "券面事項入力補助用" });
}

/* ---- The comparison ---- */

/* Why the two were not compared. */
static const char *
uncompared_text(const struct info *info)
{
	const struct pin *pin = &info->pins[TEXT];

	if (info->entries[SIGN].cert == NULL)
		return unread_text(&info->entries[SIGN]);
	if (pin_is_absent(pin) || pin->refusal == JPKI_ERR_PIN_BLOCKED)
		return jpki_strerror(pin->refusal, text_lang());
	if (pin->refusal == JPKI_ERR_PIN_UNTRIED)
		return pick("a PIN that nobody typed is sent only with all "
		    "tries left; jpki-pin try text fills them up, or see "
		    "--min-tries", "入力したものでない暗証番号は、残り回数が"
		    "減っていないときだけ送ります。jpki-pin try text で元に"
		    "戻せます。--min-tries もご覧ください");
	return pick("too few tries left, see --last-try",
	    "残り回数が少ないため読みません。--last-try をご覧ください");
}

static void
say_compared(const struct layout *out, const struct info *info)
{
	const struct entry *sign = &info->entries[SIGN];
	const struct holder_item *item;

	say_title(out, pick("The sign certificate and the card's own text",
	    "署名用電子証明書とカードの記載の比較"));
	if (!info->compared) {
		say(out, pick("Not compared", "未比較"),
		    uncompared_text(info));
		return;
	}
	for (item = holder_items; item < holder_items + HOLDER_ITEMS; item++)
		say(out, text_of(item->label), holder_compared_text(
		    jpki_attributes_compare(info->text,
		    jpki_cert_info(sign->cert)->attributes, item->item)));
	if (!info->moved)
		return;
	say_title(out, pick("On the card", "カードの記載"));
	holder_put(out, INDENT, COLUMN, info->text);
}

/* ---- What to do, and why ---- */

/* What has been told; each thing is static, and told once. */
struct told {
	const void **things;
	size_t n;
};

static bool
is_new(struct told *told, const void *thing)
{
	const void **more;
	size_t i;

	for (i = 0; i < told->n; i++)
		if (told->things[i] == thing)
			return false;
	more = realloc(told->things, (told->n + 1) * sizeof(*more));
	if (more != NULL) {
		told->things = more;
		told->things[told->n++] = thing;
	}
	return true;
}

static void
say_todo(const struct layout *out, struct told *told,
    enum jpki_advice advice)
{
	const char *text = verdict_advice_text(advice);
	bool is_first = told->n == 0;

	/* The line about revocation says this; a PIN's shape is no news. */
	if (advice == JPKI_ADVICE_CHECK_STATUS ||
	    advice == JPKI_ADVICE_MIX || !is_new(told, text))
		return;
	if (is_first)
		say_title(out, pick("What to do", "次にすること"));
	layout_pair(out, INDENT, INDENT + 2, "-", text);
}

static void
say_advice(const struct layout *out, const struct info *info)
{
	const struct jpki_why *why;
	struct told told = { NULL, 0 };
	size_t i, k;

	for (i = 0; i < why_count(info); i++) {
		why = why_at(info, i);
		for (k = 0; k < jpki_why_advice_count(why); k++)
			say_todo(out, &told, jpki_why_advice(why, k));
	}
	if (told.n == 0 && info->entries[0].renew_from.year != 0)
		say_todo(out, &told, JPKI_ADVICE_RENEW_LATER);
	free(told.things);
}

/* "B4 [S1 S3]": a row and its seeds; "L3 [-]": there are none. Rows stand in
 * lines without being divided. Returns the column after it. */
static int
say_rule(const struct layout *out, int at, const struct jpki_rule *rule)
{
	char seeds[VERDICT_SEEDS_TEXT], text[VERDICT_SEEDS_TEXT + 32];
	int n;

	verdict_rule_seeds_text(rule, seeds);
	n = snprintf(text, sizeof(text), "%s [%s]", rule->id,
	    *seeds != '\0' ? seeds : "-");
	if (at == 0)
		say_title(out, pick("Why", "理由"));
	else if (out->width > 0 && at + 2 + n + 1 > out->width) {
		fputs(",\n", out->out);
		at = 0;
	}
	fprintf(out->out, at == 0 ? "  %s" : ", %s", text);
	return at + 2 + n;
}

static void
say_rules(const struct layout *out, const struct info *info)
{
	const struct jpki_why *why;
	struct told told = { NULL, 0 };
	size_t i, k;
	int at = 0;

	for (i = 0; i < why_count(info); i++) {
		why = why_at(info, i);
		for (k = 0; k < jpki_why_rule_count(why); k++)
			if (is_new(&told, jpki_why_rule(why, k)))
				at = say_rule(out, at, jpki_why_rule(why, k));
	}
	if (at > 0) {
		fputc('\n', out->out);
		layout_paragraph(out, 2, verdict_key_text());
	}
	free(told.things);
}

/* ---- All of it ---- */

static const char *
carrier_text(enum jpki_carrier carrier)
{
	switch (carrier) {
	case JPKI_CARRIER_CARD:
		return pick("My Number Card (個人番号カード)",
		    "マイナンバーカード");
	case JPKI_CARRIER_JUKI:
		return pick("Juki card (住民基本台帳カード)",
		    "住民基本台帳カード");
	case JPKI_CARRIER_ANDROID:
		return pick("Android phone", "Android スマートフォン");
	case JPKI_CARRIER_IPHONE:
		return "iPhone";
	case JPKI_CARRIER_PHONE:
		return pick("Phone", "スマートフォン");
	case JPKI_CARRIER_UNKNOWN:
		break;
	}
	return pick("A card of a kind not known here", "未知の種類のカード");
}

static void
say_card(const struct layout *out, const struct info *info)
{
	const struct entry *auth = &info->entries[AUTH];
	/* One in a virtual reader is known by its certificate. */
	bool soft = strncmp(info->name, "soft:", 5) == 0 ||
	    jpki_check_ca(auth->check)->kind == JPKI_CA_SOFTCARD;
	char text[128];

	snprintf(text, sizeof(text), "%s%s", carrier_text(info->carrier),
	    soft ? pick(", a software card", "（ソフトウェアカード）") : "");
	layout_text(out, INDENT, 0, text);
	if (*info->name != '\0')
		say(out, pick("Reader", "リーダー"), info->name);
}

static void
say_entry(const struct layout *out, const char *title, const struct entry *e)
{
	say_title(out, title);
	if (e->cert != NULL)
		say_cert(out, e);
	else
		say(out, pick("State", "状態"), unread_text(e));
}

static void
report_card(const struct layout *out, const struct info *info)
{
	say_card(out, info);
	say_entry(out, pick("Auth certificate (利用者証明用), to log in",
	    "利用者証明用電子証明書（ログイン用）"), &info->entries[AUTH]);
	say_entry(out, pick("Sign certificate (署名用), to sign documents",
	    "署名用電子証明書（文書の署名用）"), &info->entries[SIGN]);
	if (info->carrier == JPKI_CARRIER_JUKI)
		return;
	if (info->compare)
		say_compared(out, info);
	say_pins(out, info);
}

static void
report_files(const struct layout *out, const struct info *info)
{
	const struct entry *e, *end = info->entries + info->n_entries;
	char number[96];

	for (e = info->entries; e < end; e++) {
		if (e > info->entries)
			fputc('\n', out->out);
		layout_text(out, INDENT, 0, e->path);
		snprintf(number, sizeof(number), pick("%zu of %zu",
		    "%zu / %zu"), e->number, e->of);
		if (e->of > 1)
			say(out, pick("In the file", "ファイル内の順"), number);
		say_cert(out, e);
	}
}

int
report_text(const struct info *info)
{
	struct layout out = layout_of(stdout);

	if (info->have_card)
		report_card(&out, info);
	else
		report_files(&out, info);
	say_advice(&out, info);
	say_rules(&out, info);
	return message_finish(EXIT_SUCCESS);
}
