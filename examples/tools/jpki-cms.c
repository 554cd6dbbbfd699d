/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-cms: a detached CMS signature (RFC 5652) with the My Number Card.
 *
 * An ordinary OpenSSL 3 program: a library context of its own with the
 * providers "default" and "jpki", one OSSL_STORE load for the certificate and
 * the key, and OpenSSL's CMS for the rest. libjpki itself serves only for
 * reading the PIN from the terminal. The steps:
 *
 *   1. open the file, so that a wrong name costs nothing;
 *   2. load certificate and key: the one PIN entry;
 *   3. stream the file through the digest; the card signs at the end;
 *   4. write FILE.p7s.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <sys/stat.h>

#include <jpki.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#define SUFFIX ".p7s"
#define CMS_FLAGS (CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP)

struct job {
	struct jpki_ctx *ctx;	/* the language, the prompt's errors */
	const char *reader;	/* NULL: what JPKI_READER says */
	const char *pin_source;
	const char *key;	/* "sign" or "auth" */
	const char *md;
	bool last_try;
	bool json;
	const char *path;
	int pin_err;		/* why the terminal gave no PIN */

	OSSL_LIB_CTX *libctx;
	OSSL_PROVIDER *providers[2];
	X509 *cert;
	EVP_PKEY *pkey;
};

static const char help_en[] =
    "usage: jpki-cms [options] sign FILE\n"
    "Signs a file with the My Number Card: FILE.p7s, detached CMS in DER.\n"
    "  --key sign|auth    the key (default: sign)\n"
    "  --md NAME          sha256 (default), sha384 or sha512\n"
    "  --reader R         the reader; soft:DIR is a software card\n"
    "  --pin-source S     file:PATH, fd:N or tty (default)\n"
    "  --last-try         send the PIN even if only one try is left\n"
    "  --json             describe the signature as JSON\n"
    "  --lang ja|en       language of messages\n"
    "  --help, --version\n";

static const char help_ja[] =
    "使い方: jpki-cms [オプション] sign ファイル\n"
    "マイナンバーカードで署名し、ファイル名.p7s（分離 CMS、DER）に書きます。\n"
    "  --key sign|auth    使う鍵（既定は sign）\n"
    "  --md 名前          sha256（既定）、sha384、sha512\n"
    "  --reader R         リーダー名。soft:DIR はソフトウェアカード\n"
    "  --pin-source S     file:PATH、fd:N、tty（既定）\n"
    "  --last-try         残り 1 回でも暗証番号をカードに送る\n"
    "  --json             署名の内容を JSON で出す\n"
    "  --lang ja|en       メッセージの言語\n"
    "  --help, --version\n";

__attribute__((format_arg(2), format_arg(3))) static const char *
pick(const struct job *job, const char *en, const char *ja)
{
	return jpki_ctx_lang(job->ctx) == JPKI_LANG_JA ? ja : en;
}

__attribute__((format(printf, 1, 2))) static void
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("jpki-cms: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

/* What the shell gets to see of the library's errors. */
static int
exit_code(int err)
{
	if (jpki_errclass(err) == JPKI_CLASS_DATA)
		return EX_DATAERR;
	/* No reader or card to speak of; an open door is a failure. */
	if (jpki_errclass(err) == JPKI_CLASS_TRANSPORT && err != JPKI_ERR_DOOR)
		return EX_UNAVAILABLE;
	return EXIT_FAILURE;
}

/*
 * OpenSSL's error queue as one message: what the jpki provider said, or else
 * the first thing that went wrong. When the provider hands on a message of
 * libjpki's, that is a whole sentence and says it all, and the reason is
 * libjpki's code without its sign.
 */
static int
openssl_error(const struct job *job)
{
	const char *lib, *data, *last, *text = NULL;
	unsigned long e, cause = 0;
	char detail[512] = "";
	bool ours = false;
	int flags;

	if (job->pin_err != 0) {
		complain("%s", jpki_ctx_errmsg(job->ctx));
		return exit_code(job->pin_err);
	}
	while (!ours &&
	    (e = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
		lib = ERR_lib_error_string(e);
		ours = lib != NULL && strcmp(lib, "jpki") == 0;
		if (cause != 0 && !ours)
			continue;
		cause = e;
		snprintf(detail, sizeof(detail), "%s",
		    (flags & ERR_TXT_STRING) != 0 ? data : "");
	}
	ERR_clear_error();
	last = detail + strlen(detail);
	if (ours && ((last > detail && last[-1] == '.') ||
	    (last > detail + 2 && strcmp(last - 3, "。") == 0)))
		complain("%s", detail);
	else if (cause != 0 && (text = ERR_reason_error_string(cause)) != NULL)
		complain("%s%s%s", text, *detail != '\0' ? ": " : "", detail);
	else
		complain("OpenSSL: %s", *detail != '\0' ? detail : "?");
	return ours ? exit_code(-ERR_GET_REASON(cause)) : EXIT_FAILURE;
}

static int
load_providers(struct job *job)
{
	static const char *const names[] = { "default", "jpki" };
	size_t i;

	/* A context of its own: nothing in openssl.cnf changes what happens
	 * here, and nothing here changes what others in the process do. */
	if ((job->libctx = OSSL_LIB_CTX_new()) == NULL)
		return openssl_error(job);
	for (i = 0; i < 2; i++) {
		job->providers[i] = OSSL_PROVIDER_load(job->libctx, names[i]);
		if (job->providers[i] != NULL)
			continue;
		complain(pick(job,
		    "cannot load the OpenSSL provider \"%s\"; is it installed, "
		    "or OPENSSL_MODULES set to its directory?",
		    "OpenSSL のプロバイダー %s を読み込めません。インストール"
		    "するか、OPENSSL_MODULES にその場所を指定してください"),
		    names[i]);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

/* The provider says which secret it wants; OpenSSL's "Enter pass phrase for"
 * in front of it would only confuse. */
static char *
build_prompt(UI *ui, const char *desc, const char *name)
{
	char prompt[256];

	(void)ui;
	snprintf(prompt, sizeof(prompt), "%s: ", name != NULL ? name : desc);
	return OPENSSL_strdup(prompt);
}

/* Only a terminal is asked: OpenSSL's own UI falls back on standard input. */
static int
read_secret(UI *ui, UI_STRING *uis)
{
	struct job *job = UI_get0_user_data(ui);
	struct jpki_secret *secret = NULL;
	const char *text;
	size_t len;
	int r;

	if (UI_get_string_type(uis) != UIT_PROMPT)
		return 1;
	job->pin_err = jpki_secret_read(job->ctx, "tty",
	    UI_get0_output_string(uis), &secret);
	if (job->pin_err != 0)
		return -1;	/* cancelled */
	text = jpki_secret_data(secret, &len);
	r = UI_set_result_ex(ui, uis, text, (int)len) == 0;
	jpki_secret_free(&secret);
	return r;
}

/* Everything but a few harmless characters is escaped in a value. */
static void
add_query(BIO *uri, char *separator, const char *name, const char *value)
{
	const char *harmless = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~/:";

	BIO_printf(uri, "%c%s=", *separator, name);
	for (; *value != '\0'; value++)
		if (strchr(harmless, *value) != NULL)
			BIO_write(uri, value, 1);
		else
			BIO_printf(uri, "%%%02X", (unsigned char)*value);
	*separator = '&';
}

/* "jpki://", because a file could be named "jpki:sign". */
static char *
build_uri(const struct job *job)
{
	char separator = '?', *data, *uri = NULL;
	BIO *bio;
	long len;

	if ((bio = BIO_new(BIO_s_mem())) == NULL)
		return NULL;
	BIO_printf(bio, "jpki://%s", job->key);
	if (job->reader != NULL)
		add_query(bio, &separator, "reader", job->reader);
	if (strcmp(job->pin_source, "tty") != 0)
		add_query(bio, &separator, "pin-source", job->pin_source);
	if (job->last_try)
		add_query(bio, &separator, "min-tries", "1");
	if ((len = BIO_get_mem_data(bio, &data)) > 0)
		uri = OPENSSL_strndup(data, (size_t)len);
	BIO_free(bio);
	return uri;
}

/* One load for both, so that there is one PIN entry. It ends at the first
 * error: whoever goes on after an error may send a wrong PIN again. */
static void
load_objects(struct job *job, OSSL_STORE_CTX *store)
{
	OSSL_STORE_INFO *info;

	while (!OSSL_STORE_eof(store) &&
	    (info = OSSL_STORE_load(store)) != NULL) {
		switch (OSSL_STORE_INFO_get_type(info)) {
		case OSSL_STORE_INFO_CERT:
			if (job->cert == NULL)
				job->cert = OSSL_STORE_INFO_get1_CERT(info);
			break;
		case OSSL_STORE_INFO_PKEY:
			if (job->pkey == NULL)
				job->pkey = OSSL_STORE_INFO_get1_PKEY(info);
			break;
		}
		OSSL_STORE_INFO_free(info);
	}
}

static int
load_key(struct job *job)
{
	OSSL_STORE_CTX *store = NULL;
	UI_METHOD *ui = NULL;
	char *uri = NULL;
	int status = EXIT_FAILURE;

	if ((uri = build_uri(job)) == NULL ||
	    (ui = UI_create_method("jpki-cms")) == NULL ||
	    UI_method_set_prompt_constructor(ui, build_prompt) != 0 ||
	    UI_method_set_reader(ui, read_secret) != 0)
		goto out;
	if ((store = OSSL_STORE_open_ex(uri, job->libctx, NULL, ui, job, NULL,
	    NULL, NULL)) == NULL)
		goto out;
	load_objects(job, store);
	if (job->cert != NULL && job->pkey != NULL)
		status = EXIT_SUCCESS;
 out:
	if (status != EXIT_SUCCESS)
		status = openssl_error(job);
	OSSL_STORE_close(store);
	UI_destroy_method(ui);
	OPENSSL_free(uri);
	return status;
}

static void
warn_certificate(const struct job *job)
{
	time_t now = time(NULL);

	if (ASN1_TIME_cmp_time_t(X509_get0_notAfter(job->cert), now) < 0)
		complain("%s", pick(job, "warning: the certificate expired",
		    "警告: 証明書の有効期間が終わっています"));
	if (ASN1_TIME_cmp_time_t(X509_get0_notBefore(job->cert), now) > 0)
		complain("%s", pick(job,
		    "warning: the certificate is not valid yet",
		    "警告: 証明書の有効期間がまだ始まっていません"));
	if (strcmp(job->key, "auth") == 0)
		complain("%s", pick(job,
		    "warning: the auth certificate is made for logging in; "
		    "verifiers refuse it unless told otherwise "
		    "(openssl cms -verify -purpose any)",
		    "警告: 利用者証明用証明書はログイン用です。通常の検証では"
		    "拒否されます（openssl cms -verify -purpose any が必要）"));
}

/* Digests the content. The card is asked only by CMS_dataFinal(), so no file
 * is read while it is open. */
static int
digest_content(const struct job *job, CMS_ContentInfo *cms, int fd)
{
	uint8_t buf[64 * 1024];
	BIO *chain;
	ssize_t n;
	int status = EXIT_FAILURE;

	if ((chain = CMS_dataInit(cms, NULL)) == NULL)
		return openssl_error(job);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (BIO_write(chain, buf, (int)n) != (int)n)
			break;
	if (n == -1)
		complain("%s: %s", job->path, strerror(errno));
	else if (n != 0 || CMS_dataFinal(cms, chain) != 1)
		status = openssl_error(job);
	else
		status = EXIT_SUCCESS;
	BIO_free_all(chain);
	return status;
}

static int
make_signature(const struct job *job, int fd, uint8_t **der, int *len)
{
	CMS_ContentInfo *cms = NULL;
	EVP_MD *md = NULL;
	int status;

	*der = NULL;
	if ((md = EVP_MD_fetch(job->libctx, job->md, NULL)) == NULL ||
	    (cms = CMS_sign_ex(NULL, NULL, NULL, NULL, CMS_FLAGS, job->libctx,
	    NULL)) == NULL ||
	    CMS_add1_signer(cms, job->cert, job->pkey, md, CMS_FLAGS) == NULL)
		status = openssl_error(job);
	else if ((status = digest_content(job, cms, fd)) == EXIT_SUCCESS &&
	    (*len = i2d_CMS_ContentInfo(cms, der)) <= 0)
		status = openssl_error(job);
	CMS_ContentInfo_free(cms);
	EVP_MD_free(md);
	return status;
}

static int
write_all(int fd, const uint8_t *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = write(fd, data, len)) == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* Puts a whole file in its place, or leaves there what was there. */
static int
write_file(const char *path, const void *data, size_t len)
{
	size_t size = strlen(path) + sizeof(".XXXXXX");
	mode_t mask = umask(0);
	char *tmp;
	int fd, saved, r = -1;

	umask(mask);
	if ((tmp = malloc(size)) == NULL)
		return -1;
	snprintf(tmp, size, "%s.XXXXXX", path);
	if ((fd = mkstemp(tmp)) != -1) {
		if (write_all(fd, data, len) == 0 &&
		    fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0)
			r = 0;
		if (close(fd) != 0 || (r == 0 && rename(tmp, path) != 0))
			r = -1;
		saved = errno;
		if (r != 0)
			unlink(tmp);
		errno = saved;
	}
	free(tmp);
	return r;
}

/* A name need not be UTF-8, JSON must. */
static void
print_json_string(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;
	unsigned long c;
	int n;

	putchar('"');
	for (; *p != '\0'; p += n) {
		n = UTF8_getc(p, (int)strnlen((const char *)p, 4), &c);
		if (n <= 0) {
			n = 1;
			fputs("\\ufffd", stdout);
		} else if (c < 0x20 || c == '"' || c == '\\')
			printf("\\u%04lx", c);
		else
			fwrite(p, 1, (size_t)n, stdout);
	}
	putchar('"');
}

static int
report(const struct job *job, const char *out)
{
	fputs("{\"file\":", stdout);
	print_json_string(job->path);
	fputs(",\"signature\":", stdout);
	print_json_string(out);
	printf(",\"key\":\"%s\",\"md\":\"%s\"}\n", job->key, job->md);
	if (fflush(stdout) == 0)
		return EXIT_SUCCESS;
	complain("stdout: %s", strerror(errno));
	return EXIT_FAILURE;
}

static int
open_file(const char *path)
{
	struct stat st;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1 ||
	    fstat(fd, &st) != 0)
		complain("%s: %s", path, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		complain("%s: %s", path, strerror(EISDIR));
	else
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

static int
sign_file(struct job *job)
{
	size_t size = strlen(job->path) + sizeof(SUFFIX);
	uint8_t *der = NULL;
	char *out;
	int fd, len = 0, status = EXIT_FAILURE;

	if ((out = malloc(size)) == NULL) {
		complain("%s", strerror(errno));
		return EXIT_FAILURE;
	}
	snprintf(out, size, "%s%s", job->path, SUFFIX);
	if ((fd = open_file(job->path)) == -1)
		goto out;
	if ((status = load_providers(job)) != EXIT_SUCCESS ||
	    (status = load_key(job)) != EXIT_SUCCESS)
		goto out;
	warn_certificate(job);
	if ((status = make_signature(job, fd, &der, &len)) != EXIT_SUCCESS)
		goto out;
	if (write_file(out, der, (size_t)len) != 0) {
		complain("%s: %s", out, strerror(errno));
		status = EXIT_FAILURE;
	} else if (job->json)
		status = report(job, out);
 out:
	OPENSSL_free(der);
	if (fd != -1)
		close(fd);
	free(out);
	return status;
}

static void
free_job(struct job *job)
{
	X509_free(job->cert);
	EVP_PKEY_free(job->pkey);
	if (job->providers[1] != NULL)
		OSSL_PROVIDER_unload(job->providers[1]);
	if (job->providers[0] != NULL)
		OSSL_PROVIDER_unload(job->providers[0]);
	OSSL_LIB_CTX_free(job->libctx);
	jpki_ctx_free(&job->ctx);
}

/* Names options, never their values: a PIN may have slipped into one. */
static int
usage_error(const struct job *job, const char *what)
{
	complain(pick(job, "%.*s: see jpki-cms --help",
	    "%.*s: jpki-cms --help を見てください"),
	    (int)strcspn(what, "="), what);
	return EX_USAGE;
}

/* Returns -1 to go on, or the exit code; -2: no such option. */
static int
set_option(struct job *job, int option, const char *arg)
{
	switch (option) {
	case 'k':
		job->key = arg;
		return strcmp(arg, "auth") == 0 || strcmp(arg, "sign") == 0 ?
		    -1 : usage_error(job, "--key auth|sign");
	case 'm':
		job->md = arg;
		return strcmp(arg, "sha256") == 0 ||
		    strcmp(arg, "sha384") == 0 ||
		    strcmp(arg, "sha512") == 0 ? -1 :
		    usage_error(job, "--md sha256|sha384|sha512");
	case 'r':
		job->reader = arg;
		return -1;
	case 's':
		job->pin_source = arg;
		return strcmp(arg, "tty") == 0 ||
		    strncmp(arg, "file:", 5) == 0 ||
		    strncmp(arg, "fd:", 3) == 0 ? -1 :
		    usage_error(job, "--pin-source file:PATH|fd:N|tty");
	case 't':
		job->last_try = true;
		return -1;
	case 'j':
		job->json = true;
		return -1;
	case 'l':
		if (strcmp(arg, "ja") != 0 && strcmp(arg, "en") != 0)
			return usage_error(job, "--lang ja|en");
		/* The provider goes by the locale, and cannot be told. */
		setenv("LC_ALL", *arg == 'j' ? "ja_JP.UTF-8" : "C.UTF-8", 1);
		jpki_ctx_set_lang(job->ctx, jpki_lang_from_locale());
		return -1;
	case 'h':
		fputs(pick(job, help_en, help_ja), stdout);
		return EXIT_SUCCESS;
	case 'v':
		printf("jpki-cms (libjpki) %s\n", jpki_version());
		return EXIT_SUCCESS;
	default:
		return -2;
	}
}

/* An option that getopt_long() does not know; a short one may be a PIN with a
 * hyphen, and what stands before it, too. */
static const char *
bad_option(char **argv)
{
	const char *option = argv[optind - 1];

	return strncmp(option, "--", 2) == 0 ? option : "-?";
}

static int
cms_command(struct job *job, int argc, char **argv)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'k' },
		{ "md", required_argument, NULL, 'm' },
		{ "reader", required_argument, NULL, 'r' },
		{ "pin-source", required_argument, NULL, 's' },
		{ "last-try", no_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "lang", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 }
	};
	int option, status;

	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		status = set_option(job, option, optarg);
		if (status == -2)
			return usage_error(job, bad_option(argv));
		if (status != -1)
			return status;
	}
	argc -= optind;
	argv += optind;
	if (argc != 2 || strcmp(argv[0], "sign") != 0)
		return usage_error(job, "usage: jpki-cms [options] sign FILE");
	job->path = argv[1];
	return sign_file(job);
}

int
main(int argc, char **argv)
{
	struct job job = {
		.key = "sign", .md = "sha256", .pin_source = "tty"
	};
	int status;

	if ((job.ctx = jpki_ctx_new()) == NULL) {
		complain("%s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	jpki_ctx_set_lang(job.ctx, jpki_lang_from_locale());
	status = cms_command(&job, argc, argv);
	free_job(&job);
	return status;
}
