/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signs many files with the sign key (署名用) and one PIN entry in one run,
 * FILE.sig for each FILE: every signature after the first costs one command.
 *
 *	cc -o batch batch.c $(pkg-config --cflags --libs libjpki libcrypto)
 *	./batch tty|file:PATH|fd:N FILE...	(reader: JPKI_READER)
 */
#include <jpki.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
	const char *file;
	uint8_t digest[32], sig[512];
	size_t len;
};

/* SHA-256 of a file. */
static int
hash(struct job *job)
{
	uint8_t data[65536];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	FILE *f = fopen(job->file, "rb");
	int ok = f != NULL && md != NULL &&
	    EVP_DigestInit_ex(md, EVP_sha256(), NULL);
	size_t n;

	while (ok && (n = fread(data, 1, sizeof(data), f)) > 0)
		ok = EVP_DigestUpdate(md, data, n);
	ok = ok && !ferror(f) && EVP_DigestFinal_ex(md, job->digest, NULL);
	if (!ok)
		perror(job->file);
	if (f != NULL)
		fclose(f);
	EVP_MD_CTX_free(md);
	return ok ? 0 : -1;
}

static int
save(const struct job *job)
{
	char path[4096];
	FILE *f = NULL;
	size_t n = 0;

	if (snprintf(path, sizeof(path), "%s.sig", job->file) <
	    (int)sizeof(path) && (f = fopen(path, "wb")) != NULL)
		n = fwrite(job->sig, 1, job->len, f);
	if (f == NULL || fclose(f) != 0 || n != job->len) {
		perror(path);
		return -1;
	}
	return 0;
}

/* One run: the PIN once, then signature after signature. */
static int
sign_all(struct jpki_card *card, const struct jpki_secret *pin,
    struct job *jobs, size_t count)
{
	size_t i, n;
	const char *text = jpki_secret_data(pin, &n);
	int r, end;

	if ((r = jpki_card_begin(card)) != 0)
		return r;
	r = jpki_pin_verify(card, JPKI_PIN_SIGN, text, n, JPKI_TRIES_DEFAULT,
	    NULL);
	for (i = 0; r == 0 && i < count; i++)
		r = jpki_card_sign(card, JPKI_KEY_SIGN, JPKI_PADDING_PKCS1,
		    JPKI_MD_SHA256, jobs[i].digest, sizeof(jobs[i].digest),
		    jobs[i].sig, sizeof(jobs[i].sig), &jobs[i].len);
	end = jpki_card_end(card);	/* logs out: never leave it out */
	return end != 0 ? end : r;
}

int
main(int argc, char **argv)
{
	size_t i, count = argc > 2 ? (size_t)argc - 2 : 0;
	struct job *jobs = calloc(count + 1, sizeof(*jobs));
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_secret *pin = NULL;
	struct jpki_card *card = NULL;
	char prompt[160];
	int left, bad = count == 0 || jobs == NULL || ctx == NULL;

	if (bad)
		fprintf(stderr, "usage: batch PIN-SOURCE FILE...\n");
	jpki_ctx_set_lang(ctx, jpki_lang_from_locale());
	/* Files first: nothing slow may happen while the card is ours. */
	for (i = 0; !bad && i < count; i++) {
		jobs[i].file = argv[i + 2];
		bad = hash(&jobs[i]) != 0;
	}
	if (!bad && jpki_card_open(ctx, NULL, &card) == 0 &&
	    jpki_pin_ready(card, JPKI_PIN_SIGN, JPKI_TRIES_DEFAULT,
	    &left) == 0) {
		jpki_pin_prompt(JPKI_PIN_SIGN, left, jpki_ctx_lang(ctx), prompt,
		    sizeof(prompt));
		if (jpki_secret_read(ctx, argv[1], prompt, &pin) == 0)
			bad = sign_all(card, pin, jobs, count) != 0;
	}
	if (jpki_ctx_err(ctx) != 0) {
		fprintf(stderr, "batch: %s\n%s\n", jpki_ctx_errmsg(ctx),
		    jpki_ctx_errhint(ctx));
		bad = 1;
	}
	for (i = 0; !bad && i < count; i++)
		bad = save(&jobs[i]) != 0;
	jpki_secret_free(&pin);		/* wipes it */
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
	free(jobs);
	return bad;
}
