#include "upload.h"

#include "directory.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_line(struct upload *upload, struct view line, const uint8_t head[HASH_BYTES]) {
    if (upload->count == upload->capacity) {
        upload->capacity = upload->capacity == 0 ? 64 : upload->capacity * 2;
        upload->operations = resized(upload->operations, upload->capacity, sizeof *upload->operations);
    }
    struct own_operation *operation = &upload->operations[upload->count++];
    uint8_t *copy = resized(NULL, line.length, 1);
    memcpy(copy, line.bytes, line.length);
    operation->line = view_of(copy, line.length);
    memcpy(operation->head, head, HASH_BYTES);
}

bool upload_head(const struct upload *upload, uint64_t sequence, uint8_t head[HASH_BYTES]) {
    memset(head, 0, HASH_BYTES);
    if (sequence > upload->count) return false;
    if (sequence > 0) memcpy(head, upload->operations[sequence - 1].head, HASH_BYTES);
    return true;
}

static void extend(struct upload *upload, struct view line, const struct operation *operation) {
    uint8_t head[HASH_BYTES];
    upload_head(upload, upload->count, head);
    chain_extend(head, upload->actor, upload->count + 1, operation);
    upload->last_time = operation->time;
    add_line(upload, line, head);
}

/* MARK: The file */

static void begin(struct upload *upload) {
    struct composer line = {0};
    if (RAND_bytes(upload->actor, ID_BYTES) != 1) fail("no random bytes");
    compose_verb(&line, "ACTOR");
    compose_hex(&line, upload->actor, ID_BYTES);
    compose_end(&line);
    file_replace(upload->path, buffer_view(&line.text));
    composer_free(&line);
}

static bool read_actor(struct upload *upload, struct line *line, struct view text) {
    line_split(line, text);
    bool named = view_equals_text(take_verb(line), "ACTOR");
    take_hex(line, upload->actor, ID_BYTES);
    return named && line_finished(line);
}

static bool read_operation(struct upload *upload, struct line *line, struct view text) {
    line_split(line, text);
    bool named = view_equals_text(take_verb(line), "OP");
    struct operation operation = take_operation(line);
    if (!named || !line_finished(line)) return false;
    extend(upload, view_of(text.bytes, text.length + 1), &operation);
    return true;
}

/* A last line without its LF was never durable, and so was never sent. */
static void cut_torn_line(struct upload *upload, struct buffer *content) {
    size_t whole = content->length;
    while (whole > 0 && content->bytes[whole - 1] != '\n') whole--;
    if (whole == content->length) return;
    content->length = whole;
    if (truncate(upload->path, (off_t)whole) != 0) fail("cannot write %s", upload->path);
}

static void load(struct upload *upload) {
    struct buffer content = {0};
    struct line line = {0};
    file_read(upload->path, &content);
    cut_torn_line(upload, &content);
    struct view rest = buffer_view(&content);
    bool good = content.length > 0 && read_actor(upload, &line, next_part(&rest, '\n'));
    while (good && rest.length > 0) good = read_operation(upload, &line, next_part(&rest, '\n'));
    if (!good) fail("%s cannot be read", upload->path);
    line_free(&line);
    buffer_free(&content);
}

void upload_open(struct upload *upload, char *path) {
    *upload = (struct upload){.path = path};
    if (access(path, F_OK) == 0) load(upload);
    else begin(upload);
}

void upload_close(struct upload *upload) {
    for (size_t index = 0; index < upload->count; index++) {
        free((void *)(uintptr_t)upload->operations[index].line.bytes);
    }
    free(upload->operations);
    free(upload->path);
    buffer_free(&upload->unsaved);
}

/* MARK: Writing */

/* Hybrid time, section 6. */
static uint64_t next_time(const struct upload *upload, uint64_t now_milliseconds) {
    uint64_t now = now_milliseconds << 16;
    return now > upload->last_time ? now : upload->last_time + 1;
}

uint64_t upload_add(struct upload *upload, struct operation *operation, uint64_t now_milliseconds) {
    struct composer line = {0};
    operation->time = next_time(upload, now_milliseconds);
    compose_verb(&line, "OP");
    compose_operation(&line, operation);
    compose_end(&line);
    extend(upload, buffer_view(&line.text), operation);
    buffer_add_view(&upload->unsaved, buffer_view(&line.text));
    composer_free(&line);
    return upload->count;
}

void upload_save(struct upload *upload) {
    if (upload->unsaved.length == 0) return;
    file_append(upload->path, buffer_view(&upload->unsaved));
    buffer_clear(&upload->unsaved);
}

void upload_retire(struct upload *upload) {
    struct buffer name = {0};
    buffer_add_text(&name, upload->path);
    buffer_add_text(&name, ".forked-");
    add_hex(&name, upload->actor, ID_BYTES);
    buffer_add(&name, "", 1);
    if (rename(upload->path, (const char *)name.bytes) != 0) fail("cannot rename %s", upload->path);
    buffer_free(&name);
}
