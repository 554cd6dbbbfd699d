/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that programs have for what a certificate and its check say, for
 * people and in JSON.
 */
#ifndef TOOLS_CERT_WORDS_H
#define TOOLS_CERT_WORDS_H

#include <stddef.h>

#include <jpki.h>

#include "json.h"

/* ---- For people ---- */

/* "J-LIS, digital signatures, generation 3 (2023)"; returns text. */
const char *ca_text(const struct jpki_ca *ca, char *text, size_t size);

/* "sign certificate (署名用)"; of a CA's the beginning. */
const char *kind_text(enum jpki_slot slot);

/* ---- For programs ---- */

/* "sign", "auth", "sign-ca", "auth-ca"; NULL: none of them. */
const char *slot_word(enum jpki_slot slot);

/* {"kind", "purpose", "generation", "year", "proven"} */
json_t *ca_json(const struct jpki_ca *ca);

/* "before", "within", "after"; NULL: there is no period. */
const char *period_word(enum jpki_period period);

/* "not-checked", "good", "revoked", "on-hold", "unknown" */
const char *revocation_word(enum jpki_revocation_state state);

#endif
