/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts of the rules as JSON, and the words that several programs have for
 * what is in them.
 */
#ifndef TOOLS_VERDICT_H
#define TOOLS_VERDICT_H

#include <jpki.h>

#include "json.h"

/* {"state", "from", "until", "renew_from", "days_left"}, with null for what is
 * not known; programs put more members behind them. */
json_t *verdict_json(const struct jpki_verdict *verdict);

/* The same from what a program has found out itself. */
json_t *verdict_days_json(enum jpki_state state, struct jpki_date from,
    struct jpki_date until, struct jpki_date renew_from, int32_t days_left);

/* What the ids of rules, seeds and disagreements are, and where to read them,
 * for the end of a report. */
const char *verdict_key_text(void);

/* Of the reasons: ["B3", ...], {"B3": ["S0", ...], ...}, ["X1", ...] and the
 * sentences of advice in the chosen language. */
json_t *verdict_rules_json(const struct jpki_why *why);
json_t *verdict_seeds_json(const struct jpki_why *why);
json_t *verdict_disputes_json(const struct jpki_why *why);
json_t *verdict_advice_json(const struct jpki_why *why);

/* A sentence of advice in the chosen language; it names a program of ours where
 * one helps, which the library does not. */
const char *verdict_advice_text(enum jpki_advice advice);

/* The pages that one row stands on: ["S0", ...]. */
json_t *verdict_rule_seeds_json(const struct jpki_rule *rule);

/* The same for people, "S0 S3"; "": it is from outside the seeds. Returns
 * text, of which VERDICT_SEEDS_TEXT bytes hold all of it. */
#define VERDICT_SEEDS_TEXT 128
const char *verdict_rule_seeds_text(const struct jpki_rule *rule,
    char text[VERDICT_SEEDS_TEXT]);

/* Whether a disagreement of the seeds touches any of the reasons. */
bool verdict_disputed(const struct jpki_why *why,
    const struct jpki_dispute *dispute);

/* "closed", "maybe" or "open": where a PIN can be set anew, for programs. */
const char *verdict_route_name(enum jpki_route route);

#endif
