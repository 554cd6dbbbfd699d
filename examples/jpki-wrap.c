/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-wrap: a key file without a key, for programs that read key files only.
 *
 * It holds a jpki: URI as a PEM block, which the OpenSSL provider loads like
 * an ordinary private key. No card is needed to make it, and there is no
 * secret in it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <jpki.h>
#include <openssl/pem.h>

static const char help_en[] =
    "usage: jpki-wrap [options] URI > FILE\n"
    "Writes a key file that stands for a key of the My Number Card, such as\n"
    "jpki://auth, for programs that read key files only.\n"
    "  --lang ja|en       language of messages\n"
    "  --help, --version\n";

static const char help_ja[] =
    "使い方: jpki-wrap [オプション] URI > ファイル\n"
    "マイナンバーカードの鍵（jpki://auth など）を指す鍵ファイルを書き出します。\n"
    "鍵ファイルしか読めないプログラムのためのもので、秘密は入っていません。\n"
    "  --lang ja|en       メッセージの言語\n"
    "  --help, --version\n";

__attribute__((format(printf, 1, 2))) static void
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("jpki-wrap: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static int
usage_error(const char *what)
{
	complain("%s", what);
	complain("see --help");
	return EX_USAGE;
}

static int
wrap(struct jpki_ctx *ctx, const char *uri)
{
	uint8_t der[JPKI_WRAP_MAX];
	size_t len;
	int r;

	if ((r = jpki_uri_wrap(ctx, uri, der, sizeof(der), &len)) != 0) {
		complain("%s", jpki_ctx_errmsg(ctx));
		return jpki_errclass(r) == JPKI_CLASS_DATA ? EX_DATAERR :
		    EXIT_FAILURE;
	}
	if (!PEM_write(stdout, JPKI_WRAP_LABEL, "", der, (long)len) ||
	    fflush(stdout) != 0) {
		complain("%s", strerror(errno));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

static const struct option options[] = {
	{ "lang", required_argument, NULL, 'l' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 }
};

static int
wrap_command(struct jpki_ctx *ctx, int argc, char **argv)
{
	bool help = false;
	int option;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (option) {
		case 'l':
			if (strcmp(optarg, "ja") == 0)
				jpki_ctx_set_lang(ctx, JPKI_LANG_JA);
			else if (strcmp(optarg, "en") == 0)
				jpki_ctx_set_lang(ctx, JPKI_LANG_EN);
			else
				return usage_error("--lang is ja or en");
			break;
		case 'h':
			help = true;
			break;
		case 'v':
			printf("jpki-wrap (libjpki) %s\n", jpki_version());
			return EXIT_SUCCESS;
		default:
			return usage_error(argv[optind - 1]);
		}
	}
	if (help) {
		fputs(jpki_ctx_lang(ctx) == JPKI_LANG_JA ? help_ja : help_en,
		    stdout);
		return EXIT_SUCCESS;
	}
	if (argc - optind != 1)
		return usage_error("usage: jpki-wrap [options] URI > FILE");
	return wrap(ctx, argv[optind]);
}

int
main(int argc, char **argv)
{
	struct jpki_ctx *ctx;
	int status;

	if ((ctx = jpki_ctx_new()) == NULL) {
		complain("%s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	jpki_ctx_set_lang(ctx, jpki_lang_from_locale());
	status = wrap_command(ctx, argc, argv);
	jpki_ctx_free(&ctx);
	return status;
}
