/* SPDX-License-Identifier: Apache-2.0 */
/* The stream from vpcd: whatever comes, messages are whole, and its end is
 * noticed. */
#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jpki.h>

#include "fuzz.h"
#include "softcard/vpcd.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct jpki_ctx *ctx;
	static struct jpkip_vpcd vpcd;
	size_t used = 0;
	int ends[2], r;

	if (ctx == NULL && (ctx = jpki_ctx_new()) == NULL)
		abort();
	if (size > 65536)
		size = 65536;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		abort();
	if (write(ends[1], data, size) != (ssize_t)size)
		abort();
	shutdown(ends[1], SHUT_WR);
	vpcd.ctx = ctx;
	vpcd.fd = ends[0];
	vpcd.stop = -1;
	vpcd.stopped = false;
	while ((r = jpkip_vpcd_receive(&vpcd)) == 0) {
		used += 2 + vpcd.len;
		if (vpcd.stopped || vpcd.len > JPKIP_VPCD_MAX || used > size ||
		    memcmp(jpkip_vpcd_message(&vpcd), data + used - vpcd.len,
		    vpcd.len) != 0)
			abort();
	}
	if (r != JPKI_ERR_NO_VPCD)
		abort();
	close(ends[0]);
	close(ends[1]);
	return 0;
}
