#include "members.h"

#include <stdlib.h>
#include <string.h>

enum { FIELD_MAX = 65535, WRITES_MAX = 128, REPLACES_MAX = 256, FIELD_PERSONAL_LAST = 7, FIELD_IDENTITY = 16 };

/* One write of a body being read. Content is absent where it clears or takes out. */
struct write {
    uint32_t field;
    struct view element;
    struct view content;
    struct view replaces;
    bool has_content;
};

struct dot {
    uint8_t actor[ID_BYTES];
    uint64_t sequence;
};

/* MARK: Live values */

static struct member **find_place(const struct members *members, const uint8_t id[ID_BYTES]) {
    uint64_t bucket = get_big_endian(id + ID_BYTES - 8, 8) % MEMBER_BUCKETS;
    struct member **place = (struct member **)(uintptr_t)&members->buckets[bucket];
    while (*place != NULL && memcmp((*place)->id, id, ID_BYTES) != 0) place = &(*place)->next;
    return place;
}

const struct member *members_find(const struct members *members, const uint8_t id[ID_BYTES]) {
    return *find_place(members, id);
}

static struct member *find_or_add(struct members *members, const uint8_t id[ID_BYTES]) {
    struct member **place = find_place(members, id);
    if (*place == NULL) {
        *place = resized(NULL, 1, sizeof **place);
        **place = (struct member){0};
        memcpy((*place)->id, id, ID_BYTES);
    }
    return *place;
}

static void value_free(struct value *value) {
    buffer_free(&value->element);
    buffer_free(&value->content);
}

static bool is_written_by(const struct value *value, const struct dot *dot) {
    return value->sequence == dot->sequence && memcmp(value->actor, dot->actor, ID_BYTES) == 0;
}

static bool is_of(const struct value *value, const struct write *write) {
    return value->field == write->field && view_equals(buffer_view(&value->element), write->element);
}

static void remove_dot(struct member *member, const struct write *write, const struct dot *dot) {
    size_t kept = 0;
    for (size_t index = 0; index < member->count; index++) {
        struct value *value = &member->values[index];
        if (is_of(value, write) && is_written_by(value, dot)) value_free(value);
        else member->values[kept++] = *value;
    }
    member->count = kept;
}

static void add_value(struct member *member, const struct write *write, const struct value *origin) {
    if (member->count == member->capacity) {
        member->capacity = member->capacity == 0 ? 8 : member->capacity * 2;
        member->values = resized(member->values, member->capacity, sizeof *member->values);
    }
    struct value *value = &member->values[member->count++];
    *value = *origin;
    value->field = write->field;
    buffer_add_view(&value->element, write->element);
    buffer_add_view(&value->content, write->content);
}

static void apply_write(struct member *member, const struct write *write, const struct value *origin) {
    struct view rest = write->replaces;
    struct dot dot;
    while (rest.length > 0) {
        if (parse_position(next_part(&rest, ','), dot.actor, &dot.sequence)) remove_dot(member, write, &dot);
    }
    if (write->has_content) add_value(member, write, origin);
}

/* MARK: Bodies */

static bool is_personal(uint32_t field) {
    return field <= FIELD_PERSONAL_LAST || field == FIELD_IDENTITY;
}

static bool is_dots(struct view text) {
    struct dot dot;
    size_t count = 0;
    if (text.length == 0) return true;
    while (text.bytes != NULL) {
        if (++count > REPLACES_MAX) return false;
        if (!parse_position(next_part(&text, ','), dot.actor, &dot.sequence) || dot.sequence == 0) return false;
    }
    return true;
}

static struct write take_write(struct line *public_body, struct line *personal_body) {
    struct write write = {.field = (uint32_t)take_number(public_body, FIELD_MAX)};
    struct line *body = is_personal(write.field) ? personal_body : public_body;
    write.element = take_raw(body);
    write.has_content = !take_absent(body);
    if (write.has_content) write.content = take_raw(body);
    write.replaces = take_text(public_body);
    if (!is_dots(write.replaces)) public_body->failed = true;
    return write;
}

/* The fields before the writes. */
static uint8_t take_heading(struct line *body, uint8_t id[ID_BYTES]) {
    take_hex(body, id, ID_BYTES);
    uint8_t authority = (uint8_t)take_number(body, 1);
    take_text(body);
    if (!take_absent(body)) take_text(body);
    return authority;
}

static bool is_readable(struct line *public_body, struct line *personal_body) {
    uint8_t id[ID_BYTES];
    size_t count = 0;
    take_heading(public_body, id);
    while (!line_at_end(public_body)) {
        take_write(public_body, personal_body);
        count++;
    }
    return line_finished(public_body) && line_finished(personal_body) && count >= 1 && count <= WRITES_MAX;
}

static void apply_body(
    struct members *members, struct line *public_body, struct line *personal_body, struct value *origin) {
    uint8_t id[ID_BYTES];
    origin->authority = take_heading(public_body, id);
    struct member *member = find_or_add(members, id);
    while (!line_at_end(public_body)) {
        struct write write = take_write(public_body, personal_body);
        apply_write(member, &write, origin);
    }
}

bool members_apply(struct members *members, const uint8_t actor[ID_BYTES], uint64_t sequence,
    uint64_t effective_time, const struct operation *operation) {
    struct line public_body = {0};
    struct line personal_body = {0};
    struct value origin = {.sequence = sequence, .time = effective_time};
    memcpy(origin.actor, actor, ID_BYTES);
    bool good = line_split(&public_body, operation->public_body);
    if (operation->has_personal_body) good = line_split(&personal_body, operation->personal_body) && good;
    good = good && is_readable(&public_body, &personal_body);
    if (good) {
        line_rewind(&public_body);
        line_rewind(&personal_body);
        apply_body(members, &public_body, &personal_body, &origin);
    }
    line_free(&public_body);
    line_free(&personal_body);
    return good;
}

void member_add_dots(const struct member *member, uint32_t field, struct buffer *replaces) {
    for (size_t index = 0; index < member->count; index++) {
        const struct value *value = &member->values[index];
        if (value->field != field) continue;
        if (replaces->length > 0) buffer_add(replaces, ",", 1);
        add_hex(replaces, value->actor, ID_BYTES);
        buffer_add(replaces, ":", 1);
        add_number(replaces, value->sequence);
    }
}

/* MARK: The digest */

static int compare_numbers(uint64_t left, uint64_t right) {
    return (left > right) - (left < right);
}

static int compare_values(const void *left_pointer, const void *right_pointer) {
    const struct value *left = left_pointer;
    const struct value *right = right_pointer;
    int order = compare_numbers(left->field, right->field);
    if (order == 0) order = view_compare(buffer_view(&left->element), buffer_view(&right->element));
    if (order == 0) order = memcmp(left->actor, right->actor, ID_BYTES);
    return order != 0 ? order : compare_numbers(left->sequence, right->sequence);
}

static void add_counted(struct buffer *bytes, const struct buffer *content) {
    put_big_endian(bytes, content->length, 4);
    buffer_add_view(bytes, buffer_view(content));
}

static void add_to_record(struct buffer *record, const struct value *value) {
    put_big_endian(record, value->field, 2);
    add_counted(record, &value->element);
    add_counted(record, &value->content);
    buffer_add(record, value->actor, ID_BYTES);
    put_big_endian(record, value->sequence, 8);
    put_big_endian(record, value->time, 8);
    put_big_endian(record, value->authority, 1);
}

static void hash_member(struct member *member, uint8_t hash[HASH_BYTES]) {
    struct buffer record = {0};
    qsort(member->values, member->count, sizeof *member->values, compare_values);
    buffer_add(&record, member->id, ID_BYTES);
    for (size_t index = 0; index < member->count; index++) add_to_record(&record, &member->values[index]);
    sha256(buffer_view(&record), hash);
    buffer_free(&record);
}

/* Big-endian, modulo 2^128. */
static void add_modulo(uint8_t sum[ID_BYTES], const uint8_t summand[ID_BYTES]) {
    unsigned carry = 0;
    for (size_t index = ID_BYTES; index-- > 0;) {
        carry += (unsigned)sum[index] + summand[index];
        sum[index] = (uint8_t)carry;
        carry >>= 8;
    }
}

void members_digest(const struct members *members, uint8_t digest[ID_BYTES]) {
    uint8_t hash[HASH_BYTES];
    memset(digest, 0, ID_BYTES);
    for (size_t bucket = 0; bucket < MEMBER_BUCKETS; bucket++) {
        for (struct member *member = members->buckets[bucket]; member != NULL; member = member->next) {
            if (member->count == 0) continue;
            hash_member(member, hash);
            add_modulo(digest, hash);
        }
    }
}

static void member_free(struct member *member) {
    for (size_t index = 0; index < member->count; index++) value_free(&member->values[index]);
    free(member->values);
    free(member);
}

void members_free(struct members *members) {
    for (size_t bucket = 0; bucket < MEMBER_BUCKETS; bucket++) {
        while (members->buckets[bucket] != NULL) {
            struct member *member = members->buckets[bucket];
            members->buckets[bucket] = member->next;
            member_free(member);
        }
    }
}
