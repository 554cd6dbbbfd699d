/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-doctor: the smart card service and its readers.
 */
#include <string.h>

#include "doctor.h"

#define SOFT "soft:"

bool
is_soft(const struct doctor *d)
{
	return d->reader != NULL &&
	    strncmp(d->reader, SOFT, strlen(SOFT)) == 0;
}

void
check_service(struct doctor *d)
{
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
		/* Nothing in it tells whose computer it is. */
		tell(d, BROKEN, jpki_ctx_errmsg(d->ctx));
		advise(d, jpki_ctx_errhint(d->ctx));
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
	    "入れてください：sudo apt-get install libccid。"
	    "カーネルのドライバーが使っていることもあります：sudo modprobe -r "
	    "port100 pn533_usb"));
}
