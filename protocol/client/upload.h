#ifndef BRANCHLINE_UPLOAD_H
#define BRANCHLINE_UPLOAD_H

#include "chain.h"

/* One operation of our own: its OP line with its LF, and the chain hash behind it. */
struct own_operation {
    struct view line;
    uint8_t head[HASH_BYTES];
};

/* Our operations, in a file: section 7.2 wants them durable before they are sent. */
struct upload {
    char *path;
    uint8_t actor[ID_BYTES];
    struct own_operation *operations;
    size_t count;
    size_t capacity;
    uint64_t last_time;
    struct buffer unsaved;
};

/* A file that is not there begins a new actor. */
void upload_open(struct upload *upload, char *path);
void upload_close(struct upload *upload);
/* The next operation; its time is set here. It is durable after upload_save. */
uint64_t upload_add(struct upload *upload, struct operation *operation, uint64_t now_milliseconds);
void upload_save(struct upload *upload);
/* Zeros before the first. False if we have not written so much. */
bool upload_head(const struct upload *upload, uint64_t sequence, uint8_t head[HASH_BYTES]);
/* The actor must never write again: its file gets another name, and the next run begins a new actor. */
void upload_retire(struct upload *upload);

#endif
