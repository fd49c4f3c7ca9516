#ifndef BRANCHLINE_JOIN_H
#define BRANCHLINE_JOIN_H

#include "line.h"

struct directory;

/* Section 5, JOINED. The views are the line's. */
struct joined {
    uint64_t node;
    struct view code;
    struct view name;
    struct view certificate;
    struct view authority;
    struct view chain;
    struct view zone;
    struct view currency;
    struct view country;
    uint8_t key[32];
};

/* The whole message, verb included. */
bool joined_read(struct line *line, struct joined *joined);

/* Exit statuses, as described in README.md. */
int join(const char *invitation, const char *path);
int renew(const struct directory *directory);

#endif
