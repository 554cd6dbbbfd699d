/* SPDX-License-Identifier: Apache-2.0 */
#include "card/pin_table.h"

#include <jpki/ctx.h>

#include <stdio.h>
#include <string.h>

#include "base/wipe.h"
#include "card/pin_weak.h"

static const struct jpkip_pin_info pins[JPKIP_N_PINS] = {
	{ JPKI_PIN_AUTH, &jpkip_app_jpki, 0x0018,
	  &jpkip_auth_pin },
	{ JPKI_PIN_SIGN, &jpkip_app_jpki, 0x001b,
	  &jpkip_sign_pin },
	{ JPKI_PIN_TEXT, &jpkip_app_text, 0x0011,
	  &jpkip_text_pin },
};

const struct jpkip_pin_info *
jpkip_pin_info(enum jpki_pin pin)
{
	size_t i;

	for (i = 0; i < JPKIP_N_PINS; i++)
		if (pins[i].pin == pin)
			return &pins[i];
	return NULL;
}

size_t
jpkip_pin_index(const struct jpkip_pin_info *info)
{
	return (size_t)(info - pins);
}

const char *
jpkip_pin_name(struct jpki_ctx *ctx, const struct jpkip_pin_info *info)
{
	return jpkip_pick(ctx, info->rules->en, info->rules->ja);
}

const char *
jpki_pin_name(enum jpki_pin pin, enum jpki_lang lang)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);

	if (info == NULL)
		return "?";
	return lang == JPKI_LANG_JA ? info->rules->ja : info->rules->en;
}

void
jpki_pin_prompt(enum jpki_pin pin, int left, enum jpki_lang lang, char *out,
    size_t size)
{
	const char *name = jpki_pin_name(pin, lang);
	char ascii[64];

	/* A terminal that does not know UTF-8: what is in brackets goes. */
	if (!jpki_locale_is_utf8()) {
		lang = JPKI_LANG_EN;
		name = jpki_pin_name(pin, lang);
		snprintf(ascii, sizeof(ascii), "%.*s(JPKI)",
		    (int)strcspn(name, "("), name);
		name = ascii;
	}
	if (left < 0)
		snprintf(out, size, "%s: ", name);
	else if (lang == JPKI_LANG_JA)
		snprintf(out, size, "%s（残り %d 回）: ", name, left);
	else
		snprintf(out, size, "%s, %d %s left: ", name, left,
		    left == 1 ? "try" : "tries");
}

/*
 * One character of UTF-8 text as ASCII: the full-width forms U+FF10..U+FF5A
 * are folded, letters raised. 0: not a character of any PIN. *n is how many
 * bytes it took.
 */
static uint8_t
fold(const char *text, size_t len, size_t *n)
{
	const uint8_t *b = (const uint8_t *)text;
	unsigned c = b[0];

	*n = 1;
	if (len >= 3 && b[0] == 0xef && (b[1] == 0xbc || b[1] == 0xbd) &&
	    (b[2] & 0xc0) == 0x80) {
		*n = 3;
		/* U+FF01 is ASCII 21. */
		c = ((b[1] & 0x03u) << 6 | (b[2] & 0x3fu)) + 0x20;
	}
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
		return (uint8_t)c;
	return 0;
}

static int
fail_shape(struct jpki_ctx *ctx, const struct jpkip_pin_info *info)
{
	return jpkip_fail(ctx, JPKI_ERR_PIN_FORMAT, "the %s has %s",
	    "%sは%sです", jpkip_pin_name(ctx, info),
	    jpkip_pick(ctx, info->rules->shape_en, info->rules->shape_ja));
}

int
jpkip_pin_check(struct jpki_ctx *ctx, const struct jpkip_pin_info *info,
    const char *text, size_t len, struct jpkip_pin_text *out)
{
	size_t n;
	uint8_t c;

	out->len = 0;
	for (; len > 0; text += n, len -= n) {
		c = fold(text, len, &n);
		if (c == 0 || (!info->rules->letters && c > '9') ||
		    out->len == info->rules->max)
			goto bad;
		out->text[out->len++] = c;
	}
	if (out->len >= info->rules->min)
		return 0;
bad:
	jpkip_wipe(out, sizeof(*out));
	return fail_shape(ctx, info);
}

/* A new sign password mixes letters and digits; an old one may not (rule
 * E3), and must still work. */
int
jpkip_pin_check_new(struct jpki_ctx *ctx, const struct jpkip_pin_info *info,
    const char *text, size_t len, unsigned flags, struct jpkip_pin_text *out)
{
	bool letter = !info->rules->letters, digit = false;
	size_t i;
	int r;

	if ((r = jpkip_pin_check(ctx, info, text, len, out)) != 0)
		return r;
	for (i = 0; i < out->len; i++) {
		if (out->text[i] <= '9')
			digit = true;
		else
			letter = true;
	}
	if (!letter || !digit)
		r = jpkip_fail(ctx, JPKI_ERR_PIN_FORMAT,
		    "a new password needs both letters and digits",
		    "新しい暗証番号には英字と数字の両方が必要です");
	else if ((flags & JPKI_PIN_ALLOW_WEAK) == 0 &&
	    jpkip_pin_weak(out->text, out->len))
		r = jpkip_fail(ctx, JPKI_ERR_PIN_WEAK, JPKIP_SAME("%s"),
		    jpkip_pin_name(ctx, info));
	if (r != 0)
		jpkip_wipe(out, sizeof(*out));
	return r;
}

int
jpkip_pin_check_differs(struct jpki_ctx *ctx, const struct jpkip_pin_text *cur,
    const struct jpkip_pin_text *next)
{
	if (cur->len != next->len ||
	    memcmp(cur->text, next->text, cur->len) != 0)
		return 0;
	return jpkip_fail(ctx, JPKI_ERR_PIN_FORMAT,
	    "the new one is the current one", "新旧が同じです");
}

int
jpki_pin_check(struct jpki_ctx *ctx, enum jpki_pin pin, const char *text,
    size_t len)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	struct jpkip_pin_text folded;
	int r;

	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (info == NULL || (text == NULL && len > 0))
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	r = jpkip_pin_check(ctx, info, text, len, &folded);
	jpkip_wipe(&folded, sizeof(folded));
	return r;
}

int
jpki_pin_check_new(struct jpki_ctx *ctx, enum jpki_pin pin, const char *text,
    size_t len, unsigned flags)
{
	const struct jpkip_pin_info *info = jpkip_pin_info(pin);
	struct jpkip_pin_text folded;
	int r;

	if (ctx == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if (info == NULL || (text == NULL && len > 0) ||
	    (flags & ~JPKI_PIN_ALLOW_WEAK) != 0)
		return jpkip_fail(ctx, JPKI_ERR_USAGE, NULL, NULL);
	r = jpkip_pin_check_new(ctx, info, text, len, flags, &folded);
	jpkip_wipe(&folded, sizeof(folded));
	return r;
}
