/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the layers, one after the other; see doctor.h.
 */
#include <stdlib.h>

#include <openssl/crypto.h>

#include "common/message.h"
#include "common/openssl.h"
#include "common/options.h"
#include "doctor.h"

#define COMMAND_MS 5000	/* there is no signature to wait for */
#define SIGNATURE_MS 30000	/* here is */
#define OTHERS_MS 10000
#define CANNOT_TELL 2	/* exit code, that of a broken layer */

#define NEED(layer) (1u << (layer))

const struct layer layers[N_LAYERS] = {
	[LIBRARIES] = { "libraries", { "Libraries", "ライブラリー" },
	    check_libraries, 0 },
	[MODULE] = { "module", { "OpenSSL provider",
	    "OpenSSL プロバイダー" }, check_module, 0 },
	[CONFIGURATION] = { "configuration", { "OpenSSL configuration",
	    "OpenSSL の設定" }, check_configuration, NEED(MODULE) },
	[SERVICE] = { "service", { "Smart card service",
	    "カードのサービス" }, check_service, 0 },
	[READERS] = { "readers", { "Readers", "リーダー" },
	    check_readers, NEED(SERVICE) },
	[CARD] = { "card", { "Card", "カード" },
	    check_card, NEED(READERS) },
	[APPLICATION] = { "application", { "JPKI application",
	    "JPKI アプリ" }, check_application, NEED(CARD) },
	[CARRIER] = { "carrier", { "Kind of card", "カードの種類" },
	    check_carrier, NEED(APPLICATION) },
	[CERTIFICATES] = { "certificates", { "Certificates", "電子証明書" },
	    check_certificates, NEED(APPLICATION) },
	[TRIES] = { "tries", { "PIN tries left", "暗証番号の残り回数" },
	    check_tries, NEED(APPLICATION) },
	[CA] = { "ca", { "CA of the card", "カードの CA 証明書" },
	    check_ca, NEED(CERTIFICATES) },
	[STORE] = { "store", { "OpenSSL store", "OpenSSL ストア" },
	    check_store, NEED(MODULE) | NEED(APPLICATION) },
	[AGENT] = { "agent", { "ssh agent", "ssh エージェント" },
	    check_agent, 0 },
	[PKCS11] = { "pkcs11", { "PKCS#11 module", "PKCS#11 モジュール" },
	    check_pkcs11, 0 },
};

static void
examine(struct doctor *d)
{
	size_t i, j;

	for (i = 0; i < N_LAYERS; i++) {
		d->now = &d->findings[i];
		for (j = 0; j < i; j++)
			if ((layers[i].needs & NEED(j)) != 0 &&
			    d->findings[j].state >= MISSING)
				break;
		if (j == i)
			layers[i].check(d);
		else
			note(d, UNCHECKED, "needs: %s",
			    "「%s」が正常なら調べます",
			    text_of(layers[j].title));
	}
}

static void
discharge(struct doctor *d)
{
	size_t i;

	for (i = 0; i < N_LAYERS; i++) {
		free(d->findings[i].text);
		free(d->findings[i].todo);
	}
	jpki_cert_free(&d->cert);
	jpki_card_close(&d->card);
	jpki_readers_free(&d->readers);
	if (d->providers[1] != NULL)
		OSSL_PROVIDER_unload(d->providers[1]);
	if (d->providers[0] != NULL)
		OSSL_PROVIDER_unload(d->providers[0]);
	OSSL_LIB_CTX_free(d->libctx);
	record_discard(d);
	jpki_ctx_free(&d->ctx);
}

enum { O_REDACT = 1, O_RECORD, O_WITH_AUTH_PIN, O_YES };

static const struct program_option options[] = {
	OPTION_READER,
	{ "redact", O_REDACT, { NULL, NULL }, {
	    "a report without serials, dates and paths",
	    "シリアル番号、日付、パスを伏せます（公開できる形）" } },
	{ "record", O_RECORD, { "FILE", "ファイル" }, {
	    "write what reader and card answered, after showing it",
	    "リーダーとカードの応答を、表示して確かめてからファイルに"
	    "書きます" } },
	{ "with-auth-pin", O_WITH_AUTH_PIN, { NULL, NULL }, {
	    "record one sending of the auth PIN and two signatures, too",
	    "利用者証明用暗証番号の 1 回の送信と 2 回の署名も記録します" } },
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	{ "yes", O_YES, { NULL, NULL }, {
	    "record without the questions",
	    "確認の質問なしで記録します" } },
	{ "json", OPT_JSON, { NULL, NULL }, {
	    "the report as JSON", "結果を JSON で出します" } },
	{ "lang", OPT_LANG, { "ja|en", "ja|en" }, {
	    "language of the report", "結果の言語" } },
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

static int
set_option(void *arg, int id, const char *value)
{
	struct doctor *d = arg;

	switch (id) {
	case O_RECORD:
		d->recording.path = value;
		break;
	case O_WITH_AUTH_PIN:
		d->recording.with_pin = true;
		break;
	case O_YES:
		d->recording.yes = true;
		break;
	default:
		d->redact = true;
		break;
	}
	return 0;
}

/* Options that would say nothing. */
static int
check_options(const struct doctor *d, const struct args *args)
{
	if (args->n_operands > 0)
		return options_too_many();
	if ((d->recording.with_pin || d->recording.yes) &&
	    d->recording.path == NULL)
		return usage_error("--with-auth-pin and --yes need --record.",
		    "--with-auth-pin と --yes は --record と使います。");
	if ((args->pin_source != NULL || args->min_tries != 0) &&
	    !d->recording.with_pin)
		return usage_error("--pin-source, --min-tries and --last-try "
		    "need --with-auth-pin.", "--pin-source、--min-tries、"
		    "--last-try は --with-auth-pin と使います。");
	return 0;
}

static const struct program doctor_program = {
	.usage = { "[options]", "[オプション]" },
	.about = {
	    "Checks everything between programs and the My Number Card. Sends "
	    "no PIN, but with --with-auth-pin.",
	    "マイナンバーカードを使うための環境を順に点検します。暗証番号は"
	    " --with-auth-pin を付けたとき以外は送りません。" },
	.after = {
	    "Exit codes: 0 fine, 1 needs attention, 2 a layer is broken, 64 "
	    "usage, 69 no reader or card.",
	    "終了コード：0 正常、1 注意あり、2 異常あり、64 使い方の誤り、69 "
	    "リーダーかカードがありません" },
	.options = options,
	.set = set_option,
};

/* Everything, and the record of it. The exit code: the record's if that failed,
 * else the report's. */
static int
go(struct doctor *d, const struct args *args, FILE *tty)
{
	int code = 0, found;

	if (d->recording.path != NULL && (code = record_begin(d)) != 0)
		return code;
	examine(d);
	found = report(d, args->json);
	if (d->recording.path != NULL)
		code = record_finish(d, args, tty);
	return code != 0 ? code : found;
}

/* The terminal on which the record is shown. */
static int
find_terminal(const struct doctor *d, FILE **tty)
{
	*tty = NULL;
	if (d->recording.path == NULL ||
	    (*tty = fopen("/dev/tty", "r+")) != NULL || d->recording.yes)
		return 0;
	complain("a record is written once it was read, and there is no "
	    "terminal to show it on; --yes writes it unread",
	    "記録は内容を確かめてから書き込みますが、表示する端末が"
	    "ありません。確かめずに書き込むには --yes を付けてください");
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct doctor d = { .open_err = 0 };
	struct args args;
	FILE *tty;
	int code;

	message_start("jpki-doctor");
	/* Of all programs, this one must come through with a broken one. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	code = options_parse(&doctor_program, &args, &d, argc, argv);
	if (code != ARGS_GO_ON)
		return code;
	if ((code = check_options(&d, &args)) != 0 ||
	    (code = find_terminal(&d, &tty)) != 0)
		return code;
	openssl_follow_lang();
	if ((d.ctx = message_ctx()) == NULL)
		return CANNOT_TELL;
	/* A card that hangs is to be told in seconds. */
	jpki_ctx_set_limits(d.ctx, d.recording.with_pin ? SIGNATURE_MS :
	    COMMAND_MS, OTHERS_MS);
	d.reader = args.reader != NULL ? args.reader : getenv("JPKI_READER");
	if (d.reader != NULL && *d.reader == '\0')
		d.reader = NULL;
	code = go(&d, &args, tty);
	discharge(&d);
	if (tty != NULL)
		fclose(tty);
	return code;
}
