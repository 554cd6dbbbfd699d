/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The card's own side, as a link reaches it: bytes in, bytes out.
 *
 * The object has a power state and a security state (logins, current file),
 * which live in memory like a card's RAM; PINs, counters, switches and files
 * live in the directory, which several objects and processes may share.
 */
#ifndef JPKIP_SOFTCARD_H
#define JPKIP_SOFTCARD_H

#include <jpki/softcard.h>

#define JPKIP_ATR_MAX 33

/*
 * Takes the card for this object alone (a lock in the directory), waiting for
 * others up to a minute (JPKI_ERR_BUSY). *replaced: the directory holds
 * another card than the one that was opened.
 */
int	jpkip_softcard_begin(struct jpki_softcard *, bool *replaced) JPKI_CHECK;

/* One command. Outside begin and end it takes the lock for itself. Failing
 * means that the card is gone (JPKI_ERR_REMOVED, _DAMAGED, _IO); what a card
 * answers, error or not, is a success here. */
int	jpkip_softcard_transmit(struct jpki_softcard *, const uint8_t *cmd,
	    size_t cmd_len, uint8_t *rsp, size_t rsp_size, size_t *rsp_len)
	    JPKI_CHECK;

/* Releases the card. */
void	jpkip_softcard_end(struct jpki_softcard *);

/* Takes the power: logins, selection and pending first-command answer are
 * lost. The next begin or command gives it again. */
void	jpkip_softcard_power_off(struct jpki_softcard *);

/* Takes the power and gives it again; switches are read anew. */
int	jpkip_softcard_power_cycle(struct jpki_softcard *) JPKI_CHECK;

/* A number for the card that was opened: no other card has it. */
uint64_t jpkip_softcard_insertion(const struct jpki_softcard *);

/* The answer to reset; returns its length. */
size_t	jpkip_softcard_atr(const struct jpki_softcard *,
	    uint8_t atr[JPKIP_ATR_MAX]);

#endif
