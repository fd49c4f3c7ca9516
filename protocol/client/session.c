#include "session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    VERSION = 1,
    CREDIT_ENTRIES = 1000,
    APPLY_ENTRIES_MAX = 1000,
    ANSWER_MILLISECONDS = 15000,
};

uint64_t now_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* MARK: Ends */

enum outcome wire_outcome(enum wire_result result) {
    switch (result) {
    case WIRE_LINE: return OUTCOME_GOING_ON;
    case WIRE_WAITED: return OUTCOME_GOING_ON;
    case WIRE_ENDED: return OUTCOME_AGAIN;
    case WIRE_LOST: return OUTCOME_AGAIN;
    case WIRE_SILENT: return OUTCOME_AGAIN;
    case WIRE_MALFORMED: return OUTCOME_BROKEN;
    }
    return OUTCOME_BROKEN;
}

/* Section 12. */
static bool is_worth_coming_back(struct view code) {
    return view_equals_text(code, "gap") || view_equals_text(code, "silent")
        || view_equals_text(code, "unavailable") || view_equals_text(code, "stopping");
}

static bool ends_actor(struct view code) {
    return view_equals_text(code, "forked") || view_equals_text(code, "foreign_actor");
}

enum outcome report_error(struct line *line) {
    struct composer report = {0};
    struct view code = take_code(line);
    struct view detail = take_text(line);
    if (!line_finished(line)) return OUTCOME_BROKEN;
    compose_text(&report, "refused");
    compose_raw(&report, code);
    compose_raw(&report, detail);
    compose_end(&report);
    fwrite(report.text.bytes, 1, report.text.length, stdout);
    fflush(stdout);
    composer_free(&report);
    return is_worth_coming_back(code) ? OUTCOME_AGAIN : OUTCOME_REFUSED;
}

uint64_t take_busy(struct line *line) {
    uint64_t milliseconds = take_number(line, NUMBER_MAX);
    printf("busy\t%" PRIu64 "\n", milliseconds);
    return milliseconds;
}

/* Says ERROR and closes. */
static enum outcome complain(struct session *session, const char *code, const char *detail) {
    struct composer error = {0};
    compose_verb(&error, "ERROR");
    compose_text(&error, code);
    compose_text(&error, detail);
    compose_end(&error);
    wire_send(&session->wire, buffer_view(&error.text));
    wire_close(&session->wire);
    composer_free(&error);
    printf("complained\t%s\t%s\n", code, detail);
    return OUTCOME_BROKEN;
}

static enum outcome lose(struct session *session, enum wire_result result) {
    if (result == WIRE_SILENT) complain(session, "silent", "no sign of life");
    if (result == WIRE_MALFORMED) return complain(session, "malformed", "that cannot be a line");
    wire_close(&session->wire);
    return wire_outcome(result);
}

/* Section 7.3. The download begins again, because stamps in it speak of operations that are gone. */
static void retire(struct session *session) {
    upload_retire(session->upload);
    remove(session->download->path);
}

static enum outcome hear_error(struct session *session) {
    struct line *line = &session->line;
    bool retires = line->count > 1 && ends_actor(view_of(line->fields[1].bytes, line->fields[1].length));
    enum outcome outcome = report_error(line);
    wire_close(&session->wire);
    if (outcome == OUTCOME_REFUSED && retires) retire(session);
    return outcome;
}

static enum outcome hear_busy(struct session *session) {
    session->busy_milliseconds = take_busy(&session->line);
    wire_close(&session->wire);
    return OUTCOME_AGAIN;
}

void session_leave(struct session *session) {
    wire_send(&session->wire, view_of_text("BYE\n"));
    wire_close(&session->wire);
}

void session_free(struct session *session) {
    wire_drop(&session->wire);
    line_free(&session->line);
    buffer_free(&session->report);
}

/* MARK: Greeting */

enum outcome session_connect(struct session *session, SSL_CTX *context) {
    return wire_outcome(wire_connect(&session->wire, context, session->directory->host, session->directory->port));
}

static void compose_hello(const struct session *session, struct composer *hello) {
    const struct download *download = session->download;
    const struct upload *upload = session->upload;
    uint8_t head[HASH_BYTES];
    upload_head(upload, upload->count, head);
    compose_verb(hello, "HELLO");
    compose_number(hello, VERSION);
    compose_number(hello, session->directory->node);
    compose_text(hello, session->features);
    if (download->position > 0) compose_position(hello, download->epoch, download->position);
    else compose_absent(hello);
    compose_number(hello, CREDIT_ENTRIES);
    compose_text(hello, SOFTWARE);
    compose_hex(hello, upload->actor, ID_BYTES);
    compose_number(hello, upload->count);
    compose_hex(hello, head, HASH_BYTES);
    compose_end(hello);
}

/* The hub must hold a beginning of what we have written. */
static enum outcome compare_heads(struct session *session) {
    struct line *line = &session->line;
    uint8_t actor[ID_BYTES];
    uint8_t theirs[HASH_BYTES];
    uint8_t ours[HASH_BYTES];
    take_hex(line, actor, ID_BYTES);
    uint64_t held = take_number(line, NUMBER_MAX);
    take_hex(line, theirs, HASH_BYTES);
    if (!line_finished(line)) return complain(session, "malformed", "that is no WELCOME");
    if (memcmp(actor, session->upload->actor, ID_BYTES) != 0) return complain(session, "unexpected", "not our actor");
    bool same = upload_head(session->upload, held, ours) && memcmp(ours, theirs, HASH_BYTES) == 0;
    if (!same) {
        retire(session);
        return complain(session, "forked", "another history of our actor");
    }
    session->sent = session->acknowledged = held;
    printf("welcome\t%" PRIu64 "\t%" PRIu64 "\n", session->hub_last, held);
    return OUTCOME_GOING_ON;
}

static bool knows_our_kinds(struct view kinds) {
    return codes_contain(kinds, "member") && codes_contain(kinds, "sale");
}

static bool take_features(struct session *session) {
    struct view features = take_codes(&session->line);
    session->wire.may_deflate = codes_contain(features, "deflate");
    session->rights->agreed = codes_contain(features, "rights");
    session->rights->open = false;
    return codes_are_among(features, session->features);
}

static enum outcome hear_welcome(struct session *session) {
    struct line *line = &session->line;
    uint8_t epoch[ID_BYTES];
    uint64_t version = take_number(line, NUMBER_MAX);
    bool good = take_features(session);
    take_hex(line, epoch, ID_BYTES);
    session->hub_last = take_number(line, NUMBER_MAX);
    session->window = take_number(line, NUMBER_MAX);
    struct view kinds = take_codes(line);
    session->hub_clock_milliseconds = take_number(line, NUMBER_MAX);
    if (line->failed || !good) return complain(session, "malformed", "that is no WELCOME");
    if (version != VERSION) return complain(session, "version", "this client speaks version 1");
    if (!knows_our_kinds(kinds)) return complain(session, "unavailable", "the hub knows no members or no sales");
    if (!download_meet_epoch(session->download, epoch)) {
        return complain(session, "unavailable", "the log has another epoch");
    }
    return compare_heads(session);
}

static enum outcome hear_answer(struct session *session) {
    struct view verb = take_verb(&session->line);
    if (view_equals_text(verb, "WELCOME")) return hear_welcome(session);
    if (view_equals_text(verb, "ERROR")) return hear_error(session);
    if (view_equals_text(verb, "BUSY")) return hear_busy(session);
    return complain(session, "unexpected", "WELCOME comes first");
}

enum outcome session_greet(struct session *session) {
    struct composer hello = {0};
    struct view text;
    compose_hello(session, &hello);
    wire_send(&session->wire, buffer_view(&hello.text));
    session->wire.may_ask = true;
    composer_free(&hello);
    enum wire_result result = wire_receive(&session->wire, &text, monotonic_milliseconds() + ANSWER_MILLISECONDS);
    if (result == WIRE_WAITED) result = WIRE_SILENT;
    if (result != WIRE_LINE) return lose(session, result);
    if (!line_split(&session->line, text)) return complain(session, "malformed", "a wrong escape");
    return hear_answer(session);
}

/* MARK: Upload */

static void push(struct session *session) {
    struct composer push = {0};
    uint8_t head[HASH_BYTES];
    upload_head(session->upload, session->sent, head);
    compose_verb(&push, "PUSH");
    compose_hex(&push, session->upload->actor, ID_BYTES);
    compose_number(&push, session->sent + 1);
    compose_hex(&push, head, HASH_BYTES);
    compose_end(&push);
    wire_send(&session->wire, buffer_view(&push.text));
    composer_free(&push);
    session->has_pushed = true;
}

void session_upload(struct session *session) {
    const struct upload *upload = session->upload;
    if (session->sent == upload->count) return;
    if (!session->has_pushed) push(session);
    while (session->sent < upload->count && session->sent - session->acknowledged < session->window) {
        wire_send(&session->wire, upload->operations[session->sent++].line);
    }
}

static enum outcome hear_acknowledgement(struct session *session) {
    uint8_t actor[ID_BYTES];
    uint8_t theirs[HASH_BYTES];
    uint8_t ours[HASH_BYTES];
    take_hex(&session->line, actor, ID_BYTES);
    uint64_t sequence = take_number(&session->line, NUMBER_MAX);
    take_hex(&session->line, theirs, HASH_BYTES);
    if (!line_finished(&session->line)) return complain(session, "malformed", "that is no ACK");
    bool sent = memcmp(actor, session->upload->actor, ID_BYTES) == 0 && sequence <= session->sent;
    if (!sent || sequence < session->acknowledged) return complain(session, "unexpected", "that was never sent");
    if (!upload_head(session->upload, sequence, ours) || memcmp(ours, theirs, HASH_BYTES) != 0) {
        retire(session);
        return complain(session, "forked", "another history of our actor");
    }
    session->acknowledged = sequence;
    printf("acknowledged\t%" PRIu64 "\n", sequence);
    fflush(stdout);
    session_upload(session);
    return OUTCOME_GOING_ON;
}

/* MARK: Download */

/* The time it came, the line as it came, and for a mark whether the records agree. */
static void add_to_report(struct session *session, struct view text, bool is_mark) {
    add_number(&session->report, now_milliseconds());
    buffer_add(&session->report, "\t", 1);
    buffer_add_view(&session->report, text);
    if (is_mark) buffer_add_text(&session->report, download_agrees(session->download) ? "\tequal" : "\tdifferent");
    buffer_add(&session->report, "\n", 1);
}

/* Durable first, then told. */
static void commit(struct session *session) {
    struct composer applied = {0};
    if (!session->must_apply) return;
    download_save(session->download);
    fwrite(session->report.bytes, 1, session->report.length, stdout);
    fflush(stdout);
    buffer_clear(&session->report);
    compose_verb(&applied, "APPLIED");
    compose_number(&applied, session->download->position);
    compose_number(&applied, session->unapplied);
    compose_end(&applied);
    wire_send(&session->wire, buffer_view(&applied.text));
    composer_free(&applied);
    session->unapplied = 0;
    session->must_apply = false;
}

static enum outcome hear_download(struct session *session, struct view text, bool is_mark) {
    uint64_t before = session->download->entries;
    switch (download_take(session->download, text)) {
    case DOWNLOAD_TAKEN: break;
    case DOWNLOAD_MALFORMED: return complain(session, "malformed", "that cannot be read");
    case DOWNLOAD_GOES_BACK: return complain(session, "gap", "the log went back");
    case DOWNLOAD_NEVER_WRITTEN: return complain(session, "unexpected", "a stamp for what was never written");
    }
    add_to_report(session, text, is_mark);
    session->unapplied += session->download->entries - before;
    session->must_apply = true;
    session->marked = session->marked || is_mark;
    if (session->unapplied >= APPLY_ENTRIES_MAX) commit(session);
    return OUTCOME_GOING_ON;
}

/* MARK: Rights and questions */

enum outcome session_ask(struct session *session) {
    const struct rights *rights = session->rights;
    rights_ask(session->rights, &session->wire);
    if (rights->agreed || rights->request.length == 0) return OUTCOME_GOING_ON;
    puts("mute");
    session_leave(session);
    return OUTCOME_REFUSED;
}

static enum outcome hear_rights(struct session *session, struct view verb, struct view text) {
    switch (rights_take(session->rights, verb, &session->line, text, &session->wire)) {
    case RIGHTS_HEARD: break;
    case RIGHTS_MALFORMED: return complain(session, "malformed", "that cannot be read");
    case RIGHTS_NOT_AGREED: return complain(session, "unexpected", "the feature rights has not been agreed to");
    case RIGHTS_NEVER_ASKED: return complain(session, "unexpected", "that was never asked");
    }
    printf("%" PRIu64 "\t%.*s\n", now_milliseconds(), (int)text.length, (const char *)text.bytes);
    fflush(stdout);
    return OUTCOME_GOING_ON;
}

/* MARK: Messages */

static enum outcome hear_ping(struct session *session) {
    struct composer pong = {0};
    uint64_t token = take_number(&session->line, NUMBER_MAX);
    if (!line_finished(&session->line)) return complain(session, "malformed", "that is no PING");
    compose_verb(&pong, "PONG");
    compose_number(&pong, token);
    compose_end(&pong);
    wire_send(&session->wire, buffer_view(&pong.text));
    composer_free(&pong);
    return OUTCOME_GOING_ON;
}

static enum outcome hear_pong(struct session *session) {
    take_number(&session->line, NUMBER_MAX);
    return line_finished(&session->line) ? OUTCOME_GOING_ON : complain(session, "malformed", "that is no PONG");
}

static enum outcome hear(struct session *session, struct view text) {
    if (!line_split(&session->line, text)) return complain(session, "malformed", "a wrong escape");
    struct view verb = take_verb(&session->line);
    if (session->line.failed) return complain(session, "malformed", "that is no verb");
    if (download_is_verb(verb)) return hear_download(session, text, view_equals_text(verb, "MARK"));
    if (rights_is_verb(verb)) return hear_rights(session, verb, text);
    if (view_equals_text(verb, "ACK")) return hear_acknowledgement(session);
    if (view_equals_text(verb, "PING")) return hear_ping(session);
    if (view_equals_text(verb, "PONG")) return hear_pong(session);
    if (view_equals_text(verb, "BUSY")) return hear_busy(session);
    if (view_equals_text(verb, "ERROR")) return hear_error(session);
    if (view_equals_text(verb, "BYE")) return lose(session, WIRE_ENDED);
    return complain(session, "unexpected", "not now, or not by you");
}

enum outcome session_step(struct session *session, int64_t deadline) {
    struct view text;
    enum wire_result result = wire_receive(&session->wire, &text, deadline);
    enum outcome outcome = OUTCOME_GOING_ON;
    if (result == WIRE_LINE) outcome = hear(session, text);
    else if (result != WIRE_WAITED) outcome = lose(session, result);
    bool is_open = outcome == OUTCOME_GOING_ON;
    if (is_open && !wire_has_line(&session->wire)) commit(session);
    if (is_open) wire_flush(&session->wire, monotonic_milliseconds());
    return outcome;
}
