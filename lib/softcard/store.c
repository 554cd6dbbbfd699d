/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/store.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/wipe.h"

#define FIRST_WAIT_MS	1
#define LONGEST_WAIT_MS	50

int
jpkip_soft_damaged(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, const char *en, const char *ja)
{
	return jpkip_fail(ctx, JPKI_ERR_DAMAGED, JPKIP_SAME("%s/%s: %s"),
	    dir->path, name, jpkip_pick(ctx, en, ja));
}

int
jpkip_soft_system(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name)
{
	return jpkip_fail(ctx, JPKI_ERR_SYSTEM, JPKIP_SAME("%s%s%s: %s"),
	    dir->path, *name != '\0' ? "/" : "", name,
	    jpkip_errno_text(ctx));
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
no_card(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir, int r)
{
	if (dir->absent == JPKI_ERR_REMOVED)
		return jpkip_hint(ctx, r,
		    "Put the folder of the software card back and try again.",
		    "ソフトウェアカードのフォルダーを元に戻して、やり直して"
		    "ください。");
	return jpkip_hint(ctx, r,
	    "Make a software card in this folder first, or name the folder "
	    "of one.",
	    "先にこのフォルダーにソフトウェアカードを作るか、"
	    "ソフトウェアカードのあるフォルダーを指定してください。");
}

static int
open_dir(struct jpki_ctx *ctx, struct jpkip_soft_dir *dir)
{
	dir->fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->fd >= 0)
		return 0;
	if (*dir->path == '\0')
		return no_card(ctx, dir, jpkip_fail(ctx, dir->absent,
		    "no folder is named", "フォルダーの名前がありません"));
	if (errno == ENOENT || errno == ENOTDIR)
		return no_card(ctx, dir, jpkip_fail(ctx, dir->absent,
		    JPKIP_SAME("%s: %s"), dir->path, jpkip_errno_text(ctx)));
	return jpkip_soft_system(ctx, dir, "");
}

/* The lock counts only if what we locked is still what everybody finds at
 * the path: the directory may have been deleted and made anew meanwhile. */
static bool
still_there(const struct jpkip_soft_dir *dir)
{
	struct stat opened, found;

	return fstat(dir->fd, &opened) == 0 && stat(dir->path, &found) == 0 &&
	    opened.st_dev == found.st_dev && opened.st_ino == found.st_ino &&
	    fstat(dir->lock, &opened) == 0 &&
	    fstatat(dir->fd, JPKIP_SOFT_LOCK, &found, 0) == 0 &&
	    opened.st_dev == found.st_dev && opened.st_ino == found.st_ino;
}

/* A lost lock file is made anew, but not in anybody's directory. */
static bool
holds_card(const struct jpkip_soft_dir *dir)
{
	return faccessat(dir->fd, JPKIP_SOFT_STATE, F_OK, 0) == 0 ||
	    faccessat(dir->fd, JPKIP_SOFT_CA, F_OK, 0) == 0;
}

static void
sleep_ms(unsigned ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

int
jpkip_soft_dir_take(struct jpki_ctx *ctx, struct jpkip_soft_dir *dir)
{
	unsigned waited = 0, wait = FIRST_WAIT_MS;
	int r;

	for (;;) {
		if ((r = open_dir(ctx, dir)) != 0)
			return r;
		dir->lock = openat(dir->fd, JPKIP_SOFT_LOCK,
		    O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
		    (holds_card(dir) ? O_CREAT : 0), 0600);
		if (dir->lock < 0) {
			r = errno != ENOENT ?
			    jpkip_soft_system(ctx, dir, JPKIP_SOFT_LOCK) :
			    no_card(ctx, dir, jpkip_fail(ctx, dir->absent,
			    "%s: no software card is in this folder",
			    "%s: ここにソフトウェアカードはありません",
			    dir->path));
			break;
		}
		if (flock(dir->lock, LOCK_EX | LOCK_NB) == 0) {
			dir->owner = getpid();
			if (still_there(dir))
				return 0;
		} else if (errno != EWOULDBLOCK && errno != EINTR) {
			r = jpkip_soft_system(ctx, dir, JPKIP_SOFT_LOCK);
			break;
		}
		jpkip_soft_dir_release(dir);
		if (waited >= jpkip_ctx_limits(ctx).others_ms)
			return jpkip_fail(ctx, JPKI_ERR_BUSY, JPKIP_SAME("%s"),
			    dir->path);
		sleep_ms(wait);
		waited += wait;
		wait = wait * 2 < LONGEST_WAIT_MS ? wait * 2 : LONGEST_WAIT_MS;
	}
	jpkip_soft_dir_release(dir);
	return r;
}

void
jpkip_soft_dir_release(struct jpkip_soft_dir *dir)
{
	/* A child that was forked meanwhile has the descriptor as well: the
	 * lock must not last as long as the child, nor end when it closes. */
	if (dir->lock >= 0 && dir->owner == getpid())
		flock(dir->lock, LOCK_UN);
	close_fd(&dir->lock);
	close_fd(&dir->fd);
}

/* 0: all of it; -1: failed (errno). */
static int
read_all(int fd, char *data, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = read(fd, data + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;	/* shrank while we read */
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

static int
write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int
jpkip_soft_dir_read(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, char **data, size_t *len)
{
	struct stat st;
	size_t size = 0;
	char *buf = NULL;
	int fd, r = JPKI_ERR_INTERNAL;

	*data = NULL;
	/* O_NONBLOCK: somebody may have put a FIFO there. */
	fd = openat(dir->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return jpkip_soft_damaged(ctx, dir, name, "no such file",
		    "ファイルがありません");
	if (fd < 0 || fstat(fd, &st) != 0) {
		r = jpkip_soft_system(ctx, dir, name);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		r = jpkip_soft_damaged(ctx, dir, name, "not a file",
		    "ファイルではありません");
		goto out;
	}
	if (st.st_size > JPKIP_SOFT_FILE_MAX) {
		r = jpkip_soft_damaged(ctx, dir, name, "too large",
		    "大きすぎます");
		goto out;
	}
	size = (size_t)st.st_size;
	if ((buf = malloc(size + 1)) == NULL) {
		r = jpkip_fail(ctx, JPKI_ERR_MEMORY, NULL, NULL);
		goto out;
	}
	if (read_all(fd, buf, size) != 0) {
		r = jpkip_soft_system(ctx, dir, name);
		goto out;
	}
	buf[size] = '\0';
	*data = buf;
	buf = NULL;	/* transferred */
	*len = size;
	r = 0;
out:
	jpkip_freezero(buf, size + 1);
	close_fd(&fd);
	return r;
}

static int
put_file(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, int flags, const void *data, size_t len)
{
	int fd, r;

	fd = openat(dir->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW | flags, 0600);
	if (fd < 0)
		return jpkip_soft_system(ctx, dir, name);
	if (write_all(fd, data, len) == 0 && fsync(fd) == 0)
		r = 0;
	else
		r = jpkip_soft_system(ctx, dir, name);
	close_fd(&fd);
	return r;
}

int
jpkip_soft_dir_make(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, const void *data, size_t len)
{
	return put_file(ctx, dir, name, O_EXCL, data, len);
}

int
jpkip_soft_dir_write(struct jpki_ctx *ctx, const struct jpkip_soft_dir *dir,
    const char *name, const void *data, size_t len)
{
	char tmp[64];
	int r;

	/* One name will do: only the holder of the lock writes. */
	snprintf(tmp, sizeof(tmp), "%s.new", name);
	if ((r = put_file(ctx, dir, tmp, O_TRUNC, data, len)) != 0) {
		unlinkat(dir->fd, tmp, 0);
		return r;
	}
	if (renameat(dir->fd, tmp, dir->fd, name) != 0) {
		r = jpkip_soft_system(ctx, dir, name);
		unlinkat(dir->fd, tmp, 0);
		return r;
	}
	/* The rename itself must survive a power cut as well. */
	if (fsync(dir->fd) != 0)
		return jpkip_soft_system(ctx, dir, name);
	return 0;
}
