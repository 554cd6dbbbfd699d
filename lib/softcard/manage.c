/* SPDX-License-Identifier: Apache-2.0 */
/* What is done to a software card from outside: switches, tries, settings. */
#include <string.h>

#include "softcard/card.h"
#include "softcard/certs.h"
#include "softcard/options.h"
#include "softcard/pins.h"

/* A certificate's end is nowhere but in the certificate. */
static int
reissue(struct jpki_softcard *soft, const struct jpkip_soft_option *option,
    const char *value)
{
	struct jpkip_soft_state asked;
	bool sign = strcmp(option->name, "sign-not-after") == 0;
	int r;

	memset(&asked, 0, sizeof(asked));
	if ((r = jpkip_soft_option_set(soft->ctx, &asked, option->name,
	    value)) != 0)
		return r;
	if (sign && soft->state.profile == JPKIP_SOFT_CHILD)
		return jpkip_soft_no_sign(soft->ctx, option->name);
	return jpkip_soft_issue(soft->ctx, &soft->dir, &soft->state,
	    sign ? JPKI_KEY_SIGN : JPKI_KEY_AUTH,
	    sign ? asked.sign_not_after : asked.auth_not_after, true);
}

int
jpki_softcard_set(struct jpki_softcard *soft, const char *name,
    const char *value)
{
	const struct jpkip_soft_option *option;
	int r;

	if (soft == NULL || name == NULL || value == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(soft->ctx);
	if ((option = jpkip_soft_option(name)) == NULL)
		return jpkip_soft_no_setting(soft->ctx, name);
	if (option->kind == JPKIP_SOFT_FIXED ||
	    option->kind == JPKIP_SOFT_SECRET)
		return jpkip_fail(soft->ctx, JPKI_ERR_VALUE,
		    "%s is set once, when the card is made",
		    "%s はカードを作るときにだけ指定できます", name);
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	if (option->kind == JPKIP_SOFT_REISSUE)
		r = reissue(soft, option, value);
	else if ((r = jpkip_soft_option_set(soft->ctx, &soft->state, name,
	    value)) == 0)
		r = jpkip_soft_save(soft);
	jpkip_soft_release(soft);
	return r;
}

int
jpki_softcard_unlock(struct jpki_softcard *soft)
{
	int r;

	if (soft == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(soft->ctx);
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	jpkip_soft_fill_tries(&soft->state);
	r = jpkip_soft_save(soft);
	jpkip_soft_release(soft);
	return r;
}

int
jpki_softcard_tries(struct jpki_softcard *soft, enum jpki_pin pin, int *left)
{
	int r;

	if (left != NULL)
		*left = -1;
	if (soft == NULL || left == NULL || pin < JPKI_PIN_AUTH ||
	    pin > JPKI_PIN_TEXT)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(soft->ctx);
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	if (jpkip_soft_has_pin(&soft->state, pin))
		*left = jpkip_soft_pin(&soft->state, pin)->tries;
	jpkip_soft_release(soft);
	return 0;
}

/* *there: whether this card has such a setting. */
static int
print_setting(struct jpki_softcard *soft,
    const struct jpkip_soft_option *option, char *value, size_t size,
    bool *there)
{
	bool sign = strcmp(option->name, "sign-not-after") == 0;
	struct jpki_date last;
	int r;

	*there = true;
	if (option->print != NULL) {
		option->print(&soft->state, value, size);
		return 0;
	}
	if (option->kind != JPKIP_SOFT_REISSUE ||
	    (sign && soft->state.profile == JPKIP_SOFT_CHILD)) {
		*there = false;
		return 0;
	}
	if ((r = jpkip_soft_last_day(soft->ctx, &soft->dir,
	    sign ? JPKI_KEY_SIGN : JPKI_KEY_AUTH, &last)) != 0)
		return r;
	jpki_date_format(last, value);
	return 0;
}

int
jpki_softcard_show(struct jpki_softcard *soft,
    void (*fn)(void *arg, const char *name, const char *value), void *arg)
{
	const struct jpkip_soft_option *option;
	char value[JPKIP_SOFT_VALUE_MAX];
	bool there;
	int r;

	if (soft == NULL || fn == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(soft->ctx);
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	for (option = jpkip_soft_options; option->name != NULL; option++) {
		if ((r = print_setting(soft, option, value, sizeof(value),
		    &there)) != 0)
			break;
		if (there)
			fn(arg, option->name, value);
	}
	jpkip_soft_release(soft);
	return r;
}
