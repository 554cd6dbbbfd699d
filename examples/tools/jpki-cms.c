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
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jpki.h>
#include <openssl/cms.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "common/file.h"
#include "common/json.h"
#include "common/message.h"
#include "common/openssl.h"
#include "common/options.h"
#include "common/prompt.h"

#define SUFFIX ".p7s"
#define CMS_FLAGS (CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP)

struct job {
	struct jpki_ctx *ctx;	/* for the prompt */
	struct args args;
	const char *key;	/* "sign" or "auth" */
	const char *md;
	const char *path;
	int pin_err;		/* why the terminal gave no PIN */

	OSSL_LIB_CTX *libctx;
	OSSL_PROVIDER *providers[2];
	X509 *cert;
	EVP_PKEY *pkey;
};

enum { O_KEY = 1, O_MD };

static const struct program_option options[] = {
	{ "key", O_KEY, { "sign|auth", "sign|auth" }, {
	    "the key (default: sign)", "使う鍵（既定は sign）" } },
	{ "md", O_MD, { "NAME", "名前" }, {
	    "sha256 (default), sha384 or sha512",
	    "sha256（既定）、sha384、sha512" } },
	OPTION_READER,
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	{ "json", OPT_JSON, { NULL, NULL }, {
	    "describe the signature as JSON", "署名の内容を JSON で出す" } },
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

/* What a call of OpenSSL's failed for: that the holder gave no PIN, or what is
 * in its queue. */
static int
fail(const struct job *job)
{
	if (job->pin_err != 0)
		return complain_ctx(job->ctx, job->pin_err, NULL);
	return openssl_complain(NULL);
}

static int
load_providers(struct job *job)
{
	static const char *const names[] = { "default", "jpki" };
	size_t i;

	/* A context of its own: nothing in openssl.cnf changes what happens
	 * here, and nothing here changes what others in the process do. */
	if ((job->libctx = OSSL_LIB_CTX_new()) == NULL)
		return fail(job);
	for (i = 0; i < 2; i++) {
		job->providers[i] = OSSL_PROVIDER_load(job->libctx, names[i]);
		if (job->providers[i] != NULL)
			continue;
		complain("cannot load the OpenSSL provider \"%s\"; is it "
		    "installed, or OPENSSL_MODULES set to its directory?",
		    "OpenSSL のプロバイダー %s を読み込めません。インストール"
		    "するか、OPENSSL_MODULES にその場所を指定してください",
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
	if (job->args.reader != NULL)
		add_query(bio, &separator, "reader", job->args.reader);
	if (!prompt_on_terminal(job->args.pin_source))
		add_query(bio, &separator, "pin-source",
		    job->args.pin_source);
	if (job->args.min_tries != 0) {
		char number[] = { (char)('0' + job->args.min_tries), '\0' };

		add_query(bio, &separator, "min-tries", number);
	}
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
	int code = EXIT_FAILURE;

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
		code = EXIT_SUCCESS;
 out:
	if (code != EXIT_SUCCESS)
		code = fail(job);
	OSSL_STORE_close(store);
	UI_destroy_method(ui);
	OPENSSL_free(uri);
	return code;
}

static void
warn_certificate(const struct job *job)
{
	/* No time_t of ours: libcrypto's may be a shorter one. */
	if (X509_cmp_current_time(X509_get0_notAfter(job->cert)) < 0)
		complain_mildly("the certificate expired",
		    "証明書の有効期間が終わっています");
	if (X509_cmp_current_time(X509_get0_notBefore(job->cert)) > 0)
		complain_mildly("the certificate is not valid yet",
		    "証明書の有効期間がまだ始まっていません");
	if (strcmp(job->key, "auth") == 0)
		complain_mildly("the auth certificate is made for logging in; "
		    "verifiers refuse it unless told otherwise "
		    "(openssl cms -verify -purpose any)",
		    "利用者証明用証明書はログイン用です。通常の検証では"
		    "拒否されます（openssl cms -verify -purpose any が必要）");
}

/* Digests the content. The card is asked only by CMS_dataFinal(), so no file
 * is read while it is open. */
static int
digest_content(const struct job *job, CMS_ContentInfo *cms, int fd)
{
	uint8_t buf[64 * 1024];
	BIO *chain;
	ssize_t n;
	int code = EXIT_FAILURE;

	if ((chain = CMS_dataInit(cms, NULL)) == NULL)
		return fail(job);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (BIO_write(chain, buf, (int)n) != (int)n)
			break;
	if (n == -1)
		complain_errno(job->path);
	else if (n != 0 || CMS_dataFinal(cms, chain) != 1)
		code = fail(job);
	else
		code = EXIT_SUCCESS;
	BIO_free_all(chain);
	return code;
}

static int
make_signature(const struct job *job, int fd, uint8_t **der, int *len)
{
	CMS_ContentInfo *cms = NULL;
	EVP_MD *md = NULL;
	int code;

	*der = NULL;
	if ((md = EVP_MD_fetch(job->libctx, job->md, NULL)) == NULL ||
	    (cms = CMS_sign_ex(NULL, NULL, NULL, NULL, CMS_FLAGS, job->libctx,
	    NULL)) == NULL ||
	    CMS_add1_signer(cms, job->cert, job->pkey, md, CMS_FLAGS) == NULL)
		code = fail(job);
	else if ((code = digest_content(job, cms, fd)) == EXIT_SUCCESS &&
	    (*len = i2d_CMS_ContentInfo(cms, der)) <= 0)
		code = fail(job);
	CMS_ContentInfo_free(cms);
	EVP_MD_free(md);
	return code;
}

static int
report(const struct job *job, const char *out)
{
	return json_print(json_pack("{s:o, s:o, s:s, s:s}",
	    "file", json_text(job->path),
	    "signature", json_text(out),
	    "key", job->key,
	    "md", job->md));
}

/* The file is open; out is where the signature goes. */
static int
sign_to(struct job *job, int fd, const char *out)
{
	uint8_t *der = NULL;
	int len = 0, code;

	if (file_check_place(out) != 0)
		return complain_place(out);
	if ((code = load_providers(job)) != EXIT_SUCCESS ||
	    (code = load_key(job)) != EXIT_SUCCESS)
		return code;
	warn_certificate(job);
	code = make_signature(job, fd, &der, &len);
	if (code == EXIT_SUCCESS && file_write(out, der, (size_t)len) != 0)
		code = complain_errno(out);
	else if (code == EXIT_SUCCESS && job->args.json)
		code = report(job, out);
	OPENSSL_free(der);
	return code;
}

static int
sign_file(struct job *job)
{
	char *out;
	int fd, code;

	if ((fd = file_open(job->path)) == -1)
		return complain_errno(job->path);
	if (asprintf(&out, "%s" SUFFIX, job->path) == -1)
		code = complain_code(NULL, JPKI_ERR_MEMORY);
	else {
		code = sign_to(job, fd, out);
		free(out);
	}
	close(fd);
	return code;
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

static int
set_option(void *arg, int id, const char *value)
{
	struct job *job = arg;

	if (id == O_KEY) {
		job->key = value;
		return strcmp(value, "auth") == 0 ||
		    strcmp(value, "sign") == 0 ? 0 :
		    usage_error("--key is sign or auth.",
		    "--key は sign か auth です。");
	}
	job->md = value;
	return strcmp(value, "sha256") == 0 || strcmp(value, "sha384") == 0 ||
	    strcmp(value, "sha512") == 0 ? 0 :
	    usage_error("--md is sha256, sha384 or sha512.",
	    "--md は sha256、sha384、sha512 のどれかです。");
}

static const struct program cms_program = {
	.usage = { "[options] sign FILE", "[オプション] sign ファイル" },
	.about = {
	    "Signs a file with the My Number Card: FILE.p7s, detached CMS in "
	    "DER.",
	    "マイナンバーカードで署名し、ファイル名.p7s（分離 CMS、DER）に"
	    "書きます。" },
	.options = options,
	.set = set_option,
};

static int
cms_command(struct job *job)
{
	static const char *const commands[] = { "sign", NULL };
	int code;

	if (options_word(job->args.operands[0], commands) == -1)
		return EX_USAGE;
	if (job->args.n_operands < 2)
		return usage_error("Which file is to be signed?",
		    "署名するファイルを指定してください。");
	if (job->args.n_operands > 2)
		return options_too_many();
	job->path = job->args.operands[1];
	openssl_follow_lang();
	if ((job->ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	code = sign_file(job);
	free_job(job);
	return code;
}

int
main(int argc, char **argv)
{
	struct job job = { .key = "sign", .md = "sha256" };
	int code;

	message_start("jpki-cms");
	code = options_parse(&cms_program, &job.args, &job, argc, argv);
	return code != ARGS_GO_ON ? code : cms_command(&job);
}
