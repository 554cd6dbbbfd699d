/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files: read whole, written whole. Functions return 0 or -1 with errno, for
 * complain_errno().
 */
#ifndef TOOLS_FILE_H
#define TOOLS_FILE_H

#include <stddef.h>
#include <stdint.h>

/* Opens for reading what is no directory; "-" is a name like others. The
 * descriptor, or -1 with errno. */
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

/* Whether file_write() could put a file there, found out before it costs
 * anything: makes one beside and removes it again. -1 with errno: EISDIR, what
 * the folder says, or ENXIO: where it would be, files are not kept (/dev,
 * /proc), as beside /dev/stdin. */
int file_check_place(const char *path);

#endif
