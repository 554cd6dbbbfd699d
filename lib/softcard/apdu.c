/* SPDX-License-Identifier: Apache-2.0 */
#include "softcard/apdu.h"

/* ISO/IEC 7816-4, 5.2: cases 1 to 4, short and extended. A card that does
 * not announce extended length refuses it. */
unsigned
jpkip_soft_apdu_parse(const uint8_t *cmd, size_t len, bool extended,
    struct jpkip_soft_apdu *apdu)
{
	struct jpkip_soft_apdu a = { 0 };
	size_t rest;

	if (len < 4)
		return SW_LENGTH;
	a.cla = cmd[0];
	a.ins = cmd[1];
	a.p1 = cmd[2];
	a.p2 = cmd[3];
	rest = len - 4;
	cmd += 4;
	if (rest == 1)
		a.le = cmd[0] == 0 ? 256 : cmd[0];
	else if (rest > 1 && cmd[0] != 0) {
		a.lc = cmd[0];
		a.data = cmd + 1;
		if (rest == a.lc + 2)
			a.le = cmd[a.lc + 1] == 0 ? 256 : cmd[a.lc + 1];
		else if (rest != a.lc + 1)
			return SW_LENGTH;
	} else if (rest > 1) {
		if (!extended || rest < 3)
			return SW_LENGTH;
		a.extended = true;
		if (rest > 3) {
			a.lc = (size_t)cmd[1] << 8 | cmd[2];
			a.data = cmd + 3;
			if (a.lc == 0 || (rest != a.lc + 3 &&
			    rest != a.lc + 5))
				return SW_LENGTH;
			cmd += a.lc + 2;
			rest -= a.lc + 2;
		}
		if (rest == 3)
			a.le = (size_t)cmd[1] << 8 | cmd[2];
		if (rest == 3 && a.le == 0)
			a.le = 65536;
	}
	*apdu = a;
	return 0;
}
