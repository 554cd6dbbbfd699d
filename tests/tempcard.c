/* SPDX-License-Identifier: Apache-2.0 */
#include "tempcard.h"

#include <sys/wait.h>

#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Spawned: a sanitizer makes a fork slow, and unsafe beside other threads. */
static void
run(const char *const argv[])
{
	char *const *args;
	int status = -1;
	pid_t pid;

	/* posix_spawn's const is historical. */
	memcpy(&args, &argv, sizeof(args));
	assert_int_equal(posix_spawn(&pid, argv[0], NULL, NULL, args, environ),
	    0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

void
tempcard_make(const char *name, char path[TEMPCARD_MAX])
{
	const char *cards = getenv("JPKI_TEST_CARDS");
	const char *tmp = getenv("TMPDIR");
	char from[4096];

	if (cards == NULL)
		fail_msg("JPKI_TEST_CARDS is not set: run meson test");
	if (tmp == NULL || strlen(tmp) > TEMPCARD_MAX - 24)
		tmp = "/tmp";
	snprintf(path, TEMPCARD_MAX, "%s/jpki-card-XXXXXX", tmp);
	assert_non_null(mkdtemp(path));
	snprintf(from, sizeof(from), "%s/%s/.", cards, name);
	run((const char *const[]){ "/bin/cp", "-a", from, path, NULL });
}

void
tempcard_remove(const char *path)
{
	run((const char *const[]){ "/bin/rm", "-rf", path, NULL });
}

void
tempcard_insert(const char *path, const char *name)
{
	static unsigned stay;
	char again[TEMPCARD_MAX], state[TEMPCARD_MAX + 8], line[64] = "";
	FILE *file;
	long at = 0;

	tempcard_make(name, again);
	snprintf(state, sizeof(state), "%s/state", again);
	assert_non_null(file = fopen(state, "r+"));
	while (fgets(line, sizeof(line), file) != NULL &&
	    strncmp(line, "id ", 3) != 0)
		at = ftell(file);
	assert_int_equal(strncmp(line, "id ", 3), 0);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	fprintf(file, "id %08x", ++stay);
	assert_int_equal(fclose(file), 0);
	tempcard_remove(path);
	assert_int_equal(rename(again, path), 0);
}
