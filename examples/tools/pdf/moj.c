/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What 登記 asks of the form of a signature; see moj.h.
 */
#include <string.h>

#include <openssl/obj_mac.h>

#include "moj.h"

static const struct row {
	const char *name;
	struct text text;
	struct text not_met;	/* what is wrong then */
} rows[PDF_MOJ_N] = {
	{ "C1", { "Type is Sig", "Type が Sig" }, {
	    "登記 wants Type to be Sig (C1)",
	    "登記の要件を満たしません：Type が Sig ではありません（C1）" } },
	{ "C2", { "SubFilter is adbe.pkcs7.detached",
	    "SubFilter が adbe.pkcs7.detached" }, {
	    "登記 wants SubFilter to be adbe.pkcs7.detached (C2)",
	    "登記の要件を満たしません：SubFilter が adbe.pkcs7.detached "
	    "ではありません（C2）" } },
	{ "C3", { "Name holds the signer's name", "Name に署名者の名前" }, {
	    "登記 wants the signer's name in Name (C3)",
	    "登記の要件を満たしません：Name に署名者の名前がありません（C3"
	    "）" } },
	{ "C4", { "M holds the time with its zone", "M に時差付きの日時" }, {
	    "登記 wants the time with its zone in M (C4)",
	    "登記の要件を満たしません：M に時差付きの日時がありません（C4"
	    "）" } },
	{ "C5", { "ByteRange covers all but the signature",
	    "ByteRange が署名以外の全体" }, {
	    "登記 wants ByteRange to cover all but the signature (C5)",
	    "登記の要件を満たしません：ByteRange が署名以外の全体ではありま"
	    "せん（C5）" } },
	{ "C6", { "Contents is CMS, then zeros", "Contents が CMS とゼロだけ" },
	    { "登記 wants Contents to be CMS and then zeros (C6)",
	    "登記の要件を満たしません：Contents が CMS とゼロだけではありま"
	    "せん（C6）" } },
	{ "C7", { "certificate, content type and digest are inside",
	    "証明書、contentType、messageDigest の記載" }, {
	    "登記 wants the signer's certificate inside (C7)",
	    "登記の要件を満たしません：署名者の証明書を含みません（C7）" } },
	{ "C8", { "the SHA-256 digest is that of the file",
	    "ファイルの SHA-256 と一致" }, {
	    "登記 wants the SHA-256 of the file (C8)",
	    "登記の要件を満たしません：ファイルの SHA-256 と一致しませ"
	    "ん（C8）" } },
	{ "C9", { "signed by RSA with SHA-256", "RSA と SHA-256 による署名" },
	    { "", "" } },
};

enum { C1, C2, C3, C4, C5, C6, C7, C8, C9 };

static enum pdf_met
met(bool is)
{
	return is ? PDF_MET : PDF_MET_NOT;
}

/* C6 to C9, of the CMS. */
static void
check_cms(struct pdf_one *one)
{
	const struct cms_signer *signer = one->cms.signers;
	const struct jpki_review *review;
	bool read = one->cms.n > 0 && !one->cms.broken;

	one->moj[C6] = met(read && !judgement_has(one->judgement,
	    "trailing-bytes"));
	one->moj[C7] = one->moj[C8] = one->moj[C9] = PDF_MET_UNKNOWN;
	if (!read)
		return;
	review = judgement_review(one->judgement);
	one->moj[C7] = signer->cert == NULL ? PDF_MET_NOT :
	    signer->signed_attributes && !signer->signing_time ?
	    PDF_MET_WARN : PDF_MET;
	one->moj[C8] = met(signer->digest_nid == NID_sha256 &&
	    jpki_review_content(review) == JPKI_TESTED_RIGHT);
	one->moj[C9] = signer->signature_nid == NID_rsaEncryption ||
	    signer->signature_nid == NID_sha256WithRSAEncryption ? PDF_MET :
	    PDF_MET_WARN;
}

void
pdf_moj_check(const struct pdf_look *look, struct pdf_one *one)
{
	enum pdf_met *c = one->moj;
	int i;

	c[C1] = met(one->has_type && one->dict != NULL &&
	    pdf_name_is(look->bytes, one->dict->type.word, "Sig"));
	c[C2] = met(one->subfilter != NULL &&
	    strcmp(one->subfilter, "adbe.pkcs7.detached") == 0);
	c[C3] = met(one->name != NULL && *one->name != '\0');
	c[C4] = met(one->has_time);
	/* The newest one covers the file, others their own. */
	c[C5] = met(one->in_revision && (one->whole || one != look->newest));
	check_cms(one);
	for (i = 0; i < PDF_MOJ_N; i++)
		if (c[i] == PDF_MET_NOT)
			judgement_add(one->judgement, JUDGE_WRONG, "moj",
			    "%s", "%s", text_of(rows[i].not_met));
}

const char *
pdf_moj_name(int i)
{
	return rows[i].name;
}

const char *
pdf_moj_text(int i)
{
	return text_of(rows[i].text);
}

bool
pdf_moj_is_met(const struct pdf_one *one)
{
	int i;

	for (i = 0; i < PDF_MOJ_N; i++)
		if (one->moj[i] < PDF_MET_WARN)
			return false;
	return true;
}

const char *
pdf_met_word(enum pdf_met how)
{
	static const char *const words[] = { "not-checked", "not-met",
		"unknown", "met-with-warning", "met" };

	return words[how];
}

const char *
pdf_met_text(enum pdf_met how)
{
	static const struct text texts[] = {
		{ "not checked", "未確認" }, { "NOT MET", "満たしません" },
		{ "cannot be told", "不明" },
		{ "met, but not as usual", "満たします（ただし通常と異なります"
		    "）" },
		{ "met", "満たします" },
	};

	return text_of(texts[how]);
}
