/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program of ours writes to a stream, caught for a look at it.
 */
#ifndef CAUGHT_H
#define CAUGHT_H

#include <stdio.h>

/* From here on what goes to stdout or stderr is caught, one at a time. */
void catch_stream(FILE *stream);

/* All that was caught, until the next call; the stream is as before. */
const char *caught(FILE *stream);

#endif
