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
#define OTHERS_MS 10000
#define CANNOT_TELL 2	/* exit code, that of a broken layer */

#define NEED(layer) (1u << (layer))

const struct layer layers[N_LAYERS] = {
	[LIBRARIES] = { "libraries", { "Libraries", "ライブラリ" },
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
			note(d, UNCHECKED, "needs: %s", "前提: %s",
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
	jpki_ctx_free(&d->ctx);
}

enum { O_REDACT = 1 };

static const struct program_option options[] = {
	OPTION_READER,
	{ "redact", O_REDACT, { NULL, NULL }, {
	    "a report without serials, dates and paths",
	    "シリアル番号、日付、パスを伏せます（公開できる形）" } },
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

	(void)id;
	(void)value;
	d->redact = true;
	return 0;
}

static const struct program doctor_program = {
	.usage = { "[options]", "[オプション]" },
	.about = {
	    "Checks everything between programs and the My Number Card. Sends "
	    "no PIN.",
	    "マイナンバーカードを使うための環境を順に点検します。暗証番号は"
	    "送りません。" },
	.after = {
	    "Exit codes: 0 fine, 1 needs attention, 2 a layer is broken, 64 "
	    "usage, 69 no reader or card.",
	    "終了コード: 0 正常、1 注意あり、2 異常あり、64 使い方の誤り、69 "
	    "リーダーかカードがありません" },
	.options = options,
	.set = set_option,
};

int
main(int argc, char **argv)
{
	struct doctor d = { .open_err = 0 };
	struct args args;
	int code;

	message_start("jpki-doctor");
	code = options_parse(&doctor_program, &args, &d, argc, argv);
	if (code != ARGS_GO_ON)
		return code;
	if (args.n_operands > 0)
		return options_too_many();
	openssl_follow_lang();
	if ((d.ctx = message_ctx()) == NULL)
		return CANNOT_TELL;
	/* A card that hangs is to be told in seconds. */
	jpki_ctx_set_limits(d.ctx, COMMAND_MS, OTHERS_MS);
	d.reader = args.reader != NULL ? args.reader : getenv("JPKI_READER");
	if (d.reader != NULL && *d.reader == '\0')
		d.reader = NULL;
	examine(&d);
	code = report(&d, args.json);
	discharge(&d);
	return code;
}
