#include "invitation.h"

#include "chain.h"

#include <string.h>

enum { CHECK_BYTES = 4 };
static const char family[] = "branchline";
static const char prefix[] = "branchline1.";

static void add_without_white_space(struct buffer *buffer, const char *text) {
    for (; *text != 0; text++) {
        if (strchr(" \t\r\n\v\f", *text) == NULL) buffer_add(buffer, text, 1);
    }
}

static int base64_value(uint8_t digit) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *found = digit == 0 ? NULL : strchr(digits, digit);
    return found == NULL ? -1 : (int)(found - digits);
}

/* One spelling here, too: bits left over are zero. */
static bool decode_base64(struct view text, struct buffer *bytes) {
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t index = 0; index < text.length; index++) {
        int value = base64_value(text.bytes[index]);
        if (value < 0) return false;
        bits = (bits << 6 | (uint32_t)value) & 0xFFFF;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        uint8_t byte = (uint8_t)(bits >> count);
        buffer_add(bytes, &byte, 1);
    }
    return text.length % 4 != 1 && (bits & ((1U << count) - 1)) == 0;
}

static void take_fixed(struct line *line, uint8_t *bytes, size_t length) {
    struct view raw = take_raw(line);
    if (raw.length != length) line->failed = true;
    else memcpy(bytes, raw.bytes, length);
}

static void take_host(struct line *line, struct invitation *invitation) {
    struct view host = take_text(line);
    bool fits = host.length > 0 && host.length <= HOST_BYTES_MAX && memchr(host.bytes, 0, host.length) == NULL;
    if (!fits) line->failed = true;
    else memcpy(invitation->host, host.bytes, host.length);
}

static bool read_fields(struct view text, struct invitation *invitation) {
    struct line line = {0};
    line_split(&line, text);
    take_host(&line, invitation);
    invitation->port = (uint16_t)take_number(&line, UINT16_MAX);
    take_fixed(&line, invitation->fingerprint, HASH_BYTES);
    take_fixed(&line, invitation->token, TOKEN_BYTES);
    take_text(&line);
    take_text(&line);
    invitation->expires_seconds = take_signed(&line);
    bool good = line_finished(&line) && invitation->port != 0;
    line_free(&line);
    return good;
}

static const char *read_checked(struct view bytes, struct invitation *invitation) {
    uint8_t hash[HASH_BYTES];
    if (bytes.length < CHECK_BYTES) return "the invitation is too short";
    struct view text = view_of(bytes.bytes + CHECK_BYTES, bytes.length - CHECK_BYTES);
    sha256(text, hash);
    if (memcmp(hash, bytes.bytes, CHECK_BYTES) != 0) return "there is a slip in the invitation";
    return read_fields(text, invitation) ? NULL : "the invitation cannot be read";
}

const char *invitation_read(const char *text, struct invitation *invitation) {
    struct buffer packed = {0};
    struct buffer bytes = {0};
    const char *wrong;
    *invitation = (struct invitation){0};
    add_without_white_space(&packed, text);
    size_t skip = strlen(prefix);
    if (packed.length < skip || memcmp(packed.bytes, prefix, skip) != 0) {
        bool newer = packed.length > strlen(family) && memcmp(packed.bytes, family, strlen(family)) == 0;
        wrong = newer ? "the invitation is for a newer program" : "this is not an invitation";
    } else if (!decode_base64(view_of(packed.bytes + skip, packed.length - skip), &bytes)) {
        wrong = "the invitation cannot be decoded";
    } else {
        wrong = read_checked(buffer_view(&bytes), invitation);
    }
    buffer_free(&packed);
    buffer_free(&bytes);
    return wrong;
}
