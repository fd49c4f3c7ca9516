#ifndef BRANCHLINE_INVITATION_H
#define BRANCHLINE_INVITATION_H

#include "line.h"

enum { TOKEN_BYTES = 16, HOST_BYTES_MAX = 255 };

struct invitation {
    char host[HOST_BYTES_MAX + 1];
    uint16_t port;
    uint8_t fingerprint[HASH_BYTES];
    uint8_t token[TOKEN_BYTES];
    int64_t expires_seconds;
};

/* NULL, or what is wrong with it. */
const char *invitation_read(const char *text, struct invitation *invitation);

#endif
