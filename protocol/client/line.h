#ifndef BRANCHLINE_LINE_H
#define BRANCHLINE_LINE_H

#include "bytes.h"

/* Section 13 of the specification. */
enum {
    LINE_BYTES_MAX = 1048576,
    GREETING_BYTES_MAX = 8192,
    ID_BYTES = 16,
    HASH_BYTES = 32,
    SALT_BYTES = 16,
};
#define NUMBER_MAX INT64_MAX

struct field {
    const uint8_t *bytes;
    size_t length;
    bool absent;
};

/*
 * The fields of one line or body, unescaped, to be taken one after the other. A field that is not of
 * the wanted type sets `failed`, and everything taken afterwards is empty.
 */
struct line {
    struct buffer storage;
    struct field *fields;
    size_t count;
    size_t capacity;
    size_t next;
    bool failed;
};

/* Without its LF. False if an escape is wrong. */
bool line_split(struct line *line, struct view text);
void line_rewind(struct line *line);
void line_free(struct line *line);
bool line_at_end(const struct line *line);
/* Nothing was wrong and nothing is left over. */
bool line_finished(const struct line *line);

struct view take_verb(struct line *line);
uint64_t take_number(struct line *line, uint64_t maximum);
int64_t take_signed(struct line *line);
void take_hex(struct line *line, uint8_t *bytes, size_t length);
struct view take_raw(struct line *line);
struct view take_text(struct line *line);
struct view take_code(struct line *line);
struct view take_codes(struct line *line);
/* True, and the field is passed, if it says "not there". */
bool take_absent(struct line *line);

/* The parts of a list: the part before the separator; `rest` moves behind it. */
struct view next_part(struct view *rest, uint8_t separator);
bool parse_number(struct view text, uint64_t maximum, uint64_t *number);
bool parse_hex(struct view text, uint8_t *bytes, size_t length);
/* `id:number`, which is both a position and a dot. */
bool parse_position(struct view text, uint8_t id[ID_BYTES], uint64_t *number);
bool codes_contain(struct view codes, const char *code);
/* Each of these is one of those. */
bool codes_are_among(struct view codes, const char *those);
bool is_utf8(struct view text);

/* Writes the one spelling of each field. */
struct composer {
    struct buffer text;
    bool started;
};

void compose_verb(struct composer *composer, const char *verb);
void compose_number(struct composer *composer, uint64_t number);
void compose_signed(struct composer *composer, int64_t number);
void compose_hex(struct composer *composer, const uint8_t *bytes, size_t length);
void compose_raw(struct composer *composer, struct view bytes);
void compose_text(struct composer *composer, const char *text);
void compose_position(struct composer *composer, const uint8_t id[ID_BYTES], uint64_t number);
void compose_absent(struct composer *composer);
/* The LF. */
void compose_end(struct composer *composer);
void composer_clear(struct composer *composer);
void composer_free(struct composer *composer);

void add_hex(struct buffer *buffer, const uint8_t *bytes, size_t length);
void add_number(struct buffer *buffer, uint64_t number);

#endif
