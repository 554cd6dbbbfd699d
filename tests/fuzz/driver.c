/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without a fuzzer: on COUNT inputs (--count COUNT) from a
 * generator that always makes the same ones, and on the files named, and those
 * in the folders named: its seeds.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX 4096

/* xorshift64: small, and the same everywhere. */
static uint64_t
next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *state = x;
}

static void
generate(uint64_t seed, uint8_t *data, size_t *size)
{
	uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
	size_t i;

	*size = (size_t)(next(&state) % INPUT_MAX);
	/* Runs of few values reach deeper than noise does. */
	for (i = 0; i < *size; i++)
		data[i] = (uint8_t)(next(&state) >>
		    (next(&state) % 3 == 0 ? 56 : 62));
}

static int
replay_file(FILE *file)
{
	static uint8_t data[1 << 20];
	size_t size = fread(data, 1, sizeof(data), file);

	fclose(file);
	return LLVMFuzzerTestOneInput(data, size);
}

/* A file, or those of a folder; one that is not there has none. */
static int
replay(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	char name[4096];
	FILE *file;
	int r = 0;

	if (dir == NULL && errno == ENOENT)
		return 0;
	if (dir == NULL) {
		if ((file = fopen(path, "rb")) != NULL)
			return replay_file(file);
		perror(path);
		return 1;
	}
	while (r == 0 && (entry = readdir(dir)) != NULL) {
		if (*entry->d_name == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if ((file = fopen(name, "rb")) != NULL)
			r = replay_file(file);
	}
	closedir(dir);
	return r;
}

static int
made_up(long count)
{
	static uint8_t data[INPUT_MAX];
	size_t size;
	long n;

	for (n = 0; n < count; n++) {
		generate((uint64_t)n, data, &size);
		if (LLVMFuzzerTestOneInput(data, size) != 0)
			return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--count") == 0 && i + 1 < argc) {
			if (made_up(atol(argv[++i])) != 0)
				return 1;
		} else if (replay(argv[i]) != 0) {
			return 1;
		}
	}
	return 0;
}
