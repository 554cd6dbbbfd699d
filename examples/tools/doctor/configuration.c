/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: what programs get. They have OpenSSL's configuration, which this
 * program does without everywhere else: providers that it activates replace
 * the one that is there by itself, and its properties can hide the card.
 */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

/* ---- What the configuration asks for ---- */

/* OpenSSL from 3.2 on looks at the value, too. */
static bool
is_on(const char *activate)
{
	static const char *const off[] = { "0", "no", "false", "off" };
	size_t i;

	for (i = 0; activate != NULL && i < sizeof(off) / sizeof(off[0]); i++)
		if (strcasecmp(activate, off[i]) == 0)
			return false;
	return activate != NULL;
}

/* What a line of the providers' section would load, if that is jpki and is to
 * be activated; NULL: something else. */
static const char *
asked_module(const CONF *conf, const CONF_VALUE *line)
{
	const char *dot = strchr(line->name, '.'), *slash;
	const char *name = NCONF_get_string(conf, line->value, "identity");
	const char *module = NCONF_get_string(conf, line->value, "module");

	if (name == NULL)
		name = dot != NULL ? dot + 1 : line->name;
	if (module == NULL)
		module = name;
	slash = strrchr(module, '/');
	if ((strcmp(name, "jpki") != 0 && strcmp(slash != NULL ? slash + 1 :
	    module, "jpki.so") != 0) || !is_on(NCONF_get_string(conf,
	    line->value, "activate")))
		return NULL;
	return module;
}

/* Where it wants jpki from; NULL: it does not ask for it. The caller's. */
static char *
find_module(OSSL_LIB_CTX *lib, const char *path)
{
	CONF *conf = NCONF_new_ex(lib, NULL);
	const char *section = NULL, *module = NULL;
	STACK_OF(CONF_VALUE) *lines = NULL;
	char *copy;
	int i;

	if (conf != NULL && NCONF_load(conf, path, NULL) == 1)
		section = NCONF_get_string(conf, NULL, "openssl_conf");
	if (section != NULL)
		section = NCONF_get_string(conf, section, "providers");
	if (section != NULL)
		lines = NCONF_get_section(conf, section);
	for (i = 0; module == NULL && i < sk_CONF_VALUE_num(lines); i++)
		module = asked_module(conf, sk_CONF_VALUE_value(lines, i));
	copy = module != NULL ? strdup(module) : NULL;
	NCONF_free(conf);
	ERR_clear_error();
	return copy;
}

/* OpenSSL passes over what it cannot load without a word. True: that is so. */
static bool
cannot_load(struct doctor *d, OSSL_LIB_CTX *lib, const char *path)
{
	char *module = find_module(lib, path);
	bool fails = module != NULL && OSSL_PROVIDER_load(lib, module) == NULL;

	free(module);
	if (!fails)
		return false;
	blame_openssl(d, pick("is to activate jpki, which cannot be loaded "
	    "from where it says", "jpki を有効にする設定ですが、指定された場所"
	    "から読み込めません"));
	advise(d, pick("Correct \"module =\" in it, or leave that line out "
	    "where jpki.so is in OpenSSL's directory.",
	    "設定の「module =」を直すか、jpki.so が OpenSSL のフォルダーにある"
	    "なら、その行を消してください。"));
	return true;
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
	/* By whatever name. */
	ours = OSSL_PROVIDER_available(lib, "jpki") == 1 ||
	    has_store(lib, "jpki");
	ERR_clear_error();
	if (!ours && cannot_load(d, lib, path))
		return;
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

/* A pipe would make us wait, as it does OpenSSL. */
static bool
is_readable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (S_ISREG(st.st_mode) ||
	    S_ISCHR(st.st_mode)) && access(path, R_OK) == 0;
}

static void
not_there(struct doctor *d, const char *path)
{
	note(d, WARN, "OPENSSL_CONF names %s, which is no file that can be "
	    "read: programs have no configuration",
	    "OPENSSL_CONF の %s は読めるファイルではないため、プログラムは設定"
	    "なしで動いています",
	    d->redact ? pick("a file", "ファイル") : path);
	advise(d, pick("Correct OPENSSL_CONF, or unset it.",
	    "OPENSSL_CONF を直すか、消してください。"));
}

void
check_configuration(struct doctor *d)
{
	OSSL_LIB_CTX *lib = OSSL_LIB_CTX_new();
	char *path = CONF_get1_default_config_file();
	const char *said = getenv("OPENSSL_CONF");

	ERR_clear_error();
	if (lib == NULL || path == NULL)
		blame_openssl(d, "openssl.cnf");
	else if (is_readable(path))
		look(d, lib, path);
	else if (said != NULL && *said != '\0')
		not_there(d, path);
	else
		note(d, FINE, "none that can be read, so OpenSSL's own ways",
		    "読める設定ファイルはなく、OpenSSL の既定のままです");
	ERR_clear_error();
	OPENSSL_free(path);
	OSSL_LIB_CTX_free(lib);
}
