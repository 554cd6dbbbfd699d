/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The software card: a directory that behaves like a My Number Card, for
 * tests and for whoever has no card. Its certificates come from a CA of its
 * own (O=JPKI-SOFTCARD) that cannot be taken for the service's.
 *
 * Several processes may use one directory at once; they see one card. PIN
 * counters are on disk before a command is answered.
 */
#ifndef JPKI_SOFTCARD_H
#define JPKI_SOFTCARD_H

#include <jpki/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One setting, by the name and in the form that jpki-softcard(1) describes:
 * "birth", "1990-02-17"; "sfi", "off". An element of the caller's array:
 * frozen. */
struct jpki_softcard_option {
	const char *name;
	const char *value;
};

/*
 * Makes a card in the new directory dir. Options that are not given have
 * defaults. Never touches an existing card or file (JPKI_ERR_EXISTS); a
 * process that is killed leaves no half-made card at dir.
 * JPKI_ERR_VALUE: the message names the option.
 */
JPKI_API int jpki_softcard_create(struct jpki_ctx *ctx, const char *dir,
    const struct jpki_softcard_option *options, size_t n_options) JPKI_CHECK;

/* Opens a card directory and gives the card power. Logins live in this
 * object: they do not reach other processes, as those of a real card do; serve
 * the card to pcscd for that. JPKI_ERR_NO_CARD: there is none;
 * JPKI_ERR_DAMAGED: the message names the file and what is wrong with it. */
JPKI_API int jpki_softcard_open(struct jpki_ctx *ctx, const char *dir,
    struct jpki_softcard **out) JPKI_CHECK;

/* Frees; NULL and a pointer to NULL are fine. The directory stays. */
JPKI_API void jpki_softcard_free(struct jpki_softcard **soft);

/* Changes a switch, or what the town hall changes about the holder (the
 * certificates stay as issued); in force from the next power-up. */
JPKI_API int jpki_softcard_set(struct jpki_softcard *soft, const char *name,
    const char *value) JPKI_CHECK;

/* What the town hall does: all tries back to their maximum. */
JPKI_API int jpki_softcard_unlock(struct jpki_softcard *soft) JPKI_CHECK;

/* The tries left on disk; -1: this card has no such PIN. */
JPKI_API int jpki_softcard_tries(struct jpki_softcard *soft,
    enum jpki_pin pin, int *left) JPKI_CHECK;

/*
 * Calls fn for every setting in the order in which "jpki-softcard show" prints
 * them, switches last; PINs are not among them. fn must not call back into
 * this card.
 */
JPKI_API int jpki_softcard_show(struct jpki_softcard *soft,
    void (*fn)(void *arg, const char *name, const char *value), void *arg)
    JPKI_CHECK;

/*
 * Puts the card into a virtual reader, for every program that uses pcscd:
 * connects to its vpcd driver at "HOST:PORT" (NULL: 127.0.0.1:35963), and
 * serves the card there. Closing *fd takes the card out. JPKI_ERR_NO_VPCD:
 * nobody listens there.
 */
JPKI_API int jpki_softcard_connect(struct jpki_softcard *soft,
    const char *where, int *fd) JPKI_CHECK;

/*
 * Answers vpcd on a connected stream socket until stop_fd (-1: none) becomes
 * readable; it is not read. The card behaves as in a reader: a reset and a
 * client's leaving keep its logins, and only power off ends them.
 * Options, by the names and forms in jpki-softcard(1): delay-ms, sign-ms,
 * eject-after, fault. Returns 0 as well when an option took the card out.
 * JPKI_ERR_NO_VPCD: the other end closed the connection.
 */
JPKI_API int jpki_softcard_serve(struct jpki_softcard *soft, int fd,
    const struct jpki_softcard_option *options, size_t n_options,
    int stop_fd) JPKI_CHECK;

#ifdef __cplusplus
}
#endif

#endif
