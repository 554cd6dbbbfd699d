/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <sys/mman.h>

#include <cmocka.h>

#include "caught.h"

static int real_fd;

void
catch_stream(FILE *stream)
{
	int fd = memfd_create("caught", MFD_CLOEXEC);

	assert_true(fd >= 0);
	fflush(stream);
	real_fd = dup(fileno(stream));
	dup2(fd, fileno(stream));
	close(fd);
}

const char *
caught(FILE *stream)
{
	static char text[65536];
	ssize_t n;

	fflush(stream);
	n = pread(fileno(stream), text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	dup2(real_fd, fileno(stream));
	close(real_fd);
	return text;
}
