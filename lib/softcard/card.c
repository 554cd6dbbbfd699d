/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/card.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"
#include "softcard/files.h"

void
jpkip_soft_sleep(uint32_t ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	if (ms > 0)
		nanosleep(&t, NULL);
}

static int
damaged_state(struct jpki_softcard *soft, const struct jpkip_soft_wrong *wrong)
{
	const char *dir = soft->dir.path;
	const char *why = jpkip_pick(soft->ctx, wrong->en, wrong->ja);

	if (wrong->missing != NULL)
		return jpkip_fail(soft->ctx, JPKI_ERR_DAMAGED,
		    "%s/%s: no line \"%s\"", "%s/%s: \"%s\" の行がありません",
		    dir, JPKIP_SOFT_STATE, wrong->missing);
	if (wrong->line == 0)
		return jpkip_fail(soft->ctx, JPKI_ERR_DAMAGED,
		    JPKIP_SAME("%s/%s: %s"), dir, JPKIP_SOFT_STATE, why);
	return jpkip_fail(soft->ctx, JPKI_ERR_DAMAGED, "%s/%s: line %d: %s",
	    "%s/%s: %d 行目：%s", dir, JPKIP_SOFT_STATE, wrong->line, why);
}

int
jpkip_soft_load(struct jpki_softcard *soft)
{
	struct jpkip_soft_wrong wrong;
	size_t len = 0;
	char *text;
	int r;

	if ((r = jpkip_soft_dir_read(soft->ctx, &soft->dir, JPKIP_SOFT_STATE,
	    &text, &len)) != 0)
		return r;
	if (!jpkip_soft_state_parse(text, len, &soft->state, &wrong))
		r = damaged_state(soft, &wrong);
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
jpkip_soft_power_off(struct jpki_softcard *soft)
{
	jpkip_soft_files_free(soft);
	memset(soft->login, 0, sizeof(soft->login));
	soft->app = NULL;
	soft->ef = NULL;
}

int
jpkip_soft_power_on(struct jpki_softcard *soft)
{
	int r;

	jpkip_soft_power_off(soft);
	soft->on = soft->state.sw;
	memcpy(soft->powered_id, soft->state.id, sizeof(soft->powered_id));
	if ((r = jpkip_soft_files_load(soft)) != 0) {
		jpkip_soft_power_off(soft);
		return r;
	}
	soft->first = true;
	soft->app = &soft->apps[0];
	return 0;
}

int
jpkip_soft_take(struct jpki_softcard *soft)
{
	int r;

	if (soft->taken)
		return 0;
	if ((r = jpkip_soft_dir_take(soft->ctx, &soft->dir)) != 0)
		return r;
	if ((r = jpkip_soft_load(soft)) == 0 && (soft->app == NULL ||
	    strcmp(soft->state.id, soft->powered_id) != 0))
		r = jpkip_soft_power_on(soft);
	if (r != 0)
		jpkip_soft_dir_release(&soft->dir);
	return r;
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
	if ((r = jpkip_soft_take(soft)) != 0)
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
	size_t i;

	if (soft == NULL || *soft == NULL)
		return;
	jpkip_soft_power_off(*soft);
	for (i = 0; i < 2; i++)
		jpkip_soft_stock_free(&(*soft)->stock[i]);
	jpkip_soft_dir_release(&(*soft)->dir);
	free((*soft)->path);
	free((*soft)->absolute);
	jpkip_freezero(*soft, sizeof(**soft));
	*soft = NULL;
}
