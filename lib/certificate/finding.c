/* SPDX-License-Identifier: Apache-2.0 */
/* The words of findings. */
#include "certificate/finding.h"

#include <string.h>

static const struct words {
	enum jpki_finding finding;
	const char *name;
	const char *en, *ja;
} findings[] = {
	{ JPKI_FINDING_CONTENT_CHANGED, "content-changed",
	    "the content is not what was signed",
	    "内容が、署名されたものと異なります" },
	{ JPKI_FINDING_SIGNATURE_WRONG, "signature-wrong",
	    "the signature does not fit the certificate's key",
	    "署名が証明書の鍵と合いません" },
	{ JPKI_FINDING_USAGE_AUTH, "usage-auth",
	    "the certificate is for logging in, not for signing documents",
	    "ログインのための利用者証明用電子証明書です。"
	    "文書の署名には使えません" },
	{ JPKI_FINDING_USAGE, "usage",
	    "the certificate is not for signing documents",
	    "文書の署名のための証明書ではありません" },
	{ JPKI_FINDING_ISSUER_WRONG, "issuer-wrong",
	    "the CA that the certificate names did not issue it",
	    "証明書に書かれた認証局は、この証明書を発行していません" },
	{ JPKI_FINDING_ISSUER_NO_CA, "issuer-no-ca",
	    "what the certificate was issued with is not a CA's certificate",
	    "証明書の発行者は認証局ではありません" },
	{ JPKI_FINDING_ISSUER_PURPOSE, "issuer-purpose",
	    "the CA is not one for such certificates",
	    "この種類の証明書を発行する認証局ではありません" },
	{ JPKI_FINDING_NOT_YET, "not-yet",
	    "signed before the certificate's period",
	    "証明書の有効期間が始まる前の署名です" },
	{ JPKI_FINDING_EXPIRED, "expired",
	    "signed after the certificate had expired",
	    "証明書の有効期間が終わった後の署名です" },
	{ JPKI_FINDING_CA_NOT_YET, "ca-not-yet",
	    "signed before the CA's period",
	    "認証局の証明書の有効期間が始まる前の署名です" },
	{ JPKI_FINDING_CA_EXPIRED, "ca-expired",
	    "signed after the CA's certificate had expired",
	    "認証局の証明書の有効期間が終わった後の署名です" },
	{ JPKI_FINDING_REVOKED, "revoked",
	    "the certificate was revoked when it was used",
	    "証明書は署名の時点で失効していました" },
	{ JPKI_FINDING_REVOKED_SINCE, "revoked-since",
	    "the certificate is revoked, and that it was used earlier is "
	    "only claimed",
	    "証明書は失効しています。失効前の署名だという証拠はありません" },
	{ JPKI_FINDING_ON_HOLD, "on-hold",
	    "the certificate is suspended",
	    "証明書は一時停止・一時保留中です" },
	{ JPKI_FINDING_STAMP_WRONG, "stamp-wrong",
	    "the time stamp is broken or of another signature",
	    "タイムスタンプが壊れているか、別の署名のものです" },
	{ JPKI_FINDING_TIME_FUTURE, "time-future",
	    "the time at which it claims to be signed is yet to come",
	    "署名に書かれた日時は未来のものです" },
	{ JPKI_FINDING_TIME_STAMP, "time-after-stamp",
	    "it claims to be signed after its time stamp was made",
	    "署名に書かれた日時が、タイムスタンプの日時より後です" },
	{ JPKI_FINDING_CONTENT_UNCHECKED, "content-unchecked",
	    "whether the content is unchanged",
	    "内容が変わっていないか" },
	{ JPKI_FINDING_SIGNATURE_UNCHECKED, "signature-unchecked",
	    "whether the signature fits its certificate",
	    "署名が証明書の鍵と合うか" },
	{ JPKI_FINDING_WEAK_DIGEST, "weak-digest",
	    "whether this is the content that was signed: the digest is "
	    "broken, and another content can have the same",
	    "署名された内容かどうか（ダイジェスト方式が破られており、別の内容"
	    "でも同じ値になりえます）" },
	{ JPKI_FINDING_WEAK_KEY, "weak-key",
	    "whether the signature is the holder's: a key is so short that "
	    "others can find it",
	    "本人の署名かどうか（鍵が短く、他人が破れるおそれがあります）" },
	{ JPKI_FINDING_SIGNER_MISSING, "signer-missing",
	    "who signed: the signer's certificate is not there",
	    "だれの署名か（署名者の証明書がありません）" },
	{ JPKI_FINDING_ISSUER_MISSING, "issuer-missing",
	    "who issued the certificate: that CA's certificate is not there",
	    "証明書の発行者（認証局の証明書がありません）" },
	{ JPKI_FINDING_ISSUER_ALGORITHM, "issuer-algorithm",
	    "who issued the certificate: its signature algorithm is not "
	    "known here",
	    "証明書の発行者（未知の署名アルゴリズムです）" },
	{ JPKI_FINDING_CA_UNKNOWN, "ca-unknown",
	    "whether the CA can be trusted: it is not the service's and was "
	    "not given",
	    "認証局を信頼できるか（公的個人認証サービスのものでも、指定された"
	    "ものでもありません）" },
	{ JPKI_FINDING_CRITICAL, "critical",
	    "whether a certificate holds here: an extension that must not be "
	    "overlooked cannot be understood",
	    "証明書がここで使えるか（無視できない拡張を解釈できません）" },
	{ JPKI_FINDING_TIME_UNKNOWN, "time-unknown",
	    "whether it was signed in the certificate's period: that is "
	    "over, and no time is given",
	    "証明書の有効期間内の署名か（期間は終わっており、"
	    "署名の日時がありません）" },
	{ JPKI_FINDING_REVOKED_CLAIM, "revoked-claim",
	    "whether the certificate was revoked: what was given says so, "
	    "but cannot be checked itself",
	    "証明書の失効（失効したという情報がありますが、"
	    "それが本物か確かめられません）" },
	{ JPKI_FINDING_REVOCATION_UNCHECKED, "revocation-unchecked",
	    "whether the certificate was revoked",
	    "証明書が失効していないか" },
	{ JPKI_FINDING_REVOCATION_UNKNOWN, "revocation-unknown",
	    "whether the certificate was revoked: what was given leaves that "
	    "open",
	    "証明書が失効していないか（渡された失効情報ではわかりません）" },
	{ JPKI_FINDING_CA_REVOCATION_UNCHECKED, "ca-revocation-unchecked",
	    "whether a CA's certificate was revoked",
	    "認証局の証明書が失効していないか" },
	{ JPKI_FINDING_STAMP_UNCHECKED, "stamp-unchecked",
	    "the time stamp",
	    "タイムスタンプ" },
	{ JPKI_FINDING_REVOKED_LATER, "revoked-later",
	    "the certificate was revoked or suspended after the time stamp",
	    "証明書はタイムスタンプの後で失効または一時停止しています" },
	{ JPKI_FINDING_TIME_CLAIMED, "time-claimed",
	    "the time is what the signer's computer said; nobody else "
	    "confirms it",
	    "日時は署名者のコンピューターによるもので、"
	    "第三者の証明はありません" },
	{ JPKI_FINDING_TIME_NONE, "time-none",
	    "no time of signing is given: judged as of now",
	    "署名の日時がないため、現在の時点で判断しました" },
	{ JPKI_FINDING_CA_TEST, "ca-test",
	    "a test: a certificate of nobody's real card",
	    "テスト用の証明書です。実在のカードのものではありません" },
	{ JPKI_FINDING_CA_GIVEN, "ca-given",
	    "the CA counts because it was given as trusted",
	    "認証局は、信頼するものとして指定されたものです" },
};
#define N_FINDINGS (sizeof(findings) / sizeof(findings[0]))

/* NULL: there is no such finding. */
static const struct words *
words_of(enum jpki_finding finding)
{
	size_t i;

	for (i = 0; i < N_FINDINGS; i++)
		if (findings[i].finding == finding)
			return &findings[i];
	return NULL;
}

enum jpki_weight
jpki_finding_weight(enum jpki_finding finding)
{
	if (words_of(finding) == NULL)
		return 0;
	if (finding >= JPKI_FINDING_REVOKED_LATER)
		return JPKI_WEIGHT_NOTE;
	if (finding >= JPKI_FINDING_REVOCATION_UNCHECKED)
		return JPKI_WEIGHT_UNCHECKED;
	return finding >= JPKI_FINDING_CONTENT_UNCHECKED ?
	    JPKI_WEIGHT_OPEN : JPKI_WEIGHT_WRONG;
}

const char *
jpki_finding_name(enum jpki_finding finding)
{
	const struct words *words = words_of(finding);

	return words != NULL ? words->name : "unknown";
}

const char *
jpki_finding_text(enum jpki_finding finding, enum jpki_lang lang)
{
	const struct words *words = words_of(finding);

	if (lang == JPKI_LANG_JA)
		return words != NULL ? words->ja : "不明です";
	return words != NULL ? words->en : "unknown";
}

void
jpkip_found(struct jpkip_findings *list, enum jpki_finding finding)
{
	size_t i, at = list->n;

	for (i = 0; i < list->n; i++)
		if (list->at[i] == finding)
			return;
	if (list->n == JPKIP_FINDINGS)
		return;
	while (at > 0 && jpki_finding_weight(list->at[at - 1]) <
	    jpki_finding_weight(finding))
		at--;
	memmove(&list->at[at + 1], &list->at[at],
	    (list->n - at) * sizeof(finding));
	list->at[at] = finding;
	list->n++;
}
