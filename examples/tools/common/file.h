/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files: read whole, written whole. Functions return 0 or -1 with errno, for
 * complain_errno().
 */
#ifndef TOOLS_FILE_H
#define TOOLS_FILE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

/* Opens for reading what is no directory; "-" is a name like others. Waits for
 * who writes to a pipe, and says so on a terminal. The descriptor, or -1 with
 * errno. */
int file_open(const char *path);

/* All of a file, or with "-" of standard input, at most max bytes, else EFBIG.
 * The caller frees *data, which is never NULL after success. */
int file_read(const char *path, size_t max, uint8_t **data, size_t *len);

/*
 * Puts a whole file in its place, with the permissions that the umask leaves,
 * or leaves there what was there: it is written beside, synced and renamed.
 * SIGINT, SIGTERM and SIGHUP wait meanwhile, so that nothing is left behind.
 */
int file_write(const char *path, const void *data, size_t len);

/*
 * The same in pieces, for what is too large for memory, with a look at it
 * before it is in its place:
 *
 *	if (file_begin(&out, path) != 0)
 *		return complain_errno(path);
 *	if (file_put(&out, data, len) != 0 || ... reading out.tmp ...)
 *		file_abandon(&out);	// keeps errno
 *	else if (file_end(&out, path, 0666) != 0)
 *		...
 *
 * The mode is cut by the umask. SIGINT, SIGTERM and SIGHUP wait from begin to
 * end; file_put() fails with ECANCELED where one of them does, so that it need
 * not wait long.
 */
struct file_output {
	char *tmp;		/* the file beside, readable at any time */
	int fd;
	sigset_t before;
};

int file_begin(struct file_output *out, const char *path);
int file_put(struct file_output *out, const void *data, size_t len);
int file_end(struct file_output *out, const char *path, mode_t mode);
void file_abandon(struct file_output *out);

/* Whether a signal that would end the program waits to be let through. */
bool file_interrupted(void);

/* Whether file_write() could put a file there, found out before it costs
 * anything: makes one beside and removes it again. -1 with errno: EISDIR, what
 * the folder says, or ENXIO: where it would be, files are not kept (/dev,
 * /proc), as beside /dev/stdin. */
int file_check_place(const char *path);

#endif
