/* SPDX-License-Identifier: Apache-2.0 */
/* The software card's file "state": as it comes, and changes to a good one.
 * What is taken is written so that it is read the same again. */
#include <stdlib.h>
#include <string.h>

#include <jpki.h>

#include "fuzz.h"
#include "softcard/days.h"
#include "softcard/state.h"

static void
parse(const char *data, size_t len)
{
	static char first[JPKIP_SOFT_STATE_MAX], again[JPKIP_SOFT_STATE_MAX];
	struct jpkip_soft_state state;
	struct jpkip_soft_wrong wrong = { 0, NULL, NULL, NULL };
	size_t first_len, again_len;
	char *text = malloc(len + 1);

	if (text == NULL)
		return;
	memcpy(text, data, len);
	text[len] = '\0';
	if (!jpkip_soft_state_parse(text, len, &state, &wrong)) {
		if (wrong.missing == NULL &&
		    (wrong.en == NULL || wrong.ja == NULL))
			abort();
	} else if (jpkip_soft_state_print(&state, first, sizeof(first),
	    &first_len)) {
		memcpy(again, first, first_len + 1);
		if (!jpkip_soft_state_parse(again, first_len, &state,
		    &wrong) || !jpkip_soft_state_print(&state, again,
		    sizeof(again), &again_len) || again_len != first_len ||
		    memcmp(first, again, first_len) != 0)
			abort();
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char good[JPKIP_SOFT_STATE_MAX], text[JPKIP_SOFT_STATE_MAX];
	static size_t len;
	struct jpkip_soft_state state;
	struct jpki_ctx *ctx;
	size_t i;

	if (len == 0) {
		jpkip_soft_defaults(&state);
		memset(state.id, 'a', sizeof(state.id) - 1);
		if ((ctx = jpki_ctx_new()) == NULL ||
		    jpkip_soft_settle(ctx, &state,
		    (struct jpki_date){ 2026, 11, 28 }) != 0 ||
		    !jpkip_soft_state_print(&state, good, sizeof(good), &len))
			abort();
		jpki_ctx_free(&ctx);
	}
	parse((const char *)data, size < sizeof(text) ? size : sizeof(text));
	memcpy(text, good, len);
	for (i = 0; i + 2 < size && i < 9; i += 3)
		text[(size_t)(data[i] << 8 | data[i + 1]) % len] =
		    (char)data[i + 2];
	parse(text, len);
	return 0;
}
