/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the card, what it is, and its PINs.
 */
#include <string.h>

#include "common/prompt.h"
#include "doctor.h"

/* Opens the card; whatever answered at all is a card. */
void
check_card(struct doctor *d)
{
	char atr[JPKI_INFO_MAX] = "";
	int r;

	d->open_err = r = jpki_card_open(d->ctx, d->reader, &d->card);
	if (r == 0 && jpki_card_info(d->card, JPKI_INFO_ATR, atr,
	    sizeof(atr)) != 0)
		*atr = '\0';
	if (d->redact)
		hide_atr(atr);
	if (*atr != '\0')
		note(d, FINE, "answers, ATR %s", "応答します（ATR %s）", atr);
	else if (r == 0 || jpki_errclass(r) == JPKI_CLASS_CARD)
		note(d, FINE, "answers", "応答します");
	else
		blame(d, r == JPKI_ERR_NO_READER || r == JPKI_ERR_NO_CARD ||
		    r == JPKI_ERR_AMBIGUOUS ? MISSING : BROKEN, r);
	if (r == JPKI_ERR_BUSY)
		name_holders(d);
}

/* What any program can do right now, without a PIN. */
static void
check_door(struct doctor *d)
{
	static const enum jpki_key keys[] = { JPKI_KEY_AUTH, JPKI_KEY_SIGN };
	bool open = false, found = false;
	size_t i;
	int r;

	for (i = 0; i < 2; i++) {
		if ((r = jpki_card_left_open(d->card, keys[i], &open)) != 0) {
			blame(d, BROKEN, r);
			return;
		}
		if (open)
			note(d, WARN, "open right now: %s can be used without "
			    "its PIN", "%s：暗証番号なしで使える状態です",
			    jpki_pin_name(jpki_key_pin(keys[i]), text_lang()));
		found = found || open;
	}
	if (found)
		advise(d, pick("A program logged in and left it so (OpenSC's "
		    "tools do, browsers with its module, and others). End it, "
		    "and take the card out of the reader.",
		    "ログインしたままのプログラムがあります（OpenSC の"
		    "ツール、そのモジュールを使うブラウザーなど）。終了して、"
		    "カードをリーダーから外してください。"));
}

void
check_application(struct doctor *d)
{
	if (d->open_err != 0) {
		blame(d, BROKEN, d->open_err);
		return;
	}
	note(d, FINE, "is there", "あります");
	check_door(d);
}

/* NULL: a label that nobody has described. */
static const char *
carrier_name(enum jpki_carrier carrier)
{
	switch (carrier) {
	case JPKI_CARRIER_CARD:
		return pick("My Number Card", "マイナンバーカード");
	case JPKI_CARRIER_ANDROID:
		return pick("Android phone", "Android スマートフォン");
	case JPKI_CARRIER_IPHONE:
		return pick("iPhone", "iPhone");
	case JPKI_CARRIER_UNKNOWN:
	case JPKI_CARRIER_JUKI:
	case JPKI_CARRIER_PHONE:
		break;
	}
	return NULL;
}

void
check_carrier(struct doctor *d)
{
	char label[JPKI_INFO_MAX], model[JPKI_INFO_MAX], text[JPKI_INFO_MAX];
	const char *name = carrier_name(jpki_card_carrier(d->card));
	int r;

	if ((r = jpki_card_info(d->card, JPKI_INFO_LABEL, label,
	    sizeof(label))) != 0 || (r = jpki_card_info(d->card,
	    JPKI_INFO_MODEL, model, sizeof(model))) != 0 ||
	    (r = jpki_card_info(d->card, JPKI_INFO_SERIAL, text,
	    sizeof(text))) != 0) {
		blame(d, BROKEN, r);
		return;
	}
	note(d, FINE, "%s, label %s, model %s", "%s（ラベル %s、型 %s）",
	    name != NULL ? name : pick("unknown", "不明"), label, model);
	if (!d->redact)
		note(d, FINE, "serial %s", "シリアル番号 %s", text);
	if (name != NULL)
		return;
	note(d, WARN, "nobody has described this label",
	    "知られていないラベルです");
	advise(d, pick("It is treated as a card; please report the output of "
	    "jpki-doctor --redact.",
	    "カードとして扱います。jpki-doctor --redact の結果を"
	    "知らせてください。"));
}

static void
tell_tries(struct doctor *d, const char *name, int left, int max)
{
	if (left < 0)
		note(d, WARN, "%s: the card does not tell", "%s：不明", name);
	else if (left == 0) {
		note(d, WARN, "%s: locked", "%s：ロック中", name);
		advise(d, jpki_strhint(JPKI_ERR_PIN_BLOCKED, text_lang()));
	} else
		note(d, left < max ? WARN : FINE, "%s: %d of %d",
		    "%s：残り %d 回（最大 %d 回）", name, left, max);
	if (left > 0 && left < max)
		advise(d, pick("The right PIN gives all tries back; make sure "
		    "of it before you enter it.",
		    "正しい暗証番号で元の回数に戻ります。"
		    "確かめてから入力してください。"));
}

void
check_tries(struct doctor *d)
{
	struct jpki_pin_verdict *verdict;
	const char *name;
	int left, r;
	size_t i;

	for (i = 0; i < PROMPT_PINS; i++) {
		name = jpki_pin_name(prompt_pins[i], text_lang());
		r = jpki_pin_tries(d->card, prompt_pins[i], &left);
		if (r == JPKI_ERR_NOT_ON_CARD) {
			note(d, FINE, "%s: none", "%s：なし", name);
			continue;
		}
		if (r == 0)
			r = jpki_rules_pin(prompt_pins[i], left, -1, &verdict);
		if (r != 0) {
			blame(d, BROKEN, r);
			/* The others would only say it again. */
			if (jpki_errclass(r) == JPKI_CLASS_TRANSPORT)
				return;
			continue;
		}
		tell_tries(d, name, left, jpki_pin_verdict_max(verdict));
		jpki_pin_verdict_free(&verdict);
	}
}
