/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random facts for the rules, the same in every run.
 */
#ifndef TEST_ANY_FACTS_H
#define TEST_ANY_FACTS_H

#include <jpki.h>

/* Less than a number. */
uint32_t any(uint32_t below);

/* A moment from 2014 to 2037, sometimes on the edge of a day in Japan. */
int64_t	any_time(void);

/* A day in these years; ends of months and 29 February more often. */
struct jpki_date any_day(void);

/* A day, or none. */
struct jpki_date maybe_day(struct jpki_date not_before);

/* All facts about a certificate, as they may be together: no certificate
 * outlives its card, no card a stay. False: these cannot be. */
bool	any_whole_facts(struct jpki_validity_facts *);

#endif
