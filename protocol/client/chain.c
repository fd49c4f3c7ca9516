#include "chain.h"

#include <openssl/evp.h>
#include <string.h>

enum { OBSERVED_POSITIONS_MAX = 8, AUDIENCE_NODES_MAX = 64 };

void sha256(struct view bytes, uint8_t hash[HASH_BYTES]) {
    if (EVP_Digest(bytes.bytes, bytes.length, hash, NULL, EVP_sha256(), NULL) != 1) fail("SHA-256 does not work");
}

/* MARK: Fields */

static bool is_observed(struct view text) {
    uint8_t epoch[ID_BYTES];
    uint64_t number;
    size_t count = 0;
    if (text.length == 0) return true;
    while (text.bytes != NULL) {
        if (++count > OBSERVED_POSITIONS_MAX) return false;
        if (!parse_position(next_part(&text, ','), epoch, &number)) return false;
    }
    return true;
}

static bool is_node_list(struct view text) {
    uint64_t last = 0;
    uint64_t node = 0;
    size_t count = 0;
    while (text.bytes != NULL) {
        if (++count > AUDIENCE_NODES_MAX) return false;
        if (!parse_number(next_part(&text, ','), UINT32_MAX, &node)) return false;
        if (count > 1 && node <= last) return false;
        last = node;
    }
    return true;
}

static bool is_audience(struct view text) {
    return view_equals_text(text, "chain") || view_equals_text(text, "hub") || is_node_list(text);
}

static void take_personal_body(struct line *line, struct operation *operation) {
    bool has_salt = !take_absent(line);
    if (has_salt) take_hex(line, operation->salt, SALT_BYTES);
    operation->has_personal_body = !take_absent(line);
    if (operation->has_personal_body) operation->personal_body = take_raw(line);
    if (operation->has_personal_body != has_salt) line->failed = true;
}

struct operation take_operation(struct line *line) {
    struct operation operation = {0};
    operation.time = take_number(line, NUMBER_MAX);
    operation.observed = take_raw(line);
    operation.audience = take_raw(line);
    operation.kind = take_code(line);
    operation.public_body = take_raw(line);
    take_personal_body(line, &operation);
    if (!is_observed(operation.observed) || !is_audience(operation.audience)) line->failed = true;
    return operation;
}

void compose_operation(struct composer *composer, const struct operation *operation) {
    compose_number(composer, operation->time);
    compose_raw(composer, operation->observed);
    compose_raw(composer, operation->audience);
    compose_raw(composer, operation->kind);
    compose_raw(composer, operation->public_body);
    if (operation->has_personal_body) {
        compose_hex(composer, operation->salt, SALT_BYTES);
        compose_raw(composer, operation->personal_body);
    } else {
        compose_absent(composer);
        compose_absent(composer);
    }
}

/* MARK: The chain */

static void seal(const struct operation *operation, uint8_t sealed[HASH_BYTES]) {
    memset(sealed, 0, HASH_BYTES);
    if (!operation->has_personal_body) return;
    struct buffer both = {0};
    buffer_add(&both, operation->salt, SALT_BYTES);
    buffer_add_view(&both, operation->personal_body);
    sha256(buffer_view(&both), sealed);
    buffer_free(&both);
}

static void compose_header(
    struct composer *header, const uint8_t actor[ID_BYTES], uint64_t sequence, const struct operation *operation) {
    compose_hex(header, actor, ID_BYTES);
    compose_number(header, sequence);
    compose_number(header, operation->time);
    compose_raw(header, operation->observed);
    compose_raw(header, operation->audience);
    compose_raw(header, operation->kind);
}

void chain_extend(
    uint8_t head[HASH_BYTES], const uint8_t actor[ID_BYTES], uint64_t sequence, const struct operation *operation) {
    uint8_t link[2 * HASH_BYTES];
    uint8_t hash[HASH_BYTES];
    struct composer content = {0};
    compose_header(&content, actor, sequence, operation);
    sha256(operation->public_body, hash);
    buffer_add(&content.text, hash, HASH_BYTES);
    seal(operation, hash);
    buffer_add(&content.text, hash, HASH_BYTES);
    memcpy(link, head, HASH_BYTES);
    sha256(buffer_view(&content.text), link + HASH_BYTES);
    sha256(view_of(link, sizeof link), head);
    composer_free(&content);
}
