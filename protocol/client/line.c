#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* MARK: Reading */

static void line_add_field(struct line *line, const uint8_t *bytes, size_t length, bool absent) {
    if (line->count == line->capacity) {
        line->capacity = line->capacity == 0 ? 16 : line->capacity * 2;
        line->fields = resized(line->fields, line->capacity, sizeof *line->fields);
    }
    line->fields[line->count++] = (struct field){bytes, length, absent};
}

static bool unescape(uint8_t letter, uint8_t *byte) {
    switch (letter) {
    case 't': *byte = '\t'; return true;
    case 'n': *byte = '\n'; return true;
    case '\\': *byte = '\\'; return true;
    default: return false;
    }
}

/* Unescapes in place; returns the new length, or SIZE_MAX. */
static size_t unescape_field(uint8_t *bytes, size_t length) {
    size_t written = 0;
    for (size_t read = 0; read < length; read++) {
        uint8_t byte = bytes[read];
        if (byte == '\n') return SIZE_MAX;
        if (byte == '\\' && (++read == length || !unescape(bytes[read], &byte))) return SIZE_MAX;
        bytes[written++] = byte;
    }
    return written;
}

static bool line_take_field(struct line *line, uint8_t *bytes, size_t length) {
    if (length == 2 && bytes[0] == '\\' && bytes[1] == '-') {
        line_add_field(line, bytes, 0, true);
        return true;
    }
    size_t unescaped = unescape_field(bytes, length);
    if (unescaped == SIZE_MAX) return false;
    line_add_field(line, bytes, unescaped, false);
    return true;
}

bool line_split(struct line *line, struct view text) {
    buffer_clear(&line->storage);
    buffer_reserve(&line->storage, text.length);
    buffer_add_view(&line->storage, text);
    line->count = 0;
    line_rewind(line);
    size_t start = 0;
    for (size_t index = 0; index <= text.length; index++) {
        if (index < text.length && line->storage.bytes[index] != '\t') continue;
        if (!line_take_field(line, line->storage.bytes + start, index - start)) {
            line->failed = true;
            return false;
        }
        start = index + 1;
    }
    return true;
}

void line_rewind(struct line *line) {
    line->next = 0;
    line->failed = false;
}

void line_free(struct line *line) {
    buffer_free(&line->storage);
    free(line->fields);
    *line = (struct line){0};
}

bool line_at_end(const struct line *line) {
    return line->failed || line->next == line->count;
}

bool line_finished(const struct line *line) {
    return !line->failed && line->next == line->count;
}

static struct view failed(struct line *line) {
    line->failed = true;
    return view_of("", 0);
}

bool take_absent(struct line *line) {
    if (line_at_end(line) || !line->fields[line->next].absent) return false;
    line->next++;
    return true;
}

struct view take_raw(struct line *line) {
    if (line_at_end(line) || line->fields[line->next].absent) return failed(line);
    struct field field = line->fields[line->next++];
    return view_of(field.bytes, field.length);
}

struct view take_text(struct line *line) {
    struct view text = take_raw(line);
    return is_utf8(text) ? text : failed(line);
}

struct view take_verb(struct line *line) {
    struct view verb = take_raw(line);
    if (verb.length == 0) return failed(line);
    for (size_t index = 0; index < verb.length; index++) {
        if (verb.bytes[index] < 'A' || verb.bytes[index] > 'Z') return failed(line);
    }
    return verb;
}

static bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

bool parse_number(struct view text, uint64_t maximum, uint64_t *number) {
    if (text.length == 0 || text.length > 19 || (text.bytes[0] == '0' && text.length > 1)) return false;
    *number = 0;
    for (size_t index = 0; index < text.length; index++) {
        if (!is_digit(text.bytes[index])) return false;
        *number = *number * 10 + (uint64_t)(text.bytes[index] - '0');
    }
    return *number <= maximum;
}

uint64_t take_number(struct line *line, uint64_t maximum) {
    uint64_t number = 0;
    if (!parse_number(take_raw(line), maximum, &number)) line->failed = true;
    return line->failed ? 0 : number;
}

int64_t take_signed(struct line *line) {
    struct view text = take_raw(line);
    bool negative = text.length > 0 && text.bytes[0] == '-';
    if (negative) text = view_of(text.bytes + 1, text.length - 1);
    uint64_t number = 0;
    uint64_t maximum = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    if (!parse_number(text, maximum, &number) || (negative && number == 0)) line->failed = true;
    if (line->failed) return 0;
    return negative ? -(int64_t)(number - 1) - 1 : (int64_t)number;
}

static int hexadecimal_value(uint8_t digit) {
    if (is_digit(digit)) return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

bool parse_hex(struct view text, uint8_t *bytes, size_t length) {
    if (text.length != length * 2) return false;
    for (size_t index = 0; index < length; index++) {
        int high = hexadecimal_value(text.bytes[2 * index]);
        int low = hexadecimal_value(text.bytes[2 * index + 1]);
        if (high < 0 || low < 0) return false;
        bytes[index] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void take_hex(struct line *line, uint8_t *bytes, size_t length) {
    memset(bytes, 0, length);
    if (!parse_hex(take_raw(line), bytes, length)) line->failed = true;
}

static bool is_code(struct view text) {
    if (text.length < 1 || text.length > 32) return false;
    for (size_t index = 0; index < text.length; index++) {
        uint8_t byte = text.bytes[index];
        bool letter = byte >= 'a' && byte <= 'z';
        if (!letter && !is_digit(byte) && byte != '.' && byte != '_' && byte != '-') return false;
    }
    return true;
}

struct view take_code(struct line *line) {
    struct view text = take_raw(line);
    return is_code(text) ? text : failed(line);
}

struct view next_part(struct view *rest, uint8_t separator) {
    const uint8_t *found = rest->length == 0 ? NULL : memchr(rest->bytes, separator, rest->length);
    if (found == NULL) {
        struct view last = *rest;
        *rest = view_of(NULL, 0);
        return last;
    }
    struct view part = view_of(rest->bytes, (size_t)(found - rest->bytes));
    *rest = view_of(found + 1, rest->length - part.length - 1);
    return part;
}

struct view take_codes(struct line *line) {
    struct view codes = take_raw(line);
    struct view rest = codes;
    if (codes.length == 0) return codes;
    do {
        if (!is_code(next_part(&rest, ','))) return failed(line);
    } while (rest.bytes != NULL);
    return codes;
}

bool codes_contain(struct view codes, const char *code) {
    while (codes.bytes != NULL) {
        if (view_equals_text(next_part(&codes, ','), code)) return true;
    }
    return false;
}

bool codes_are_among(struct view codes, const char *those) {
    struct view known = view_of_text(those);
    if (codes.length == 0) return true;
    while (codes.bytes != NULL) {
        struct view part = next_part(&codes, ',');
        struct view rest = known;
        bool found = false;
        while (!found && rest.bytes != NULL) found = view_equals(next_part(&rest, ','), part);
        if (!found) return false;
    }
    return true;
}

bool parse_position(struct view text, uint8_t id[ID_BYTES], uint64_t *number) {
    struct view rest = text;
    struct view first = next_part(&rest, ':');
    return parse_hex(first, id, ID_BYTES) && parse_number(rest, NUMBER_MAX, number);
}

/* MARK: UTF-8 */

/* Length of the scalar that begins here, or 0 (RFC 3629: no surrogates, nothing overlong). */
static size_t scalar_length(struct view text) {
    uint8_t first = text.bytes[0];
    if (first < 0x80) return 1;
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.length < length) return 0;
    uint8_t lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (text.bytes[1] < lowest || text.bytes[1] > highest) return 0;
    for (size_t index = 2; index < length; index++) {
        if ((text.bytes[index] & 0xC0) != 0x80) return 0;
    }
    return length;
}

bool is_utf8(struct view text) {
    while (text.length > 0) {
        size_t length = scalar_length(text);
        if (length == 0) return false;
        text = view_of(text.bytes + length, text.length - length);
    }
    return true;
}

/* MARK: Writing */

void add_hex(struct buffer *buffer, const uint8_t *bytes, size_t length) {
    static const char digits[] = "0123456789abcdef";
    for (size_t index = 0; index < length; index++) {
        char pair[2] = {digits[bytes[index] >> 4], digits[bytes[index] & 15]};
        buffer_add(buffer, pair, 2);
    }
}

void add_number(struct buffer *buffer, uint64_t number) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    buffer_add(buffer, digits, (size_t)length);
}

static void begin_field(struct composer *composer) {
    if (composer->started) buffer_add(&composer->text, "\t", 1);
    composer->started = true;
}

void compose_verb(struct composer *composer, const char *verb) {
    begin_field(composer);
    buffer_add_text(&composer->text, verb);
}

void compose_number(struct composer *composer, uint64_t number) {
    begin_field(composer);
    add_number(&composer->text, number);
}

void compose_signed(struct composer *composer, int64_t number) {
    begin_field(composer);
    if (number < 0) buffer_add(&composer->text, "-", 1);
    add_number(&composer->text, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void compose_hex(struct composer *composer, const uint8_t *bytes, size_t length) {
    begin_field(composer);
    add_hex(&composer->text, bytes, length);
}

void compose_raw(struct composer *composer, struct view bytes) {
    begin_field(composer);
    for (size_t index = 0; index < bytes.length; index++) {
        switch (bytes.bytes[index]) {
        case '\t': buffer_add(&composer->text, "\\t", 2); break;
        case '\n': buffer_add(&composer->text, "\\n", 2); break;
        case '\\': buffer_add(&composer->text, "\\\\", 2); break;
        default: buffer_add(&composer->text, bytes.bytes + index, 1); break;
        }
    }
}

void compose_text(struct composer *composer, const char *text) {
    compose_raw(composer, view_of_text(text));
}

void compose_position(struct composer *composer, const uint8_t id[ID_BYTES], uint64_t number) {
    compose_hex(composer, id, ID_BYTES);
    buffer_add(&composer->text, ":", 1);
    add_number(&composer->text, number);
}

void compose_absent(struct composer *composer) {
    begin_field(composer);
    buffer_add(&composer->text, "\\-", 2);
}

void compose_end(struct composer *composer) {
    buffer_add(&composer->text, "\n", 1);
    composer->started = false;
}

void composer_clear(struct composer *composer) {
    buffer_clear(&composer->text);
    composer->started = false;
}

void composer_free(struct composer *composer) {
    buffer_free(&composer->text);
    composer->started = false;
}
