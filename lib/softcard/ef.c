/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/ef.h"

#include <stdlib.h>
#include <string.h>

int
jpkip_soft_add_ef(struct jpki_ctx *ctx, struct jpkip_soft_app *app,
    struct jpkip_soft_ef ef, const uint8_t *data, size_t len)
{
	if (app->n_efs == JPKIP_SOFT_EFS || len > JPKIP_SOFT_EF_MAX)
		return jpkip_fail(ctx, JPKI_ERR_INTERNAL,
		    JPKIP_SAME("EF %04X"), ef.id);
	if (len > 0) {
		if ((ef.data = malloc(len)) == NULL)
			return jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
		memcpy(ef.data, data, len);
		ef.len = len;
	}
	app->efs[app->n_efs++] = ef;
	return 0;
}

struct jpkip_soft_ef *
jpkip_soft_find_ef(struct jpkip_soft_app *app, unsigned id)
{
	size_t i;

	for (i = 0; i < app->n_efs; i++)
		if (app->efs[i].id == id)
			return &app->efs[i];
	return NULL;
}
