/* SPDX-License-Identifier: Apache-2.0 */
#include "err.h"

#include "debug.h"

static const OSSL_ITEM ours[] = {
#define ITEM(name, number, text) { number, (void *)(uintptr_t)(text) },
	PROV_REASONS(ITEM)
#undef ITEM
};

#define N_OURS (sizeof(ours) / sizeof(ours[0]))

static const char *
reason_text(int reason)
{
	size_t i;

	for (i = 0; i < N_OURS; i++) {
		if (ours[i].id == (unsigned)reason)
			return ours[i].ptr;
	}
	return jpki_strerror(-reason, JPKI_LANG_EN);
}

void
prov_raise_at(struct prov *prov, const char *file, int line,
    const char *func, int reason, const char *fmt, ...)
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
	prov->vset_error(prov->handle, (uint32_t)reason, fmt, ap);
	va_end(ap);
}

void
prov_raise_ctx(struct prov *prov, const struct jpki_ctx *ctx)
{
	prov_raise(prov, -jpki_ctx_err(ctx), "%s", jpki_ctx_errmsg(ctx));
}

/* OpenSSL takes the list over when it loads us. */
const OSSL_ITEM *
prov_reason_strings(void *provctx)
{
	struct prov *prov = provctx;
	OSSL_ITEM *item = prov->reasons;
	unsigned code;

	memcpy(item, ours, sizeof(ours));
	item += N_OURS;
	for (code = 1; code < PROV_R_FIRST && item + 1 < prov->reasons +
	    sizeof(prov->reasons) / sizeof(*item); code++) {
		if (jpki_errclass(-(int)code) == JPKI_CLASS_NONE)
			continue;
		item->id = code;
		item++->ptr = (void *)(uintptr_t)reason_text((int)code);
	}
	return prov->reasons;
}
