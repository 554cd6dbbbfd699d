/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signature that is there; see base.h. Its content, of any length, is only
 * passed by.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "common/cms_split.h"
#include "common/message.h"

/* Who gets the content. */
struct copying {
	struct writer *writer;	/* NULL: nobody */
	int failed;		/* errno */
};

static void
copy(void *arg, const uint8_t *data, size_t len)
{
	struct copying *copying = arg;

	if (copying->writer != NULL && copying->failed == 0 &&
	    writer_put(copying->writer, data, len) != 0)
		copying->failed = errno;
}

static void
begin(void *arg, const uint8_t *algorithms, size_t len)
{
	(void)arg;
	(void)algorithms;
	(void)len;
}

/* -1 with errno, or how the taking apart ended. */
static int
take_apart(const char *path, struct cms_parts *parts, bool *pem)
{
	struct cms_source source;
	struct cms_bytes *bytes;
	int fd, end, failed;

	if ((fd = file_open(path)) == -1)
		return -1;
	if ((bytes = malloc(sizeof(*bytes))) == NULL) {
		close(fd);
		return CMS_SPLIT_MEMORY;
	}
	source = cms_source_fd(&fd, path);
	cms_bytes_open(bytes, &source, false);
	end = (int)cms_split(bytes, parts);
	*pem = bytes->pem;
	failed = bytes->failed;
	free(bytes);
	close(fd);
	if (end != CMS_SPLIT_FAILED)
		return end;
	errno = failed;
	return -1;
}

int
base_read(const char *path, struct base *base)
{
	struct copying copying = { NULL, 0 };
	struct cms_parts parts = {
		.begin = begin, .content = copy, .arg = &copying
	};
	int end;

	memset(base, 0, sizeof(*base));
	base->path = path;
	end = take_apart(path, &parts, &base->pem);
	base->cms = parts.rest;
	base->len = parts.len;
	base->enclosed = parts.enclosed;
	base->content_length = parts.content_length;
	if (end == -1)
		return complain_errno(path);
	if (end == CMS_SPLIT_MEMORY)
		return complain_code(path, JPKI_ERR_MEMORY);
	if (end == CMS_SPLIT_DONE && !parts.odd)
		return 0;
	if (end == CMS_SPLIT_NO_CMS || end == CMS_SPLIT_OTHER)
		complain("%s: not a CMS signature", "%s: CMS の署名では"
		    "ありません", path);
	else
		complain("%s: the signature in it is damaged or of a form that "
		    "nothing can be added to", "%s: 署名が壊れているか、追加の"
		    "できない形式です", path);
	return EX_DATAERR;
}

int
base_copy_content(const struct base *base, struct writer *writer)
{
	struct copying copying = { writer, 0 };
	struct cms_parts parts = {
		.begin = begin, .content = copy, .arg = &copying
	};
	bool pem;
	int end;

	end = take_apart(base->path, &parts, &pem);
	free(parts.rest);
	if (end == -1)
		return -1;
	/* It is another file now, or a part of it. */
	if (copying.failed == 0 && (end != CMS_SPLIT_DONE ||
	    parts.content_length != base->content_length))
		copying.failed = EAGAIN;
	errno = copying.failed;
	return copying.failed == 0 ? 0 : -1;
}

void
base_free(struct base *base)
{
	free(base->cms);
	memset(base, 0, sizeof(*base));
}
