/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files beside a document; see attached.h.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <unistr.h>

#include "attached.h"

#define PIECE 65536	/* bytes read at a time */

int
attached_check(const char *name, struct trouble *trouble)
{
	const char *c;

	/* A backslash, because it is a slash where it is handed in. */
	if (*name == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0 || strpbrk(name, "/\\") != NULL)
		return trouble_set(trouble, "file-name",
		    "it names a file \"%s\", which is not in the same folder; "
		    "only files beside the document are taken",
		    "「%s」という同じフォルダーにないファイルを指しています。"
		    "使えるのは文書と同じフォルダーのファイルだけです", name);
	for (c = name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			break;
	if (*c != '\0' || strlen(name) > 255 ||
	    u8_check((const uint8_t *)name, strlen(name)) != NULL)
		return trouble_set(trouble, "file-name",
		    "it names a file \"%s\", which is no file name",
		    "「%s」はファイル名として使えません", name);
	return 0;
}

static bool
is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

char *
attached_uri(const char *name)
{
	char *uri = malloc(3 * strlen(name) + 1), *p = uri;

	if (uri == NULL)
		return NULL;
	for (; *name != '\0'; name++)
		if (is_plain(*name))
			*p++ = *name;
		else
			p += snprintf(p, 4, "%%%02X", (unsigned char)*name);
	*p = '\0';
	return uri;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *
attached_name(const char *uri, struct trouble *trouble)
{
	const char *u = uri;
	char *name = strdup(uri), *p = name;
	int c = 0;

	if (name == NULL) {
		trouble_memory(trouble);
		return NULL;
	}
	/* A colon makes it an address of the network or a drive; a question
	 * mark or a hash, a part of something. */
	if (strpbrk(uri, ":?#") != NULL)
		c = -1;
	for (; *u != '\0' && c != -1; u++)
		if (*u != '%')
			*p++ = *u;
		else if (hex(u[1]) == -1 || hex(u[2]) == -1 ||
		    (c = hex(u[1]) << 4 | hex(u[2])) == 0)
			c = -1;
		else {
			*p++ = (char)c;
			u += 2;
		}
	*p = '\0';
	if (c == -1)
		trouble_set(trouble, "reference-uri",
		    "it refers to \"%s\", which is no file beside it; nothing "
		    "is fetched from anywhere",
		    "「%s」を参照していますが、同じフォルダーのファイルでは"
		    "ありません。ほかの場所からは取得しません", uri);
	if (c == -1 || attached_check(name, trouble) != 0) {
		free(name);
		return NULL;
	}
	return name;
}

const char *
attached_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

int
attached_open(const char *path, const char *name)
{
	char *folder = strndup(path, (size_t)(attached_base(path) - path));
	int dir = -1, fd = -1, saved;
	struct stat st;

	if (folder != NULL)
		dir = open(*folder != '\0' ? folder : ".",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* A pipe is not to be waited for. */
	if (dir != -1)
		fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
		    O_NONBLOCK);
	if (fd != -1 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
		errno = EINVAL;
	}
	saved = errno;
	if (dir != -1)
		close(dir);
	free(folder);
	errno = saved;
	return fd;
}

int
attached_digest(int fd, OSSL_LIB_CTX *libctx, enum jpki_md md, uint8_t *out,
    uint64_t *size, void (*watch)(void *arg, uint64_t done), void *arg)
{
	struct digest digest;
	uint8_t *piece = malloc(PIECE);
	ssize_t n = -1;
	int r;

	r = digest_begin(&digest, libctx, md);
	if (piece == NULL || r != 0)
		errno = ENOMEM;
	else
		while ((n = read(fd, piece, PIECE)) > 0) {
			digest_take(&digest, piece, (size_t)n);
			if (watch != NULL)
				watch(arg, digest.size);
		}
	*size = digest.size;
	r = digest_end(&digest, n == 0 ? out : NULL);
	free(piece);
	return n == 0 ? r : -1;
}
