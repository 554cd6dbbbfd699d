/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpki-sign: raw signatures of files with a key of the My Number Card.
 *
 * A program on libjpki's public API; libcrypto only hashes. The order of the
 * steps is the point of it:
 *
 *   1. look at every file and hash it;
 *   2. ask the card whether a PIN can be tried at all, then the holder for it;
 *   3. one run on the card: the PIN, the start of the certificate, with which
 *      the library checks what is signed, and a command per signature;
 *   4. write the signatures.
 *
 * So a wrong file name costs nothing, the PIN is entered once for any number
 * of files, and the card is open for the shortest time possible.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <jpki.h>
#include <openssl/evp.h>

#include "common/card.h"
#include "common/file.h"
#include "common/json.h"
#include "common/message.h"
#include "common/options.h"
#include "common/prompt.h"
#include "common/word.h"

#define SUFFIX ".sig"
#define SIG_MAX 512	/* RSA-4096; the cards of today have RSA-2048 */

struct digest {
	const char *name;
	enum jpki_md md;
	const EVP_MD *(*evp)(void);
};

static const struct digest digests[] = {
	{ "sha256", JPKI_MD_SHA256, EVP_sha256 },
	{ "sha384", JPKI_MD_SHA384, EVP_sha384 },
	{ "sha512", JPKI_MD_SHA512, EVP_sha512 },
	{ NULL, 0, NULL }
};

struct item {
	const char *path;	/* as it was given */
	char *out;		/* path.sig */
	struct stat st;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len;
	uint8_t sig[SIG_MAX];
	size_t sig_len;		/* 0: not signed yet */
};

struct job {
	struct jpki_ctx *ctx;
	struct args args;
	enum jpki_key key;
	enum jpki_pin pin;	/* the key's */
	const struct digest *digest;
	enum jpki_padding padding;
	bool quiet;
	struct item *items;
	size_t n_items;
	struct jpki_secret *secret;
	int left;		/* tries, for the prompt */
	bool have_dates;	/* of the key's certificate: */
	int64_t not_before, not_after;
};

enum { O_MD = 1, O_PSS, O_QUIET };

static const struct program_option options[] = {
	{ "md", O_MD, { "NAME", "名前" }, {
	    "sha256 (default), sha384 or sha512",
	    "sha256（既定）、sha384、sha512" } },
	{ "pss", O_PSS, { NULL, NULL }, {
	    "RSASSA-PSS instead of PKCS#1 v1.5; sha256 only",
	    "PKCS#1 v1.5 でなく RSASSA-PSS（sha256 のみ）" } },
	{ "quiet", O_QUIET, { NULL, NULL }, {
	    "say nothing where all is well",
	    "成功したときは何も表示しません" } },
	OPTION_READER,
	OPTION_PIN_SOURCE,
	OPTION_MIN_TRIES,
	OPTION_LAST_TRY,
	{ "json", OPT_JSON, { NULL, NULL }, {
	    "list files and signatures as JSON",
	    "ファイルと署名の一覧を JSON で出します" } },
	OPTION_LANG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_END
};

static int
fail(const struct job *job, int err)
{
	return complain_ctx(job->ctx, err, NULL);
}

/* Everything that can be said against a file without reading it. */
static int
check_item(struct item *item)
{
	size_t size = strlen(item->path) + sizeof(SUFFIX);

	if (strcmp(item->path, "-") == 0) {
		complain("-: standard input has no name to put " SUFFIX
		    " after", "-: 標準入力には署名できません。ファイル名が"
		    "必要です");
		return -1;
	}
	if ((item->out = malloc(size)) != NULL)
		snprintf(item->out, size, "%s%s", item->path, SUFFIX);
	if (item->out == NULL || stat(item->path, &item->st) != 0 ||
	    access(item->path, R_OK) != 0) {
		complain_errno(item->path);
		return -1;
	}
	if (S_ISDIR(item->st.st_mode)) {
		errno = EISDIR;
		complain_errno(item->path);
		return -1;
	}
	return 0;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Finds files that are given twice, and outputs that cannot be written or
 * would replace another file that is to be signed. */
static int
check_clashes(const struct job *job)
{
	const struct item *a, *b, *end = job->items + job->n_items;
	struct stat out;
	int r = 0;

	for (a = job->items; a < end; a++) {
		bool exists = stat(a->out, &out) == 0;

		if (file_check_place(a->out) != 0) {
			complain_place(a->out);
			r = -1;
		}
		for (b = job->items; b < end; b++) {
			if (b < a && same_file(&a->st, &b->st)) {
				complain("%s: given twice",
				    "%s: 2 回指定されています", a->path);
				r = -1;
			}
			if (exists && same_file(&out, &b->st)) {
				complain("%s: the signature of %s would "
				    "replace it",
				    "%s: %s の署名で上書きされます",
				    b->path, a->path);
				r = -1;
			}
		}
	}
	return r;
}

static int
hash_item(const struct job *job, struct item *item)
{
	EVP_MD_CTX *md_ctx = NULL;
	uint8_t buf[64 * 1024];
	ssize_t n = 0;
	int fd, ok = 0;

	if ((fd = file_open(item->path)) == -1) {
		complain_errno(item->path);
		return -1;
	}
	if ((md_ctx = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(md_ctx, job->digest->evp(), NULL) != 1)
		goto out;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (EVP_DigestUpdate(md_ctx, buf, (size_t)n) != 1)
			goto out;
	ok = n == 0 && EVP_DigestFinal_ex(md_ctx, item->digest,
	    &item->digest_len) == 1;
 out:
	if (!ok && n == -1)
		complain_errno(item->path);
	else if (!ok)
		complain("%s: could not be hashed", "%s: ハッシュできません",
		    item->path);
	EVP_MD_CTX_free(md_ctx);
	close(fd);
	return ok ? 0 : -1;
}

/* Step 1: tells about every bad file, not only the first. */
static int
prepare(struct job *job, char *const *paths)
{
	size_t i;
	int r = 0;

	for (i = 0; i < job->n_items; i++) {
		job->items[i].path = paths[i];
		if (check_item(&job->items[i]) != 0)
			r = -1;
	}
	if (r != 0 || check_clashes(job) != 0)
		return EXIT_FAILURE;
	for (i = 0; i < job->n_items; i++)
		if (hash_item(job, &job->items[i]) != 0)
			r = -1;
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
tries(const struct job *job)
{
	return prompt_tries(job->args.min_tries, job->args.pin_source);
}

/* Whether it is worth asking the holder; in the run that opens the card. */
static int
check_pin(struct jpki_card *card, void *arg)
{
	struct job *job = arg;
	bool present = true;
	int r;

	if (job->pin == JPKI_PIN_SIGN && (r = jpki_card_present(card,
	    JPKI_SLOT_SIGN, &present)) != 0)
		return r;
	if (!present)
		return complain_code(pick("sign certificate (署名用)",
		    "署名用電子証明書"), JPKI_ERR_NOT_ON_CARD);
	return jpki_pin_ready(card, job->pin, tries(job),
	    &job->left);
}

/*
 * Step 2. The card is asked first: whoever has a locked PIN, or one try left
 * and no --last-try, need not type anything to hear of it. A PIN from a file
 * is not spared: the card is asked when it is sent.
 */
static int
open_card(struct job *job, struct jpki_card **card)
{
	int r, code = EXIT_SUCCESS;

	if (!prompt_on_terminal(job->args.pin_source)) {
		r = card_open(job->ctx, job->args.reader, card);
		if (r != 0)
			return fail(job, r);
	} else {
		r = card_open_begin(job->ctx, job->args.reader, card);
		if (r != 0)
			return fail(job, r);
		code = card_go_on(job->ctx, *card, check_pin, job, NULL);
	}
	return code != EXIT_SUCCESS ? code : prompt_pin(job->ctx, job->pin,
	    job->args.pin_source, job->left, &job->secret);
}

/* Step 3: nothing in the run waits for anything but the card. */
static int
sign_items(struct jpki_card *card, void *arg)
{
	struct job *job = arg;
	struct item *item;
	const char *text;
	size_t len;
	int r;

	text = jpki_secret_data(job->secret, &len);
	if ((r = jpki_pin_verify(card, job->pin, text, len, tries(job),
	    NULL)) != 0)
		return r;
	for (item = job->items; item < job->items + job->n_items; item++) {
		/* One that ends us waits until the run does. */
		if (file_interrupted())
			return JPKI_ERR_CANCELLED;
		if ((r = jpki_card_sign(card, job->key, job->padding,
		    job->digest->md, item->digest, item->digest_len, item->sig,
		    sizeof(item->sig), &item->sig_len)) != 0)
			return r;
	}
	/* They were read for the signatures: no command. */
	job->have_dates = jpki_card_key_validity(card, job->key,
	    &job->not_before, &job->not_after) == 0;
	return 0;
}

static int
use_card(struct job *job)
{
	struct jpki_card *card = NULL;
	int code;

	if ((code = open_card(job, &card)) == EXIT_SUCCESS)
		code = card_run(job->ctx, card, sign_items, job, NULL);
	jpki_secret_free(&job->secret);
	jpki_card_close(&card);
	if (job->have_dates)
		card_warn_validity(job->not_before, job->not_after);
	return code;
}

/* Step 4, reached only when every file was signed. */
static int
write_items(const struct job *job)
{
	json_t *files = json_array();
	const struct item *item;
	int code = EXIT_SUCCESS, printed;

	for (item = job->items; item < job->items + job->n_items; item++) {
		if (file_write(item->out, item->sig, item->sig_len) != 0) {
			code = complain_errno(item->out);
			continue;
		}
		if (!job->quiet && !job->args.json)
			message_signed(item->path, item->out);
		json_array_append_new(files, json_pack("{s:o, s:o}",
		    "file", json_text(item->path),
		    "signature", json_text(item->out)));
	}
	if (!job->args.json) {
		json_decref(files);
		return code;
	}
	printed = json_print(json_pack("{s:s, s:s, s:s, s:o}",
	    "key", job->key == JPKI_KEY_SIGN ? "sign" : "auth",
	    "md", job->digest->name,
	    "padding", job->padding == JPKI_PADDING_PSS ? "pss" : "pkcs1",
	    "files", files));
	return code != EXIT_SUCCESS ? code : printed;
}

static int
sign_files(struct job *job, char *const *paths)
{
	int code, written;

	if ((job->items = calloc(job->n_items, sizeof(*job->items))) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	if ((code = prepare(job, paths)) == EXIT_SUCCESS)
		code = use_card(job);
	/* Also when only the end of the run failed: the try is spent. */
	if (job->items[job->n_items - 1].sig_len != 0) {
		written = write_items(job);
		if (code == EXIT_SUCCESS)
			code = written;
	}
	while (job->n_items > 0)
		free(job->items[--job->n_items].out);
	free(job->items);
	return code;
}

static int
set_option(void *arg, int id, const char *value)
{
	struct job *job = arg;
	const struct digest *d = digests;

	if (id == O_PSS) {
		job->padding = JPKI_PADDING_PSS;
		return 0;
	}
	if (id == O_QUIET) {
		job->quiet = true;
		return 0;
	}
	while (d->name != NULL && strcmp(value, d->name) != 0)
		d++;
	if (d->name == NULL)
		return usage_error("--md is sha256, sha384 or sha512.",
		    "--md は sha256、sha384、sha512 のどれかです。");
	job->digest = d;
	return 0;
}

static const struct program sign_program = {
	.usage = { "[options] auth|sign FILE...",
	    "[オプション] auth|sign ファイル..." },
	.about = {
	    "Signs files with a key of the My Number Card and writes FILE.sig.",
	    "マイナンバーカードの鍵でファイルに署名し、ファイル名.sig に"
	    "書きます。" },
	.options = options,
	.set = set_option,
};

static int
sign_command(struct job *job)
{
	static const char *const keys[] = { "auth", "sign", NULL };
	int key, code;

	if ((key = options_word(word_pin(job->args.operands[0]), keys)) == -1)
		return EX_USAGE;
	if (job->args.n_operands < 2)
		return usage_error("Which files are to be signed?",
		    "署名するファイルを指定してください。");
	if (job->padding == JPKI_PADDING_PSS && job->digest->md !=
	    JPKI_MD_SHA256)
		return usage_error("--pss goes with --md sha256.",
		    "--pss は --md sha256 のときだけ使えます。");
	job->key = key == 0 ? JPKI_KEY_AUTH : JPKI_KEY_SIGN;
	job->pin = key == 0 ? JPKI_PIN_AUTH : JPKI_PIN_SIGN;
	job->n_items = (size_t)job->args.n_operands - 1;
	if ((job->ctx = message_ctx()) == NULL)
		return EXIT_FAILURE;
	code = sign_files(job, job->args.operands + 1);
	jpki_ctx_free(&job->ctx);
	return code;
}

int
main(int argc, char **argv)
{
	struct job job = {
		.digest = digests,
		.padding = JPKI_PADDING_PKCS1,
		.left = -1,
	};
	int code;

	message_start("jpki-sign");
	code = options_parse(&sign_program, &job.args, &job, argc, argv);
	return code != ARGS_GO_ON ? code : sign_command(&job);
}
