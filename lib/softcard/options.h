/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a software card by name, with their defaults and checks. */
#ifndef JPKIP_SOFT_OPTIONS_H
#define JPKIP_SOFT_OPTIONS_H

#include "softcard/state.h"

enum jpkip_soft_kind {
	JPKIP_SOFT_FIXED,	/* only when the card is made */
	JPKIP_SOFT_SECRET,	/* likewise, and not shown */
	JPKIP_SOFT_SWITCH,	/* can be set at any time */
	JPKIP_SOFT_HOLDER,	/* likewise; certificates stay as issued */
	JPKIP_SOFT_REISSUE	/* likewise; kept in a certificate */
};

struct jpkip_soft_option {
	const char *name;
	enum jpkip_soft_kind kind;
	const char *en, *ja;	/* what a value must be, for messages */
	bool (*parse)(struct jpkip_soft_state *, const char *value);
	/* NULL: not in the state file. */
	void (*print)(const struct jpkip_soft_state *, char *text,
	    size_t size);
};

#define JPKIP_SOFT_VALUE_MAX (JPKIP_SOFT_ADDRESS_CHARS * 4 + 1)

/* In the order in which they are shown; ends with name NULL. */
extern const struct jpkip_soft_option jpkip_soft_options[];

const struct jpkip_soft_option *jpkip_soft_option(const char *name);

/*
 * Sets one option from its text. JPKI_ERR_VALUE: the message names the option
 * and what it must be, and not the value, as it may be a PIN.
 */
int	jpkip_soft_option_set(struct jpki_ctx *, struct jpkip_soft_state *,
	    const char *name, const char *value) JPKI_CHECK;

/* JPKI_ERR_VALUE: there is no such setting; a card without 署名用 cannot have
 * this one. */
int	jpkip_soft_no_setting(struct jpki_ctx *, const char *name);
int	jpkip_soft_no_sign(struct jpki_ctx *, const char *option);

#endif
