/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new card is built in a directory beside the one that was asked for, and
 * renamed when it is complete and on disk. Of whoever is killed meanwhile a
 * guard removes the DIR.new-XXXXXX, and there is nothing at DIR.
 */
#include <jpki/softcard.h>

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"
#include "certificate/soft_ca.h"
#include "crypto/random.h"
#include "softcard/certs.h"
#include "softcard/days.h"
#include "softcard/guard.h"
#include "softcard/issue.h"
#include "softcard/options.h"
#include "softcard/pem.h"

#define TMP_SUFFIX ".new-XXXXXX"

static int
read_options(struct jpki_ctx *ctx, const struct jpki_softcard_option *options,
    size_t n_options, struct jpkip_soft_state *state)
{
	size_t i;
	int r;

	jpkip_soft_defaults(state);
	for (i = 0; i < n_options; i++)
		if ((r = jpkip_soft_option_set(ctx, state, options[i].name,
		    options[i].value)) != 0)
			return r;
	return jpkip_soft_settle(ctx, state,
	    jpki_date_from_time((int64_t)time(NULL)));
}

static int
make_id(struct jpki_ctx *ctx, struct jpkip_soft_state *state)
{
	uint8_t random[(JPKIP_SOFT_ID - 1) / 2];
	size_t i;
	int r;

	if ((r = jpkip_random(ctx, random, sizeof(random))) != 0)
		return r;
	for (i = 0; i < sizeof(random); i++)
		snprintf(state->id + 2 * i, 3, "%02x", random[i]);
	return 0;
}

/* One generation of a CA; the issuing one's certificate is on the card. */
static int
make_ca(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    enum jpki_key purpose, int generation, bool issuing)
{
	char file[JPKIP_SOFT_FILE_NAME];
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	int r;

	if ((r = jpkip_issue_key(ctx, &key)) != 0 ||
	    (r = jpkip_issue_ca(ctx, purpose, generation, key, &cert)) != 0)
		goto out;
	jpkip_soft_ca_file(purpose, generation, "key", file);
	if ((r = jpkip_soft_write_key(ctx, dir, file, key)) != 0)
		goto out;
	jpkip_soft_ca_file(purpose, generation, "pem", file);
	if ((r = jpkip_soft_write_cert(ctx, dir, file, cert, false)) != 0)
		goto out;
	if (issuing)
		r = jpkip_soft_write_cert(ctx, dir,
		    jpkip_soft_names(purpose)->ca_cert, cert, false);
out:
	X509_free(cert);
	EVP_PKEY_free(key);
	return r;
}

static int
make_holder(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const struct jpkip_soft_state *state, enum jpki_key purpose)
{
	EVP_PKEY *key;
	int r;

	if ((r = jpkip_issue_key(ctx, &key)) != 0)
		return r;
	r = jpkip_soft_write_key(ctx, dir, jpkip_soft_names(purpose)->key, key);
	EVP_PKEY_free(key);
	if (r != 0)
		return r;
	return jpkip_soft_issue(ctx, dir, state, purpose,
	    purpose == JPKI_KEY_SIGN ? state->sign_not_after :
	    state->auth_not_after, false);
}

static int
sync_dir(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name)
{
	int fd, r = 0;

	fd = openat(dir->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		r = jpkip_soft_system(ctx, dir, name);
	if (fd >= 0)
		close(fd);
	return r;
}

static int
make_files(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const struct jpkip_soft_state *state)
{
	enum jpki_key purpose;
	char text[JPKIP_SOFT_STATE_MAX];
	size_t len;
	int generation, r;

	if (mkdirat(dir->fd, JPKIP_SOFT_CA, 0700) != 0)
		return jpkip_soft_system(ctx, dir, JPKIP_SOFT_CA);
	for (purpose = JPKI_KEY_AUTH; purpose <= JPKI_KEY_SIGN; purpose++) {
		for (generation = 1; generation <= JPKIP_GENERATIONS;
		    generation++)
			if ((r = make_ca(ctx, dir, purpose, generation,
			    generation == state->generation)) != 0)
				return r;
		if (purpose == JPKI_KEY_SIGN &&
		    state->profile == JPKIP_SOFT_CHILD)
			continue;
		if ((r = make_holder(ctx, dir, state, purpose)) != 0)
			return r;
	}
	if (!jpkip_soft_state_print(state, text, sizeof(text), &len))
		r = jpkip_fail(ctx, JPKI_ERR_INTERNAL, NULL, NULL);
	else
		r = jpkip_soft_dir_make(ctx, dir, JPKIP_SOFT_STATE, text, len);
	jpkip_wipe(text, sizeof(text));
	if (r != 0 ||
	    (r = jpkip_soft_dir_make(ctx, dir, JPKIP_SOFT_LOCK, "", 0)) != 0 ||
	    (r = sync_dir(ctx, dir, JPKIP_SOFT_CA)) != 0)
		return r;
	return sync_dir(ctx, dir, ".");
}

/* Only what make_files() can have made. */
static void
remove_files(const struct jpkip_soft_dir *dir)
{
	char file[JPKIP_SOFT_FILE_NAME];
	enum jpki_key purpose;
	int generation;

	for (purpose = JPKI_KEY_AUTH; purpose <= JPKI_KEY_SIGN; purpose++) {
		for (generation = 1; generation <= JPKIP_GENERATIONS;
		    generation++) {
			jpkip_soft_ca_file(purpose, generation, "pem", file);
			unlinkat(dir->fd, file, 0);
			jpkip_soft_ca_file(purpose, generation, "key", file);
			unlinkat(dir->fd, file, 0);
		}
		unlinkat(dir->fd, jpkip_soft_names(purpose)->ca_cert, 0);
		unlinkat(dir->fd, jpkip_soft_names(purpose)->cert, 0);
		unlinkat(dir->fd, jpkip_soft_names(purpose)->key, 0);
	}
	unlinkat(dir->fd, JPKIP_SOFT_CA, AT_REMOVEDIR);
	unlinkat(dir->fd, JPKIP_SOFT_STATE, 0);
	unlinkat(dir->fd, JPKIP_SOFT_LOCK, 0);
	rmdir(dir->path);
}

static void
sync_parent(const char *path)
{
	char parent[PATH_MAX];
	char *slash;
	int fd;

	snprintf(parent, sizeof(parent), "%s", path);
	if ((slash = strrchr(parent, '/')) == NULL)
		snprintf(parent, sizeof(parent), ".");
	else
		slash[slash == parent ? 1 : 0] = '\0';
	/* The card is complete in any case; this is about power cuts. */
	if ((fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
		fsync(fd);
		close(fd);
	}
}

/* Renames, but never over anything, not even an empty directory. */
static int
publish(struct jpki_ctx *ctx, const char *tmp, const char *path)
{
	struct stat st;
	int r;

	r = renameat2(AT_FDCWD, tmp, AT_FDCWD, path, RENAME_NOREPLACE);
	/* Some file systems cannot say "no replace"; rename() itself replaces
	 * nothing but an empty directory. */
	if (r != 0 && (errno == EINVAL || errno == ENOSYS)) {
		if (lstat(path, &st) == 0)
			errno = EEXIST;
		else
			r = rename(tmp, path);
	}
	if (r == 0) {
		sync_parent(path);
		return 0;
	}
	if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
		return jpkip_fail(ctx, JPKI_ERR_EXISTS, JPKIP_SAME("%s"), path);
	return jpkip_fail_errno(ctx, path);
}

static int
build(struct jpki_ctx *ctx, const char *path,
    const struct jpkip_soft_state *state)
{
	char tmp[PATH_MAX + sizeof(TMP_SUFFIX)];
	struct jpkip_soft_dir dir = JPKIP_SOFT_DIR(tmp);
	int guard = -1, r;

	snprintf(tmp, sizeof(tmp), "%s" TMP_SUFFIX, path);
	if (mkdtemp(tmp) == NULL)
		return jpkip_fail_errno(ctx, path);
	dir.fd = open(tmp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir.fd < 0) {
		r = jpkip_soft_system(ctx, &dir, "");
	} else {
		guard = jpkip_soft_guard_start(&dir, remove_files);
		if ((r = make_files(ctx, &dir, state)) == 0)
			r = publish(ctx, tmp, path);
	}
	if (r != 0)
		remove_files(&dir);
	jpkip_soft_guard_end(guard);
	jpkip_soft_dir_release(&dir);
	return r;
}

int
jpki_softcard_create(struct jpki_ctx *ctx, const char *dir,
    const struct jpki_softcard_option *options, size_t n_options)
{
	struct jpkip_soft_state state;
	char path[PATH_MAX];
	struct stat st;
	size_t len;
	int r;

	if (ctx == NULL || dir == NULL || (options == NULL && n_options > 0))
		return JPKI_ERR_USAGE;
	jpkip_ctx_clear(ctx);
	for (len = strlen(dir); len > 1 && dir[len - 1] == '/'; len--)
		;
	if (len == 0 || len + sizeof(TMP_SUFFIX) > sizeof(path))
		return jpkip_fail(ctx, JPKI_ERR_USAGE,
		    "the folder's name is empty or too long",
		    "フォルダーの名前が空か、長すぎます");
	memcpy(path, dir, len);
	path[len] = '\0';
	if ((r = read_options(ctx, options, n_options, &state)) != 0)
		goto out;
	/* Early, to save the work; publish() has the last word. */
	if (lstat(path, &st) == 0)
		r = jpkip_fail(ctx, JPKI_ERR_EXISTS, JPKIP_SAME("%s"), path);
	else if ((r = make_id(ctx, &state)) == 0)
		r = build(ctx, path, &state);
out:
	jpkip_wipe(&state, sizeof(state));
	return r;
}
