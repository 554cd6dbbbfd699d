/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-pdf: signatures in PDF files with the My Number Card; see pdf.h.
 */
#include <string.h>

#include <unistr.h>

#include "common/message.h"

#include "pdf.h"

enum { O_PROFILE = 1, O_NAME, O_REASON, O_LOCATION };

static const struct program_option options[] = {
	{ "profile", O_PROFILE, { "moj|pades", "moj|pades" }, {
	    "what the signature is for: moj (登記, default) or pades; "
	    "verify: list what 登記 asks for",
	    "署名の形式。moj（登記、既定）か pades。verify では登記の要件も"
	    "一覧にします" } },
	{ "name", O_NAME, { "NAME", "名前" }, {
	    "the signer's name to show (default: as in the certificate)",
	    "表示する署名者名（既定は証明書の氏名）" } },
	{ "reason", O_REASON, { "TEXT", "文" }, {
	    "why it is signed", "署名の理由" } },
	{ "location", O_LOCATION, { "TEXT", "文" }, {
	    "where it is signed", "署名の場所" } },
	SIGNING_OPTION_OUT,
	SIGNING_OPTION_IN_PLACE,
	SIGNING_OPTION_KEY,
	OPTION_READER,
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	SIGNING_OPTION_YES,
	SIGNING_OPTION_QUIET,
	OPTION_CA,
	OPTION_CRL,
	OPTION_OCSP,
	OPTION_TSA_CA,
	OPTION_JSON,
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

static int
set_profile(struct pdf_job *job, const char *value)
{
	if (strcmp(value, "moj") == 0)
		job->profile = PDF_PROFILE_MOJ;
	else if (strcmp(value, "pades") == 0)
		job->profile = PDF_PROFILE_PADES;
	else
		return usage_error("--profile is moj or pades.",
		    "--profile は moj か pades です。");
	return 0;
}

/* A text of the signature dictionary, where it is written as UTF-16. A line
 * break, or what turns the direction of text, would show something else than
 * was written. */
static int
set_text(const char **place, const char *option, const char *value)
{
	char *shown;
	bool plain;

	if (*value == '\0' || u8_check((const uint8_t *)value,
	    strlen(value)) != NULL)
		return usage_error("%s is a text in UTF-8, not an empty one.",
		    "%s には空でない UTF-8 の文を指定してください。", option);
	if ((shown = text_shown(value)) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	plain = strcmp(shown, value) == 0;
	text_free(&shown);
	if (!plain)
		return usage_error("%s is one line without invisible "
		    "characters.", "%s には、改行や見えない文字を含まない "
		    "1 行の文を指定してください。", option);
	*place = value;
	return 0;
}

static int
set_option(void *arg, int id, const char *value)
{
	struct pdf_job *job = arg;

	switch (id) {
	case O_PROFILE:
		return set_profile(job, value);
	case O_NAME:
		return set_text(&job->name, "--name", value);
	case O_REASON:
		return set_text(&job->reason, "--reason", value);
	case O_LOCATION:
		return set_text(&job->location, "--location", value);
	default:
		return signer_set(&job->signing, &job->judge, id, value);
	}
}

static const struct program pdf_program = {
	.usage = { "[options] sign FILE.pdf...\n[options] verify FILE.pdf...",
	    "[オプション] sign ファイル.pdf...\n"
	    "[オプション] verify ファイル.pdf..." },
	.about = {
	    "Signs PDF files with the My Number Card: IN.pdf becomes "
	    "IN-signed.pdf. Checks the signatures of PDF files.",
	    "マイナンバーカードで PDF に署名し、IN.pdf から IN-signed.pdf を"
	    "作ります。PDF の署名を検査します。" },
	.options = options,
	.set = set_option,
};

/* How many files were named; 0 after a message. */
static size_t
count_files(const struct pdf_job *job)
{
	int n = job->signing.args.n_operands - 1;

	if (n < 1)
		usage_error("Which PDF file?",
		    "PDF ファイルを指定してください。");
	return (size_t)n;
}

static int
sign_command(void *arg)
{
	struct pdf_job *job = arg;
	size_t n = count_files(job);

	return n == 0 ? EX_USAGE :
	    pdf_sign(job, job->signing.args.operands + 1, n);
}

static int
verify_command(void *arg)
{
	struct pdf_job *job = arg;
	size_t n = count_files(job);

	return n == 0 ? EX_USAGE :
	    pdf_verify(job, job->signing.args.operands + 1, n);
}

int
main(int argc, char **argv)
{
	static const struct signer_command commands[] = {
		{ "sign", sign_command }, { "verify", verify_command },
		{ NULL, NULL }
	};
	struct pdf_job job = { .signing = { .arg = &job } };

	message_start("jpki-pdf");
	return signer_main(&pdf_program, commands, &job.signing, argc, argv);
}
