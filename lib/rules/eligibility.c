/* SPDX-License-Identifier: Apache-2.0 */
/* Who may have which certificate. */
#include <jpki/err.h>

#include <string.h>

#include "base/date.h"
#include "rules/reasons.h"

#define SIGN_AGE 15

int
jpki_rules_who(struct jpki_date birth, bool ward, struct jpki_date on,
    enum jpki_feb29 feb29, struct jpki_who *out)
{
	struct jpki_why *why;
	bool child;

	if (out == NULL)
		return JPKI_ERR_USAGE;
	memset(out, 0, sizeof(*out));
	if (!jpkip_date_valid(birth) || !jpkip_date_valid(on) ||
	    jpki_date_cmp(on, birth) < 0)
		return JPKI_ERR_VALUE;
	why = &out->why;
	out->age = jpkip_date_age(birth, on, feb29);
	child = out->age < SIGN_AGE;
	out->auth = true;
	out->sign = !child && !ward;
	out->representative = !out->sign;

	if (child)
		JPKIP_RULES(why, JPKIP_G2, JPKIP_B6b);
	if (ward)
		JPKIP_RULES(why, JPKIP_G3);
	if (out->representative) {
		JPKIP_RULES(why, JPKIP_G4, JPKIP_G5, JPKIP_A9);
		JPKIP_ADVICE(why, JPKI_ADVICE_NO_SIGN,
		    JPKI_ADVICE_REPRESENTATIVE);
	}
	if (child) {
		if (!ward && birth.year + SIGN_AGE <= 9999)
			out->sign_from = jpkip_date_nth_birthday(birth,
			    birth, SIGN_AGE, feb29);
		JPKIP_RULES(why, JPKIP_E9);
		JPKIP_ADVICE(why, JPKI_ADVICE_PROOF_FAMILY);
		if (!ward)
			JPKIP_ADVICE(why, JPKI_ADVICE_SIGN_LATER);
	}
	if (ward)
		JPKIP_ADVICE(why, JPKI_ADVICE_PROOF_WARD);
	JPKIP_RULES(why, JPKIP_G1, JPKIP_A1, JPKIP_A5, JPKIP_A6, JPKIP_A2,
	    JPKIP_H1);
	return 0;
}
