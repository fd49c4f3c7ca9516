#ifndef BRANCHLINE_CHAIN_H
#define BRANCHLINE_CHAIN_H

#include "line.h"

/* Section 6. The views belong to whoever made it. */
struct operation {
    uint64_t time;
    struct view observed;
    struct view audience;
    struct view kind;
    struct view public_body;
    bool has_personal_body;
    uint8_t salt[SALT_BYTES];
    struct view personal_body;
};

/* The seven fields that OP and ENTRY share. */
struct operation take_operation(struct line *line);
void compose_operation(struct composer *composer, const struct operation *operation);

void sha256(struct view bytes, uint8_t hash[HASH_BYTES]);

/* Section 6.2: `head` is that before the operation, and becomes that behind it. */
void chain_extend(
    uint8_t head[HASH_BYTES], const uint8_t actor[ID_BYTES], uint64_t sequence, const struct operation *operation);

#endif
