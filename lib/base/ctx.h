/* SPDX-License-Identifier: Apache-2.0 */
/* The context inside the library: record failures, warn, trace. */
#ifndef JPKIP_CTX_H
#define JPKIP_CTX_H

#include <jpki/ctx.h>
#include <jpki/err.h>

#define JPKIP_PRINTF(f, a) __attribute__((format(printf, f, a)))

/*
 * Records a failure and returns its code. The detail names the thing at hand,
 * in neutral words, and goes behind the code's own text: as a printf format in
 * English and in Japanese, with the same arguments; both NULL: no detail. It
 * must never hold card data. The first failure after jpkip_ctx_clear() wins: it
 * is the most specific one.
 */
int	jpkip_fail(struct jpki_ctx *, int code, const char *en,
	    const char *ja, ...) JPKIP_PRINTF(3, 5) JPKIP_PRINTF(4, 5);

/* A format without words, the same in both languages: "%s: %d". */
#define JPKIP_SAME(format) format, format

/* The same with the card's status word. */
int	jpkip_fail_sw(struct jpki_ctx *, int code, unsigned sw, const char *en,
	    const char *ja, ...) JPKIP_PRINTF(4, 6) JPKIP_PRINTF(5, 6);

/* JPKI_ERR_SYSTEM for what errno says about a thing (a path). */
int	jpkip_fail_errno(struct jpki_ctx *, const char *what);

/* The text that is in the language of the context. For a format of two, the
 * compiler checks both. */
const char *jpkip_pick(const struct jpki_ctx *, const char *en,
	    const char *ja) __attribute__((format_arg(2), format_arg(3)));

/* What errno says, in the language of the context. */
const char *jpkip_errno_text(const struct jpki_ctx *);

/*
 * Around jpkip_fail(), where the code's general hint does not fit the object:
 * return jpkip_hint(ctx, jpkip_fail(ctx, ...), "Choose another.", "...");
 * Whole sentences. It goes with that failure, and does nothing if that was not
 * the first one.
 */
int	jpkip_hint(struct jpki_ctx *, int code, const char *en,
	    const char *ja);

/* Likewise around a failure of another function's, the last one: says more
 * behind its detail. */
int	jpkip_detail(struct jpki_ctx *, int code, const char *en,
	    const char *ja, ...) JPKIP_PRINTF(3, 5) JPKIP_PRINTF(4, 5);

/* Forgets the last failure; every fallible public function begins so. */
void	jpkip_ctx_clear(struct jpki_ctx *);

/* Takes over how another context speaks (language, log) and waits. */
void	jpkip_ctx_follow(struct jpki_ctx *, const struct jpki_ctx *other);

/* Makes another context's last failure, if it is this code, our last one;
 * else the bare code. other may be NULL. */
void	jpkip_ctx_take(struct jpki_ctx *, const struct jpki_ctx *other,
	    int code);

/* A warning for the holder, in both languages as above. */
void	jpkip_warn(struct jpki_ctx *, const char *en, const char *ja, ...)
	    JPKIP_PRINTF(2, 4) JPKIP_PRINTF(3, 4);

/* Card commands: only lib/transport/trace.c makes such lines. */
bool	jpkip_tracing(const struct jpki_ctx *);
void	jpkip_trace(struct jpki_ctx *, const char *line, uint32_t us);

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
