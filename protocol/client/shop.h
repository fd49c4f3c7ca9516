#ifndef BRANCHLINE_SHOP_H
#define BRANCHLINE_SHOP_H

#include "directory.h"
#include "download.h"
#include "upload.h"

#include <stdio.h>

/* What happens in this shop: bodies of section 14, added to the upload and printed. */
struct shop {
    const struct directory *directory;
    struct upload *upload;
    const struct download *download;
};

/* A new member and one purchase. Without a name, one is made up. */
void shop_serve(struct shop *shop, const char *name);
/* False if the member is not known here. */
bool shop_rename(struct shop *shop, const char *member, const char *name);
/* An operation that gets another verdict than `ok`. False if there is no such kind. */
bool shop_err(struct shop *shop, const char *kind);
void shop_print_mistakes(FILE *file);

#endif
