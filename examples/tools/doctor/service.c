/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the smart card service and its readers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"

#define SOFT "soft:"

struct trouble {
	struct text what, todo;
};

static const struct trouble refused = {
	.what = {
	    "pcscd refuses this user",
	    "pcscd がこのユーザーの利用を拒否しています" },
	.todo = {
	    "Log in at the machine itself, or have a polkit rule made that "
	    "allows org.debian.pcsc-lite.access_pcsc and .access_card.",
	    "その機械に直接ログインするか、polkit で "
	    "org.debian.pcsc-lite.access_pcsc と .access_card の許可を設定して"
	    "もらってください。" },
};

static const struct trouble forbidden = {
	.what = {
	    "pcscd's socket is closed to this user",
	    "pcscd のソケットを開く権限がありません" },
	.todo = {
	    "Join the group of the socket (ls -l /run/pcscd/pcscd.comm; sudo "
	    "usermod -aG GROUP USER) and log in again.",
	    "ソケットのグループに入り（ls -l /run/pcscd/pcscd.comm、sudo "
	    "usermod -aG グループ ユーザー）、ログインし直してください。" },
};

static const struct trouble uninstalled = {
	.what = {
	    "pcscd is not installed",
	    "pcscd がインストールされていません" },
	.todo = {
	    "Install it: sudo apt-get install pcscd.",
	    "インストールしてください: sudo apt-get install pcscd" },
};

static const struct trouble stopped = {
	.what = {
	    "pcscd is installed but not started",
	    "pcscd が起動していません" },
	.todo = {
	    "Start it: sudo systemctl enable --now pcscd.socket (without "
	    "systemd: sudo pcscd).",
	    "起動してください: sudo systemctl enable --now pcscd.socket"
	    "（systemd のない環境では sudo pcscd）" },
};

static const struct trouble silent = {
	.what = {
	    "pcscd does not answer at its socket",
	    "pcscd のソケットから応答がありません" },
	.todo = {
	    "Restart it: sudo systemctl restart pcscd.socket pcscd.service.",
	    "再起動してください: sudo systemctl restart pcscd.socket "
	    "pcscd.service" },
};

bool
is_soft(const struct doctor *d)
{
	return d->reader != NULL &&
	    strncmp(d->reader, SOFT, strlen(SOFT)) == 0;
}

static const struct trouble *
find_trouble(int err)
{
	const char *path = getenv("PCSCLITE_CSOCK_NAME");

	if (err == JPKI_ERR_NOT_ALLOWED)
		return &refused;
	if (access(path != NULL ? path : "/run/pcscd/pcscd.comm", W_OK) == 0)
		return &silent;
	if (errno == EACCES)
		return &forbidden;
	return access("/usr/sbin/pcscd", F_OK) == 0 ||
	    access("/usr/bin/pcscd", F_OK) == 0 ||
	    access("/usr/local/sbin/pcscd", F_OK) == 0 ? &stopped :
	    &uninstalled;
}

void
check_service(struct doctor *d)
{
	const struct trouble *trouble;
	int r;

	if (is_soft(d)) {
		note(d, FINE, "not needed by a software card",
		    "ソフトウェアカードには不要です");
		return;
	}
	r = jpki_readers_list(d->ctx, &d->readers);
	if (r == 0)
		note(d, FINE, "pcscd answers", "pcscd は応答します");
	else if (r != JPKI_ERR_NO_SERVICE && r != JPKI_ERR_NOT_ALLOWED)
		blame(d, BROKEN, r);
	else {
		trouble = find_trouble(r);
		tell(d, BROKEN, text_of(trouble->what));
		advise(d, text_of(trouble->todo));
	}
}

static const char *
state_text(enum jpki_reader_state state)
{
	switch (state) {
	case JPKI_READER_CARD:
		return pick("card", "カードあり");
	case JPKI_READER_MUTE:
		return pick("mute card", "カードの応答なし");
	case JPKI_READER_EMPTY:
		break;
	}
	return pick("empty", "カードなし");
}

void
check_readers(struct doctor *d)
{
	size_t i, n = jpki_readers_count(d->readers);
	const char *name;
	int len;

	if (is_soft(d)) {
		tell(d, FINE, !d->redact ? d->reader :
		    pick("a software card", "ソフトウェアカード"));
		return;
	}
	for (i = 0; i < n; i++) {
		name = jpki_readers_name(d->readers, i);
		/* It can have the reader's serial number, as "(1234)". */
		len = (int)(d->redact ? strcspn(name, "(") : strlen(name));
		note(d, FINE, "%zu: %.*s (%s)", "%zu: %.*s（%s）", i, len,
		    name, state_text(jpki_readers_state(d->readers, i)));
	}
	if (n > 0)
		return;
	note(d, MISSING, "pcscd has no reader",
	    "pcscd から見えるリーダーがありません");
	advise(d, pick("Plug it in (lsusb must list it; under WSL: usbipd "
	    "attach) and install its driver: sudo apt-get install libccid. A "
	    "kernel driver may hold it: sudo modprobe -r port100 pn533_usb.",
	    "接続を lsusb で確かめ（WSL では先に usbipd attach）、ドライバーを"
	    "入れてください: sudo apt-get install libccid。"
	    "カーネルのドライバーが使っていることもあります: sudo modprobe -r "
	    "port100 pn533_usb"));
}
