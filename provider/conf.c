/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: the provider's section of openssl.cnf, and then a file of
 * the same keys that JPKI_CONF names, for programs that skip openssl.cnf.
 */
#include "prov.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONF_MAX 65536			/* bytes of the file */

/* The last two are ints, the others texts that point into what was read. */
enum type { TEXT, FILE_PATH, SOURCE, NUMBER, SWITCH };

#define FIELD(field) offsetof(struct prov_conf, field)
#define FROM(min, max) min, max, "a number from " #min " to " #max
static const struct key {
	const char *name;
	enum type type;
	size_t field;
	int min, max;
	const char *must;		/* what the value must be */
} keys[] = {
	{ "reader", TEXT, FIELD(reader), 0, 0, "" },
	{ "pin-source.auth", SOURCE, FIELD(pin_source[JPKI_PIN_AUTH]), 0, 0,
	    "file:PATH or fd:NUMBER" },
	{ "pin-source.sign", SOURCE, FIELD(pin_source[JPKI_PIN_SIGN]), 0, 0,
	    "file:PATH or fd:NUMBER" },
	{ "cert.sign", FILE_PATH, FIELD(cert_sign), 0, 0, "file:PATH" },
	{ "anchors", TEXT, FIELD(anchors), 0, 0, "" },
	{ "debug", TEXT, FIELD(debug), 0, 0, "" },
	{ "min-tries", NUMBER, FIELD(min_tries), FROM(1, 5) },
	{ "sign-pin-uses", NUMBER, FIELD(sign_pin_uses), FROM(0, 1000000) },
	{ "pin-grace", NUMBER, FIELD(pin_grace), FROM(0, 3600) },
	{ "allow-sha1", SWITCH, FIELD(allow_sha1), 0, 0, "on or off" },
	{ "pss", SWITCH, FIELD(pss), 0, 0, "on or off" },
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

/* What is wrong, without the value, which may be a PIN in the wrong place. */
__attribute__((format(printf, 2, 3))) static bool
wrong(struct prov_conf *conf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(conf->wrong, sizeof(conf->wrong), fmt, ap);
	va_end(ap);
	return false;
}

/* -1: it is no number, or none of these. */
static int
number(const char *text, int min, int max)
{
	size_t digits = strspn(text, "0123456789");
	long n = digits <= 9 ? strtol(text, NULL, 10) : -1;

	return digits > 0 && text[digits] == '\0' && n >= min && n <= max ?
	    (int)n : -1;
}

static const struct key *
find_key(const char *name)
{
	size_t i;

	for (i = 0; i < N_KEYS; i++) {
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

/* False: the value is not what it must be. */
static bool
take(const struct key *key, const char *value, void *field)
{
	bool file = strncmp(value, "file:", 5) == 0 && value[5] != '\0';
	bool fd = strncmp(value, "fd:", 3) == 0 &&
	    number(value + 3, 0, INT_MAX) >= 0;
	bool on = strcmp(value, "on") == 0;

	switch (key->type) {
	case NUMBER:
		return (*(int *)field = number(value, key->min, key->max)) >= 0;
	case SWITCH:
		*(int *)field = on;
		return on || strcmp(value, "off") == 0;
	case FILE_PATH:
		*(const char **)field = file ? value + 5 : NULL;
		return file;
	default:
		*(const char **)field = value;
		return key->type == TEXT || file || fd;
	}
}

static bool
set(struct prov_conf *conf, const char *name, const char *value,
    const char *where)
{
	const struct key *key = find_key(name);

	if (key == NULL)
		return wrong(conf, "%s: unknown key \"%.32s\"", where, name);
	if ((conf->given & 1u << (key - keys)) != 0)
		return wrong(conf, "%s: %s is given twice", where, name);
	if (*value == '\0')
		return wrong(conf, "%s: %s is empty", where, name);
	if (!take(key, value, (char *)conf + key->field))
		return wrong(conf, "%s: %s is %s", where, name, key->must);
	conf->given |= 1u << (key - keys);
	return true;
}

static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		text[--len] = '\0';
	return text;
}

/* Not OpenSSL's own parser: what stands after "=" is the value as it is, also
 * with "$", "#" or "\" in it, and an error tells the line. */
bool
prov_conf_parse(struct prov_conf *conf, char *text)
{
	char *name, *value, *next = text, where[32];
	unsigned line = 0;

	while ((value = strsep(&next, "\n")) != NULL) {
		snprintf(where, sizeof(where), "JPKI_CONF, line %u", ++line);
		value = trim(value);
		if (*value == '\0' || *value == '#')
			continue;
		name = trim(strsep(&value, "="));
		if (value == NULL)
			return wrong(conf, "%s is not \"name = value\"", where);
		if (!set(conf, name, trim(value), where))
			return false;
	}
	return true;
}

static bool
read_file(const char *path, struct prov_conf *conf)
{
	ssize_t n = -1;
	int fd;

	if ((conf->text = calloc(1, CONF_MAX + 1)) == NULL)
		return wrong(conf, "not enough memory");
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
		n = read(fd, conf->text, CONF_MAX);
		close(fd);
	}
	if (n < 0)
		return wrong(conf, "JPKI_CONF %s: %s", path, strerror(errno));
	if (n == CONF_MAX || strlen(conf->text) != (size_t)n)
		return wrong(conf, "JPKI_CONF %s is no text", path);
	return prov_conf_parse(conf, conf->text);
}

/* What a section may hold beside our keys. */
static bool
is_openssls(const char *name)
{
	return strcmp(name, "activate") == 0 ||
	    strcmp(name, "identity") == 0 || strcmp(name, "module") == 0 ||
	    strcmp(name, "soft_load") == 0;
}

/* OpenSSL does not tell which keys are there, only what the known ones are: so
 * the usual file is looked at once more, for those that are mistyped. */
static bool
check_section(struct prov *prov, struct prov_conf *conf)
{
	char *path = CONF_get1_default_config_file(), *at;
	CONF *cnf = NCONF_new_ex(prov_libctx(prov), NULL);
	STACK_OF(CONF_VALUE) *values = NULL;
	bool ok = true;
	int i;

	ERR_set_mark();
	if (path != NULL && cnf != NULL && NCONF_load(cnf, path, NULL) > 0 &&
	    (at = NCONF_get_string(cnf, NULL, "openssl_conf")) != NULL &&
	    (at = NCONF_get_string(cnf, at, "providers")) != NULL &&
	    (at = NCONF_get_string(cnf, at, "jpki")) != NULL)
		values = NCONF_get_section(cnf, at);
	for (i = 0; ok && i < sk_CONF_VALUE_num(values); i++) {
		at = sk_CONF_VALUE_value(values, i)->name;
		ok = find_key(at) != NULL || is_openssls(at) ||
		    wrong(conf, "%.80s: unknown key \"%.32s\"", path, at);
	}
	ERR_pop_to_mark();
	NCONF_free(cnf);
	OPENSSL_free(path);
	return ok;
}

/* What openssl.cnf gives us, where the file said nothing. */
static bool
read_section(struct prov *prov, struct prov_conf *conf)
{
	char *value;
	size_t i;

	for (i = 0; i < N_KEYS; i++) {
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_utf8_ptr(keys[i].name, &value, 0),
			OSSL_PARAM_construct_end()
		};

		value = NULL;
		if ((conf->given & 1u << i) == 0 &&
		    prov->get_params(prov->handle, params) && value != NULL &&
		    !set(conf, keys[i].name, value, "openssl.cnf"))
			return false;
	}
	return true;
}

const struct prov_conf *
prov_conf(struct prov *prov)
{
	static struct prov_conf out_of_memory = {
		.wrong = "not enough memory"
	};
	struct prov_conf *conf = atomic_load(&prov->conf), *other = NULL;
	const char *path = secure_getenv("JPKI_CONF");

	if (conf != NULL)
		return conf;
	if ((conf = calloc(1, sizeof(*conf))) == NULL)
		return &out_of_memory;
	conf->min_tries = JPKI_TRIES_DEFAULT;
	conf->pin_grace = 60;
	conf->pss = 1;
	if (path == NULL || read_file(path, conf))
		(void)(check_section(prov, conf) && read_section(prov, conf));
	if (secure_getenv("JPKI_READER") != NULL)
		conf->reader = NULL;	/* libjpki takes it */
	if (secure_getenv("JPKI_DEBUG") != NULL)
		conf->debug = secure_getenv("JPKI_DEBUG");
	if (!atomic_compare_exchange_strong(&prov->conf, &other, conf)) {
		prov_conf_free(conf);
		conf = other;
	}
	return conf;
}

void
prov_conf_free(struct prov_conf *conf)
{
	if (conf == NULL)
		return;
	free(conf->text);
	free(conf);
}

int
prov_conf_check(struct prov *prov)
{
	const struct prov_conf *conf = prov_conf(prov);

	if (*conf->wrong == '\0')
		return 1;
	prov_raise(prov, PROV_R_CONFIG, "%s", conf->wrong);
	return 0;
}

bool
prov_debug_wants(struct prov *prov, const char *what)
{
	/* Not prov_conf(): that can fail, and would be logged. */
	const struct prov_conf *conf = atomic_load(&prov->conf);
	const char *debug = conf != NULL ? conf->debug : NULL;

	return debug != NULL && (strcmp(debug, what) == 0 ||
	    strcmp(debug, "all") == 0);
}

void
prov_debug(struct prov *prov, const char *fmt, ...)
{
	char line[600];
	va_list ap;

	if (!prov_debug_wants(prov, "provider"))
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fprintf(stderr, "jpki[%ld]: %s\n", (long)getpid(), line);
}
