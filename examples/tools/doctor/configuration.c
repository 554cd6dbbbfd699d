/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: what programs get. They have OpenSSL's configuration, which this
 * program does without everywhere else: providers that it activates replace
 * the one that is there by itself, and its properties can hide the card.
 */
#include <string.h>
#include <unistd.h>

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/store.h>

#include "doctor.h"

static bool
has_store(OSSL_LIB_CTX *lib, const char *scheme)
{
	OSSL_STORE_LOADER *loader = OSSL_STORE_LOADER_fetch(lib, scheme, NULL);

	OSSL_STORE_LOADER_free(loader);
	return loader != NULL;
}

/* What every program needs beside the card: digests, files. */
static bool
has_rest(OSSL_LIB_CTX *lib)
{
	EVP_MD *md = EVP_MD_fetch(lib, "SHA256", NULL);

	EVP_MD_free(md);
	return md != NULL && has_store(lib, "file");
}

static void
judge(struct doctor *d, OSSL_LIB_CTX *lib)
{
	bool all = has_rest(lib) && has_store(lib, "jpki");

	/* The same without properties tells what is to blame. */
	if (!all && EVP_set_default_properties(lib, "") == 1 &&
	    has_rest(lib) && has_store(lib, "jpki")) {
		note(d, BROKEN, "its default_properties hide the card or all "
		    "else from programs",
		    "default_properties により、プログラムからカードか"
		    "ほかの機能が見えません");
		advise(d, pick("Take default_properties out of openssl.cnf, or "
		    "make it a preference: ?fips=yes, not fips=yes.",
		    "openssl.cnf の default_properties を消すか、"
		    "fips=yes ではなく ?fips=yes のように書いてください。"));
	} else if (!all) {
		note(d, BROKEN, "it activates jpki without default: programs "
		    "have the card and nothing else",
		    "default なしで jpki を有効にしています。"
		    "プログラムはカード以外の機能を使えません");
		advise(d, pick("Activate default, too, as openssl-jpki.cnf "
		    "does.",
		    "openssl-jpki.cnf のように default も activate して"
		    "ください。"));
	}
}

/* As a program does that is told to, where the configuration does not. */
static bool
add_provider(struct doctor *d, OSSL_LIB_CTX *lib)
{
	if (OSSL_PROVIDER_load(lib, "jpki") != NULL &&
	    OSSL_PROVIDER_load(lib, "default") != NULL)
		return true;
	blame_openssl(d, pick("cannot be used with it",
	    "この設定では使えません"));
	return false;
}

static void
look(struct doctor *d, OSSL_LIB_CTX *lib, const char *path)
{
	bool ours;

	if (!OSSL_LIB_CTX_load_config(lib, path)) {
		blame_openssl(d, pick("the configuration cannot be loaded",
		    "設定を読み込めません"));
		return;
	}
	ours = OSSL_PROVIDER_available(lib, "jpki") == 1;
	if (ours)
		note(d, FINE, "activates jpki", "jpki を有効にしています");
	else
		note(d, FINE, "does not activate jpki: programs have to be "
		    "told (-provider, or OPENSSL_CONF with openssl-jpki.cnf)",
		    "jpki を有効にしていません。プログラムごとに指定します"
		    "（-provider か、openssl-jpki.cnf を指す OPENSSL_CONF）");
	if (ours || add_provider(d, lib))
		judge(d, lib);
}

void
check_configuration(struct doctor *d)
{
	OSSL_LIB_CTX *lib = OSSL_LIB_CTX_new();
	char *path = CONF_get1_default_config_file();

	ERR_clear_error();
	if (lib == NULL || path == NULL)
		blame_openssl(d, "openssl.cnf");
	else if (access(path, R_OK) != 0)
		note(d, FINE, "none that can be read, so OpenSSL's own ways",
		    "読める設定ファイルはなく、OpenSSL の既定のままです");
	else
		look(d, lib, path);
	ERR_clear_error();
	OPENSSL_free(path);
	OSSL_LIB_CTX_free(lib);
}
