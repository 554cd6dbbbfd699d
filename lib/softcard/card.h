/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a software card, for the files that make up its behaviour.
 *
 * What the card does is written from the facts about real cards alone, apart
 * from the session's code, so that the two readings check each other.
 */
#ifndef JPKIP_SOFT_CARD_H
#define JPKIP_SOFT_CARD_H

#include <openssl/evp.h>

#include "base/buf.h"
#include "softcard/softcard.h"
#include "softcard/state.h"
#include "softcard/store.h"

enum jpkip_soft_ef_type {
	JPKIP_SOFT_EF_DATA,
	JPKIP_SOFT_EF_RECORD,
	JPKIP_SOFT_EF_PIN,
	JPKIP_SOFT_EF_KEY
};

struct jpkip_soft_ef {
	uint16_t id;
	enum jpkip_soft_ef_type type;
	int what;	/* the enum jpki_pin or jpki_key that it holds */
	int needs;	/* the enum jpki_pin that opens it; 0: free */
	uint8_t *data;
	size_t len;
};

#define JPKIP_SOFT_EFS 12
#define JPKIP_SOFT_APPS 4
#define JPKIP_SOFT_AID_MAX 16

enum jpkip_soft_app_kind {
	JPKIP_SOFT_APP_ISD,	/* current after power-up, no files */
	JPKIP_SOFT_APP_JPKI,	/* 公的個人認証 */
	JPKIP_SOFT_APP_TEXT,	/* 券面事項入力補助 */
	JPKIP_SOFT_APP_COMMON	/* 共通カード */
};

struct jpkip_soft_app {
	enum jpkip_soft_app_kind kind;
	uint8_t aid[JPKIP_SOFT_AID_MAX];
	size_t aid_len;
	struct jpkip_soft_ef efs[JPKIP_SOFT_EFS];
	size_t n_efs;
};

struct jpki_softcard {
	struct jpki_ctx *ctx;
	char *path;			/* as given */
	char *absolute;
	struct jpkip_soft_dir dir;
	bool taken;			/* between begin and end */
	char opened_id[JPKIP_SOFT_ID];
	struct jpkip_soft_state state;	/* as read when it was taken */

	/* Read at power-up. */
	char powered_id[JPKIP_SOFT_ID];
	struct jpkip_soft_switches on;
	struct jpkip_soft_app apps[JPKIP_SOFT_APPS];
	size_t n_apps;
	EVP_PKEY *keys[2];		/* enum jpki_key - 1 */

	/* RAM: lost with the power. */
	bool first;			/* no command since power-up */
	bool login[JPKIP_SOFT_PINS];	/* enum jpki_pin - 1 */
	struct jpkip_soft_app *app;	/* NULL without power */
	struct jpkip_soft_ef *ef;
};

/* A command after parsing. */
struct jpkip_soft_apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t lc;	/* 0: no data */
	size_t le;	/* 0: nothing expected */
	bool extended;
};

/* Status words, card.md 3.8. */
#define SW_OK			0x9000
#define SW_TRIES(n)		(0x63c0 | (n))
#define SW_LENGTH		0x6700
#define SW_NO_SM_HERE		0x66f1
#define SW_CHANNEL		0x6881
#define SW_NO_SM		0x6882
#define SW_WRONG_TYPE		0x6981
#define SW_SECURITY		0x6982
#define SW_CONDITIONS		0x6985
#define SW_NO_EF		0x6986
#define SW_SM_OBJECTS		0x69fc
#define SW_FUNCTION		0x6a81
#define SW_NOT_FOUND		0x6a82
#define SW_NO_RECORD		0x6a83
#define SW_P1P2			0x6a86
#define SW_NO_OBJECT		0x6a88
#define SW_OFFSET		0x6b00
#define SW_INS			0x6d00
#define SW_CLA			0x6e00
#define SW_FIRST		0x6f00

/* files.c: what the applications hold, at power-up. */
int	jpkip_soft_files_load(struct jpki_softcard *) JPKI_CHECK;
void	jpkip_soft_files_free(struct jpki_softcard *);

/* text_ap.c: the files of 券面事項入力補助. */
int	jpkip_soft_text_files(struct jpki_softcard *,
	    struct jpkip_soft_app *) JPKI_CHECK;
int	jpkip_soft_add_ef(struct jpki_ctx *, struct jpkip_soft_app *,
	    struct jpkip_soft_ef, const uint8_t *data, size_t len) JPKI_CHECK;

/* apdu.c: 0, or a status word. */
unsigned jpkip_soft_apdu_parse(const uint8_t *, size_t, bool extended,
	    struct jpkip_soft_apdu *);

/* dispatch.c: one command. A status word, or a negative error code when the
 * card cannot answer at all. */
int	jpkip_soft_command(struct jpki_softcard *, const uint8_t *, size_t,
	    struct jpkip_buf *reply);

/*
 * The commands; they return as jpkip_soft_command() does.
 * select.c also knows how P2 names an EF: 80 the current one, 80+sfi another
 * one, which becomes the current one. NULL: *sw says why not.
 */
struct jpkip_soft_ef *jpkip_soft_named(struct jpki_softcard *, uint8_t p2,
	    unsigned *sw);
int	jpkip_soft_select(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *);
int	jpkip_soft_read_binary(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);
int	jpkip_soft_read_record(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);
int	jpkip_soft_verify(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *);
int	jpkip_soft_change(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *);
int	jpkip_soft_sign(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);
int	jpkip_soft_challenge(struct jpki_softcard *,
	    const struct jpkip_soft_apdu *, struct jpkip_buf *);

/*
 * softcard.c: takes the directory for one act and sees what is in it now
 * (within begin and end it is taken already); releases it; writes the state
 * as it is in memory now.
 */
int	jpkip_soft_take(struct jpki_softcard *) JPKI_CHECK;
void	jpkip_soft_release(struct jpki_softcard *);
int	jpkip_soft_save(struct jpki_softcard *) JPKI_CHECK;
void	jpkip_soft_sleep(uint32_t ms);

#endif
