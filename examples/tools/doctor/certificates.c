/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the certificates on the card and who issued them.
 */
#include <time.h>

#include "doctor.h"

/* A day; only its year in a redacted report. */
static const char *
day(const struct doctor *d, struct jpki_date date, char out[JPKI_DATE_TEXT])
{
	jpki_date_format(date, out);
	if (d->redact)
		out[4] = '\0';
	return out;
}

/* What the rules say, if there is anything to do. Its place says what it is
 * for, whoever made it. */
static void
judge_cert(struct doctor *d, const struct jpki_cert_info *info)
{
	struct jpki_cert_facts facts = {
		.size = sizeof(facts), .key = JPKI_KEY_AUTH,
		.not_before = info->not_before, .not_after = info->not_after
	};
	struct jpki_verdict *verdict;
	enum jpki_state state;
	bool soon;

	if (jpki_rules_cert(&facts, time(NULL), &verdict) != 0)
		return;
	state = jpki_verdict_state(verdict);
	/* Ends soon, and perhaps with its card: no renewal would help. */
	soon = state == JPKI_STATE_NOT_EXPIRED && jpki_why_advice(
	    jpki_verdict_why(verdict), 0) == JPKI_ADVICE_UNLESS_CARD;
	if (soon)
		note(d, WARN, "it ends in %d days", "あと %d 日で終わります",
		    (int)jpki_verdict_days_left(verdict));
	else if (state != JPKI_STATE_NOT_EXPIRED)
		tell(d, WARN, jpki_state_text(state, text_lang()));
	if (soon || state != JPKI_STATE_NOT_EXPIRED) {
		advise(d, jpki_advice_text(jpki_why_advice(
		    jpki_verdict_why(verdict), 0), text_lang()));
	}
	jpki_verdict_free(&verdict);
}

static void
describe_cert(struct doctor *d)
{
	const struct jpki_cert_info *info = jpki_cert_info(d->cert);
	char from[JPKI_DATE_TEXT], until[JPKI_DATE_TEXT];

	note(d, FINE, "auth (利用者証明用): %s to %s",
	    "利用者証明用：%s から %s まで", day(d, info->first_day, from),
	    day(d, info->last_day, until));
	if (!d->redact)
		note(d, FINE, "serial %s", "シリアル番号 %s", info->serial);
	judge_cert(d, info);
}

void
check_certificates(struct doctor *d)
{
	bool auth = true, sign = true;
	int r;

	if ((r = jpki_card_present(d->card, JPKI_SLOT_AUTH, &auth)) != 0 ||
	    (r = jpki_card_present(d->card, JPKI_SLOT_SIGN, &sign)) != 0) {
		blame(d, BROKEN, r);
		return;
	}
	if (!auth) {
		note(d, WARN, "no auth certificate (利用者証明用)",
		    "利用者証明用電子証明書がありません");
		advise(d, pick("Your municipal office issues one.",
		    "市区町村の窓口で発行できます。"));
	} else if ((r = jpki_card_cert(d->card, JPKI_SLOT_AUTH,
	    &d->cert)) == 0)
		describe_cert(d);
	else if (r == JPKI_ERR_NEEDS_PIN)
		note(d, FINE,
		    "auth (利用者証明用): there, but not read without its PIN",
		    "利用者証明用：あり（暗証番号なしでは読めません）");
	else
		blame(d, BROKEN, r);
	if (sign)
		note(d, FINE, "sign (署名用): there", "署名用：あり");
	else
		note(d, FINE, "sign (署名用): none was issued",
		    "署名用：発行されていません");
}

static void
name_ca(struct doctor *d, const struct jpki_cert_info *info)
{
	const struct jpki_ca *ca = info->ca;

	if (ca->kind == JPKI_CA_JLIS && ca->proven) {
		note(d, FINE, "the service's (J-LIS) CA %s %d",
		    "公的個人認証サービス（J-LIS）の CA %s %d です",
		    ca->purpose == JPKI_KEY_SIGN ? "sign" : "auth",
		    ca->generation);
		return;
	}
	if (ca->kind == JPKI_CA_SOFTCARD) {
		note(d, FINE,
		    "the CA of a software card, which nobody else accepts",
		    "ソフトウェアカードの CA です（ほかでは通用しません）");
		return;
	}
	note(d, WARN, "an unknown CA, SHA-256 %s",
	    "知られていない CA です（SHA-256 %s）", info->fingerprint);
	advise(d, pick("A test card, or a generation of the service newer "
	    "than this program: compare the hash with the one J-LIS "
	    "publishes.",
	    "テスト用カードか、このプログラムより新しい世代です。J-LIS が"
	    "公開しているハッシュ値と比べてください。"));
}

static void
judge_ca(struct doctor *d, struct jpki_cert *ca)
{
	struct jpki_check *check;
	int r;

	if ((r = jpki_check_new(d->ctx, d->cert, &ca, 1, time(NULL),
	    &check)) != 0) {
		blame(d, BROKEN, r);
		return;
	}
	if (jpki_check_issuer_state(check) == JPKI_ISSUER_SIGNED) {
		note(d, FINE, "issued the auth certificate",
		    "利用者証明用電子証明書の発行者です");
		name_ca(d, jpki_cert_info(ca));
	} else {
		note(d, BROKEN, "the CA certificate on the card did not issue "
		    "the auth certificate",
		    "カードの CA 証明書は利用者証明用電子証明書の発行者では"
		    "ありません");
		advise(d, pick("Read the card again; if it stays, show it to "
		    "your municipal office.",
		    "もう一度試し、変わらなければ市区町村の窓口に相談し"
		    "てください。"));
	}
	jpki_check_free(&check);
}

void
check_ca(struct doctor *d)
{
	struct jpki_cert *ca = NULL;
	int r;

	if (d->cert == NULL) {
		note(d, UNCHECKED, "needs the auth certificate",
		    "利用者証明用電子証明書が必要です");
		return;
	}
	if ((r = jpki_card_cert(d->card, JPKI_SLOT_AUTH_CA, &ca)) != 0)
		blame(d, BROKEN, r);
	else
		judge_ca(d, ca);
	jpki_cert_free(&ca);
}
