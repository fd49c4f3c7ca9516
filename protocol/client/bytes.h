#ifndef BRANCHLINE_BYTES_H
#define BRANCHLINE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that belong to somebody else. */
struct view {
    const uint8_t *bytes;
    size_t length;
};

struct buffer {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
};

/* Says why on standard error and ends the process with status 1. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The memory, or the end of the process. */
void *resized(void *memory, size_t count, size_t size);

void buffer_add(struct buffer *buffer, const void *bytes, size_t length);
void buffer_add_view(struct buffer *buffer, struct view view);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_drop_front(struct buffer *buffer, size_t length);
/* Room for at least this much behind the content; the caller adds to `length` what it wrote. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t length);
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);
struct view buffer_view(const struct buffer *buffer);

struct view view_of(const void *bytes, size_t length);
struct view view_of_text(const char *text);
bool view_equals(struct view left, struct view right);
bool view_equals_text(struct view view, const char *text);
/* Bytes first, then length: negative, zero or positive. */
int view_compare(struct view left, struct view right);

/* Big-endian. */
void put_big_endian(struct buffer *buffer, uint64_t number, unsigned bytes);
uint64_t get_big_endian(const uint8_t *bytes, unsigned count);

#endif
