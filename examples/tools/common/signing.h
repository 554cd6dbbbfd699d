/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of every program that signs documents, whatever their format:
 *
 *   1. look at every file, read and digest it: format->prepare(). What is bad
 *      drops out here, before the card is touched;
 *   2. ask the card whether a PIN can be tried at all; show the holder what
 *      will be signed and what the signature makes readable; then the PIN, or
 *      yes and no where it is not typed;
 *   3. one run on the card: the PIN, the certificate, and a command per
 *      signature. format->build() makes what is signed;
 *   4. format->finish() writes each document beside its place, format->check()
 *      looks at it as a stranger would, and only then it gets its name.
 *
 * A file that fails does not stop the others. What happened to each is told
 * where it happens; the driver keeps the exit code.
 */
#ifndef TOOLS_SIGNING_H
#define TOOLS_SIGNING_H

#include <sys/stat.h>

#include <jpki.h>

#include "file.h"
#include "json.h"
#include "layout.h"
#include "message.h"
#include "options.h"

#define SIGNING_DIGEST_MAX 64	/* SHA-512 */
#define SIGNING_SIG_MAX 512	/* RSA-4096; the cards of today have 2048 */

struct signing;

/* When build() is called; the less inside a run the better. */
enum signing_when {
	/* before the card is opened; signing->cert is NULL: what is signed
	 * depends on the document alone */
	SIGNING_BEFORE = 1,
	/* in the run, the certificate has been read: only the few bytes that
	 * are signed are made there, no file is read */
	SIGNING_WITHIN
};

struct signing_file {
	const char *path;	/* as it was given */
	struct stat st;
	char *out;		/* where the document goes */
	void *own;		/* the format's; release() frees it */

	/* From prepare(): for the holder (signing_read(), signing_note()), */
	uint64_t size;
	uint8_t sha256[32];
	/* ... and the digest that is used, at first signing->md. */
	enum jpki_md md;

	/* From build(): what the card signs, md's length; then the card's. */
	uint8_t digest[SIGNING_DIGEST_MAX];
	uint8_t sig[SIGNING_SIG_MAX];
	size_t sig_len;		/* 0: not signed yet */

	int code;		/* why it dropped out: an exit code; 0: it has
				 * not */
};

/*
 * What a format does. Functions return 0, or the exit code after a message
 * that names the file: then this file drops out, with release().
 */
struct signing_format {
	enum signing_when when;

	/*
	 * Where the document goes without --out: a path beside the input, to
	 * be freed, or NULL: memory is short. With --out DIR its last part
	 * counts. Not asked with --in-place.
	 */
	char *(*name)(const struct signing *signing,
	    const struct signing_file *file);

	/* Reads the file and refuses what cannot be signed (EX_DATAERR). May
	 * set file->own, file->md; fills size and sha256. */
	int (*prepare)(struct signing *signing, struct signing_file *file);

	/* Fills file->digest. signing->cert is there unless "before". */
	int (*build)(struct signing *signing, struct signing_file *file);

	/*
	 * Writes the whole document with file_put(), after the run;
	 * signing->cert is there. Where file_put() or reading fails, returns
	 * complain_errno() of the name.
	 */
	int (*finish)(struct signing *signing, struct signing_file *file,
	    struct file_output *out);

	/* Checks what was written (out->tmp; nothing is in its place yet) with
	 * the program's own verify: signature and content, no trust. Says
	 * nothing if it is good. */
	int (*check)(struct signing *signing, struct signing_file *file,
	    const struct file_output *out);

	/* Frees file->own. May be NULL. */
	void (*release)(struct signing_file *file);

	/* Other files that are signed with it, by consent_put(), where the
	 * holder is shown what will be signed; may be NULL. */
	void (*show)(const struct layout *layout,
	    const struct signing_file *file);

	/* More members for the file's object in JSON; may be NULL. */
	json_t *(*describe)(const struct signing *signing,
	    const struct signing_file *file);
};

struct signing {
	/* Set by the program; the options below set key, out, yes ... */
	const struct signing_format *format;
	void *arg;		/* the program's */
	struct jpki_ctx *ctx;
	struct args args;
	enum jpki_key key;	/* 0: JPKI_KEY_SIGN */
	enum jpki_md md;	/* 0: JPKI_MD_SHA256 */
	enum jpki_padding padding; /* 0: JPKI_PADDING_PKCS1 */
	const char *out;	/* --out: a file or a folder */
	bool in_place, yes, quiet;

	/* The driver's. */
	struct jpki_cert *cert;
	int64_t now;		/* the time of signing, one for all files */
	struct signing_file *files;
	size_t n_files;
	size_t n_left;		/* that have not dropped out */
};

/* The options of every signer, for the table of a program: rows like
 * OPTION_READER, and what its set() hands on to signing_set(). */
enum { SIGNING_KEY = 100, SIGNING_MD, SIGNING_OUT, SIGNING_IN_PLACE,
    SIGNING_YES, SIGNING_QUIET };

#define SIGNING_OPTION_KEY { "key", SIGNING_KEY, { "sign|auth", "sign|auth" }, \
	{ "the key (default: sign)", "使う鍵（既定は sign）" } }
#define SIGNING_OPTION_MD { "md", SIGNING_MD, { "NAME", "名前" }, \
	{ "sha256 (default), sha384 or sha512", \
	    "sha256（既定）、sha384、sha512" } }
#define SIGNING_OPTION_OUT { "out", SIGNING_OUT, { "PLACE", "場所" }, \
	{ "the output: a file, or a folder for all", \
	    "出力先のファイルかフォルダー" } }
#define SIGNING_OPTION_IN_PLACE { "in-place", SIGNING_IN_PLACE, \
	{ NULL, NULL }, { "replace the input", "元のファイルを置き換えます" } }
#define SIGNING_OPTION_YES { "yes", SIGNING_YES, { NULL, NULL }, \
	{ "sign without the question", "確認の質問なしで署名します" } }
#define SIGNING_OPTION_QUIET { "quiet", SIGNING_QUIET, { NULL, NULL }, \
	{ "say nothing where all is well", "成功したときは何も表示しません" } }

/* Takes one of them: 0, or EX_USAGE after a message. */
int signing_set(struct signing *signing, int id, const char *value);

/* Signs the files; returns the program's exit code. ctx is message_ctx()'s,
 * made and freed by the caller. */
int signing_run(struct signing *signing, char *const *paths, size_t n);

/*
 * For prepare(): reads the open file to its end, with a progress line on a
 * terminal, and fills size and sha256. Each piece goes to take(arg), too (may
 * be NULL; it returns 0 or -1). 0, or an exit code after a message.
 */
int signing_read(struct signing *signing, struct signing_file *file, int fd,
    int (*take)(void *arg, const void *data, size_t len), void *arg);

/* The same for a file that is in memory: no message can follow. */
int signing_note(struct signing_file *file, const void *data, size_t len);

/* For other long work on a file: how many bytes of how many are done. The line
 * comes late, not for what ends soon; signing_progress_end() clears it, before
 * anything else is said. */
void signing_progress(const struct signing *signing,
    const struct signing_file *file, uint64_t done, uint64_t all);
void signing_progress_end(void);

#endif
