/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: a file that JPKI_CONF names, for programs that skip
 * openssl.cnf, and where that says nothing, the provider's section there.
 */
#include "conf.h"

#include <sys/stat.h>

#include <openssl/conf.h>

#include "debug.h"
#include "err.h"

struct prov_conf {
	struct jpki_settings *settings;
	struct jpki_ctx *ctx;		/* tells what is wrong with them */
};

/* Ours, or what a section may hold beside our keys. */
static bool
is_known(const char *name)
{
	static const char *const openssls[] = {
		"activate", "identity", "module", "soft_load"
	};
	size_t i;

	for (i = 0; i < sizeof(openssls) / sizeof(openssls[0]); i++) {
		if (strcmp(openssls[i], name) == 0)
			return true;
	}
	for (i = 0; jpki_settings_name(i) != NULL; i++) {
		if (strcmp(jpki_settings_name(i), name) == 0)
			return true;
	}
	return false;
}

/* A pipe would make us wait, where the program itself has not read it. */
static bool
is_file(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* OpenSSL does not tell which keys are there, only what the known ones are: so
 * the usual file is looked at once more, for those that are mistyped. */
static bool
check_section(struct prov *prov, const struct prov_conf *conf)
{
	char *path = CONF_get1_default_config_file(), *at;
	CONF *cnf = NCONF_new_ex(prov_libctx(prov), NULL);
	STACK_OF(CONF_VALUE) *values = NULL;
	bool ok = true;
	int i;

	ERR_set_mark();
	if (is_file(path) && cnf != NULL && NCONF_load(cnf, path, NULL) > 0 &&
	    (at = NCONF_get_string(cnf, NULL, "openssl_conf")) != NULL &&
	    (at = NCONF_get_string(cnf, at, "providers")) != NULL &&
	    (at = NCONF_get_string(cnf, at, "jpki")) != NULL)
		values = NCONF_get_section(cnf, at);
	for (i = 0; ok && i < sk_CONF_VALUE_num(values); i++) {
		at = sk_CONF_VALUE_value(values, i)->name;
		ok = is_known(at) || jpki_settings_set(conf->ctx,
		    conf->settings, at, "", path) == 0;
	}
	ERR_pop_to_mark();
	NCONF_free(cnf);
	OPENSSL_free(path);
	return ok;
}

static void
read_section(struct prov *prov, const struct prov_conf *conf)
{
	const char *name;
	char *value;
	size_t i;

	for (i = 0; (name = jpki_settings_name(i)) != NULL; i++) {
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_utf8_ptr(name, &value, 0),
			OSSL_PARAM_construct_end()
		};

		value = NULL;
		if (!jpki_settings_is_set(conf->settings, i) &&
		    prov->get_params(prov->handle, params) && value != NULL &&
		    jpki_settings_set(conf->ctx, conf->settings, name, value,
		    "openssl.cnf") != 0)
			return;
	}
}

static struct prov_conf *
conf_new(struct prov *prov)
{
	const char *path = secure_getenv("JPKI_CONF");
	const char *debug = secure_getenv("JPKI_DEBUG");
	const char *reader = secure_getenv("JPKI_READER");
	struct prov_conf *conf;
	int wanted;

	if ((conf = calloc(1, sizeof(*conf))) == NULL ||
	    (conf->ctx = prov_ctx_new(prov)) == NULL ||
	    jpki_settings_new(conf->ctx, &conf->settings) != 0) {
		prov_conf_free(conf);
		return NULL;
	}
	if ((path == NULL || *path == '\0' || jpki_settings_read(conf->ctx,
	    conf->settings, path, "JPKI_CONF") == 0) &&
	    check_section(prov, conf))
		read_section(prov, conf);
	if (reader != NULL && *reader != '\0')
		conf->settings->reader = NULL;	/* libjpki takes it */
	wanted = debug != NULL ? jpki_debug_parse(debug) :
	    conf->settings->debug;
	atomic_store(&prov->debug, wanted);
	if (wanted < 0)
		prov_say(prov, prov_pick(
		    "jpki: JPKI_DEBUG is apdu, provider or all\n",
		    "jpki: JPKI_DEBUG は apdu、provider、all のどれかです\n"));
	return conf;
}

static struct prov_conf *
get(struct prov *prov)
{
	struct prov_conf *conf = atomic_load(&prov->conf), *other = NULL;

	if (conf != NULL || (conf = conf_new(prov)) == NULL)
		return conf;
	if (atomic_compare_exchange_strong(&prov->conf, &other, conf))
		return conf;
	prov_conf_free(conf);
	return other;
}

const struct jpki_settings *
prov_conf(struct prov *prov)
{
	static const struct jpki_settings fallback = {
		.min_tries = JPKI_TRIES_DEFAULT, .pss = 1
	};
	struct prov_conf *conf = get(prov);

	return conf != NULL ? conf->settings : &fallback;
}

int
prov_conf_min_tries(struct prov *prov)
{
	struct prov_conf *conf = get(prov);

	return conf != NULL && jpki_settings_has(conf->settings, "min-tries") ?
	    conf->settings->min_tries : 0;
}

const char *
prov_conf_pin_source(struct prov *prov, enum jpki_pin which)
{
	struct prov_conf *conf = get(prov);

	return conf == NULL ? NULL :
	    jpki_settings_pin_source(conf->settings, which);
}

void
prov_conf_free(struct prov_conf *conf)
{
	if (conf == NULL)
		return;
	jpki_settings_free(&conf->settings);
	jpki_ctx_free(&conf->ctx);
	free(conf);
}

int
prov_conf_check(struct prov *prov)
{
	struct prov_conf *conf = get(prov);

	if (conf == NULL)
		prov_raise(prov, -JPKI_ERR_MEMORY, "configuration");
	else if (jpki_ctx_err(conf->ctx) != 0)
		prov_raise_ctx(prov, conf->ctx);
	else
		return 1;
	return 0;
}
