/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the libraries, OpenSSL's provider for the card, and what can be
 * loaded through it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/store.h>
#include <openssl/x509.h>

#include "doctor.h"

void
check_libraries(struct doctor *d)
{
	note(d, FINE, "libjpki %s, %s", "libjpki %s、%s", jpki_version(),
	    OpenSSL_version(OPENSSL_VERSION));
	/* 0xMNN.....: the minor version may be newer than the headers. */
	if (OPENSSL_version_major() == OPENSSL_VERSION_MAJOR &&
	    OpenSSL_version_num() >> 20 >= OPENSSL_VERSION_NUMBER >> 20)
		return;
	note(d, BROKEN, "built with %s", "%s でビルドされています",
	    OPENSSL_VERSION_TEXT);
	advise(d, pick("Build libjpki anew with the headers of this OpenSSL.",
	    "この OpenSSL のヘッダーで libjpki をビルドし直してください。"));
}

/* Why jpki.so cannot be loaded from dir. */
static void
module_error(struct doctor *d, const char *dir)
{
	char path[1024], what[1024];

	snprintf(path, sizeof(path), "%s/jpki.so", dir);
	if (access(path, R_OK) != 0) {
		note(d, BROKEN, "no readable jpki.so in %s",
		    "%s に jpki.so がないか、読めません", hide(d, dir));
		advise(d, pick("Install the provider (meson install), or set "
		    "OPENSSL_MODULES to the directory that has it.",
		    "プロバイダーをインストールする（meson install）か、"
		    "環境変数 OPENSSL_MODULES にその場所を設定してください。"));
		return;
	}
	snprintf(what, sizeof(what), pick("jpki.so in %s cannot be loaded",
	    "%s の jpki.so を読み込めません"), hide(d, dir));
	blame_openssl(d, what);
	advise(d, pick("Install libjpki and the provider from one build for "
	    "this OpenSSL, then run sudo ldconfig.",
	    "libjpki とプロバイダーをこの OpenSSL 用に同じビルドから"
	    "インストールし、sudo ldconfig を実行してください。"));
}

/* Whoever looks for modules here does not find OpenSSL's own. */
static void
check_hidden(struct doctor *d, const char *dir)
{
	const char *own = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
	char there[1024], here[1024];

	if (own == NULL || strcmp(own, dir) == 0)
		return;
	snprintf(there, sizeof(there), "%s/legacy.so", own);
	snprintf(here, sizeof(here), "%s/legacy.so", dir);
	if (access(there, R_OK) != 0 || access(here, R_OK) == 0)
		return;
	note(d, WARN, "OPENSSL_MODULES hides OpenSSL's provider legacy from "
	    "programs", "OPENSSL_MODULES により、OpenSSL の legacy が"
	    "プログラムから見えません");
	advise(d, pick("Link it there (ln -s), or install the provider and "
	    "unset OPENSSL_MODULES: programs that need legacy, such as "
	    "Python's cryptography, fail.",
	    "そこにリンクを作る（ln -s）か、プロバイダーをインストールして "
	    "OPENSSL_MODULES を消してください。Python の cryptography など、"
	    "legacy を使うプログラムが失敗します。"));
}

void
check_module(struct doctor *d)
{
	const char *dir = getenv("OPENSSL_MODULES"), *version = NULL;
	OSSL_PARAM params[2] = { OSSL_PARAM_END, OSSL_PARAM_END };

	if (dir == NULL)
		dir = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
	if (dir == NULL)
		dir = "?";
	ERR_clear_error();
	if ((d->libctx = OSSL_LIB_CTX_new()) == NULL ||
	    (d->providers[0] = OSSL_PROVIDER_load(d->libctx, "default")) ==
	    NULL ||
	    (d->providers[1] = OSSL_PROVIDER_load(d->libctx, "jpki")) == NULL) {
		module_error(d, dir);
		return;
	}
	params[0] = OSSL_PARAM_construct_utf8_ptr(OSSL_PROV_PARAM_VERSION,
	    (char **)(uintptr_t)&version, 0);
	if (OSSL_PROVIDER_get_params(d->providers[1], params) != 1 ||
	    version == NULL)
		version = "?";
	note(d, FINE, "jpki.so %s in %s loads",
	    "jpki.so %s（%s）を読み込めます", version, hide(d, dir));
	check_hidden(d, dir);
	if (strcmp(version, jpki_version()) == 0)
		return;
	note(d, WARN, "its version is not libjpki's",
	    "libjpki と版が違います");
	advise(d, pick("Install both from one build.",
	    "両方を同じビルドからインストールしてください。"));
}

static bool
make_uri(const struct doctor *d, const char *object, char *out, size_t size)
{
	const unsigned char *p = (const unsigned char *)d->reader;
	size_t n;

	n = (size_t)snprintf(out, size, "jpki://%s", object);
	if (d->reader == NULL)
		return n < size;
	n += (size_t)snprintf(out + n, size - n, "?reader=");
	for (; *p != '\0' && n + 4 < size; p++)
		n += (size_t)snprintf(out + n, size - n, "%%%02X", *p);
	return *p == '\0';
}

/* Counts what a URI leads to; sets *cert to the last certificate. No way is
 * given to ask for a PIN. */
static int
load(struct doctor *d, const char *object, X509 **cert)
{
	OSSL_STORE_CTX *store = NULL;
	OSSL_STORE_INFO *info;
	char uri[2048];
	int i, n = 0;

	ERR_clear_error();
	if (!make_uri(d, object, uri, sizeof(uri)) ||
	    (store = OSSL_STORE_open_ex(uri, d->libctx, NULL, NULL, NULL, NULL,
	    NULL, NULL)) == NULL)
		return -1;
	for (i = 0; i < 32 && !OSSL_STORE_eof(store) &&
	    !OSSL_STORE_error(store); i++) {
		if ((info = OSSL_STORE_load(store)) == NULL)
			continue;
		n++;
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_CERT) {
			X509_free(*cert);
			*cert = OSSL_STORE_INFO_get1_CERT(info);
		}
		OSSL_STORE_INFO_free(info);
	}
	if (OSSL_STORE_error(store))
		n = -1;
	OSSL_STORE_close(store);
	return n;
}

static bool
same_cert(const X509 *cert, const struct jpki_cert *other)
{
	const unsigned char *want;
	unsigned char *der = NULL;
	size_t len;
	int n;
	bool same;

	want = jpki_cert_der(other, &len);
	if (cert == NULL || (n = i2d_X509(cert, &der)) <= 0)
		return false;
	same = (size_t)n == len && memcmp(der, want, len) == 0;
	OPENSSL_free(der);
	return same;
}

void
check_store(struct doctor *d)
{
	X509 *cert = NULL;
	int n;

	/* The provider has more patience than we have. */
	if (d->hangs) {
		note(d, UNCHECKED, "needs a card that answers in time",
		    "時間内に応答するカードが必要です");
		return;
	}
	if ((n = load(d, "", &cert)) > 0)
		note(d, FINE, "jpki: lists %d objects",
		    "jpki: に %d 個あります", n);
	if (n > 0 && d->cert != NULL)
		n = load(d, "auth;type=cert", &cert);
	if (n <= 0) {
		if (blame_openssl(d, pick("cannot be loaded",
		    "読み込めません")) != 0)
			goto out;
		advise(d, pick("If all layers above are fine, this is a "
		    "mistake in the provider; please report it.",
		    "ここより上がすべて正常なら、プロバイダーの誤りですので、"
		    "知らせてください。"));
	} else if (d->cert != NULL && !same_cert(cert, d->cert))
		note(d, BROKEN, "jpki://auth is another certificate",
		    "jpki://auth が別の証明書です");
	else if (d->cert != NULL)
		note(d, FINE, "jpki://auth loads",
		    "jpki://auth を読み込めます");
out:
	X509_free(cert);
}
