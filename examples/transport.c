/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A link to the card of one's own: a card that comes over the network. Waits
 * on a port for one that speaks vpcd's protocol (jpki-softcard, or the app
 * "Remote Smart Card Reader" on a phone), and tells its tries and last day.
 *
 *	cc -o transport transport.c $(pkg-config --cflags --libs libjpki)
 *	./transport [PORT]
 *	jpki-softcard serve card --vpcd 127.0.0.1:35963		(elsewhere)
 *
 * No PIN is sent here; if one is, lead the port through ssh.
 */
#include <arpa/inet.h>
#include <jpki.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

static int
receive(int fd, uint8_t *data, size_t size, size_t *len)
{
	uint8_t head[2];

	if (recv(fd, head, 2, MSG_WAITALL) != 2)
		return JPKI_ERR_REMOVED;
	*len = (size_t)(head[0] << 8 | head[1]);
	return *len <= size && recv(fd, data, *len, MSG_WAITALL) ==
	    (ssize_t)*len ? 0 : JPKI_ERR_IO;
}

/* arg: where the socket is. Never sends twice or logs: it may be a PIN. */
static int
link_transmit(void *arg, const uint8_t *cmd, size_t cmd_len, uint8_t *rsp,
    size_t rsp_size, size_t *rsp_len)
{
	const uint8_t head[2] = { (uint8_t)(cmd_len >> 8), (uint8_t)cmd_len };
	int fd = *(int *)arg;

	if (send(fd, head, 2, MSG_NOSIGNAL | MSG_MORE) != 2 ||
	    send(fd, cmd, cmd_len, MSG_NOSIGNAL) != (ssize_t)cmd_len)
		return JPKI_ERR_REMOVED;
	return receive(fd, rsp, rsp_size, rsp_len);
}

/* Messages of one byte are about the card: power on (1), off (0). The answer to
 * reset (4), asked for after it, tells that it happened. */
static int
power(int fd, uint8_t on)
{
	const uint8_t messages[] = { 0, 1, on, 0, 1, 4 };
	uint8_t atr[33];
	size_t len;

	if (send(fd, messages, 6, MSG_NOSIGNAL) != 6)
		return JPKI_ERR_REMOVED;
	return receive(fd, atr, sizeof(atr), &len);
}

/* Nobody else is on this link, and another card is another connection. */
static int
link_begin(void *arg, enum jpki_link_event *event)
{
	*event = JPKI_LINK_SAME;
	return power(*(int *)arg, 1);
}

/* Without power the card forgets the PIN; say so if it may still have it. */
static int
link_end(void *arg, enum jpki_link_end how)
{
	return how == JPKI_LINK_POWER_OFF && power(*(int *)arg, 0) != 0 ?
	    JPKI_ERR_DOOR : 0;
}

/* A card that does not answer for 30 seconds is gone. */
static int
wait_for_card(const char *port)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int s = socket(AF_INET, SOCK_STREAM, 0), fd = -1;

	if (setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) ||
	    bind(s, (struct sockaddr *)&here, sizeof(here)) != 0 ||
	    listen(s, 1) != 0 || (fd = accept(s, NULL, NULL)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO,
	    &(struct timeval){ .tv_sec = 30 }, sizeof(struct timeval)) != 0) {
		perror("transport");
		exit(1);
	}
	return fd;
}

int
main(int argc, char **argv)
{
	const struct jpki_transport_ops ops = { .size = sizeof(ops),
	    .begin = link_begin, .transmit = link_transmit, .end = link_end };
	int fd = wait_for_card(argc > 1 ? argv[1] : "35963"), left, r;
	struct jpki_ctx *ctx = jpki_ctx_new();
	struct jpki_card *card = NULL;
	struct jpki_cert *cert = NULL;
	char day[JPKI_DATE_TEXT];

	/* From here on it is a card as any other; sign.c goes on. */
	if ((r = jpki_card_open_with(ctx, &ops, &fd, &card)) == 0 &&
	    (r = jpki_pin_tries(card, JPKI_PIN_AUTH, &left)) == 0 &&
	    (r = jpki_card_cert(card, JPKI_SLOT_AUTH, &cert)) == 0) {
		jpki_date_format(jpki_cert_info(cert)->last_day, day);
		printf("tries left: %d, last day: %s\n", left, day);
	} else
		fprintf(stderr, "transport: %s\n%s\n", jpki_ctx_errmsg(ctx),
		    jpki_ctx_errhint(ctx));
	jpki_cert_free(&cert);
	jpki_card_close(&card);
	jpki_ctx_free(&ctx);
	return r != 0;
}
