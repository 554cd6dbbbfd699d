/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"
#include "row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jpki.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/ui.h>

static const char text[] = "hello";

/* JPKI_DEBUG=apdu prints to standard error; so that goes into a file while
 * commands are counted. */
static int saved_stderr = -1;
static FILE *trace;

/* Also when a test failed meanwhile: what it said is in the file. */
static void
stop_counting(struct count *count)
{
	char line[512];

	if (saved_stderr == -1)
		return;
	fflush(stderr);
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	saved_stderr = -1;
	rewind(trace);
	while (fgets(line, sizeof(line), trace) != NULL) {
		if (strncmp(line, "> ", 2) != 0) {
			count->said += strncmp(line, "jpki: ", 6) == 0;
			fprintf(stderr, "%s", line);
			continue;
		}
		count->all++;
		count->verify += strncmp(line, "> 0020", 6) == 0 &&
		    strstr(line, "[PIN]") != NULL;
		count->sign += strncmp(line, "> 802A", 6) == 0;
	}
	fclose(trace);
}

static void
at_exit(void)
{
	struct count count = { .all = 0 };

	stop_counting(&count);
}

void
bench_count(void)
{
	static bool registered;

	if (!registered)
		registered = atexit(at_exit) == 0;
	at_exit();
	fflush(stderr);
	assert_non_null(trace = tmpfile());
	assert_true((saved_stderr = dup(STDERR_FILENO)) >= 0);
	assert_true(dup2(fileno(trace), STDERR_FILENO) >= 0);
}

struct count
bench_counted(void)
{
	struct count count = { .all = 0 };

	stop_counting(&count);
	return count;
}

static UI_METHOD *ui_method(void);

void
bench_load_providers(struct bench *bench, enum order order)
{
	static const char *const names[][2] = {
		[JPKI_LAST] = { "default", "jpki" },
		[JPKI_FIRST] = { "jpki", "default" },
		[JPKI_ALONE] = { "jpki", NULL },
	};
	const char *modules = getenv("OPENSSL_MODULES");
	size_t i;

	if (modules == NULL)
		fail_msg("OPENSSL_MODULES is not set: run meson test");
	(void)ui_method();
	assert_non_null(bench->libctx = OSSL_LIB_CTX_new());
	assert_int_equal(OSSL_PROVIDER_set_default_search_path(bench->libctx,
	    modules), 1);
	for (i = 0; i < 2 && names[order][i] != NULL; i++) {
		bench->provs[i] = OSSL_PROVIDER_load(bench->libctx,
		    names[order][i]);
		assert_non_null(bench->provs[i]);
	}
	ERR_clear_error();
}

void
bench_start(struct bench *bench, enum order order, const char *profile)
{
	at_exit();
	memset(bench, 0, sizeof(*bench));
	setenv("JPKI_DEBUG", "apdu", 1);
	tempcard_make(profile, bench->card);
	bench_load_providers(bench, order);
}

void
bench_unload_providers(struct bench *bench)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		if (bench->provs[i] != NULL)
			assert_int_equal(
			    OSSL_PROVIDER_unload(bench->provs[i]), 1);
	}
	OSSL_LIB_CTX_free(bench->libctx);
}

void
bench_stop(struct bench *bench)
{
	bench_unload_providers(bench);
	tempcard_remove(bench->card);
}

static struct jpki_softcard *
open_card(const struct bench *bench, struct jpki_ctx **ctx)
{
	struct jpki_softcard *soft;

	assert_non_null(*ctx = jpki_ctx_new());
	assert_code(jpki_softcard_open(*ctx, bench->card, &soft), 0);
	return soft;
}

int
bench_tries(const struct bench *bench)
{
	struct jpki_ctx *ctx;
	struct jpki_softcard *soft = open_card(bench, &ctx);
	int auth, sign;

	assert_code(jpki_softcard_tries(soft, JPKI_PIN_AUTH, &auth), 0);
	assert_code(jpki_softcard_tries(soft, JPKI_PIN_SIGN, &sign), 0);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
	return auth * 10 + (sign > 0 ? sign : 0);
}

void
bench_unlock(const struct bench *bench)
{
	struct jpki_ctx *ctx;
	struct jpki_softcard *soft = open_card(bench, &ctx);

	assert_code(jpki_softcard_unlock(soft), 0);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
}

void
bench_set(const struct bench *bench, const char *name, const char *value)
{
	struct jpki_ctx *ctx;
	struct jpki_softcard *soft = open_card(bench, &ctx);

	assert_code(jpki_softcard_set(soft, name, value), 0);
	jpki_softcard_free(&soft);
	jpki_ctx_free(&ctx);
}

static int
ui_read(UI *ui, UI_STRING *uis)
{
	struct answer *answer = UI_get0_user_data(ui);

	if (UI_get_string_type(uis) != UIT_PROMPT)
		return 1;
	answer->asked++;
	snprintf(answer->prompt, sizeof(answer->prompt), "%s",
	    UI_get0_output_string(uis));
	if (answer->pass == NULL)
		return 0;
	return UI_set_result(ui, uis, answer->pass) == 0;
}

static UI_METHOD *
ui_method(void)
{
	static UI_METHOD *method;

	if (method == NULL) {
		method = UI_create_method("test");
		assert_non_null(method);
		assert_int_equal(UI_method_set_reader(method, ui_read), 0);
	}
	return method;
}

OSSL_STORE_CTX *
bench_open(const struct bench *bench, const char *uri, struct answer *answer)
{
	char full[1024];

	snprintf(full, sizeof(full), "%s%creader=soft:%s", uri,
	    strchr(uri, '?') != NULL ? '&' : '?', bench->card);
	return OSSL_STORE_open_ex(full, bench->libctx, NULL,
	    answer != NULL ? ui_method() : NULL, answer, NULL, NULL, NULL);
}

OSSL_STORE_INFO *
bench_load(const struct bench *bench, const char *uri, int kind,
    struct answer *answer)
{
	OSSL_STORE_INFO *info = NULL;
	OSSL_STORE_CTX *store;
	int rounds = 0;

	if ((store = bench_open(bench, uri, answer)) == NULL)
		return NULL;
	assert_int_equal(OSSL_STORE_expect(store, kind), 1);
	while (info == NULL && !OSSL_STORE_eof(store)) {
		info = OSSL_STORE_load(store);
		assert_true(++rounds < 10);
	}
	assert_int_equal(OSSL_STORE_close(store), 1);
	return info;
}

EVP_PKEY *
bench_key(const struct bench *bench, const char *uri, const char *pass)
{
	struct answer answer = { .pass = pass };
	OSSL_STORE_INFO *info;
	EVP_PKEY *key = NULL;

	info = bench_load(bench, uri, OSSL_STORE_INFO_PKEY,
	    pass != NULL ? &answer : NULL);
	if (info != NULL)
		key = OSSL_STORE_INFO_get1_PKEY(info);
	OSSL_STORE_INFO_free(info);
	return key;
}

X509 *
bench_cert(const struct bench *bench, const char *uri, const char *pass)
{
	struct answer answer = { .pass = pass };
	OSSL_STORE_INFO *info;
	X509 *cert = NULL;

	info = bench_load(bench, uri, OSSL_STORE_INFO_CERT,
	    pass != NULL ? &answer : NULL);
	if (info != NULL)
		cert = OSSL_STORE_INFO_get1_CERT(info);
	OSSL_STORE_INFO_free(info);
	return cert;
}

static int
set_pss(EVP_PKEY_CTX *ctx, bool pss)
{
	return !pss || (EVP_PKEY_CTX_set_rsa_padding(ctx,
	    RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx,
	    RSA_PSS_SALTLEN_DIGEST) == 1);
}

int
bench_sign(const struct bench *bench, EVP_PKEY *key, const char *md, bool pss,
    unsigned char *sig, size_t *len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;
	int ok;

	*len = 512;
	ok = ctx != NULL &&
	    EVP_DigestSignInit_ex(ctx, &pctx, md, bench->libctx, NULL, key,
	    NULL) == 1 && set_pss(pctx, pss) &&
	    EVP_DigestSignUpdate(ctx, text, sizeof(text)) == 1 &&
	    EVP_DigestSignFinal(ctx, sig, len) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

int
bench_verify(EVP_PKEY *key, const char *md, bool pss,
    const unsigned char *sig, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;
	int ok;

	ok = ctx != NULL &&
	    EVP_DigestVerifyInit_ex(ctx, &pctx, md, NULL, NULL, key,
	    NULL) == 1 && set_pss(pctx, pss) &&
	    EVP_DigestVerify(ctx, sig, len, (const unsigned char *)text,
	    sizeof(text)) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool
bench_error(const char *part)
{
	const char *data, *lib;
	char all[1024];
	int flags, ours = 0;
	unsigned long e;
	bool found = false;

	while ((e = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
		lib = ERR_lib_error_string(e);
		if (lib == NULL || strcmp(lib, "jpki") != 0)
			continue;
		ours++;
		snprintf(all, sizeof(all), "%s: %s",
		    ERR_reason_error_string(e),
		    (flags & ERR_TXT_STRING) != 0 ? data : "");
		if (strstr(all, part) != NULL)
			found = true;
		else
			print_message("error: %s\n", all);
		/* No error may hold a PIN. */
		assert_null(strstr(all, AUTH_PIN));
		assert_null(strstr(all, SIGN_PIN));
	}
	if (ours != 1)
		print_message("%d errors instead of one\n", ours);
	return found && ours == 1;
}
