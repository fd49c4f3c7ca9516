#ifndef BRANCHLINE_MEMBERS_H
#define BRANCHLINE_MEMBERS_H

#include "chain.h"

enum { FIELD_NAME = 1, FIELD_PHONE = 2, FIELD_HOME_BRANCH = 8, FIELD_JOINED_AT = 9, FIELD_TAG = 15 };

/* A live value of one field (section 14), with the dot that wrote it. */
struct value {
    uint32_t field;
    struct buffer element;
    struct buffer content;
    uint8_t actor[ID_BYTES];
    uint64_t sequence;
    uint64_t time;
    uint8_t authority;
};

struct member {
    uint8_t id[ID_BYTES];
    struct value *values;
    size_t count;
    size_t capacity;
    struct member *next;
};

enum { MEMBER_BUCKETS = 4096 };

struct members {
    struct member *buckets[MEMBER_BUCKETS];
};

/* An operation of kind `member` that is not void. False, and nothing is changed, if it cannot be read. */
bool members_apply(struct members *members, const uint8_t actor[ID_BYTES], uint64_t sequence,
    uint64_t effective_time, const struct operation *operation);
const struct member *members_find(const struct members *members, const uint8_t id[ID_BYTES]);
/* Section 8.4. */
void members_digest(const struct members *members, uint8_t digest[ID_BYTES]);
void members_free(struct members *members);

/* The dots of the live values of a field, as `replaces` is spelled. */
void member_add_dots(const struct member *member, uint32_t field, struct buffer *replaces);

#endif
