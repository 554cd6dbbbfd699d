/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a certificate was revoked, in words for people. None of them says
 * "valid": who says what, and as of when, is told.
 */
#include <stdio.h>

#include "common/text.h"
#include "info.h"

const char *
day_text(int64_t t, char text[JPKI_DATE_TEXT])
{
	jpki_date_format(jpki_date_from_time(t), text);
	return text;
}

void
state_words(const struct entry *e, char *text, size_t size)
{
	const struct jpki_revocation *r = jpki_check_revocation(e->check);
	char day[JPKI_DATE_TEXT];

	if (e->state != JPKI_STATE_GOOD)
		snprintf(text, size, "%s", jpki_state_text(e->state,
		    text_lang()));
	else if (r->ocsp)
		snprintf(text, size, pick(
		    "in date, not revoked according to the OCSP answer of %s",
		    "期限内、%s の OCSP の応答では失効していません"),
		    day_text(r->this_update, day));
	else
		snprintf(text, size, pick(
		    "in date, not revoked according to the list of %s",
		    "期限内、%s の失効リストでは失効していません"),
		    day_text(r->this_update, day));
}

/* Before what came after the moment in question: how it stood then. */
static const char *
then_text(const struct entry *e)
{
	const struct jpki_revocation *r = jpki_check_revocation(e->check);

	if (e->then == r->state)
		return "";
	if (e->then == JPKI_REVOCATION_ON_HOLD)
		return pick("SUSPENDED then; ", "この時点では停止中。");
	if (e->then == JPKI_REVOCATION_UNKNOWN)
		return pick("whether it was suspended then is not known; ",
		    "この時点で停止中だったかは不明です。");
	return r->state == JPKI_REVOCATION_REVOKED ?
	    pick("not yet revoked then; ", "この時点では失効していません。") :
	    pick("not yet suspended then; ",
	    "この時点では停止していません。");
}

/* A date later than the list itself counts from the list's on. */
static void
say_revoked(const struct layout *out, const char *label, const char *then,
    const struct jpki_revocation *r)
{
	const char *reason = jpki_revocation_text(r->reason, text_lang());
	const char *source = r->ocsp ? "OCSP" : "CRL";
	char on[JPKI_DATE_TEXT], day[JPKI_DATE_TEXT];

	day_text(r->time, on);
	if (r->time <= r->this_update)
		layout_pairf(out, INDENT, COLUMN, label,
		    "%sREVOKED on %s: %s (%s)", "%s%s に失効：%s（%s）", then,
		    on, reason, source);
	else
		layout_pairf(out, INDENT, COLUMN, label,
		    "%sREVOKED: %s (%s of %s, which dates it %s)",
		    "%s失効：%s（%s、%s 現在。失効日の記載は %s）", then,
		    reason, source, day_text(r->this_update, day), on);
}

/* Nobody can tell whether that is genuine, and it would be bad news. */
static void
say_claimed(const struct layout *out, const char *label,
    const struct entry *e)
{
	const struct jpki_revocation *r = jpki_check_claimed(e->check);
	bool revoked = r->state == JPKI_REVOCATION_REVOKED;
	char on[JPKI_DATE_TEXT];

	layout_pairf(out, INDENT, COLUMN, label, revoked ?
	    "NOT CHECKED: an answer (%s) claims that it was revoked on %s; %s" :
	    "NOT CHECKED: an answer (%s) claims that it was suspended on %s; "
	    "%s", revoked ?
	    "未確認。%s の応答では %s に失効とされていますが、%s" :
	    "未確認。%s の応答では %s から停止中とされていますが、%s",
	    r->ocsp ? "OCSP" : "CRL", day_text(r->time, on),
	    jpki_check_issuer(e->check) == NULL ?
	    pick("it needs the CA's certificate (--ca) to be proven",
	    "確認には認証局の証明書（--ca）が必要です") :
	    pick("its kind of signature is not accepted here",
	    "その署名の種類に対応していません"));
}

void
say_revocation(const struct layout *out, const struct entry *e)
{
	const struct jpki_revocation *r = jpki_check_revocation(e->check);
	const struct jpki_revocation *claimed = jpki_check_claimed(e->check);
	const char *source = r->ocsp ? "OCSP" : "CRL", *text = then_text(e);
	const char *label = pick("Revocation", "失効");
	char day[JPKI_DATE_TEXT], on[JPKI_DATE_TEXT];

	day_text(r->this_update, day);
	day_text(r->time, on);
	switch (r->state) {
	case JPKI_REVOCATION_GOOD:
		layout_pairf(out, INDENT, COLUMN, label,
		    "%snot revoked, as of %s (%s)",
		    "%s失効していません（%s 現在、%s）", text, day, source);
		break;
	case JPKI_REVOCATION_ON_HOLD:
		layout_pairf(out, INDENT, COLUMN, label,
		    "%sSUSPENDED on %s (%s of %s)",
		    "%s%s から停止中（%s、%s 現在）", text, on, source, day);
		break;
	case JPKI_REVOCATION_REVOKED:
		say_revoked(out, label, text, r);
		break;
	case JPKI_REVOCATION_UNKNOWN:
		if (r->time != 0)
			layout_pairf(out, INDENT, COLUMN, label,
			    "%sSUSPENDED on %s, and nothing here tells whether "
			    "it still is (%s of %s)",
			    "%s%s から停止中とされた後、今も停止中かどうかは"
			    "手元の情報ではわかりません（%s、%s 現在）", text,
			    on, source, day);
		else
			layout_pairf(out, INDENT, COLUMN, label,
			    "the responder does not know it (%s)",
			    "応答者が知らない証明書です（%s）", day);
		break;
	case JPKI_REVOCATION_NOT_CHECKED:
		if (claimed->state != JPKI_REVOCATION_NOT_CHECKED)
			say_claimed(out, label, e);
		else
			layout_pair(out, INDENT, COLUMN, label, pick(
			    "not checked: only a status service knows",
			    "未確認（オンラインでしか確認できません）"));
	}
}
