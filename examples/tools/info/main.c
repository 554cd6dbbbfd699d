/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of jpki-info, and its way from reading to telling; see
 * info.h.
 */
#include <stdlib.h>
#include <time.h>

#include "common/message.h"
#include "common/options.h"
#include "common/prompt.h"
#include "info.h"

#define NOON 43200	/* seconds after midnight */

enum {
	O_CA = 1, O_COMPARE, O_CRL, O_DATE, O_ICS, O_JSON, O_OCSP,
	O_PIN_SOURCE, O_QUIET, O_SHORT, O_SIGN, O_SIGN_PIN_SOURCE, O_SSH_KEY,
	O_TEXT_PIN_SOURCE
};

static const struct program_option options[] = {
	{ "sign", O_SIGN, { NULL, NULL },
	    { "also the sign certificate (署名用); with password",
	    "署名用電子証明書も読みます（署名用暗証番号が必要です）" } },
	{ "compare", O_COMPARE, { NULL, NULL },
	    { "and does it still say what the card says? Also with the text "
	    "PIN: tells who moved or was renamed",
	    "さらに、カードの記載と同じかを調べます（転居や改姓の後に。"
	    "券面事項入力補助用暗証番号も必要です）" } },
	{ "pin-source", O_PIN_SOURCE, { "S", "S" },
	    { "the sign password: file:PATH, fd:N, tty (default)",
	    "署名用暗証番号：file:PATH、fd:N、tty（既定）" } },
	{ "sign-pin-source", O_SIGN_PIN_SOURCE, { "S", "S" },
	    { "the same", "同上" } },
	{ "text-pin-source", O_TEXT_PIN_SOURCE, { "S", "S" },
	    { "the text PIN, likewise",
	    "券面事項入力補助用暗証番号。書き方は同じ" } },
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	{ "date", O_DATE, { "YYYY-MM-DD", "YYYY-MM-DD" },
	    { "as if it were noon of that day in Japan",
	    "日本のその日の正午として調べます" } },
	{ "ca", O_CA, { "FILE|DIR", "FILE|DIR" },
	    { "where the issuers' certificates are; repeatable",
	    "認証局の証明書のある場所。繰り返し可" } },
	{ "crl", O_CRL, { "FILE", "FILE" },
	    { "a list of revoked certificates that you got; repeatable",
	    "入手済みの失効リスト。繰り返し可" } },
	{ "ocsp", O_OCSP, { "FILE", "FILE" },
	    { "an OCSP answer that you got; repeatable",
	    "入手済みの OCSP の応答。繰り返し可" } },
	{ "json", O_JSON, { NULL, NULL }, { "print JSON", "JSON で出します" } },
	{ "ics", O_ICS, { NULL, NULL },
	    { "print a calendar file with reminders",
	    "リマインダーのカレンダーファイルを出します" } },
	{ "ssh-key", O_SSH_KEY, { NULL, NULL },
	    { "print the auth key as a line for ssh (authorized_keys)",
	    "利用者証明用の公開鍵を ssh の行（authorized_keys）として出しま"
	    "す" } },
	{ "short", O_SHORT, { NULL, NULL },
	    { "print one line, for a status bar",
	    "1 行で表示します（ステータスバー用）" } },
	{ "quiet", O_QUIET, { NULL, NULL },
	    { "print nothing; the exit code tells",
	    "何も表示しません（終了コードだけ）" } },
	OPTION_READER,
	OPTION_LANG, OPTION_HELP, OPTION_VERSION, OPTION_END
};

/* Takes an option with or without a value. */
static int
set_option(void *arg, int id, const char *value)
{
	struct info *info = arg;

	switch (id) {
	case O_CA:
		info->ca_paths[info->n_ca_paths++] = value;
		return 0;
	case O_CRL:
	case O_OCSP:
		info->answers[info->n_answers].path = value;
		info->answers[info->n_answers++].ocsp = id == O_OCSP;
		return 0;
	case O_DATE:
		return jpki_date_parse(value, &info->date) ? 0 :
		    usage_error("--date is YYYY-MM-DD, a day that exists.",
		    "--date は YYYY-MM-DD で、実在する日付です。");
	case O_PIN_SOURCE:
		info->pins[SIGN].source = value;
		return prompt_source("pin-source", value);
	case O_SIGN_PIN_SOURCE:
		info->pins[SIGN].source = value;
		return prompt_source("sign-pin-source", value);
	case O_TEXT_PIN_SOURCE:
		info->pins[TEXT].source = value;
		return prompt_source("text-pin-source", value);
	default:
		break;
	}
	info->compare = info->compare || id == O_COMPARE;
	info->sign = info->sign || info->compare || id == O_SIGN;
	info->quiet = info->quiet || id == O_QUIET;
	if (id == O_JSON || id == O_ICS)
		info->form = id == O_JSON ? AS_JSON : AS_CALENDAR;
	if (id == O_SHORT)
		info->form = AS_SHORT;
	if (id == O_SSH_KEY)
		info->form = AS_SSH_KEY;
	return 0;
}

static const struct program program = {
	.usage = { "[options]\n[options] FILE...",
	    "[オプション]\n[オプション] ファイル..." },
	.about = { "Tells whether the My Number Card is usable, until when, "
	    "and what to do.\n"
	    "With FILEs (PEM or DER; -: standard input): about these "
	    "certificates.",
	    "マイナンバーカードが使えるか、いつまでか、何をすべきかを表示"
	    "します。\n"
	    "ファイル（PEM か DER、- は標準入力）を渡すと、その証明書を調べ"
	    "ます。" },
	.after = { "Exit codes: 0 fine, 1 renew or act soon (or failed: see "
	    "the message), 2 expired, lapsed or suspended, 3 auth or sign PIN "
	    "locked, 64 usage, 65 bad data, 69 no reader or card.",
	    "終了コード：0 問題なし、1 更新か対応が必要（失敗も。メッセージ"
	    "参照）、2 期限切れ・失効・停止、3 利用者証明用か署名用の暗証番号"
	    "がロック、64 使い方の誤り、65 データの誤り、69 リーダーかカードが"
	    "ありません" },
	.options = options,
	.set = set_option,
};

static int
report(const struct info *info)
{
	if (info->quiet)
		return EXIT_SUCCESS;
	switch (info->form) {
	case AS_JSON:
		return report_json(info);
	case AS_CALENDAR:
		return report_calendar(info);
	case AS_SSH_KEY:
		return report_ssh_key(info);
	case AS_SHORT:
		return report_short(info);
	case AS_TEXT:
		break;
	}
	return report_text(info);
}

static int
inform(struct info *info, char *const *paths)
{
	int code;

	info->now = info->date.year == 0 ? (int64_t)time(NULL) :
	    jpki_date_begin(info->date) + NOON;
	read_cas(info);
	read_answers(info);
	code = *paths == NULL ? read_card(info) : read_files(info, paths);
	/* A key is no verdict. */
	if (code == 0 && info->form == AS_SSH_KEY)
		return (code = report(info)) != 0 ? code : info->unread;
	if (code != 0 || (code = judge_all(info)) != 0 ||
	    (code = report(info)) != 0)
		return code;
	return info->code;
}

static int
info_command(struct info *info, int argc, char **argv)
{
	struct args args;
	int code;

	info->ca_paths = calloc((size_t)argc, sizeof(*info->ca_paths));
	info->answers = calloc((size_t)argc, sizeof(*info->answers));
	if (info->ca_paths == NULL || info->answers == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	code = options_parse(&program, &args, info, argc, argv);
	if (code != ARGS_GO_ON)
		return code;
	if (args.n_operands > 0 && (info->sign || args.reader != NULL))
		return usage_error("--sign, --compare and --reader go with a "
		    "card, not with files.", "--sign、--compare、--reader は"
		    "カードに使います。ファイルと一緒には使えません。");
	info->reader = args.reader;
	info->min_tries = args.min_tries;
	if (args.n_operands == 0) {
		info->entries = calloc(2, sizeof(*info->entries));
		if (info->entries == NULL)
			return complain_code(NULL, JPKI_ERR_MEMORY);
		info->n_entries = 2;
	}
	if ((info->ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	return inform(info, args.operands);
}

static void
cleanup(struct info *info)
{
	struct entry *e;
	size_t i;

	for (i = 0; i < info->n_entries; i++) {
		e = &info->entries[i];
		jpki_verdict_free(&e->verdict);
		jpki_check_free(&e->check);
		jpki_cert_free(&e->cert);
	}
	for (i = 0; i < info->n_cas; i++)
		jpki_cert_free(&info->cas[i]);
	for (i = 0; i < info->n_answers; i++)
		status_free(&info->answers[i]);
	for (i = 0; i < N_PINS; i++)
		jpki_pin_verdict_free(&info->pins[i].verdict);
	jpki_attributes_free(&info->text);
	free(info->entries);
	free(info->cas);
	free(info->answers);
	free(info->ca_paths);
	jpki_ctx_free(&info->ctx);
}

int
main(int argc, char **argv)
{
	struct info info = {
		.pins = {
			[AUTH] = { JPKI_PIN_AUTH, "auth", .left = -1 },
			[SIGN] = { JPKI_PIN_SIGN, "sign", .left = -1 },
			[TEXT] = { JPKI_PIN_TEXT, "text", .left = -1 },
		},
	};
	int code;

	message_start("jpki-info");
	code = info_command(&info, argc, argv);
	cleanup(&info);
	return code;
}
