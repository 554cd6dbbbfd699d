/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card's directory: taking it for oneself, reading and replacing its files.
 * Every failure is recorded in the context and names the file.
 */
#ifndef JPKIP_SOFT_STORE_H
#define JPKIP_SOFT_STORE_H

#include <jpki/types.h>

#include <sys/types.h>

#include "base/ctx.h"

/* Files of the directory. */
#define JPKIP_SOFT_STATE	"state"
#define JPKIP_SOFT_LOCK		"lock"
#define JPKIP_SOFT_CA		"ca"	/* directory: all generations */

#define JPKIP_SOFT_FILE_MAX	65536	/* bytes that are read of any file */

struct jpkip_soft_dir {
	const char *path;	/* borrowed */
	int fd;
	int lock;
	pid_t owner;	/* of the lock */
	int absent;	/* what it means if it is not there: an error code */
};

#define JPKIP_SOFT_DIR(p) { (p), -1, -1, 0, JPKI_ERR_NO_CARD }

/*
 * Opens the directory and takes it for this holder alone, waiting for others
 * as long as the context allows (JPKI_ERR_BUSY).
 */
int	jpkip_soft_dir_take(struct jpki_ctx *, struct jpkip_soft_dir *)
	    JPKI_CHECK;
void	jpkip_soft_dir_release(struct jpkip_soft_dir *);

/* A regular file's content and a NUL after it; freed and wiped by the caller
 * (jpkip_freezero with *len + 1). */
int	jpkip_soft_dir_read(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, char **data, size_t *len) JPKI_CHECK;

/* Replaces a file as a whole; on disk when it returns. */
int	jpkip_soft_dir_write(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, const void *data, size_t len) JPKI_CHECK;

/* Makes a file that is not there yet; its directory is not synced. */
int	jpkip_soft_dir_make(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, const void *data, size_t len) JPKI_CHECK;

/* JPKI_ERR_DAMAGED with the file and what is wrong. */
int	jpkip_soft_damaged(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name, const char *en, const char *ja);

/* JPKI_ERR_SYSTEM with the file and errno. */
int	jpkip_soft_system(struct jpki_ctx *, const struct jpkip_soft_dir *,
	    const char *name);

#endif
