/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of the driver; see signing_files.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "openssl.h"
#include "signing_files.h"

#define PIECE (256 * 1024)

#define MOMENT_MS 700	/* what is done sooner needs no progress line */
#define STEP_MS 100	/* between two of them */

static struct {
	const struct signing_file *file;	/* NULL: none is begun */
	int64_t next;		/* when to show it (again), in ms */
	bool shown;
} progress;

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
signing_progress(const struct signing *signing,
    const struct signing_file *file, uint64_t done, uint64_t all)
{
	int64_t now;

	if (signing->quiet || !isatty(STDERR_FILENO))
		return;
	now = now_ms();
	if (progress.file != file) {
		progress.file = file;
		progress.next = now + MOMENT_MS;
	}
	if (now < progress.next)
		return;
	progress.next = now + STEP_MS;
	progress.shown = true;
	fprintf(stderr, pick("\r%s: file %zu/%zu, %" PRIu64 "/%" PRIu64 " MB",
	    "\r%s: ファイル %zu/%zu、%" PRIu64 "/%" PRIu64 " MB"),
	    message_program(), (size_t)(file - signing->files) + 1,
	    signing->n_files, done / 1000000, all / 1000000);
	fflush(stderr);
}

void
signing_progress_end(void)
{
	if (progress.shown) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	progress.shown = false;
	progress.file = NULL;
}

void
signing_drop(struct signing *signing, struct signing_file *file, int code)
{
	if (file->code != 0)
		return;
	file->code = code;
	signing->n_left--;
	if (signing->format->release != NULL)
		signing->format->release(file);
	file->own = NULL;
}

int
signing_build(struct signing *signing, struct signing_file *file)
{
	int code = signing->format->build(signing, file);

	if (code != 0)
		signing_drop(signing, file, code);
	return code;
}

size_t
signing_build_all(struct signing *signing)
{
	size_t i;

	for (i = 0; i < signing->n_files; i++)
		if (signing->files[i].code == 0)
			(void)signing_build(signing, &signing->files[i]);
	return signing->n_left;
}

/* Reads to the end: 0, -1 with errno, or 1: what is read cannot be digested. */
static int
read_file(struct signing *signing, struct signing_file *file, int fd,
    EVP_MD_CTX *ctx, int (*take)(void *arg, const void *data, size_t len),
    void *arg)
{
	uint8_t *piece;
	ssize_t n;
	bool ok = true;

	if ((piece = malloc(PIECE)) == NULL)
		return -1;
	while (ok && (n = read(fd, piece, PIECE)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		ok = EVP_DigestUpdate(ctx, piece, (size_t)n) == 1 &&
		    (take == NULL || take(arg, piece, (size_t)n) == 0);
		file->size += (uint64_t)n;
		signing_progress(signing, file, file->size,
		    (uint64_t)file->st.st_size);
	}
	free(piece);
	return !ok ? 1 : (int)n;
}

int
signing_read(struct signing *signing, struct signing_file *file, int fd,
    int (*take)(void *arg, const void *data, size_t len), void *arg)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int r = 1;

	file->size = 0;
	if (ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1)
		r = read_file(signing, file, fd, ctx, take, arg);
	signing_progress_end();
	if (r == 0 && EVP_DigestFinal_ex(ctx, file->sha256, NULL) != 1)
		r = 1;
	EVP_MD_CTX_free(ctx);
	if (r == -1)
		return complain_errno(file->path);
	return r == 0 ? 0 : openssl_complain(NULL);
}

int
signing_note(struct signing_file *file, const void *data, size_t len)
{
	file->size = len;
	if (EVP_Digest(data, len, file->sha256, NULL, EVP_sha256(), NULL) == 1)
		return 0;
	return openssl_complain(NULL);
}

/* The path's last part. */
static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return (*path != '\0' && path[strlen(path) - 1] == '/') ||
	    (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

/* Where the document goes; NULL with errno. */
static char *
place_of(const struct signing *signing, const struct signing_file *file)
{
	char *name, *place = NULL;

	if (signing->in_place)
		return realpath(file->path, NULL);
	if (signing->out != NULL && !is_folder(signing->out))
		return strdup(signing->out);
	name = signing->format->name(signing, file);
	if (name == NULL || signing->out == NULL)
		return name;
	if (asprintf(&place, "%s/%s", signing->out, last_part(name)) == -1)
		place = NULL;
	free(name);
	return place;
}

/* Everything that can be said against a file without reading it. */
static int
look_at(const struct signing *signing, struct signing_file *file)
{
	if (strcmp(file->path, "-") == 0) {
		complain("-: standard input has no name; save what is to be "
		    "signed to a file first", "-: 標準入力には署名できません。"
		    "先にファイルに保存してください");
		return EXIT_FAILURE;
	}
	if (stat(file->path, &file->st) != 0 ||
	    access(file->path, R_OK) != 0)
		return complain_errno(file->path);
	if (S_ISDIR(file->st.st_mode)) {
		errno = EISDIR;
		return complain_errno(file->path);
	}
	if ((file->out = place_of(signing, file)) == NULL)
		return complain_errno(file->path);
	if (file_check_place(file->out) != 0)
		return complain_place(file->out);
	return 0;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A file that is given twice, or whose document would replace another one, or
 * without --in-place itself. */
static int
look_for_clash(const struct signing *signing, const struct signing_file *file)
{
	const struct signing_file *other;
	struct stat out;
	bool exists = stat(file->out, &out) == 0;

	for (other = signing->files; other < signing->files +
	    signing->n_files; other++) {
		if (other < file && same_file(&other->st, &file->st)) {
			complain("%s: given twice",
			    "%s: 2 回指定されています", file->path);
			return EXIT_FAILURE;
		}
		if (exists && same_file(&out, &other->st) &&
		    !(signing->in_place && other == file)) {
			complain("%s: the signature of %s would replace it",
			    "%s: %s の署名で上書きされます",
			    other->path, file->path);
			return EXIT_FAILURE;
		}
		if (other < file && other->code == 0 &&
		    strcmp(other->out, file->out) == 0) {
			complain("%s: the signatures of %s and %s would both "
			    "be there", "%s: %s と %s の署名が同じ場所に"
			    "なります", file->out, other->path, file->path);
			return EXIT_FAILURE;
		}
	}
	return 0;
}

int
signing_prepare(struct signing *signing, char *const *paths, size_t n)
{
	struct signing_file *file, *end;
	int code;

	if (n > 1 && signing->out != NULL && !is_folder(signing->out))
		return usage_error("--out has to be a folder that exists, as "
		    "there are several files.", "ファイルが複数あるときは、"
		    "--out に既存のフォルダーを指定してください。");
	if ((signing->files = calloc(n, sizeof(*file))) == NULL)
		return complain_code(NULL, JPKI_ERR_MEMORY);
	signing->n_files = signing->n_left = n;
	end = signing->files + n;
	for (file = signing->files; file < end; file++) {
		file->path = *paths++;
		file->md = signing->md;
		if ((code = look_at(signing, file)) != 0)
			signing_drop(signing, file, code);
	}
	for (file = signing->files; file < end; file++)
		if (file->code == 0 &&
		    ((code = look_for_clash(signing, file)) != 0 ||
		    (code = signing->format->prepare(signing, file)) != 0))
			signing_drop(signing, file, code);
	return 0;
}

void
signing_forget(struct signing *signing)
{
	struct signing_file *file = signing->files;
	size_t n;

	for (n = signing->n_files; n > 0; n--, file++) {
		if (file->own != NULL && signing->format->release != NULL)
			signing->format->release(file);
		free(file->out);
	}
	free(signing->files);
	signing->files = NULL;
	signing->n_files = 0;
}
