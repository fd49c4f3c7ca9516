#include "bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("branchline-client: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *resized(void *memory, size_t count, size_t size) {
    if (count > SIZE_MAX / 2 / size) fail("out of memory");
    void *result = realloc(memory, count * size);
    if (result == NULL) fail("out of memory");
    return result;
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t length) {
    if (length > SIZE_MAX / 4 - buffer->length) fail("out of memory");
    size_t needed = buffer->length + length;
    if (needed > buffer->capacity || buffer->bytes == NULL) {
        size_t capacity = buffer->capacity < 128 ? 128 : buffer->capacity;
        while (capacity < needed) capacity *= 2;
        buffer->bytes = resized(buffer->bytes, capacity, 1);
        buffer->capacity = capacity;
    }
    return buffer->bytes + buffer->length;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t length) {
    if (length == 0) return;
    memcpy(buffer_reserve(buffer, length), bytes, length);
    buffer->length += length;
}

void buffer_add_view(struct buffer *buffer, struct view view) {
    buffer_add(buffer, view.bytes, view.length);
}

void buffer_add_text(struct buffer *buffer, const char *text) {
    buffer_add(buffer, text, strlen(text));
}

void buffer_drop_front(struct buffer *buffer, size_t length) {
    if (length == 0) return;
    buffer->length -= length;
    memmove(buffer->bytes, buffer->bytes + length, buffer->length);
}

void buffer_clear(struct buffer *buffer) {
    buffer->length = 0;
}

void buffer_free(struct buffer *buffer) {
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

struct view buffer_view(const struct buffer *buffer) {
    return view_of(buffer->bytes, buffer->length);
}

struct view view_of(const void *bytes, size_t length) {
    return (struct view){bytes, length};
}

struct view view_of_text(const char *text) {
    return view_of(text, strlen(text));
}

bool view_equals(struct view left, struct view right) {
    return view_compare(left, right) == 0;
}

bool view_equals_text(struct view view, const char *text) {
    return view_equals(view, view_of_text(text));
}

int view_compare(struct view left, struct view right) {
    size_t shorter = left.length < right.length ? left.length : right.length;
    int order = shorter == 0 ? 0 : memcmp(left.bytes, right.bytes, shorter);
    if (order != 0) return order;
    return (left.length > right.length) - (left.length < right.length);
}

void put_big_endian(struct buffer *buffer, uint64_t number, unsigned bytes) {
    for (unsigned index = bytes; index-- > 0;) {
        uint8_t byte = (uint8_t)(number >> (8 * index));
        buffer_add(buffer, &byte, 1);
    }
}

uint64_t get_big_endian(const uint8_t *bytes, unsigned count) {
    uint64_t number = 0;
    for (unsigned index = 0; index < count; index++) number = number << 8 | bytes[index];
    return number;
}
