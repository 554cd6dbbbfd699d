/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session's inside: what is known of the card, and the state of the run.
 *
 * Two kinds of knowledge are kept apart. What the card is (carrier, short EF
 * ids, certificates) stays for as long as the card is open. What the card is
 * doing (selected application, current file, logins) is forgotten at the end
 * of every run: somebody else may use the card in between.
 */
#ifndef JPKIP_SESSION_H
#define JPKIP_SESSION_H

#include <signal.h>

#include <jpki/card.h>
#include <jpki/cert.h>
#include <jpki/pin.h>

#include "base/ctx.h"
#include "card/apdu.h"
#include "transport/transport.h"

struct jpkip_app {
	const char *name;
	uint8_t aid[10];
};

extern const struct jpkip_app jpkip_app_jpki;	/* 公的個人認証 */
extern const struct jpkip_app jpkip_app_text;	/* 券面事項入力補助 */
extern const struct jpkip_app jpkip_app_common;	/* 共通カード */

/* Whether the card knows short EF ids. Only YES lets them be used. */
enum jpkip_sfi { JPKIP_SFI_UNKNOWN, JPKIP_SFI_YES, JPKIP_SFI_NO };

#define JPKIP_EF_TOKEN_INFO 0x0006
#define JPKIP_TOKEN_LEN 160	/* CK_TOKEN_INFO, serialised */

struct jpki_card {
	struct jpki_ctx *ctx;
	struct jpkip_link link;

	/* What the card is. */
	enum jpki_carrier carrier;
	enum jpkip_sfi sfi;
	int auth_tries;			/* when opened */
	int presence;			/* EF 0008; -1: not read yet */
	uint8_t token[JPKIP_TOKEN_LEN];	/* EF 0006 */
	size_t token_len;		/* 0: not read yet */
	struct jpki_cert *known[JPKI_SLOT_SIGN_CA + 1];
	bool opened;			/* identified, once */
	bool untouched;			/* and no run since */
	bool changed;			/* another card is there: over */

	/* The run. */
	sigset_t signals;		/* as they were before it */
	unsigned depth;
	const struct jpkip_app *app;	/* selected; NULL: unknown */
	bool fresh;			/* nothing since SELECT of app */
	uint16_t ef;			/* current file; 0: unknown */
	unsigned verified;		/* 1 << enum jpki_pin */
	bool pin_sent;			/* the door must be closed */
	int broken;			/* the link failed with this */
};

struct jpkip_reply {
	uint8_t data[JPKIP_RSP_MAX];
	size_t len;			/* without SW1 SW2 */
	uint16_t sw;
};

/* run.c */

/* Runs from the inside: as the public ones, but the error record stays. */
int	jpkip_run_begin(struct jpki_card *) JPKI_CHECK;
int	jpkip_run_end(struct jpki_card *) JPKI_CHECK;

/* Ends a run that an operation began for itself; the operation's own failure
 * r comes first, but for a door that stays open. */
int	jpkip_run_finish(struct jpki_card *, int r) JPKI_CHECK;

/* Sends a command. Fails only when the link fails; what the card answered is
 * in the reply. A repeatable command is sent again once after 6F00, which some
 * cards give to the first command of all, or with the Le that 6Cxx names. */
int	jpkip_send(struct jpki_card *, struct jpkip_apdu *,
	    struct jpkip_reply *) JPKI_CHECK;

/* Records that the card refused a command. */
int	jpkip_refused(struct jpki_card *, const struct jpkip_reply *,
	    const char *what);

/* file.c */

/* Selects an application unless it is selected. */
int	jpkip_select_app(struct jpki_card *, const struct jpkip_app *)
	    JPKI_CHECK;

/* Selects a file unless it is current. JPKI_ERR_NOT_ON_CARD. */
int	jpkip_select_ef(struct jpki_card *, uint16_t ef, const char *what)
	    JPKI_CHECK;

/* Reads up to size bytes from the start of a file: one command, or two when
 * the card does not know short EF ids. *len is what came. */
int	jpkip_read_start(struct jpki_card *, uint16_t ef, const char *what,
	    uint8_t *out, size_t size, size_t *len) JPKI_CHECK;

/* Reads the one BER-TLV object at the start of a file, without the filler
 * behind it; the caller frees. */
int	jpkip_read_object(struct jpki_card *, uint16_t ef, const char *what,
	    uint8_t **out, size_t *len) JPKI_CHECK;

/* Reads a certificate inside the run and remembers it. */
int	jpkip_read_cert(struct jpki_card *, enum jpki_slot,
	    struct jpki_cert **out) JPKI_CHECK;

/* Reads the start of a certificate's file in the run. */
int	jpkip_read_cert_start(struct jpki_card *, enum jpki_slot,
	    uint8_t *out, size_t size, size_t *len) JPKI_CHECK;

/* Reads a certificate anew and compares it with the known one, which stays:
 * 0, or JPKI_ERR_CHANGED where it is another one. */
int	jpkip_compare_cert(struct jpki_card *, enum jpki_slot) JPKI_CHECK;

/* sign.c */

#define JPKIP_RSA2048_LEN 256	/* bytes of a card's signature, at least */

/* What is wrong with the arguments of a signature, before a PIN is sent. */
int	jpkip_sign_check(struct jpki_ctx *, enum jpki_key, enum jpki_padding,
	    enum jpki_md, const uint8_t *digest, size_t digest_len) JPKI_CHECK;

/* pin.c */

/* The counter of a PIN, in the run; -1: no number, 0: blocked. */
int	jpkip_pin_query(struct jpki_card *, enum jpki_pin, int *left)
	    JPKI_CHECK;

#endif
