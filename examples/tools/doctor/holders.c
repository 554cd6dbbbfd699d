/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the programs that are known to hold a card for themselves, or
 * for long. pcscd does not say who it is; so those that run are named.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

/* As /proc/PID/comm has them: the first 15 bytes of the name. */
static const char *const usual[] = {
	"scdaemon", "gsd-smartcard", "ssh-pkcs11-help", "pkcs11-tool",
	"pkcs15-tool", "opensc-tool", "opensc-notify", "pcsc_scan", "firefox",
	"firefox-esr", "thunderbird", "chrome", "chromium", "pam_pkcs11",
	"pkcs11_eventmgr", "p11-kit-server", "java", "gscriptor", "ykman",
	"yubikey-agent", "cardpeek"
};
#define N_USUAL (sizeof(usual) / sizeof(usual[0]))

static void
look_at(const char *pid, bool runs[N_USUAL])
{
	char path[300], name[32] = "";
	FILE *file;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	if ((file = fopen(path, "re")) == NULL)
		return;
	if (fgets(name, sizeof(name), file) != NULL)
		name[strcspn(name, "\n")] = '\0';
	(void)fclose(file);
	for (i = 0; i < N_USUAL; i++)
		runs[i] = runs[i] || strcmp(usual[i], name) == 0;
}

static bool
find_running(bool runs[N_USUAL])
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	bool any = false;
	size_t i;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			look_at(entry->d_name, runs);
	if (dir != NULL)
		(void)closedir(dir);
	for (i = 0; i < N_USUAL; i++)
		any = any || runs[i];
	return any;
}

void
name_holders(struct doctor *d)
{
	bool runs[N_USUAL] = { false };
	char names[N_USUAL * 20] = "";
	size_t i, len;

	if (find_running(runs)) {
		for (i = 0; i < N_USUAL; i++) {
			len = strlen(names);
			if (runs[i])
				snprintf(names + len, sizeof(names) - len,
				    "%s%s", len > 0 ? ", " : "", usual[i]);
		}
		note(d, BROKEN, "running now, and known to hold cards: %s",
		    "カードを占有することがあり、いま動いているもの：%s",
		    names);
	}
	advise(d, pick("The usual ones: GnuPG's scdaemon (gpgconf --kill "
	    "scdaemon; pcsc-shared in scdaemon.conf), browsers and mail "
	    "programs with a PKCS#11 module, ssh-agent with one, the desktop's "
	    "gsd-smartcard, a virtual machine that the reader was passed to. "
	    "In a container's pcscd, also programs outside of it.",
	    "よくあるもの：GnuPG の scdaemon（gpgconf --kill scdaemon、"
	    "scdaemon.conf に pcsc-shared）、PKCS#11 モジュールを使う"
	    "ブラウザー、メールソフト、ssh-agent、デスクトップの "
	    "gsd-smartcard、リーダーを渡した仮想マシン。"
	    "コンテナでは、その外のプログラムもです。"));
}
