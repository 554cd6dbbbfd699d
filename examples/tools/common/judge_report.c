/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was found out about a signature, for people and for programs.
 */
#include <stdio.h>
#include <string.h>

#include "cert_words.h"
#include "holder.h"
#include "judgement.h"
#include "text.h"

#define TIME_TEXT 48

/* "2026-11-28 20:51:00" in Japan, with 'T' and the zone for programs. */
static const char *
time_text(int64_t t, bool program, char text[TIME_TEXT])
{
	struct jpki_date date = jpki_date_from_time(t);
	int64_t second = t - jpki_date_begin(date);
	char day[JPKI_DATE_TEXT];

	jpki_date_format(date, day);
	snprintf(text, TIME_TEXT, program ? "%sT%02d:%02d:%02d+09:00" :
	    "%s %02d:%02d:%02d", day, (int)(second / 3600 % 24),
	    (int)(second / 60 % 60), (int)(second % 60));
	return text;
}

static const struct jpki_check *
first_check(const struct judgement *j)
{
	return jpki_review_check(j->review, 0);
}

/* ---- For people ---- */

struct page {
	const struct judgement *j;
	const struct layout *layout;
	int indent, column;
};

static void
say(const struct page *page, const char *label, const char *text)
{
	layout_pair(page->layout, page->indent, page->column, label, text);
}

/* What was tested, and with what in brackets. */
static void
say_tested(const struct page *page, const char *label,
    enum jpki_tested tested, const char *right, const char *wrong,
    const char *with)
{
	const char *text = tested == JPKI_TESTED_RIGHT ? right :
	    tested == JPKI_TESTED_WRONG ? wrong :
	    pick("NOT CHECKED", "未確認");

	layout_pairf(page->layout, page->indent, page->column, label,
	    "%s%s%s%s", "%s%s%s%s", text, with != NULL ? pick(" (", "（") : "",
	    with != NULL ? with : "", with != NULL ? pick(")", "）") : "");
}

static void
say_signer(const struct page *page)
{
	const struct jpki_cert_info *c;

	if (page->j->signer == NULL) {
		say(page, pick("Signer", "署名者"),
		    pick("NOT KNOWN", "不明"));
		return;
	}
	c = jpki_cert_info(page->j->signer);
	say(page, pick("Signer", "署名者"), c->subject->text);
	if (c->attributes != NULL)
		holder_put(page->layout, page->indent, page->column,
		    c->attributes);
	say(page, pick("Certificate", "証明書"), c->slot != 0 ?
	    kind_text(c->slot) : pick("not of a My Number Card",
	    "マイナンバーカードのものではありません"));
	say(page, pick("Serial number", "シリアル番号"), c->serial);
}

static const char *
chain_text(const struct judgement *j, const struct jpki_check *last)
{
	switch (jpki_review_chain(j->review)) {
	case JPKI_CHAIN_SERVICE:
		return pick("proven: one of J-LIS's CAs, by SHA-256",
		    "確認済み（J-LIS の認証局。SHA-256 が一致）");
	case JPKI_CHAIN_TRUSTED:
		return pick("below a CA that was given (--ca)",
		    "指定された認証局（--ca）まで確認できました");
	case JPKI_CHAIN_OPEN:
		break;
	}
	if (judgement_has(j, "certificate-changed"))
		return pick("WRONG", "不正");
	switch (jpki_check_issuer_state(last)) {
	case JPKI_ISSUER_NOT_SIGNED:
		return pick("WRONG", "不正");
	case JPKI_ISSUER_NOT_FOUND:
		return pick("NOT CHECKED; --ca takes the CA's certificate",
		    "未確認（認証局の証明書を --ca で指定できます）");
	default:
		return pick("NOT CHECKED", "未確認");
	}
}

static void
say_issuer(const struct page *page)
{
	const struct jpki_check *last = judgement_last(page->j);
	const struct jpki_cert_info *c;
	const struct jpki_ca *ca;
	char text[256];

	if (last == NULL)
		return;
	c = jpki_cert_info(jpki_check_cert(last));
	ca = jpki_check_ca(last);
	if (jpki_check_issuer(last) == NULL)
		layout_pairf(page->layout, page->indent, page->column,
		    pick("Issuer", "発行者"), "says: %s", "%s（自称）",
		    c->issuer->text);
	else
		say(page, pick("Issuer", "発行者"),
		    ca->kind != JPKI_CA_UNKNOWN ?
		    ca_text(ca, text, sizeof(text)) : c->issuer->text);
	say(page, pick("Chain", "認証局の確認"), chain_text(page->j, last));
}

static void
say_times(const struct page *page)
{
	const struct judgement *j = page->j;
	char text[TIME_TEXT];

	if (j->has_claimed)
		layout_pairf(page->layout, page->indent, page->column,
		    pick("Time claimed", "署名の日時"),
		    "%s in Japan, says the signer",
		    "%s（日本時間、署名者による）",
		    time_text(j->claimed, false, text));
	else
		say(page, pick("Time claimed", "署名の日時"),
		    pick("none", "記載なし"));
	if (!j->has_stamp)
		return;
	say_tested(page, pick("Time stamp", "タイムスタンプ"),
	    jpki_review_stamp(j->review),
	    pick("is of this signature", "この署名のものです"),
	    pick("WRONG", "不正"), j->stamper);
	if (j->stamped != 0)
		layout_pairf(page->layout, page->indent, page->column,
		    pick("Time stamped", "タイムスタンプの日時"),
		    "%s in Japan", "%s（日本時間）",
		    time_text(j->stamped, false, text));
}

static const char *
period_text(enum jpki_period period)
{
	switch (period) {
	case JPKI_PERIOD_BEFORE:
		return pick("NOT YET BEGUN", "開始前");
	case JPKI_PERIOD_WITHIN:
		return pick("in its period", "期間内");
	case JPKI_PERIOD_AFTER:
		return pick("EXPIRED", "期限切れ");
	}
	return pick("NOT CHECKED", "未確認");
}

static void
say_period(const struct page *page, const char *label,
    const struct jpki_cert *cert, enum jpki_period period)
{
	const struct jpki_cert_info *c = jpki_cert_info(cert);
	char from[JPKI_DATE_TEXT], until[JPKI_DATE_TEXT];

	if (c == NULL)
		return;
	jpki_date_format(c->first_day, from);
	jpki_date_format(c->last_day, until);
	layout_pairf(page->layout, page->indent, page->column, label,
	    "%s then (%s to %s)", "%s（%s から %s まで）",
	    period_text(period), from, until);
}

static void
say_periods(const struct page *page)
{
	const struct jpki_check *check = first_check(page->j);

	if (check == NULL)
		return;
	say_period(page, pick("Period", "証明書の有効期間"),
	    jpki_check_cert(check), jpki_check_period(check));
	say_period(page, pick("Period of the CA", "認証局の有効期間"),
	    jpki_check_issuer(check), jpki_check_ca_period(check));
}

/* A date later than the list itself counts from the list's on. */
static void
say_revoked(const struct page *page, const char *label,
    const struct jpki_revocation *r)
{
	const char *source = r->ocsp ? "OCSP" : "CRL";
	char on[TIME_TEXT], day[TIME_TEXT];

	time_text(r->time, false, on);
	if (r->time <= r->this_update)
		layout_pairf(page->layout, page->indent, page->column, label,
		    "REVOKED on %s in Japan, says a %s",
		    "日本時間 %s に失効しました（%s）", on, source);
	else
		layout_pairf(page->layout, page->indent, page->column, label,
		    "REVOKED, says the %s of %s in Japan, which dates it %s",
		    "失効しました（%s、日本時間 %s 現在。失効日の記載は %s）",
		    source, time_text(r->this_update, false, day), on);
}

static void
say_revocation(const struct page *page)
{
	const struct jpki_revocation *r =
	    jpki_check_revocation(first_check(page->j));
	const char *label = pick("Revocation", "失効の確認");
	const char *source = r->ocsp ? "OCSP" : "CRL";
	char text[TIME_TEXT];

	switch (r->state) {
	case JPKI_REVOCATION_GOOD:
		layout_pairf(page->layout, page->indent, page->column, label,
		    "not revoked, says the %s of %s in Japan",
		    "%s（日本時間 %s）では失効していません", source,
		    time_text(r->this_update, false, text));
		return;
	case JPKI_REVOCATION_REVOKED:
		say_revoked(page, label, r);
		return;
	case JPKI_REVOCATION_ON_HOLD:
		layout_pairf(page->layout, page->indent, page->column, label,
		    "SUSPENDED on %s in Japan, says a %s",
		    "日本時間 %s から停止中です（%s）",
		    time_text(r->time, false, text), source);
		return;
	case JPKI_REVOCATION_UNKNOWN:
	case JPKI_REVOCATION_NOT_CHECKED:
		break;
	}
	say(page, label, pick("NOT CHECKED", "未確認"));
}

static const char *
weight_label(enum judge_weight weight)
{
	switch (weight) {
	case JUDGE_WRONG:
		return pick("Wrong", "問題");
	case JUDGE_UNKNOWN:
	case JUDGE_UNCHECKED:
		return pick("Not checked", "未確認の点");
	case JUDGE_NOTE:
		break;
	}
	return pick("Note", "注意");
}

/* The label of several stands once. */
static void
say_findings(const struct page *page)
{
	const char *label, *before = "";
	struct judged thing;
	size_t i;

	for (i = 0; judgement_at(page->j, i, &thing); i++) {
		label = weight_label(thing.weight);
		say(page, strcmp(label, before) == 0 ? "" : label,
		    thing.text);
		before = label;
	}
}

void
judgement_put(const struct judgement *j, const struct layout *layout,
    int indent)
{
	const struct page page = { j, layout, indent, indent + JUDGE_COLUMN };

	if (j->review == NULL) {
		say_findings(&page);
		return;
	}
	say_tested(&page, pick("Content", "内容"),
	    jpki_review_content(j->review),
	    pick("unchanged", "変更なし"), pick("CHANGED", "変更あり"),
	    j->digest);
	say_tested(&page, pick("Signature", "署名"),
	    jpki_review_signature(j->review),
	    pick("fits the certificate's key", "証明書の鍵と合います"),
	    pick("WRONG", "不正"), j->algorithm);
	say_signer(&page);
	say_issuer(&page);
	say_times(&page);
	say_periods(&page);
	say_revocation(&page);
	say_findings(&page);
}

const char *
judge_word(int code)
{
	switch (code) {
	case JUDGE_FINE:
		return "fits";
	case JUDGE_OPEN:
		return "incomplete";
	}
	return "refused";
}

void
judge_put_answer(const struct layout *layout, int code)
{
	struct layout toned;
	const char *text;

	if (code == JUDGE_FINE)
		text = pick("Nothing is wrong with it, as far as it was "
		    "checked; what was not is listed.",
		    "確認した範囲では問題ありません。確認していない点は上のと"
		    "おりです。");
	else if (code == JUDGE_OPEN)
		text = pick("Nothing wrong was found, but what has to be "
		    "known could not all be checked.",
		    "問題は見つかりませんでしたが、必要な点のうち確認できない"
		    "ものがあります。");
	else
		text = pick("REFUSED: something is wrong with it.",
		    "問題があります。この署名を信頼しないでください。");
	toned = layout_toned(layout, code == JUDGE_FINE ? LAYOUT_GOOD :
	    code == JUDGE_OPEN ? LAYOUT_CARE : LAYOUT_BAD);
	layout_text(&toned, 0, 0, text);
}

void
judge_put_unsigned(const struct layout *layout)
{
	struct layout toned = layout_toned(layout, LAYOUT_CARE);

	layout_text(&toned, 0, 0, pick("There is no signature, so there was "
	    "nothing to check.",
	    "署名はありません。確認するものがありませんでした。"));
}

/* ---- For programs ---- */

static json_t *
time_json(bool known, int64_t t)
{
	char text[TIME_TEXT];

	return known ? json_string(time_text(t, true, text)) : json_null();
}

static const char *
tested_word(enum jpki_tested tested, const char *right, const char *wrong)
{
	return tested == JPKI_TESTED_RIGHT ? right :
	    tested == JPKI_TESTED_WRONG ? wrong : "not-checked";
}

static json_t *
cert_json(const struct jpki_cert *cert)
{
	const struct jpki_cert_info *c = jpki_cert_info(cert);

	if (c == NULL)
		return json_null();
	return json_pack("{s:o, s:s?, s:o, s:o, s:o, s:o}",
	    "subject", json_text(c->subject->text),
	    "kind", slot_word(c->slot),
	    "serial", json_text(c->serial),
	    "sha256", json_text(c->fingerprint),
	    "not_before", time_json(true, c->not_before),
	    "not_after", time_json(true, c->not_after));
}

static json_t *
holder_of(const struct judgement *j)
{
	const struct jpki_cert_info *c = jpki_cert_info(j->signer);

	return holder_json(c != NULL ? c->attributes : NULL);
}

static const char *
chain_word(enum jpki_chain chain)
{
	switch (chain) {
	case JPKI_CHAIN_SERVICE:
		return "service";
	case JPKI_CHAIN_TRUSTED:
		return "trusted";
	case JPKI_CHAIN_OPEN:
		break;
	}
	return "not-checked";
}

/* The CA at which the chain ends, and those on the way. */
static json_t *
chain_json(const struct judgement *j)
{
	const struct jpki_check *last = judgement_last(j), *check;
	json_t *certs = json_array();
	size_t i;

	for (i = 0; (check = jpki_review_check(j->review, i)) != NULL; i++)
		if (jpki_check_issuer(check) != NULL)
			json_array_append_new(certs,
			    cert_json(jpki_check_issuer(check)));
	return json_pack("{s:s, s:o, s:o}",
	    "state", chain_word(jpki_review_chain(j->review)),
	    "ca", ca_json(jpki_check_ca(last)),
	    "certificates", certs);
}

static const char *
moment_word(enum jpki_moment moment)
{
	switch (moment) {
	case JPKI_MOMENT_STAMPED:
		return "stamped";
	case JPKI_MOMENT_CLAIMED:
		return "claimed";
	case JPKI_MOMENT_NOW:
		break;
	}
	return "now";
}

static json_t *
times_json(const struct judgement *j)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:s, s:o}",
	    "claimed", time_json(j->has_claimed, j->claimed),
	    "stamp", !j->has_stamp ? "none" : tested_word(
	    jpki_review_stamp(j->review), "fits", "wrong"),
	    "stamped", time_json(j->stamped != 0, j->stamped),
	    "stamped_by", json_text(j->stamper),
	    "counts", moment_word(jpki_review_moment(j->review)),
	    "time", time_json(j->review != NULL,
	    jpki_review_time(j->review)));
}

static json_t *
revocation_json(const struct judgement *j)
{
	const struct jpki_revocation *r =
	    jpki_check_revocation(first_check(j));
	bool said = r->state != JPKI_REVOCATION_NOT_CHECKED;

	return json_pack("{s:s, s:s?, s:o, s:o, s:o}",
	    "state", revocation_word(r->state),
	    "source", !said ? NULL : r->ocsp ? "ocsp" : "crl",
	    "this_update", time_json(said && r->this_update != 0,
	    r->this_update),
	    "time", time_json(said && r->time != 0, r->time),
	    "reason", json_count(r->reason));
}

/* Those from one weight to another: [{"code", "text", "needed"}]. */
static json_t *
findings_json(const struct judgement *j, enum judge_weight from,
    enum judge_weight to)
{
	json_t *list = json_array();
	struct judged thing;
	size_t i;

	for (i = 0; judgement_at(j, i, &thing); i++)
		if (thing.weight >= from && thing.weight <= to)
			json_array_append_new(list, json_pack(
			    "{s:s, s:o, s:b}", "code", thing.code,
			    "text", json_text(thing.text),
			    "needed", thing.weight >= JUDGE_UNKNOWN));
	return list;
}

static json_t *
tests_json(const struct judgement *j)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o}",
	    "answer", judge_word(judgement_exit(j)),
	    "content", tested_word(jpki_review_content(j->review),
	    "unchanged", "changed"),
	    "signature", tested_word(jpki_review_signature(j->review),
	    "fits", "wrong"),
	    "digest", json_text(j->digest),
	    "algorithm", json_text(j->algorithm));
}

json_t *
judgement_json(const struct judgement *j)
{
	const struct jpki_check *check = first_check(j);

	return json_with(tests_json(j), json_pack(
	    "{s:o, s:o, s:o, s:o, s:{s:s?, s:s?}, s:o, s:o, s:o, s:o}",
	    "signer", cert_json(j->signer),
	    "holder", holder_of(j),
	    "chain", chain_json(j),
	    "times", times_json(j),
	    "period", "certificate", period_word(jpki_check_period(check)),
	    "ca", period_word(jpki_check_ca_period(check)),
	    "revocation", revocation_json(j),
	    "wrong", findings_json(j, JUDGE_WRONG, JUDGE_WRONG),
	    "not_checked", findings_json(j, JUDGE_UNCHECKED, JUDGE_UNKNOWN),
	    "notes", findings_json(j, JUDGE_NOTE, JUDGE_NOTE)));
}
