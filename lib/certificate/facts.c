/* SPDX-License-Identifier: Apache-2.0 */
/* From a certificate and what is known about it to facts for the rules. */
#include <jpki/check.h>
#include <jpki/err.h>
#include <jpki/rules.h>

#include "base/record.h"
#include "certificate/cert_record.h"
#include "certificate/check.h"
#include "certificate/stood.h"

int
jpki_check_facts(const struct jpki_check *check, struct jpki_cert_facts *facts)
{
	struct jpki_cert_facts own;

	if (check == NULL || !jpkip_record_get(&own, sizeof(own), facts))
		return JPKI_ERR_USAGE;
	own.key = jpki_slot_key(check->cert->info.slot);
	own.not_before = check->cert->info.not_before;
	own.not_after = check->cert->info.not_after;
	own.revocation = jpkip_stood_then(check);
	own.reason = own.revocation == check->revocation.state ?
	    check->revocation.reason : -1;
	jpkip_record_put(facts, &own, sizeof(own));
	return 0;
}
