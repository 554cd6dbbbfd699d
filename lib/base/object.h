/* SPDX-License-Identifier: Apache-2.0 */
/* What a URI can name. */
#ifndef JPKIP_OBJECT_H
#define JPKIP_OBJECT_H

#include <jpki/framework/uri.h>

/* JPKI_OBJECT_ALL: there is none of that name. */
enum jpki_object jpkip_object_named(const char *name);

#endif
