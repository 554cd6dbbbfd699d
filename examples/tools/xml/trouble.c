/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a document is refused; see trouble.h.
 */
#include <stdarg.h>
#include <stdio.h>

#include "common/message.h"
#include "trouble.h"

int
trouble_set(struct trouble *trouble, const char *code, const char *en,
    const char *ja, ...)
{
	va_list ap;

	trouble->code = code;
	va_start(ap, ja);
	vsnprintf(trouble->text, sizeof(trouble->text), pick(en, ja), ap);
	va_end(ap);
	return -1;
}

int
trouble_memory(struct trouble *trouble)
{
	trouble->failed = complain_code(NULL, JPKI_ERR_MEMORY);
	return -1;
}

int
trouble_errno(struct trouble *trouble, const char *name)
{
	trouble->failed = complain_errno(name);
	return -1;
}

int
trouble_complain(const struct trouble *trouble, const char *path)
{
	if (trouble->failed != 0)
		return trouble->failed;
	complain("%s: %s", "%s: %s", path, trouble->text);
	return EX_DATAERR;
}
