/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdicts as JSON; see verdict.h.
 */
#include <stdio.h>

#include "text.h"
#include "verdict.h"

json_t *
verdict_json(const struct jpki_verdict *v)
{
	return json_with(verdict_days_json(jpki_verdict_state(v),
	    jpki_verdict_from(v), jpki_verdict_until(v),
	    jpki_verdict_renew_from(v), jpki_verdict_days_left(v)),
	    json_pack("{s:o}", "until_latest",
	    json_date(jpki_verdict_until_latest(v))));
}

json_t *
verdict_days_json(enum jpki_state state, struct jpki_date from,
    struct jpki_date until, struct jpki_date renew_from, int32_t days_left)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o}",
	    "state", jpki_state_name(state),
	    "from", json_date(from),
	    "until", json_date(until),
	    "renew_from", json_date(renew_from),
	    "days_left", until.year == 0 ? json_null() :
	    json_integer(days_left));
}

/* The texts of n reasons or sentences of advice. */
static json_t *
list_json(const struct jpki_why *why, size_t n,
    const char *(*text)(const struct jpki_why *why, size_t i))
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_string(text(why, i)));
	return list;
}

static const char *
rule_id(const struct jpki_why *why, size_t i)
{
	return jpki_why_rule(why, i)->id;
}

json_t *
verdict_rules_json(const struct jpki_why *why)
{
	return list_json(why, jpki_why_rule_count(why), rule_id);
}

json_t *
verdict_rule_seeds_json(const struct jpki_rule *rule)
{
	const struct jpki_seed *seed;
	json_t *ids = json_array();
	size_t i;

	for (i = 0; (seed = jpki_rule_seed(rule, i)) != NULL; i++)
		json_array_append_new(ids, json_string(seed->id));
	return ids;
}

const char *
verdict_rule_seeds_text(const struct jpki_rule *rule,
    char text[VERDICT_SEEDS_TEXT])
{
	const struct jpki_seed *seed;
	size_t i, len = 0;

	text[0] = '\0';
	for (i = 0; (seed = jpki_rule_seed(rule, i)) != NULL &&
	    len < VERDICT_SEEDS_TEXT; i++)
		len += (size_t)snprintf(text + len, VERDICT_SEEDS_TEXT - len,
		    "%s%s", i > 0 ? " " : "", seed->id);
	return text;
}

json_t *
verdict_seeds_json(const struct jpki_why *why)
{
	json_t *rules = json_object();
	size_t i;

	for (i = 0; i < jpki_why_rule_count(why); i++)
		json_object_set_new(rules, jpki_why_rule(why, i)->id,
		    verdict_rule_seeds_json(jpki_why_rule(why, i)));
	return rules;
}

const char *
verdict_key_text(void)
{
	return pick("S0 to S4 are the pages that the rules (B3 and so on) "
	    "stand on, X1 to X16 where the pages disagree; jpki-rules explain "
	    "S1 tells of one.",
	    "B3 などは規則、S0～S4 は根拠の資料、X1～X16 は資料の間の不一致で"
	    "す。内容は jpki-rules explain S1 のようにすると読めます。");
}

bool
verdict_disputed(const struct jpki_why *why,
    const struct jpki_dispute *dispute)
{
	const struct jpki_dispute *d;
	size_t i, k;

	for (i = 0; i < jpki_why_rule_count(why); i++)
		for (k = 0; (d = jpki_rule_dispute(jpki_why_rule(why, i),
		    k)) != NULL; k++)
			if (d == dispute)
				return true;
	return false;
}

json_t *
verdict_disputes_json(const struct jpki_why *why)
{
	const struct jpki_dispute *dispute;
	json_t *ids = json_array();
	size_t i;

	for (i = 0; (dispute = jpki_dispute_at(i)) != NULL; i++)
		if (verdict_disputed(why, dispute))
			json_array_append_new(ids, json_string(dispute->id));
	return ids;
}

const char *
verdict_advice_text(enum jpki_advice advice)
{
	if (advice == JPKI_ADVICE_READ_CERT)
		return pick("The certificate's own last day decides; jpki-info "
		    "shows it.", "正しい期限は証明書に書かれたものです。"
		    "jpki-info で確認できます。");
	return jpki_advice_text(advice, text_lang());
}

static const char *
advice_at(const struct jpki_why *why, size_t i)
{
	return verdict_advice_text(jpki_why_advice(why, i));
}

json_t *
verdict_advice_json(const struct jpki_why *why)
{
	return list_json(why, jpki_why_advice_count(why), advice_at);
}

const char *
verdict_route_name(enum jpki_route route)
{
	switch (route) {
	case JPKI_ROUTE_OPEN:
		return "open";
	case JPKI_ROUTE_MAYBE:
		return "maybe";
	case JPKI_ROUTE_CLOSED:
		break;
	}
	return "closed";
}
