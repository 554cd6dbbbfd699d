/* SPDX-License-Identifier: Apache-2.0 */
#include "prov.h"

static const OSSL_ITEM reasons[] = {
#define ITEM(name, text) { PROV_R_##name, (void *)(uintptr_t)(text) },
#define OURS(name, number, text) ITEM(name, text)
	PROV_REASONS(OURS, ITEM)
	{ 0, NULL }
};

static const char *
reason_text(enum prov_reason reason)
{
	const OSSL_ITEM *item;

	for (item = reasons; item->id != 0; item++) {
		if (item->id == (unsigned)reason)
			return item->ptr;
	}
	return "";
}

void
prov_raise_at(struct prov *prov, const char *file, int line,
    const char *func, enum prov_reason reason, const char *fmt, ...)
{
	char data[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(data, sizeof(data), fmt, ap);
	va_end(ap);
	prov_debug(prov, "error: %s: %s", reason_text(reason), data);

	prov->new_error(prov->handle);
	prov->set_error_debug(prov->handle, file, line, func);
	va_start(ap, fmt);
	prov->vset_error(prov->handle, reason, fmt, ap);
	va_end(ap);
}

void
prov_raise_ctx(struct prov *prov, const struct jpki_ctx *ctx)
{
	prov_raise(prov, (enum prov_reason)-jpki_ctx_err(ctx), "%s",
	    jpki_ctx_errmsg(ctx));
}

const OSSL_ITEM *
prov_reason_strings(void *provctx)
{
	(void)provctx;
	return reasons;
}
