#include "directory.h"

#include "join.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 1 << 28 };

/* MARK: Files */

void file_read(const char *path, struct buffer *content) {
    buffer_clear(content);
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail("cannot read %s: %s", path, strerror(errno));
    size_t count = 0;
    do {
        count = fread(buffer_reserve(content, 65536), 1, 65536, file);
        content->length += count;
        if (content->length > FILE_BYTES_MAX) fail("%s is too long for this client", path);
    } while (count > 0);
    if (ferror(file)) fail("cannot read %s", path);
    fclose(file);
}

static void write_out(int descriptor, const char *path, struct view content) {
    while (content.length > 0) {
        ssize_t count = write(descriptor, content.bytes, content.length);
        if (count < 0) fail("cannot write %s: %s", path, strerror(errno));
        content = view_of(content.bytes + count, content.length - (size_t)count);
    }
    if (fsync(descriptor) != 0 || close(descriptor) != 0) fail("cannot write %s: %s", path, strerror(errno));
}

static int open_to_write(const char *path, int flags) {
    int descriptor = open(path, O_WRONLY | O_CREAT | flags, 0600);
    if (descriptor < 0) fail("cannot write %s: %s", path, strerror(errno));
    return descriptor;
}

/* A new name is durable when its directory is. */
static void sync_parent(const char *path) {
    const char *slash = strrchr(path, '/');
    char *parent = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    int descriptor = parent == NULL ? -1 : open(parent, O_RDONLY);
    if (descriptor < 0 || fsync(descriptor) != 0) fail("cannot write %s: %s", path, strerror(errno));
    close(descriptor);
    free(parent);
}

void file_replace(const char *path, struct view content) {
    struct buffer temporary = {0};
    buffer_add_text(&temporary, path);
    buffer_add(&temporary, ".new", 5);
    const char *name = (const char *)temporary.bytes;
    write_out(open_to_write(name, O_TRUNC), name, content);
    if (rename(name, path) != 0) fail("cannot write %s: %s", path, strerror(errno));
    sync_parent(path);
    buffer_free(&temporary);
}

void file_append(const char *path, struct view content) {
    write_out(open_to_write(path, O_APPEND), path, content);
}

/* MARK: The directory */

char *directory_path(const struct directory *directory, const char *name) {
    struct buffer path = {0};
    buffer_add_text(&path, directory->path);
    buffer_add_text(&path, "/");
    buffer_add_text(&path, name);
    buffer_add(&path, "", 1);
    return (char *)path.bytes;
}

bool directory_has(const struct directory *directory, const char *name) {
    char *path = directory_path(directory, name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

/* Two clients in one directory would write two histories under one actor. */
static void lock(struct directory *directory) {
    char *path = directory_path(directory, "lock");
    directory->lock = open_to_write(path, 0);
    if (lockf(directory->lock, F_TLOCK, 0) != 0) fail("%s is in use", directory->path);
    free(path);
}

void directory_make(struct directory *directory, const char *path) {
    *directory = (struct directory){.path = path};
    if (mkdir(path, 0700) != 0 && errno != EEXIST) fail("cannot make %s: %s", path, strerror(errno));
    lock(directory);
}

static void read_hub(struct directory *directory) {
    struct buffer content = {0};
    struct line line = {0};
    char *path = directory_path(directory, "hub");
    file_read(path, &content);
    struct view rest = buffer_view(&content);
    line_split(&line, next_part(&rest, '\n'));
    struct view host = take_text(&line);
    directory->port = (uint16_t)take_number(&line, UINT16_MAX);
    if (!line_finished(&line) || host.length > HOST_BYTES_MAX) fail("%s cannot be read", path);
    if (host.length > 0) memcpy(directory->host, host.bytes, host.length);
    line_free(&line);
    buffer_free(&content);
    free(path);
}

static void copy_text(char *copy, size_t size, struct view text) {
    if (text.length >= size) fail("that is too long for this client: %.*s", (int)text.length, (const char *)text.bytes);
    if (text.length > 0) memcpy(copy, text.bytes, text.length);
    copy[text.length] = 0;
}

static void read_joined(struct directory *directory) {
    struct buffer content = {0};
    struct line line = {0};
    struct joined joined;
    char *path = directory_path(directory, "joined");
    file_read(path, &content);
    struct view rest = buffer_view(&content);
    if (!line_split(&line, next_part(&rest, '\n')) || !joined_read(&line, &joined)) fail("%s cannot be read", path);
    directory->node = joined.node;
    copy_text(directory->branch_code, sizeof directory->branch_code, joined.code);
    copy_text(directory->zone, sizeof directory->zone, joined.zone);
    directory->authority = certificate_read(joined.authority);
    if (directory->authority == NULL) fail("%s has no authority", path);
    line_free(&line);
    buffer_free(&content);
    free(path);
}

void directory_open(struct directory *directory, const char *path) {
    *directory = (struct directory){.path = path};
    if (!directory_has(directory, "joined")) fail("%s has not joined a chain", path);
    lock(directory);
    read_hub(directory);
    read_joined(directory);
    directory->trust = (struct trust){directory->authority, NULL};
}

SSL_CTX *directory_context(const struct directory *directory) {
    char *key_path = directory_path(directory, "key.pem");
    char *certificate_path = directory_path(directory, "node.pem");
    EVP_PKEY *key = key_load(key_path);
    X509 *certificate = certificate_load(certificate_path);
    SSL_CTX *context = tls_context(key, certificate, &directory->trust);
    X509_free(certificate);
    EVP_PKEY_free(key);
    free(key_path);
    free(certificate_path);
    return context;
}

void directory_close(struct directory *directory) {
    X509_free(directory->authority);
    close(directory->lock);
}
