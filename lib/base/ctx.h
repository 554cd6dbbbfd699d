/* SPDX-License-Identifier: Apache-2.0 */
/* The context inside the library: record failures, warn, trace. */
#ifndef JPKIP_CTX_H
#define JPKIP_CTX_H

#include <jpki/ctx.h>
#include <jpki/err.h>

#define JPKIP_PRINTF(f, a) __attribute__((format(printf, f, a)))

/*
 * Records a failure and returns its code. detail (may be NULL) names the
 * thing at hand, in neutral words; it must never hold card data. The first
 * failure after jpkip_ctx_clear() wins: it is the most specific one.
 */
int	jpkip_fail(struct jpki_ctx *, int code, const char *detail, ...)
	    JPKIP_PRINTF(3, 4);

/* The same with the card's status word. */
int	jpkip_fail_sw(struct jpki_ctx *, int code, unsigned sw,
	    const char *detail, ...) JPKIP_PRINTF(4, 5);

/* Forgets the last failure; every fallible public function begins so. */
void	jpkip_ctx_clear(struct jpki_ctx *);

/* Takes over how another context speaks (language, log) and waits. */
void	jpkip_ctx_follow(struct jpki_ctx *, const struct jpki_ctx *other);

/* Makes another context's last failure, if it is this code, our last one;
 * else the bare code. other may be NULL. */
void	jpkip_ctx_take(struct jpki_ctx *, const struct jpki_ctx *other,
	    int code);

void	jpkip_warn(struct jpki_ctx *, const char *fmt, ...) JPKIP_PRINTF(2, 3);

/* Card commands: only lib/transport/trace.c makes such lines. */
bool	jpkip_tracing(const struct jpki_ctx *);
void	jpkip_trace(struct jpki_ctx *, const char *line);

/* Bounds of waiting, see jpki_ctx_set_limits(). */
struct jpkip_limits {
	unsigned command_ms, others_ms;
};
struct jpkip_limits jpkip_ctx_limits(const struct jpki_ctx *);

/* What JPKI_READER says; NULL: nothing. */
const char *jpkip_ctx_reader(const struct jpki_ctx *);

/*
 * One thing that a higher layer keeps with the context (libcrypto's library
 * context); base does not know what it is. Freed with the context.
 */
void	*jpkip_ctx_attached(const struct jpki_ctx *);
void	jpkip_ctx_attach(struct jpki_ctx *, void *thing,
	    void (*thing_free)(void *));

/* The one sanctioned way to drop a result (a void cast does not silence
 * warn_unused_result). */
static inline void
jpkip_ignore(int r)
{
	(void)r;
}

#endif
