#include "rights.h"

#include "download.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

enum { DENIAL_HOLDERS_MAX = 32, RECALL_LOTS_MAX = 64 };

/* MARK: Asking */

static bool keep(struct rights *rights) {
    char *path = directory_path(rights->directory, "authorization");
    file_replace(path, buffer_view(&rights->request));
    free(path);
    return true;
}

bool rights_authorize(struct rights *rights, const char *scope, const char *record, const char *wallet,
                      uint64_t amount) {
    struct composer request = {0};
    uint8_t id[ID_BYTES];
    uint8_t sale[ID_BYTES] = {0};
    uint8_t record_id[ID_BYTES];
    bool whole_wallet = strcmp(scope, "wallet") == 0;
    if (!whole_wallet && strcmp(scope, "lot") != 0) return false;
    if (amount == 0 || !parse_hex(view_of_text(record), record_id, ID_BYTES)) return false;
    if (RAND_bytes(id, ID_BYTES) != 1) fail("no random bytes");
    compose_verb(&request, "AUTH");
    compose_hex(&request, id, ID_BYTES);
    compose_hex(&request, sale, ID_BYTES);
    compose_text(&request, scope);
    compose_hex(&request, record_id, ID_BYTES);
    if (whole_wallet) compose_text(&request, wallet);
    else compose_absent(&request);
    compose_number(&request, amount);
    compose_end(&request);
    rights->request = request.text;
    return keep(rights);
}

bool rights_authorize_again(struct rights *rights) {
    if (!directory_has(rights->directory, "authorization")) return false;
    char *path = directory_path(rights->directory, "authorization");
    file_read(path, &rights->request);
    free(path);
    return true;
}

void rights_question(struct rights *rights, char **words) {
    struct composer request = {0};
    compose_verb(&request, "ASK");
    compose_number(&request, 1);
    while (*words != NULL) compose_text(&request, *words++);
    compose_end(&request);
    rights->request = request.text;
}

void rights_free(struct rights *rights) {
    buffer_free(&rights->request);
}

void rights_ask(struct rights *rights, struct wire *wire) {
    if (!rights->agreed || rights->answered || rights->request.length == 0) return;
    wire_send(wire, buffer_view(&rights->request));
    rights->open = true;
}

/* MARK: Hearing */

bool rights_is_verb(struct view verb) {
    return view_equals_text(verb, "GRANT") || view_equals_text(verb, "DENY") || view_equals_text(verb, "RECALL")
        || view_equals_text(verb, "ANSWER");
}

/* The answer begins with the verb and the number of what was asked. */
static bool is_open(const struct rights *rights, const char *asked, const struct line *answer) {
    struct line request = {0};
    struct view text = view_of(rights->request.bytes, rights->request.length);
    if (!rights->open) return false;
    line_split(&request, view_of(text.bytes, text.length - 1));
    const struct field *ours = &request.fields[1];
    const struct field *theirs = &answer->fields[1];
    bool same = view_equals_text(view_of(request.fields[0].bytes, request.fields[0].length), asked)
        && view_equals(view_of(ours->bytes, ours->length), view_of(theirs->bytes, theirs->length));
    line_free(&request);
    return same;
}

static enum rights_result close_open(struct rights *rights, const char *asked, const struct line *answer) {
    if (!rights->agreed) return RIGHTS_NOT_AGREED;
    if (!is_open(rights, asked, answer)) return RIGHTS_NEVER_ASKED;
    rights->open = false;
    rights->answered = true;
    return RIGHTS_HEARD;
}

static void take_id(struct line *line) {
    uint8_t id[ID_BYTES];
    take_hex(line, id, ID_BYTES);
}

static enum rights_result take_grant(struct rights *rights, struct line *line, struct view text) {
    take_id(line);
    if (!download_reads_entry(line)) return RIGHTS_MALFORMED;
    enum rights_result result = close_open(rights, "AUTH", line);
    if (result != RIGHTS_HEARD) return result;
    struct buffer kept = {0};
    char *path = directory_path(rights->directory, "grants.log");
    buffer_add_view(&kept, text);
    buffer_add(&kept, "\n", 1);
    file_append(path, buffer_view(&kept));
    buffer_free(&kept);
    free(path);
    return result;
}

static bool is_denial_code(struct view code) {
    static const char *const codes[] = {
        "insufficient", "unknown", "frozen", "spent", "expired", "policy", "denied_before",
    };
    for (size_t index = 0; index < sizeof codes / sizeof *codes; index++) {
        if (view_equals_text(code, codes[index])) return true;
    }
    return false;
}

static bool take_flag(struct line *line) {
    struct view flag = take_text(line);
    return view_equals_text(flag, "yes") || view_equals_text(flag, "no");
}

static enum rights_result take_denial(struct rights *rights, struct line *line) {
    take_id(line);
    bool good = is_denial_code(take_code(line));
    take_number(line, NUMBER_MAX);
    for (int count = 0; good && !line->failed && !line_at_end(line); count++) {
        take_text(line);
        take_number(line, NUMBER_MAX);
        good = take_flag(line) && count < DENIAL_HOLDERS_MAX;
    }
    if (!good || !line_finished(line)) return RIGHTS_MALFORMED;
    return close_open(rights, "AUTH", line);
}

static enum rights_result take_answer(struct rights *rights, struct line *line) {
    take_number(line, NUMBER_MAX);
    take_code(line);
    while (!line->failed && !line_at_end(line)) {
        if (!take_absent(line)) take_text(line);
    }
    if (!line_finished(line)) return RIGHTS_MALFORMED;
    return close_open(rights, "ASK", line);
}

/* Nothing is held here, so nothing is given. */
static enum rights_result take_recall(struct rights *rights, struct line *line, struct wire *wire) {
    struct composer yield = {0};
    uint8_t id[ID_BYTES];
    bool good = true;
    take_hex(line, id, ID_BYTES);
    for (int count = 0; good && !line->failed && !line_at_end(line); count++) {
        take_id(line);
        good = take_number(line, NUMBER_MAX) > 0 && count < RECALL_LOTS_MAX;
    }
    if (!good || !line_finished(line)) return RIGHTS_MALFORMED;
    if (!rights->agreed) return RIGHTS_NOT_AGREED;
    compose_verb(&yield, "YIELD");
    compose_hex(&yield, id, ID_BYTES);
    compose_number(&yield, 0);
    compose_end(&yield);
    wire_send(wire, buffer_view(&yield.text));
    composer_free(&yield);
    return RIGHTS_HEARD;
}

enum rights_result rights_take(struct rights *rights, struct view verb, struct line *line, struct view text,
                               struct wire *wire) {
    if (view_equals_text(verb, "GRANT")) return take_grant(rights, line, text);
    if (view_equals_text(verb, "DENY")) return take_denial(rights, line);
    if (view_equals_text(verb, "RECALL")) return take_recall(rights, line, wire);
    return take_answer(rights, line);
}
