/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/softcard.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"
#include "softcard/card.h"

/* Two answers to reset from the field (card.md 5): with and without extended
 * length among the historical bytes' capabilities. */
static const uint8_t atr_extended[] = {
	0x3b, 0xda, 0x13, 0xff, 0x81, 0x31, 0xfb, 0x46, 0x80, 0x12, 0x39, 0x2f,
	0x31, 0xc1, 0x73, 0xc6, 0x01, 0xc0, 0x3b
};
static const uint8_t atr_short[] = {
	0x3b, 0xc5, 0xff, 0x81, 0x31, 0xfb, 0x45, 0x80, 0x73, 0xc6, 0x01, 0x00,
	0x00
};

void
jpkip_soft_sleep(uint32_t ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	if (ms > 0)
		nanosleep(&t, NULL);
}

static int
load_state(struct jpki_softcard *soft)
{
	char *text, why[128];
	size_t len = 0;
	int r;

	if ((r = jpkip_soft_dir_read(soft->ctx, &soft->dir, JPKIP_SOFT_STATE,
	    &text, &len)) != 0)
		return r;
	if (!jpkip_soft_state_parse(text, len, &soft->state, why, sizeof(why)))
		r = jpkip_soft_damaged(soft->ctx, &soft->dir,
		    JPKIP_SOFT_STATE, why);
	jpkip_freezero(text, len + 1);
	return r;
}

int
jpkip_soft_save(struct jpki_softcard *soft)
{
	char text[JPKIP_SOFT_STATE_MAX];
	size_t len;
	int r;

	if (!jpkip_soft_state_print(&soft->state, text, sizeof(text), &len))
		r = jpkip_fail(soft->ctx, JPKI_ERR_INTERNAL, NULL, NULL);
	else
		r = jpkip_soft_dir_write(soft->ctx, &soft->dir,
		    JPKIP_SOFT_STATE, text, len);
	jpkip_wipe(text, sizeof(text));
	return r;
}

void
jpkip_softcard_power_off(struct jpki_softcard *soft)
{
	jpkip_soft_files_free(soft);
	memset(soft->login, 0, sizeof(soft->login));
	soft->app = NULL;
	soft->ef = NULL;
}

/* With the directory taken and the state read. */
static int
power_on(struct jpki_softcard *soft)
{
	int r;

	jpkip_softcard_power_off(soft);
	soft->on = soft->state.sw;
	memcpy(soft->powered_id, soft->state.id, sizeof(soft->powered_id));
	if ((r = jpkip_soft_files_load(soft)) != 0) {
		jpkip_softcard_power_off(soft);
		return r;
	}
	soft->first = true;
	soft->app = &soft->apps[0];
	return 0;
}

/* Takes the directory and sees what is in it now. */
static int
take(struct jpki_softcard *soft)
{
	int r;

	if ((r = jpkip_soft_dir_take(soft->ctx, &soft->dir)) != 0)
		return r;
	if ((r = load_state(soft)) == 0 && (soft->app == NULL ||
	    strcmp(soft->state.id, soft->powered_id) != 0))
		r = power_on(soft);
	if (r != 0)
		jpkip_soft_dir_release(&soft->dir);
	return r;
}

int
jpkip_soft_take(struct jpki_softcard *soft)
{
	return soft->taken ? 0 : take(soft);
}

void
jpkip_soft_release(struct jpki_softcard *soft)
{
	if (soft->taken)
		return;
	jpkip_soft_dir_release(&soft->dir);
	jpkip_wipe(soft->state.pins, sizeof(soft->state.pins));
}

/* The program may change its directory while the card is open. */
static void
make_absolute(struct jpki_softcard *soft)
{
	char path[PATH_MAX];
	size_t len;

	if (*soft->path == '/' || getcwd(path, sizeof(path)) == NULL)
		return;
	len = strlen(path);
	if (len + 1 + strlen(soft->path) >= sizeof(path))
		return;
	snprintf(path + len, sizeof(path) - len, "/%s", soft->path);
	if ((soft->absolute = strdup(path)) != NULL)
		soft->dir.path = soft->absolute;
}

int
jpki_softcard_open(struct jpki_ctx *ctx, const char *dir,
    struct jpki_softcard **out)
{
	struct jpkip_soft_dir closed = JPKIP_SOFT_DIR(NULL);
	struct jpki_softcard *soft;
	int r;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	*out = NULL;
	if (ctx == NULL || dir == NULL)
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	if ((soft = calloc(1, sizeof(*soft))) == NULL)
		return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
	soft->ctx = ctx;
	soft->dir = closed;
	if ((soft->path = strdup(dir)) == NULL) {
		r = jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
		goto out;
	}
	soft->dir.path = soft->path;
	if ((r = take(soft)) != 0)
		goto out;
	memcpy(soft->opened_id, soft->state.id, sizeof(soft->opened_id));
	soft->dir.absent = JPKI_ERR_REMOVED;
	make_absolute(soft);
	jpkip_soft_release(soft);
	*out = soft;
	soft = NULL;	/* transferred */
out:
	jpki_softcard_free(&soft);
	return r;
}

void
jpki_softcard_free(struct jpki_softcard **soft)
{
	if (soft == NULL || *soft == NULL)
		return;
	jpkip_softcard_power_off(*soft);
	jpkip_soft_dir_release(&(*soft)->dir);
	free((*soft)->path);
	free((*soft)->absolute);
	jpkip_freezero(*soft, sizeof(**soft));
	*soft = NULL;
}

int
jpkip_softcard_begin(struct jpki_softcard *soft, bool *replaced)
{
	int r;

	*replaced = false;
	if (soft->taken)
		return jpkip_fail(soft->ctx, JPKI_ERR_INTERNAL, JPKIP_SAME("begin"));
	if ((r = take(soft)) != 0)
		return r;
	soft->taken = true;
	*replaced = strcmp(soft->state.id, soft->opened_id) != 0;
	return 0;
}

void
jpkip_softcard_end(struct jpki_softcard *soft)
{
	soft->taken = false;
	jpkip_soft_release(soft);
}

int
jpkip_softcard_transmit(struct jpki_softcard *soft, const uint8_t *cmd,
    size_t cmd_len, uint8_t *rsp, size_t rsp_size, size_t *rsp_len)
{
	struct jpkip_buf reply;
	int r, sw;

	if (rsp_size < 2)
		return jpkip_fail(soft->ctx, JPKI_ERR_SPACE, NULL, NULL);
	if ((r = jpkip_soft_take(soft)) != 0)
		return r;
	reply.data = rsp;
	reply.len = 0;
	reply.max = rsp_size - 2;
	reply.overflow = false;
	jpkip_soft_sleep(soft->on.delay_ms);
	sw = jpkip_soft_command(soft, cmd, cmd_len, &reply);
	jpkip_soft_release(soft);
	if (sw < 0)
		return sw;
	if (reply.overflow)
		return jpkip_fail(soft->ctx, JPKI_ERR_SPACE, NULL, NULL);
	reply.max = rsp_size;
	jpkip_buf_u16(&reply, (uint16_t)sw);
	*rsp_len = reply.len;
	return 0;
}

int
jpkip_softcard_power_cycle(struct jpki_softcard *soft)
{
	int r;

	jpkip_softcard_power_off(soft);
	/* Without power, taking the card gives it. */
	if (soft->taken) {
		if ((r = load_state(soft)) != 0)
			return r;
		return power_on(soft);
	}
	if ((r = take(soft)) != 0)
		return r;
	jpkip_soft_release(soft);
	return 0;
}

/* FNV-1a of the random id. */
uint64_t
jpkip_softcard_insertion(const struct jpki_softcard *soft)
{
	uint64_t h = 0xcbf29ce484222325u;
	const char *c;

	for (c = soft->opened_id; *c != '\0'; c++)
		h = (h ^ (uint8_t)*c) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

size_t
jpkip_softcard_atr(const struct jpki_softcard *soft,
    uint8_t atr[JPKIP_ATR_MAX])
{
	if (soft->on.extended) {
		memcpy(atr, atr_extended, sizeof(atr_extended));
		return sizeof(atr_extended);
	}
	memcpy(atr, atr_short, sizeof(atr_short));
	return sizeof(atr_short);
}
