/* SPDX-License-Identifier: Apache-2.0 */
#include "share.h"

#include <sys/wait.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

void
share_count(void *arg, enum jpki_log_level level, const char *line)
{
	struct share *f = arg;

	if (level != JPKI_LOG_TRACE)
		return;
	atomic_fetch_add(&f->all, 1);
	/* The query of the counter has no PIN. */
	if (strncmp(line, "> 0020", 6) == 0 && strstr(line, "[PIN]") != NULL)
		atomic_fetch_add(&f->verify, 1);
}

void
share_start(struct share *f, const char *profile)
{
	memset(f, 0, sizeof(*f));
	tempcard_make(profile, f->path);
	snprintf(f->reader, sizeof(f->reader), "soft:%s", f->path);
	assert_non_null(f->ctx = jpki_ctx_new());
	jpki_ctx_set_log(f->ctx, share_count, f);
	assert_int_equal(jpki_cards_new(f->ctx, &f->cards), 0);
	assert_int_equal(jpki_cards_get(f->ctx, f->cards, f->reader, NULL,
	    &f->shared), 0);
	assert_int_equal(jpki_shared_open(f->ctx, f->shared, &f->epoch), 0);
}

void
share_finish(struct share *f)
{
	jpki_cards_free(&f->cards);
	jpki_ctx_free(&f->ctx);
	tempcard_remove(f->path);
}

struct jpki_kept *
share_keep(struct share *f, enum jpki_pin pin, const char *text, int uses)
{
	struct jpki_kept *kept;

	assert_int_equal(jpki_kept_new(f->ctx, pin, text, strlen(text),
	    f->epoch, uses, &kept), 0);
	assert_int_equal(jpki_kept_state(kept), JPKI_KEPT_UNTRIED);
	return kept;
}

int
share_tries(const struct share *f, enum jpki_pin pin)
{
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *card;
	int left = -1;

	assert_int_equal(jpki_card_open(ctx, f->reader, &card), 0);
	assert_int_equal(jpki_pin_tries(card, pin, &left), 0);
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
	return left;
}

int
share_sign_for(struct jpki_ctx *ctx, struct share *f, enum jpki_key key,
    struct jpki_kept *kept, const struct jpki_cert *cert)
{
	static const uint8_t digest[32] = { 7 }, nothing[256];
	struct jpki_signing what = {
		.size = sizeof(what), .key = key,
		.padding = JPKI_PADDING_PKCS1, .md = JPKI_MD_SHA256,
		.digest = digest, .digest_len = sizeof(digest), .cert = cert
	};
	uint8_t sig[256];
	size_t len = 0;
	int r;

	memset(sig, 1, sizeof(sig));
	r = jpki_shared_sign(ctx, f->shared, &what, kept, JPKI_TRIES_DEFAULT,
	    sig, sizeof(sig), &len);
	if (r != 0 && r != JPKI_ERR_USAGE)
		assert_memory_equal(sig, nothing, sizeof(sig));
	return r;
}

int
share_sign_on(struct jpki_ctx *ctx, struct share *f, enum jpki_key key,
    struct jpki_kept *kept)
{
	return share_sign_for(ctx, f, key, kept, NULL);
}

int
share_sign(struct share *f, struct jpki_kept *kept)
{
	return share_sign_on(f->ctx, f, JPKI_KEY_AUTH, kept);
}

void
share_sign_in_child(struct share *f, enum jpki_key key, struct jpki_kept *kept,
    int want)
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		alarm(600);
		_exit(share_sign_on(f->ctx, f, key, kept) == want ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}
