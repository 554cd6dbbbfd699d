/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate in lines for people.
 */
#include <stdio.h>
#include <string.h>

#include "common/cert_words.h"
#include "common/holder.h"
#include "common/text.h"
#include "info.h"

static void
say(const struct layout *out, const char *label, const char *text)
{
	layout_pair(out, INDENT, COLUMN, label, text);
}

/* ---- Its period ---- */

void
days_words(const struct entry *e, const char *state, char *text, size_t size)
{
	int days = e->days_left;

	if (e->state == JPKI_STATE_LAPSED)
		snprintf(text, size, "%s", state);
	else if (days > 0)
		snprintf(text, size, pick("%s, %d %s left",
		    "%s（あと %d 日）%.0s"), state, days,
		    days == 1 ? "day" : "days");
	else if (days == 0)
		snprintf(text, size, pick("%s, this is the last day",
		    "%s（この日が最終日）"), state);
	else
		snprintf(text, size, pick("%s, %d %s ago",
		    "%s（%d 日前に終了）%.0s"), state, -days,
		    days == -1 ? "day" : "days");
}

/* What is known is in an order, from better to worse. */
static enum layout_tone
state_tone(enum jpki_state state)
{
	if (state == JPKI_STATE_UNKNOWN)
		return LAYOUT_PLAIN;
	if (state <= JPKI_STATE_IN_USE)
		return LAYOUT_GOOD;
	if (state <= JPKI_STATE_NOT_YET)
		return LAYOUT_CARE;
	return state <= JPKI_STATE_LAPSED ? LAYOUT_BAD : LAYOUT_PLAIN;
}

static void
say_state(const struct layout *out, const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	struct layout toned = layout_toned(out, state_tone(e->state));
	char state[256], text[320], day[JPKI_DATE_TEXT];

	state_words(e, state, sizeof(state));
	if (c->is_ca && e->state == JPKI_STATE_EXPIRED) {
		layout_pairf(out, INDENT, COLUMN, pick("State", "状態"),
		    "%s %s, still explains old signatures",
		    "%s（%s）。期限内に作られた署名の確認には今も使えます",
		    state, day_text(c->not_after, day));
		return;
	}
	days_words(e, state, text, sizeof(text));
	say(&toned, pick("State", "状態"), text);
}

static void
say_period(const struct layout *out, const struct entry *e)
{
	char from[JPKI_DATE_TEXT], until[JPKI_DATE_TEXT];
	const char *label = pick("Period", "有効期間");

	jpki_date_format(e->from, from);
	jpki_date_format(e->until, until);
	if (jpki_cert_info(e->cert)->whole_last_day)
		layout_pairf(out, INDENT, COLUMN, label,
		    "%s to %s, the whole day", "%s から %s まで", from, until);
	else
		layout_pairf(out, INDENT, COLUMN, label, "%s to %s",
		    "%s から %s まで", from, until);
	if (e->renew_from.year == 0)
		return;
	jpki_date_format(e->renew_from, from);
	say(out, pick("Renewable from", "更新できる初日"), from);
}

/* ---- Who issued it ---- */

/* What a right signature of the issuer proves. */
static const char *
signed_text(const struct jpki_check *check)
{
	const struct jpki_ca *ca = jpki_check_ca(check);

	if (!jpki_check_purpose_fits(check))
		return pick("signed by it, but that is not a CA for this "
		    "kind of certificate",
		    "署名は合いますが、この種類の証明書の認証局ではありません");
	if (ca->proven)
		return pick("proven: signed by it, and its certificate is one "
		    "of J-LIS's six",
		    "確認済み（署名が合い、認証局は J-LIS の 6 つの 1 つ）");
	if (ca->kind == JPKI_CA_SOFTCARD)
		return pick("signed by it; for tests, not J-LIS's",
		    "署名は合いますが、テスト用で、J-LIS のものではありません");
	return pick("signed by it, but it is NOT one of J-LIS's six",
	    "署名は合いますが、J-LIS の 6 つの認証局のどれでもありません");
}

static const char *
proof_text(const struct jpki_check *check)
{
	switch (jpki_check_issuer_state(check)) {
	case JPKI_ISSUER_NOT_SIGNED:
		return pick("NO: its signature is not that CA's; it was "
		    "forged or damaged",
		    "合いません。この認証局の署名ではなく、偽造か破損です");
	case JPKI_ISSUER_UNSUPPORTED:
		return pick("not checked: the algorithm is not known here",
		    "未確認（未対応のアルゴリズムです）");
	case JPKI_ISSUER_SIGNED:
		return signed_text(check);
	case JPKI_ISSUER_NOT_FOUND:
		break;
	}
	return pick("not checked: the CA's certificate is not at hand (--ca)",
	    "未確認（認証局の証明書がありません。--ca で渡せます）");
}

static bool
is_ca_slot(enum jpki_slot slot)
{
	return slot == JPKI_SLOT_AUTH_CA || slot == JPKI_SLOT_SIGN_CA;
}

static void
say_issuer(const struct layout *out, const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	const struct jpki_check *check = e->check;
	bool is_signed =
	    jpki_check_issuer_state(check) == JPKI_ISSUER_SIGNED;
	char text[256], day[JPKI_DATE_TEXT];

	ca_text(is_signed ? jpki_check_ca(check) : c->ca, text, sizeof(text));
	layout_pairf(out, INDENT, COLUMN, pick("Issuer", "発行者"),
	    is_signed ? "%s" : "says: %s", is_signed ? "%s" : "%s（自称）",
	    c->ca->kind != JPKI_CA_UNKNOWN ? text : c->issuer->text);
	say(out, pick("Proof", "発行者の確認"), proof_text(check));
	if (is_signed && jpki_check_ca_period(check) == JPKI_PERIOD_AFTER)
		layout_pairf(out, INDENT, COLUMN, "",
		    "the CA's own period ended %s",
		    "認証局自身の有効期間は %s に終わりました",
		    day_text(jpki_cert_info(jpki_check_issuer(check))->
		    not_after, day));
}

/* A CA of the service is one of six that are known, or it is not. */
static void
say_ca_proof(const struct layout *out, const struct entry *e)
{
	say(out, pick("Proof", "確認"), jpki_check_ca(e->check)->proven ?
	    pick("proven: one of J-LIS's six, by SHA-256",
	    "確認済み（SHA-256 が J-LIS の 6 つの 1 つと一致）") :
	    pick("none: not one of J-LIS's six",
	    "J-LIS の 6 つの認証局のどれでもありません"));
}

/* ---- What else it says ---- */

static void
say_kind(const struct layout *out, const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);
	const char *more = "";
	char text[256];

	if (is_ca_slot(e->slot))
		more = ca_text(c->ca, text, sizeof(text));
	else if (c->carrier == JPKI_CARRIER_PHONE)
		more = pick(", of a phone", "（スマートフォン用）");
	layout_pairf(out, INDENT, COLUMN, pick("Kind", "種類"), "%s%s",
	    "%s%s", kind_text(e->slot), more);
	if (e->slot == 0)
		say(out, pick("Subject", "主体者"), c->subject->text);
}

static void
say_numbers(const struct layout *out, const struct jpki_cert_info *c)
{
	layout_pairf(out, INDENT, COLUMN, pick("Key", "鍵"), "%s, %u bits",
	    "%s %u ビット", c->key_name, c->key_bits);
	say(out, pick("Serial number", "シリアル番号"), c->serial);
	say(out, "SHA-256", c->fingerprint);
}

static void
say_notes(const struct layout *out, const struct jpki_cert_info *c)
{
	const struct jpki_cert_note *note;
	const char *label = pick("Note", "注意"), *text;
	size_t i;

	for (i = 0; i < c->note_count; i++) {
		note = c->notes[i];
		text = jpki_cert_note_text(note->code, text_lang());
		if (note->detail == NULL)
			say(out, label, text);
		else
			layout_pairf(out, INDENT, COLUMN, label, "%s (%s)",
			    "%s（%s）", text, note->detail);
	}
}

void
say_cert(const struct layout *out, const struct entry *e)
{
	const struct jpki_cert_info *c = jpki_cert_info(e->cert);

	if (e->path != NULL)
		say_kind(out, e);
	say_state(out, e);
	say_period(out, e);
	if (is_ca_slot(e->slot))
		say_ca_proof(out, e);
	else
		say_issuer(out, e);
	if (!c->is_ca)
		say_revocation(out, e);
	if (e->path != NULL)
		say_numbers(out, c);
	if (c->attributes != NULL)
		holder_put(out, INDENT, COLUMN, c->attributes);
	say_notes(out, c);
}

const char *
unread_text(const struct entry *e)
{
	switch (e->why) {
	case JPKI_ERR_NOT_ON_CARD:
		return pick("none on this card",
		    "このカードにはありません");
	case JPKI_ERR_OLD_CARD:
		return pick("ended: all those of Juki cards have, by December "
		    "2018", "終了（住基カードの電子証明書は 2018 年 12 月までに"
		    "すべて失効しています）");
	case JPKI_ERR_NEEDS_PIN:
		return e->slot == JPKI_SLOT_SIGN ?
		    pick("issued; --sign shows it, with its password",
		    "発行済み。--sign と暗証番号で表示します") :
		    pick("not read: a phone gives it only with the PIN, see "
		    "jpki-info(1)", "未読（スマートフォンでは暗証番号が必要"
		    "です。jpki-info(1) をご覧ください）");
	case JPKI_ERR_PIN_BLOCKED:
		return pick("not read: its password is locked",
		    "読めません（暗証番号がロックされています）");
	case JPKI_ERR_PIN_UNTRIED:
		return pick("not read: a password that nobody typed is sent "
		    "only with all tries left; jpki-pin try sign fills them "
		    "up, or see --min-tries",
		    "未読（入力したものでない暗証番号は、残り回数が減って"
		    "いないときだけ送ります。jpki-pin try sign で元に戻せます。"
		    "--min-tries もご覧ください）");
	default:
		return pick("not read: too few tries left, see --last-try",
		    "残り回数が少ないため読みません。--last-try をご覧"
		    "ください");
	}
}
