/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-cms: CMS signatures (RFC 5652) with the My Number Card.
 *
 * The command line; sign.c and cosign.c say what is signed, common/signing.c
 * how, stamp.c puts time stamps in, verify.c judges.
 */
#include "cms.h"
#include "common/message.h"

enum { O_CADES = 1, O_ENCLOSE, O_PEM, O_QUERY, O_REPLY };

static const struct program_option options[] = {
	{ "cades", O_CADES, { NULL, NULL }, {
	    "CAdES-B: the signature names its certificate",
	    "CAdES-B（署名対象に証明書のハッシュを含めます）" } },
	{ "enclose", O_ENCLOSE, { NULL, NULL }, {
	    "put the content into the signature: FILE.p7m",
	    "署名の中に元のデータも入れます（ファイル名.p7m）" } },
	{ "pem", O_PEM, { NULL, NULL }, {
	    "write PEM instead of DER", "DER でなく PEM で書きます" } },
	SIGNING_OPTION_MD,
	SIGNING_OPTION_OUT,
	{ "timestamp-query", O_QUERY, { "FILE", "ファイル" }, {
	    "write a query for a time stamp authority",
	    "タイムスタンプ局への要求をファイルに書きます" } },
	{ "timestamp-reply", O_REPLY, { "FILE", "ファイル" }, {
	    "its reply (stamp)", "タイムスタンプ局の応答（stamp）" } },
	OPTION_CA,
	OPTION_CRL,
	OPTION_OCSP,
	OPTION_TSA_CA,
	SIGNING_OPTION_KEY,
	SIGNING_OPTION_YES,
	SIGNING_OPTION_QUIET,
	OPTION_READER,
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	OPTION_JSON,
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

static int
set_option(void *arg, int id, const char *value)
{
	struct cms_job *job = arg;

	switch (id) {
	case O_CADES:
		job->cades = true;
		return 0;
	case O_ENCLOSE:
		job->enclose = true;
		return 0;
	case O_PEM:
		job->pem = true;
		return 0;
	case O_QUERY:
		job->query = value;
		return 0;
	case O_REPLY:
		job->reply = value;
		return 0;
	default:
		return signer_set(&job->signing, &job->judge, id, value);
	}
}

static const struct program cms_program = {
	.usage = {
	    "[options] sign FILE...\n"
	    "[options] cosign SIGNATURE CONTENT...\n"
	    "[options] stamp SIGNATURE\n"
	    "[options] verify SIGNATURE [CONTENT]",
	    "[オプション] sign ファイル...\n"
	    "[オプション] cosign 署名ファイル 元のファイル...\n"
	    "[オプション] stamp 署名ファイル\n"
	    "[オプション] verify 署名ファイル [元のファイル]" },
	.about = {
	    "Signs files with the My Number Card (FILE.p7s, detached CMS in "
	    "DER), adds signers and time stamps, and verifies.",
	    "マイナンバーカードで署名し、ファイル名.p7s（分離 CMS、DER）に"
	    "書きます。署名者やタイムスタンプの追加と、署名の検証もできます。"
	    },
	.options = options,
	.set = set_option,
};

int
main(int argc, char **argv)
{
	static const struct signer_command commands[] = {
		{ "sign", cms_sign }, { "cosign", cms_cosign },
		{ "stamp", cms_stamp }, { "verify", cms_verify },
		{ NULL, NULL }
	};
	struct cms_job job = { .signing = { .arg = &job } };

	message_start("jpki-cms");
	return signer_main(&cms_program, commands, &job.signing, argc, argv);
}
