/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver of the signers; see signing.h. What is before the card is in
 * signing_files.c.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "card.h"
#include "consent.h"
#include "layout.h"
#include "prompt.h"
#include "signing.h"
#include "signing_files.h"
#include "word.h"

/* What the card needs to hear, and only it. */
struct work {
	struct signing *signing;
	enum jpki_pin pin;
	struct jpki_secret *secret;
	int left;		/* tries, for the prompt; -1: not asked */
};

static int
one_place(const struct signing *signing)
{
	return signing->out == NULL || !signing->in_place ? 0 :
	    usage_error("Either --out or --in-place, please.",
	    "--out か --in-place のどちらかを指定してください。");
}

int
signing_set(struct signing *signing, int id, const char *value)
{
	switch (id) {
	case SIGNING_KEY:
		value = word_pin(value);
		signing->key = strcmp(value, "auth") == 0 ? JPKI_KEY_AUTH :
		    JPKI_KEY_SIGN;
		return strcmp(value, "auth") == 0 ||
		    strcmp(value, "sign") == 0 ? 0 :
		    usage_error("--key is sign or auth.",
		    "--key は sign か auth です。");
	case SIGNING_MD:
		signing->md = strcmp(value, "sha256") == 0 ? JPKI_MD_SHA256 :
		    strcmp(value, "sha384") == 0 ? JPKI_MD_SHA384 :
		    strcmp(value, "sha512") == 0 ? JPKI_MD_SHA512 : 0;
		return signing->md != 0 ? 0 :
		    usage_error("--md is sha256, sha384 or sha512.",
		    "--md は sha256、sha384、sha512 のどれかです。");
	case SIGNING_OUT:
		signing->out = value;
		return *value != '\0' ? one_place(signing) : usage_error(
		    "--out names a file or a folder.",
		    "--out にはファイルかフォルダーを指定してください。");
	case SIGNING_IN_PLACE:
		signing->in_place = true;
		return one_place(signing);
	case SIGNING_YES:
		signing->yes = true;
		return 0;
	default:
		signing->quiet = true;
		return 0;
	}
}

static int
tries(const struct signing *signing)
{
	return prompt_tries(signing->args.min_tries,
	    signing->args.pin_source);
}

/* Whether it is worth asking the holder; in the run that opens the card. */
static int
check_pin(struct jpki_card *card, void *arg)
{
	struct work *work = arg;
	struct signing *signing = work->signing;
	bool present = true;
	int r;

	if (work->pin == JPKI_PIN_SIGN &&
	    (r = jpki_card_present(card, JPKI_SLOT_SIGN, &present)) != 0)
		return r;
	if (!present)
		return complain_code(pick("sign certificate (署名用)",
		    "署名用電子証明書"), JPKI_ERR_NOT_ON_CARD);
	return jpki_pin_ready(card, work->pin, tries(signing), &work->left);
}

static int
verify_pin(struct jpki_card *card, const struct work *work)
{
	const char *text;
	size_t len;

	text = jpki_secret_data(work->secret, &len);
	return jpki_pin_verify(card, work->pin, text, len,
	    tries(work->signing), NULL);
}

/* One failure of the card ends the run: all that follows would fail, too. */
static int
sign_files(struct jpki_card *card, struct signing *signing)
{
	struct signing_file *file, *end = signing->files + signing->n_files;
	int r;

	for (file = signing->files; file < end; file++) {
		if (file->code != 0)
			continue;
		if (file_interrupted())
			return JPKI_ERR_CANCELLED;
		if (signing->format->when == SIGNING_WITHIN &&
		    signing_build(signing, file) != 0)
			continue;
		if ((r = jpki_card_sign(card, signing->key, signing->padding,
		    file->md, file->digest, jpki_md_len(file->md), file->sig,
		    sizeof(file->sig), &file->sig_len)) != 0)
			return r;
	}
	return 0;
}

/* The certificate comes first, as its key checks the signatures. */
static int
whole_run(struct jpki_card *card, void *arg)
{
	struct work *work = arg;
	struct signing *signing = work->signing;
	int r;

	if ((r = verify_pin(card, work)) != 0 ||
	    (r = jpki_card_cert(card, jpki_key_slot(signing->key),
	    &signing->cert)) != 0)
		return r;
	return sign_files(card, signing);
}

static int
read_pin(struct work *work)
{
	struct signing *signing = work->signing;
	int code;

	if ((code = consent(signing)) != 0)
		return code;
	code = prompt_pin(signing->ctx, work->pin, signing->args.pin_source,
	    work->left, &work->secret);
	/* Who was asked may have thought about it. */
	if (signing->format->when != SIGNING_BEFORE)
		signing->now = time(NULL);
	return code;
}

/*
 * The card is asked first where the PIN is typed: whoever has a locked one, or
 * one try left and no --last-try, need not type anything to hear of it. Else
 * the run that opens the card goes on.
 */
static int
open_and_run(struct work *work, struct jpki_card **card)
{
	struct signing *signing = work->signing;
	bool typed = prompt_on_terminal(signing->args.pin_source);
	int r, code;

	if (!typed && (code = read_pin(work)) != 0)
		return code;
	if ((r = card_open_begin(signing->ctx, signing->args.reader,
	    card)) != 0)
		return complain_ctx(signing->ctx, r, NULL);
	if (!typed)
		return card_go_on(signing->ctx, *card, whole_run, work, NULL);
	if ((code = card_go_on(signing->ctx, *card, check_pin, work,
	    NULL)) != 0 || (code = read_pin(work)) != 0)
		return code;
	return card_run(signing->ctx, *card, whole_run, work, NULL);
}

static int
use_card(struct signing *signing)
{
	struct work work = {
		.signing = signing, .pin = jpki_key_pin(signing->key),
		.left = -1
	};
	struct jpki_card *card = NULL;
	int64_t not_before, not_after;
	int code;

	code = open_and_run(&work, &card);
	if (signing->cert != NULL) {
		jpki_cert_validity(signing->cert, &not_before, &not_after);
		card_warn_validity(not_before, not_after);
	}
	jpki_secret_free(&work.secret);
	jpki_card_close(&card);
	return code;
}

/* Beside its place, looked at, and only then in it. */
static int
finish_file(struct signing *signing, struct signing_file *file)
{
	struct file_output out;
	mode_t mode = S_ISREG(file->st.st_mode) ? file->st.st_mode & 0666 :
	    0666;
	int code;

	if (file_begin(&out, file->out) != 0)
		return complain_place(file->out);
	if ((code = signing->format->finish(signing, file, &out)) == 0)
		code = signing->format->check(signing, file, &out);
	signing_progress_end();
	if (code != 0)
		file_abandon(&out);
	else if (file_end(&out, file->out, mode) != 0)
		code = complain_errno(file->out);
	return code;
}

/* Where the document is, in the words of whoever gave the file: in place its
 * name leads there, through a link or not. */
static const char *
place_told(const struct signing *signing, const struct signing_file *file)
{
	return signing->in_place ? file->path : file->out;
}

static void
finish_files(struct signing *signing, int code)
{
	bool tell = !signing->quiet && !signing->args.json;
	struct signing_file *file, *end = signing->files + signing->n_files;

	for (file = signing->files; file < end; file++) {
		if (file->code != 0)
			continue;
		/* Also when only the end of the run failed. */
		if (file->sig_len == 0)
			signing_drop(signing, file, code != 0 ? code :
			    EXIT_FAILURE);
		else if ((code = finish_file(signing, file)) != 0)
			signing_drop(signing, file, code);
		else if (tell)
			message_signed(file->path,
			    place_told(signing, file));
	}
}

/* What went wrong with all of them, or just that something did. */
static int
worst(const struct signing *signing)
{
	const struct signing_file *file, *end = signing->files +
	    signing->n_files;
	int code = 0;

	for (file = signing->files; file < end; file++)
		if (file->code != 0 && code != file->code)
			code = code == 0 ? file->code : EXIT_FAILURE;
	return code;
}

static json_t *
file_json(const struct signing *signing, const struct signing_file *file)
{
	json_t *object = json_pack("{s:o, s:o, s:i}",
	    "file", json_text(file->path),
	    "signature", json_text(file->code == 0 ?
	    place_told(signing, file) : NULL),
	    "exit", file->code);

	if (file->code != 0 || signing->format->describe == NULL)
		return object;
	return json_with(object, signing->format->describe(signing, file));
}

static int
report(const struct signing *signing)
{
	json_t *files = json_array();
	size_t i;

	for (i = 0; i < signing->n_files; i++)
		json_array_append_new(files, file_json(signing,
		    &signing->files[i]));
	return json_print(json_pack("{s:s, s:o}",
	    "key", signing->key == JPKI_KEY_AUTH ? "auth" : "sign",
	    "files", files));
}

static int
sign_all(struct signing *signing, char *const *paths, size_t n)
{
	int code = 0, printed;

	if ((code = signing_prepare(signing, paths, n)) != 0)
		return code;
	if (signing->key == JPKI_KEY_AUTH && signing->n_left > 0)
		complain_mildly("the auth certificate is made for logging in; "
		    "verifiers refuse it unless told otherwise",
		    "利用者証明用電子証明書はログイン用です。通常の検証では"
		    "拒否されます");
	if (signing->n_left > 0 && signing->format->when == SIGNING_BEFORE)
		signing_build_all(signing);
	if (signing->n_left > 0)
		code = use_card(signing);
	finish_files(signing, code);
	if (code == 0)
		code = worst(signing);
	if (!signing->args.json)
		return code;
	printed = report(signing);
	return code != 0 ? code : printed;
}

int
signing_run(struct signing *signing, char *const *paths, size_t n)
{
	int code;

	if (signing->key == 0)
		signing->key = JPKI_KEY_SIGN;
	if (signing->md == 0)
		signing->md = JPKI_MD_SHA256;
	if (signing->padding == 0)
		signing->padding = JPKI_PADDING_PKCS1;
	signing->now = time(NULL);
	code = sign_all(signing, paths, n);
	signing_forget(signing);
	jpki_cert_free(&signing->cert);
	return code;
}
