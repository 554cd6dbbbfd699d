/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-wrap: a key file without a key, for programs that read key files only.
 *
 * It holds a jpki: URI as a PEM block, which the OpenSSL provider loads like
 * an ordinary private key. No card is needed to make it, and there is no
 * secret in it.
 */
#include <stdio.h>

#include <jpki.h>
#include <jpki/framework/uri.h>
#include <openssl/pem.h>

#include "common/message.h"
#include "common/options.h"

static const struct program_option options[] = {
	OPTION_LANG, OPTION_HELP, OPTION_VERSION, OPTION_END
};

static const struct program wrap_program = {
	.usage = { "[options] URI > FILE", "[オプション] URI > ファイル" },
	.about = {
	    "Writes a key file that stands for a key of the My Number Card, "
	    "such as jpki://auth, for programs that read key files only.",
	    "マイナンバーカードの鍵（jpki://auth など）を指す鍵ファイルを"
	    "書き出します。鍵ファイルしか読めないプログラムのためのもので、"
	    "秘密は入っていません。" },
	.options = options,
};

static int
wrap(struct jpki_ctx *ctx, const char *uri)
{
	uint8_t der[JPKI_WRAP_MAX];
	size_t len;
	int r;

	if ((r = jpki_uri_wrap(ctx, uri, der, sizeof(der), &len)) != 0)
		return complain_ctx(ctx, r, NULL);
	/* Readers of PEM pass over what stands before it. */
	printf("# No key: OpenSSL's provider jpki finds it on the card. "
	    "Needs OPENSSL_CONF=openssl-jpki.cnf; see jpki-provider(7).\n");
	if (!PEM_write(stdout, JPKI_WRAP_LABEL, "", der, (long)len))
		return complain_errno("stdout");
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	struct jpki_ctx *ctx;
	struct args args;
	int code;

	message_start("jpki-wrap");
	code = options_parse(&wrap_program, &args, NULL, argc, argv);
	if (code != ARGS_GO_ON)
		return code;
	if (args.n_operands != 1)
		return usage_error("One URI is needed, such as jpki://auth.",
		    "jpki://auth のような URI を 1 つ指定してください。");
	if ((ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	code = wrap(ctx, args.operands[0]);
	jpki_ctx_free(&ctx);
	return message_finish(code);
}
