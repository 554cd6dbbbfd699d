/* SPDX-License-Identifier: Apache-2.0 */
/* A million verdicts of each kind. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jpki.h>

#define ROUNDS 1000000

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct jpki_date
day(int i)
{
	return jpki_date_from_time(1451606400 + (int64_t)(i % 7000) * 86400);
}

static int
judge_cert(int i)
{
	struct jpki_cert_facts f = { .size = sizeof(f), .key = JPKI_KEY_SIGN,
	    .not_before = 1451606400, .not_after = 1609426799 };
	struct jpki_verdict *v;
	int r;

	f.moved = i & 1;
	r = jpki_rules_cert(&f, 1451606400 + (int64_t)i * 300, &v);
	jpki_verdict_free(&v);
	return r;
}

static int
judge_validity(int i)
{
	struct jpki_validity_facts f = { .size = sizeof(f),
	    .key = JPKI_KEY_SIGN };
	struct jpki_verdict *v;
	int r;

	f.issued = day(i);
	f.birth = (struct jpki_date){ 1980, 2, 17 };
	r = jpki_rules_validity(&f, day(i * 3), &v);
	jpki_verdict_free(&v);
	return r;
}

static int
judge_renewal(int i)
{
	struct jpki_verdict *v;
	int r = jpki_rules_renewal(day(i), day(i * 3), &v);

	jpki_verdict_free(&v);
	return r;
}

static int
judge_events(int i)
{
	struct jpki_event_at e[3];
	struct jpki_history *h;
	int k, r;

	for (k = 0; k < 3; k++) {
		e[k].event = (enum jpki_event)(1 + (i >> k) %
		    JPKI_EVENT_NEW_CARD);
		e[k].on = day(0);
	}
	r = jpki_rules_events(e, 3, day(1), &h);
	jpki_history_free(&h);
	return r;
}

int
main(void)
{
	static const struct {
		const char *name;
		int (*judge)(int);
	} kinds[] = {
		{ "cert", judge_cert }, { "validity", judge_validity },
		{ "renewal", judge_renewal }, { "events (3)", judge_events },
	};
	double begin;
	size_t k;
	int i;

	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		begin = seconds();
		for (i = 0; i < ROUNDS; i++)
			if (kinds[k].judge(i) != 0)
				return EXIT_FAILURE;
		printf("%-12s %d verdicts in %.2f s\n", kinds[k].name, ROUNDS,
		    seconds() - begin);
	}
	return EXIT_SUCCESS;
}
