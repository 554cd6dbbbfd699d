/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the PKCS#11 module, as p11-kit and NSS are told of it, and
 * OpenSC's beside it, which knows the card, too, but guards no try of a PIN and
 * leaves the card open.
 */
#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

#define OURS "jpki-pkcs11"
#define LINE_MAX_LEN 1024

/* What p11-kit's files say of a module. */
struct registration {
	char path[LINE_MAX_LEN];	/* ""; not registered */
	int priority;
	bool off;
};

/* A line "key: value"; NULL: of another key. */
static char *
value_of(char *line, const char *key)
{
	size_t len = strlen(key);

	line[strcspn(line, "\r\n")] = '\0';
	if (strncmp(line, key, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

static void
read_file(const char *path, struct registration *at)
{
	char line[LINE_MAX_LEN], *value;
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		if ((value = value_of(line, "module")) != NULL)
			snprintf(at->path, sizeof(at->path), "%s%s",
			    *value == '/' ? "" : JPKI_P11_MODULES "/", value);
		else if ((value = value_of(line, "priority")) != NULL)
			at->priority = (int)strtol(value, NULL, 10);
		/* For some programs only, or for all but some. */
		else if ((value = value_of(line, "enable-in")) != NULL)
			at->off = strcmp(value, "none") == 0;
	}
	fclose(file);
}

/* The folder of a user's files below the home directory; false: none. */
static bool
user_folder(const char *name, char *out, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config != NULL && *config != '\0')
		return (size_t)snprintf(out, size, "%s/%s", config, name) <
		    size;
	return home != NULL && (size_t)snprintf(out, size, "%s/.config/%s",
	    home, name) < size;
}

/* The package's file, the administrator's, and the user's: what a later one
 * says counts. */
static void
look_up(const char *name, struct registration *at)
{
	char path[LINE_MAX_LEN], user[LINE_MAX_LEN];
	const char *const folders[] = {
		JPKI_P11_CONFIGS, "/etc/pkcs11/modules",
		user_folder("pkcs11/modules", user, sizeof(user)) ? user : NULL
	};
	size_t i;

	memset(at, 0, sizeof(*at));
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (folders[i] != NULL && (size_t)snprintf(path, sizeof(path),
		    "%s/%s.module", folders[i], name) < sizeof(path))
			read_file(path, at);
}

static void
check_ours(struct doctor *d, const struct registration *ours)
{
	void *module;

	if (ours->path[0] == '\0' && !JPKI_P11_BUILT) {
		note(d, FINE, "not part of this build",
		    "このビルドには含まれていません");
		return;
	}
	if (ours->path[0] == '\0') {
		note(d, WARN, "p11-kit is not told of " OURS ".so",
		    OURS ".so が p11-kit に登録されていません");
		advise(d, pick("Install it (meson install), or set it up for "
		    "each program; see jpki-pkcs11(7).",
		    "インストールする（meson install）か、プログラムごとに"
		    "設定してください。jpki-pkcs11(7) に説明があります。"));
		return;
	}
	if ((module = dlopen(ours->path, RTLD_NOW | RTLD_LOCAL)) == NULL ||
	    dlsym(module, "C_GetFunctionList") == NULL) {
		note(d, BROKEN, "%s cannot be loaded",
		    "%s を読み込めません", hide(d, ours->path));
		advise(d, pick("Install libjpki and the module from one "
		    "build, then run sudo ldconfig.",
		    "libjpki とモジュールを同じビルドからインストールし、"
		    "sudo ldconfig を実行してください。"));
	} else if (ours->off) {
		note(d, WARN, "%s is switched off in p11-kit",
		    "%s は p11-kit で無効にされています",
		    hide(d, ours->path));
		advise(d, pick("Take the line enable-in out of " OURS
		    ".module.", OURS ".module の enable-in の行を消して"
		    "ください。"));
	} else
		note(d, FINE, "p11-kit has %s", "p11-kit に %s があります",
		    hide(d, ours->path));
	if (module != NULL)
		dlclose(module);
}

/* p11-kit puts the higher number first, then goes by the name. */
static void
check_opensc(struct doctor *d, const struct registration *ours)
{
	struct registration opensc;

	look_up("opensc-pkcs11", &opensc);
	if (opensc.path[0] == '\0')
		look_up("opensc", &opensc);
	if (opensc.path[0] == '\0' || opensc.off ||
	    access(opensc.path, R_OK) != 0)
		return;
	if (ours->path[0] != '\0' && !ours->off &&
	    ours->priority >= opensc.priority) {
		note(d, FINE, "OpenSC comes after it",
		    "OpenSC はその後です");
		return;
	}
	note(d, WARN, "OpenSC is asked first, which guards no try of a PIN "
	    "and leaves the card open",
	    "OpenSC が先に使われます。OpenSC は暗証番号の残り回数を守らず、"
	    "カードを開いたままにします");
	advise(d, pick("Put enable-in: none into "
	    "~/.config/pkcs11/modules/opensc-pkcs11.module.",
	    "~/.config/pkcs11/modules/opensc-pkcs11.module に "
	    "enable-in: none と書いてください。"));
}

/* NSS asks its modules in the order of the list. */
static bool
opensc_is_first(const char *path)
{
	char line[LINE_MAX_LEN];
	FILE *file = fopen(path, "r");
	bool first = false;

	if (file == NULL)
		return false;
	while (!first && fgets(line, sizeof(line), file) != NULL &&
	    strstr(line, OURS) == NULL)
		first = strncmp(line, "library=", 8) == 0 &&
		    strstr(line, "opensc-pkcs11") != NULL;
	fclose(file);
	return first;
}

static void
check_nss(struct doctor *d)
{
	static const char *const places[] = {
		".pki/nssdb", ".mozilla/firefox/*", ".thunderbird/*"
	};
	const char *home = getenv("HOME");
	char pattern[LINE_MAX_LEN];
	glob_t found;
	size_t i, j;

	for (i = 0; home != NULL &&
	    i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(pattern, sizeof(pattern), "%s/%s/pkcs11.txt", home,
		    places[i]);
		if (glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (j = 0; j < found.gl_pathc; j++) {
			if (!opensc_is_first(found.gl_pathv[j]))
				continue;
			note(d, WARN, "OpenSC is asked first by who uses %s",
			    "%s を使うプログラムでは OpenSC が先に使われます",
			    hide(d, found.gl_pathv[j]));
			advise(d, pick("Unload OpenSC's module there, and "
			    "load " OURS ".so: modutil, or Security Devices "
			    "in the settings.",
			    "そこでは OpenSC のモジュールを外し、" OURS
			    ".so を読み込んでください（modutil か、設定の"
			    "セキュリティデバイス）。"));
		}
		globfree(&found);
	}
}

void
check_pkcs11(struct doctor *d)
{
	struct registration ours;

	look_up(OURS, &ours);
	check_ours(d, &ours);
	if (ours.path[0] == '\0' && !JPKI_P11_BUILT)
		return;
	check_opensc(d, &ours);
	check_nss(d);
}
