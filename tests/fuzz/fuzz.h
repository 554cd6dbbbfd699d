/* SPDX-License-Identifier: Apache-2.0 */
/* A fuzz target: for libFuzzer (-Dfuzz=true, clang) or for driver.c, which
 * feeds it made-up inputs in every test run. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
