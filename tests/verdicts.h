/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the rules share: days, and what a verdict says. */
#ifndef VERDICTS_H
#define VERDICTS_H

#include <jpki.h>

/* Sets the i-th time zone of the computer, and names it; NULL past the last.
 * Days are those of Japan in all of them. */
const char *set_zone(size_t i);

/* "YYYY-MM-DD"; "" and NULL are no date. */
struct jpki_date day(const char *text);
void	is_day(struct jpki_date got, const char *want);

/* The first reasons, "B1 B4"; further ones do not matter. */
void	begins_with(const struct jpki_why *, const char *want);

bool	cites(const struct jpki_why *, const char *id);
bool	advises(const struct jpki_why *, enum jpki_advice);

/* Of the three parts of a history. */
enum jpki_state card_state(const struct jpki_history *);
enum jpki_state auth_state(const struct jpki_history *);
enum jpki_state sign_state(const struct jpki_history *);
const struct jpki_why *card_why(const struct jpki_history *);
const struct jpki_why *auth_why(const struct jpki_history *);
const struct jpki_why *sign_why(const struct jpki_history *);

/*
 * jpki_rules_...() again and again: *out is NULL or what was made before, which
 * is freed. Fails the test if a failure does not leave NULL there.
 */
int	judge_cert(const struct jpki_cert_facts *, int64_t now,
	    struct jpki_verdict **out);
int	judge_validity(const struct jpki_validity_facts *, struct jpki_date on,
	    struct jpki_verdict **out);
int	judge_card(const struct jpki_card_facts *, struct jpki_date on,
	    struct jpki_verdict **out);
int	judge_renewal(struct jpki_date until, struct jpki_date on,
	    struct jpki_verdict **out);
int	judge_events(const struct jpki_event_at *, size_t n,
	    struct jpki_date on, struct jpki_history **out);
int	judge_pin(enum jpki_pin, int left, int partner_left,
	    struct jpki_pin_verdict **out);
int	judge_who(struct jpki_date birth, bool ward, struct jpki_date on,
	    enum jpki_feb29, struct jpki_who **out);

#endif
