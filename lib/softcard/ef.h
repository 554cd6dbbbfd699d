/* SPDX-License-Identifier: Apache-2.0 */
/* Applications and their elementary files, in memory. */
#ifndef JPKIP_SOFT_EF_H
#define JPKIP_SOFT_EF_H

#include "base/ctx.h"

enum jpkip_soft_ef_type {
	JPKIP_SOFT_EF_DATA,
	JPKIP_SOFT_EF_RECORD,
	JPKIP_SOFT_EF_PIN,
	JPKIP_SOFT_EF_KEY
};

struct jpkip_soft_ef {
	uint16_t id;
	enum jpkip_soft_ef_type type;
	enum jpki_pin pin;	/* that it holds, or 0 */
	enum jpki_key key;	/* likewise */
	enum jpki_pin needs;	/* what opens it; 0: it is free */
	uint8_t *data;
	size_t len;
};

#define JPKIP_SOFT_EF_MAX 0x7fff	/* what a 15-bit offset reaches */
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

/* Adds a file with a copy of its content, which may be empty. */
int	jpkip_soft_add_ef(struct jpki_ctx *, struct jpkip_soft_app *,
	    struct jpkip_soft_ef, const uint8_t *data, size_t len) JPKI_CHECK;

/* NULL: the application has no such file. */
struct jpkip_soft_ef *jpkip_soft_find_ef(struct jpkip_soft_app *, unsigned id);

#endif
