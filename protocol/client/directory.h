#ifndef BRANCHLINE_DIRECTORY_H
#define BRANCHLINE_DIRECTORY_H

#include "invitation.h"
#include "tls.h"

/*
 * What a client keeps, one file each:
 *   hub             where the hub is: a line with host and port
 *   key.pem         the private key
 *   node.pem        the certificate
 *   joined          the hub's JOINED, as it came
 *   upload.log      ACTOR, then an OP line for each operation of our own
 *   download.log    EPOCH, then the lines of the download as they came
 */
struct directory {
    const char *path;
    int lock;
    char host[HOST_BYTES_MAX + 1];
    uint16_t port;
    uint64_t node;
    char branch_code[64];
    char zone[64];
    X509 *authority;
    struct trust trust;
};

/* Both hold the directory's lock until the end of the process. */
void directory_make(struct directory *directory, const char *path);
void directory_open(struct directory *directory, const char *path);
void directory_close(struct directory *directory);

/* With the key and the certificate in it. It must not outlive the directory. */
SSL_CTX *directory_context(const struct directory *directory);

/* The path of a file in it; the caller frees it. */
char *directory_path(const struct directory *directory, const char *name);
bool directory_has(const struct directory *directory, const char *name);

void file_read(const char *path, struct buffer *content);
/* Durable and whole, or not there; for nobody else to read. */
void file_replace(const char *path, struct view content);
/* Durable. */
void file_append(const char *path, struct view content);

#endif
