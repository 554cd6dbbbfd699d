/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures on a software card, each in a run of its own with VERIFY: what
 * bench_sign.sh counts the instructions of.
 *
 * usage: bench_sign DIR COUNT
 */
#include <stdio.h>
#include <stdlib.h>

#include <jpki.h>
#include <jpki/framework/shared.h>

static int
sign(struct jpki_ctx *ctx, struct jpki_shared *shared, unsigned epoch,
    long count)
{
	static const uint8_t digest[32];
	const struct jpki_signing what = {
		.size = sizeof(what), .digest = digest,
		.digest_len = sizeof(digest), .key = JPKI_KEY_AUTH,
		.padding = JPKI_PADDING_PKCS1, .md = JPKI_MD_SHA256
	};
	struct jpki_kept *kept;
	uint8_t sig[256];
	size_t len;
	int r;

	if ((r = jpki_kept_new(ctx, JPKI_PIN_AUTH, "1234", 4, epoch, 0,
	    &kept)) != 0)
		return r;
	while (r == 0 && count-- > 0)
		r = jpki_shared_sign(ctx, shared, &what, kept,
		    JPKI_TRIES_DEFAULT, sig, sizeof(sig), &len);
	jpki_kept_free(&kept);
	return r;
}

int
main(int argc, char **argv)
{
	struct jpki_cards *cards = NULL;
	struct jpki_shared *shared;
	struct jpki_ctx *ctx;
	unsigned epoch;
	char reader[4096];
	int r;

	if (argc != 3 || (ctx = jpki_ctx_new()) == NULL)
		return 1;
	snprintf(reader, sizeof(reader), "soft:%s", argv[1]);
	if ((r = jpki_cards_new(ctx, &cards)) == 0 &&
	    (r = jpki_cards_get(ctx, cards, reader, NULL, &shared)) == 0 &&
	    (r = jpki_shared_open(ctx, shared, &epoch)) == 0)
		r = sign(ctx, shared, epoch, atol(argv[2]));
	if (r != 0)
		fprintf(stderr, "%s\n", jpki_ctx_errmsg(ctx));
	jpki_cards_free(&cards);
	jpki_ctx_free(&ctx);
	return r != 0;
}
