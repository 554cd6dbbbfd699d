/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-xml: XML signatures (XML-DSig) with the My Number Card.
 *
 * libxml2 reads and canonicalizes, OpenSSL digests and checks, the card signs.
 * sign.c and make.c make signatures; check.c, cover.c and signature.c check
 * them; profile.c knows the documents' shapes.
 */
#include <libxml/parser.h>

#include "common/message.h"
#include "xml.h"

enum { O_PROFILE = 1, O_ID, O_WHOLE };

static const struct program_option options[] = {
	{ "profile", O_PROFILE, { "NAME", "名前" }, {
	    "detached (default: FILE.sig.xml), egov, etax or enveloped; "
	    "verify: default by the document",
	    "detached（既定、ファイル名.sig.xml）、egov、etax、enveloped。"
	    "verify では文書から判断します" } },
	{ "id", O_ID, { "ID", "ID" }, {
	    "enveloped: the element with this id",
	    "enveloped：署名する要素の ID" } },
	{ "whole", O_WHOLE, { NULL, NULL }, {
	    "enveloped: the whole document (URI=\"\")",
	    "enveloped：文書全体に署名します（URI=\"\"）" } },
	SIGNING_OPTION_OUT,
	SIGNING_OPTION_IN_PLACE,
	SIGNING_OPTION_MD,
	SIGNING_OPTION_KEY,
	SIGNING_OPTION_YES,
	SIGNING_OPTION_QUIET,
	OPTION_READER,
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	OPTION_CA,
	OPTION_CRL,
	OPTION_OCSP,
	OPTION_JSON,
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

static int
set_option(void *arg, int id, const char *value)
{
	struct request *request = arg;
	int i;

	switch (id) {
	case O_PROFILE:
		if ((i = options_word(value, profile_words)) == -1)
			return EX_USAGE;
		request->profile = (enum profile)(i + 1);
		return 0;
	case O_ID:
		request->id = value;
		return *value != '\0' ? 0 : usage_error(
		    "--id is the id of an element; --whole signs the whole "
		    "document.", "--id には要素の ID を指定してください。文書"
		    "全体に署名するときは --whole です。");
	case O_WHOLE:
		request->whole = true;
		return 0;
	default:
		return signer_set(&request->signing, &request->judge, id,
		    value);
	}
}

static const struct program xml_program = {
	.usage = {
	    "[options] sign FILE...\n[options] verify FILE [CONTENT]",
	    "[オプション] sign ファイル...\n"
	    "[オプション] verify ファイル [元のファイル]" },
	.about = {
	    "Signs documents with the My Number Card as XML-DSig, and checks "
	    "such signatures. Nothing is fetched from any network.",
	    "マイナンバーカードで XML 署名（XML-DSig）を付け、また署名を確認"
	    "します。ネットワークには接続しません。" },
	.options = options,
	.set = set_option,
};

/* What belongs to one profile only. */
static int
check_options(const struct request *request, bool sign)
{
	enum profile profile = request->profile;

	if ((request->id != NULL || request->whole) &&
	    profile != PROFILE_ENVELOPED && (sign || profile != 0))
		return usage_error("--id and --whole are for --profile "
		    "enveloped.", "--id と --whole は --profile enveloped で"
		    "使います。");
	if (request->id != NULL && request->whole)
		return usage_error("Either --id or --whole, please.",
		    "--id か --whole のどちらかを指定してください。");
	if (!sign)
		return 0;
	if (profile == PROFILE_ENVELOPED && request->id == NULL &&
	    !request->whole)
		return usage_error("Which element is to be signed? --id names "
		    "it; --whole signs the whole document.",
		    "署名する要素を --id で指定してください。文書全体に署名"
		    "するときは --whole です。");
	if (request->signing.md != 0 &&
	    request->signing.md != JPKI_MD_SHA256 &&
	    (profile == PROFILE_EGOV || profile == PROFILE_ETAX))
		return usage_error("e-Gov and e-Tax take SHA-256 only.",
		    "e-Gov と e-Tax で使えるのは SHA-256 だけです。");
	if (request->signing.in_place && profile == PROFILE_DETACHED)
		return usage_error("A detached signature never replaces what "
		    "it signs: --in-place is for the other profiles.",
		    "分離署名は元のファイルを置き換えません。--in-place は"
		    "ほかのプロファイルで使います。");
	return 0;
}

static int
sign_command(void *arg)
{
	struct request *request = arg;
	const struct args *args = &request->signing.args;
	int code;

	if (request->profile == 0)
		request->profile = PROFILE_DETACHED;
	if ((code = check_options(request, true)) != 0)
		return code;
	if (args->n_operands < 2)
		return usage_error("Which file is to be signed?",
		    "署名するファイルを指定してください。");
	return xml_sign(request, args->operands + 1,
	    (size_t)args->n_operands - 1);
}

static int
verify_command(void *arg)
{
	struct request *request = arg;
	const struct args *args = &request->signing.args;
	int code;

	if (request->profile == 0 && (request->id != NULL || request->whole))
		request->profile = PROFILE_ENVELOPED;
	if ((code = check_options(request, false)) != 0)
		return code;
	if (args->n_operands < 2)
		return usage_error("Which file is to be checked?",
		    "確認するファイルを指定してください。");
	if (args->n_operands > 3)
		return options_too_many();
	return xml_verify(request, args->operands[1], args->operands[2]);
}

int
main(int argc, char **argv)
{
	static const struct signer_command commands[] = {
		{ "sign", sign_command }, { "verify", verify_command },
		{ NULL, NULL }
	};
	struct request request = { .signing = { .arg = &request } };
	int code;

	message_start("jpki-xml");
	xmlInitParser();
	code = signer_main(&xml_program, commands, &request.signing, argc,
	    argv);
	xmlCleanupParser();
	return code;
}
