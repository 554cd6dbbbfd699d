/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for calls that the library is about to have; this file goes when
 * it has them. Until then its messages hold their hints.
 */
#ifndef TOOLS_SHIM_H
#define TOOLS_SHIM_H

#include <string.h>

#include <jpki.h>

static inline const char *
jpki_strerrno(int errnum, enum jpki_lang lang)
{
	(void)lang;
	return strerror(errnum);
}

static inline const char *
jpki_strhint(int err, enum jpki_lang lang)
{
	(void)err;
	(void)lang;
	return "";
}

static inline const char *
jpki_ctx_errhint(const struct jpki_ctx *ctx)
{
	(void)ctx;
	return "";
}

#endif
