/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without a fuzzer: on the files named, or on COUNT inputs
 * (--count COUNT) from a generator that always makes the same ones.
 */
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
replay(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL) {
		perror(path);
		return 1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	return LLVMFuzzerTestOneInput(data, size);
}

int
main(int argc, char **argv)
{
	static uint8_t data[INPUT_MAX];
	long count, n;
	size_t size;
	int i;

	if (argc == 3 && strcmp(argv[1], "--count") == 0) {
		count = atol(argv[2]);
		for (n = 0; n < count; n++) {
			generate((uint64_t)n, data, &size);
			if (LLVMFuzzerTestOneInput(data, size) != 0)
				return 1;
		}
		return 0;
	}
	for (i = 1; i < argc; i++)
		if (replay(argv[i]) != 0)
			return 1;
	return 0;
}
