#include "lie.h"

#include "zip.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MILLISECONDS = 20000, STATUS_REFUSED = 2, STATUS_LOST = 3, STATUS_BELIEVED = 4 };

/* When a lie is told. */
enum moment {
    INSTEAD_OF_HELLO,
    AFTER_WELCOME,
    AS_NEWCOMER, /* instead of HELLO, with a self-signed certificate */
    ON_OTHER_KEY, /* the same, but the key is not on P-256 */
    WITHOUT_DEFLATE, /* after a WELCOME without the feature */
    SPEAKING_OF_RIGHTS, /* after a WELCOME with that feature */
};

struct lie {
    const char *kind;
    enum moment moment;
    /* Composes the bytes to be sent as they are. */
    void (*tell)(const struct session *session, struct composer *bytes);
};

static const uint8_t other_id[ID_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/* MARK: Instead of HELLO */

struct claim {
    uint64_t version;
    uint64_t node;
    const char *features;
    const uint8_t *epoch; /* NULL: no cursor */
    uint64_t position;
    const char *software;
    const uint8_t *actor;
    uint64_t sequence;
    uint8_t head[HASH_BYTES];
};

static struct claim truth(const struct session *session) {
    struct claim claim = {
        .version = 1,
        .node = session->directory->node,
        .features = "deflate",
        .epoch = session->download->position > 0 ? session->download->epoch : NULL,
        .position = session->download->position,
        .software = SOFTWARE,
        .actor = session->upload->actor,
        .sequence = session->upload->count,
    };
    upload_head(session->upload, claim.sequence, claim.head);
    return claim;
}

static void compose_claim(struct composer *hello, const struct claim *claim) {
    compose_verb(hello, "HELLO");
    compose_number(hello, claim->version);
    compose_number(hello, claim->node);
    compose_text(hello, claim->features);
    if (claim->epoch == NULL) compose_absent(hello);
    else compose_position(hello, claim->epoch, claim->position);
    compose_number(hello, 1000);
    compose_text(hello, claim->software);
    compose_hex(hello, claim->actor, ID_BYTES);
    compose_number(hello, claim->sequence);
    compose_hex(hello, claim->head, HASH_BYTES);
    compose_end(hello);
}

static void tell_truth(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    compose_claim(bytes, &claim);
}

static void tell_impostor(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    claim.node++;
    compose_claim(bytes, &claim);
}

static void tell_version(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    claim.version = 2;
    compose_claim(bytes, &claim);
}

static void tell_other_history(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    claim.head[0] ^= 1;
    compose_claim(bytes, &claim);
}

static void tell_rolled_back(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    if (claim.sequence > 0) claim.sequence--;
    upload_head(session->upload, claim.sequence, claim.head);
    compose_claim(bytes, &claim);
}

static const uint8_t *other_author(const struct member *member, const uint8_t *actor) {
    for (size_t index = 0; index < member->count; index++) {
        if (memcmp(member->values[index].actor, actor, ID_BYTES) != 0) return member->values[index].actor;
    }
    return NULL;
}

/* An actor that wrote what we have downloaded is another node's. */
static void tell_other_actor(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    for (size_t bucket = 0; bucket < MEMBER_BUCKETS; bucket++) {
        const struct member *member = session->download->members.buckets[bucket];
        for (; member != NULL; member = member->next) {
            const uint8_t *other = other_author(member, session->upload->actor);
            if (other != NULL) claim.actor = other;
        }
    }
    if (claim.actor == session->upload->actor) fail("pull first: no other node's actor is known here");
    compose_claim(bytes, &claim);
}

static void tell_cursor_ahead(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    if (claim.epoch == NULL) fail("pull first: no epoch is known here");
    claim.position += 1000000;
    compose_claim(bytes, &claim);
}

static void tell_other_epoch(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    claim.epoch = other_id;
    claim.position = 1;
    compose_claim(bytes, &claim);
}

static void tell_broken_text(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    claim.software = "caf\xC3";
    compose_claim(bytes, &claim);
}

static void tell_carriage_return(const struct session *session, struct composer *bytes) {
    tell_truth(session, bytes);
    bytes->text.bytes[bytes->text.length - 1] = '\r';
    buffer_add_text(&bytes->text, "\n");
}

/* One of the two backslashes is taken away again. */
static void tell_wrong_escape(const struct session *session, struct composer *bytes) {
    struct claim claim = truth(session);
    claim.software = "need\\less";
    compose_claim(bytes, &claim);
    uint8_t *backslash = memchr(bytes->text.bytes, '\\', bytes->text.length);
    while (backslash != NULL && backslash[1] != '\\') {
        backslash = memchr(backslash + 1, '\\', bytes->text.length - (size_t)(backslash + 1 - bytes->text.bytes));
    }
    if (backslash == NULL) fail("there is no escape");
    size_t rest = bytes->text.length - (size_t)(backslash + 1 - bytes->text.bytes);
    memmove(backslash, backslash + 1, rest);
    bytes->text.length--;
}

static void tell_field_too_many(const struct session *session, struct composer *bytes) {
    tell_truth(session, bytes);
    bytes->text.bytes[bytes->text.length - 1] = '\t';
    buffer_add_text(&bytes->text, "1\n");
}

static void tell_long_greeting(const struct session *session, struct composer *bytes) {
    (void)session;
    memset(buffer_reserve(&bytes->text, GREETING_BYTES_MAX + 1), 'A', GREETING_BYTES_MAX + 1);
    bytes->text.length = GREETING_BYTES_MAX + 1;
}

static void tell_nothing(const struct session *session, struct composer *bytes) {
    (void)session;
    (void)bytes;
}

static void tell_join(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_verb(bytes, "JOIN");
    compose_hex(bytes, other_id, TOKEN_BYTES);
    compose_text(bytes, SOFTWARE);
    compose_end(bytes);
}

static void tell_ping(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "PING\t1\n");
}

static void tell_administration(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "DO\t1\tstatus\n");
}

static void tell_renew(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "RENEW\n");
}

/* MARK: After WELCOME */

static void compose_push(struct composer *bytes, const uint8_t *actor, uint64_t from, const uint8_t *head) {
    compose_verb(bytes, "PUSH");
    compose_hex(bytes, actor, ID_BYTES);
    compose_number(bytes, from);
    compose_hex(bytes, head, HASH_BYTES);
    compose_end(bytes);
}

static void compose_next_push(const struct session *session, struct composer *bytes) {
    uint8_t head[HASH_BYTES];
    upload_head(session->upload, session->sent, head);
    compose_push(bytes, session->upload->actor, session->sent + 1, head);
}

static void tell_gap(const struct session *session, struct composer *bytes) {
    uint8_t head[HASH_BYTES];
    upload_head(session->upload, session->sent, head);
    compose_push(bytes, session->upload->actor, session->sent + 2, head);
}

static void tell_repeat(const struct session *session, struct composer *bytes) {
    uint8_t head[HASH_BYTES];
    if (session->sent == 0) fail("push first: the hub holds nothing to be repeated");
    upload_head(session->upload, session->sent - 1, head);
    compose_push(bytes, session->upload->actor, session->sent, head);
}

static void tell_fork(const struct session *session, struct composer *bytes) {
    uint8_t head[HASH_BYTES];
    upload_head(session->upload, session->sent, head);
    head[HASH_BYTES - 1] ^= 1;
    compose_push(bytes, session->upload->actor, session->sent + 1, head);
}

static void tell_foreign_actor(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_push(bytes, other_id, 1, (const uint8_t[HASH_BYTES]){0});
}

static void compose_some_operation(struct composer *bytes) {
    struct operation operation = {
        .time = now_milliseconds() << 16,
        .observed = view_of_text(""),
        .audience = view_of_text("hub"),
        .kind = view_of_text("sale"),
        .public_body = view_of_text("no sale"),
    };
    compose_verb(bytes, "OP");
    compose_operation(bytes, &operation);
    compose_end(bytes);
}

static void tell_op_before_push(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_some_operation(bytes);
}

static void tell_op_without_salt(const struct session *session, struct composer *bytes) {
    compose_next_push(session, bytes);
    buffer_add_text(&bytes->text, "OP\t1\t\tchain\tmember\tbody\t\\-\tpersonal\n");
}

static void tell_wrong_audience(const struct session *session, struct composer *bytes) {
    compose_next_push(session, bytes);
    buffer_add_text(&bytes->text, "OP\t1\t\t3,2\tmember\tbody\t\\-\t\\-\n");
}

/* More than any window, in one ZIP block, so that no ACK can come between. */
static void tell_window(const struct session *session, struct composer *bytes) {
    struct composer lines = {0};
    struct buffer deflated = {0};
    compose_next_push(session, &lines);
    for (uint64_t count = 0; count <= session->window; count++) compose_some_operation(&lines);
    if (!deflate_lines(buffer_view(&lines.text), &deflated)) fail("this does not fit a block");
    compose_verb(bytes, "ZIP");
    compose_number(bytes, deflated.length);
    compose_number(bytes, lines.text.length);
    compose_end(bytes);
    buffer_add_view(&bytes->text, buffer_view(&deflated));
    buffer_free(&deflated);
    composer_free(&lines);
}

static void tell_long_line(const struct session *session, struct composer *bytes) {
    (void)session;
    memset(buffer_reserve(&bytes->text, LINE_BYTES_MAX + 1), 'A', LINE_BYTES_MAX + 1);
    bytes->text.length = LINE_BYTES_MAX + 1;
}

static void tell_unknown_verb(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "HALLO\t1\n");
}

static void tell_leading_zero(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "PING\t01\n");
}

static void tell_empty_line(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "\n");
}

static void tell_hello_again(const struct session *session, struct composer *bytes) {
    tell_truth(session, bytes);
}

static void tell_hub_message(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "MARK\t1\t00000000000000000000000000000000\n");
}

static void tell_applied(struct composer *bytes, uint64_t position, uint64_t credit) {
    compose_verb(bytes, "APPLIED");
    compose_number(bytes, position);
    compose_number(bytes, credit);
    compose_end(bytes);
}

static void tell_applied_ahead(const struct session *session, struct composer *bytes) {
    tell_applied(bytes, session->hub_last + 1000000, 0);
}

static void tell_too_much_credit(const struct session *session, struct composer *bytes) {
    tell_applied(bytes, session->download->position, 1000001);
}

static void tell_applied_back(const struct session *session, struct composer *bytes) {
    if (session->download->position == 0) fail("pull first: nothing is applied here");
    tell_applied(bytes, session->download->position - 1, 0);
}

static void tell_unasked_pong(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "PONG\t7\n");
}

static void compose_block(struct composer *bytes, const char *lines, uint64_t claimed) {
    struct buffer deflated = {0};
    if (!deflate_lines(view_of_text(lines), &deflated)) fail("this does not deflate");
    compose_verb(bytes, "ZIP");
    compose_number(bytes, deflated.length);
    compose_number(bytes, claimed);
    compose_end(bytes);
    buffer_add_view(&bytes->text, buffer_view(&deflated));
    buffer_free(&deflated);
}

static const char pings[] = "PING\t1\nPING\t1\nPING\t1\nPING\t1\nPING\t1\nPING\t1\nPING\t1\n";

static void tell_zip(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_block(bytes, pings, sizeof pings - 1);
}

static void tell_nested_zip(const struct session *session, struct composer *bytes) {
    struct composer inner = {0};
    (void)session;
    compose_block(&inner, pings, sizeof pings - 1);
    struct buffer deflated = {0};
    for (int count = 0; count < 8; count++) buffer_add_text(&inner.text, pings);
    if (!deflate_lines(buffer_view(&inner.text), &deflated)) fail("this does not deflate");
    compose_verb(bytes, "ZIP");
    compose_number(bytes, deflated.length);
    compose_number(bytes, inner.text.length);
    compose_end(bytes);
    buffer_add_view(&bytes->text, buffer_view(&deflated));
    buffer_free(&deflated);
    composer_free(&inner);
}

static void tell_growing_zip(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_block(bytes, pings, sizeof pings - 2);
}

static void tell_cut_zip(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_block(bytes, "PING\t1\nPING\t1\nPING\t1\nPING\t1\nPING\t1\nPING", 64);
}

static void tell_huge_zip(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "ZIP\t1048577\t4194304\n");
}

static void tell_garbled_zip(const struct session *session, struct composer *bytes) {
    (void)session;
    buffer_add_text(&bytes->text, "ZIP\t4\t100\n\xff\xff\xff\xff");
}

/* MARK: Rights */

static void compose_request(struct composer *bytes) {
    compose_verb(bytes, "AUTH");
    compose_hex(bytes, other_id, ID_BYTES);
    compose_hex(bytes, other_id, ID_BYTES);
    compose_text(bytes, "lot");
    compose_hex(bytes, other_id, ID_BYTES);
    compose_absent(bytes);
    compose_number(bytes, 1);
    compose_end(bytes);
}

static void tell_request(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_request(bytes);
}

static void tell_yield(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_verb(bytes, "YIELD");
    compose_hex(bytes, other_id, ID_BYTES);
    compose_number(bytes, 0);
    compose_end(bytes);
}

static void tell_denial(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_verb(bytes, "DENY");
    compose_hex(bytes, other_id, ID_BYTES);
    compose_text(bytes, "policy");
    compose_number(bytes, 0);
    compose_end(bytes);
}

static void tell_request_for_nothing(const struct session *session, struct composer *bytes) {
    (void)session;
    compose_request(bytes);
    bytes->text.bytes[bytes->text.length - 2] = '0';
}

static const struct lie lies[] = {
    {"impostor", INSTEAD_OF_HELLO, tell_impostor},
    {"version", INSTEAD_OF_HELLO, tell_version},
    {"other-history", INSTEAD_OF_HELLO, tell_other_history},
    {"rolled-back", INSTEAD_OF_HELLO, tell_rolled_back},
    {"other-actor", INSTEAD_OF_HELLO, tell_other_actor},
    {"cursor-ahead", INSTEAD_OF_HELLO, tell_cursor_ahead},
    {"other-epoch", INSTEAD_OF_HELLO, tell_other_epoch},
    {"broken-text", INSTEAD_OF_HELLO, tell_broken_text},
    {"carriage-return", INSTEAD_OF_HELLO, tell_carriage_return},
    {"wrong-escape", INSTEAD_OF_HELLO, tell_wrong_escape},
    {"field-too-many", INSTEAD_OF_HELLO, tell_field_too_many},
    {"long-greeting", INSTEAD_OF_HELLO, tell_long_greeting},
    {"no-greeting", INSTEAD_OF_HELLO, tell_nothing},
    {"join-as-node", INSTEAD_OF_HELLO, tell_join},
    {"ping-first", INSTEAD_OF_HELLO, tell_ping},
    {"push-first", INSTEAD_OF_HELLO, tell_gap},
    {"zip-first", INSTEAD_OF_HELLO, tell_garbled_zip},
    {"administration", INSTEAD_OF_HELLO, tell_administration},
    {"newcomer-hello", AS_NEWCOMER, tell_truth},
    {"newcomer-renew", AS_NEWCOMER, tell_renew},
    {"newcomer-join", AS_NEWCOMER, tell_join},
    {"other-key", ON_OTHER_KEY, tell_join},
    {"zip-not-agreed", WITHOUT_DEFLATE, tell_zip},
    {"rights-not-agreed", AFTER_WELCOME, tell_request},
    {"yield-unasked", SPEAKING_OF_RIGHTS, tell_yield},
    {"denial-by-node", SPEAKING_OF_RIGHTS, tell_denial},
    {"rights-to-nothing", SPEAKING_OF_RIGHTS, tell_request_for_nothing},
    {"gap", AFTER_WELCOME, tell_gap},
    {"repeat", AFTER_WELCOME, tell_repeat},
    {"fork", AFTER_WELCOME, tell_fork},
    {"foreign-actor", AFTER_WELCOME, tell_foreign_actor},
    {"op-before-push", AFTER_WELCOME, tell_op_before_push},
    {"op-without-salt", AFTER_WELCOME, tell_op_without_salt},
    {"wrong-audience", AFTER_WELCOME, tell_wrong_audience},
    {"window", AFTER_WELCOME, tell_window},
    {"long-line", AFTER_WELCOME, tell_long_line},
    {"unknown-verb", AFTER_WELCOME, tell_unknown_verb},
    {"leading-zero", AFTER_WELCOME, tell_leading_zero},
    {"empty-line", AFTER_WELCOME, tell_empty_line},
    {"hello-again", AFTER_WELCOME, tell_hello_again},
    {"renew-late", AFTER_WELCOME, tell_renew},
    {"hub-message", AFTER_WELCOME, tell_hub_message},
    {"applied-ahead", AFTER_WELCOME, tell_applied_ahead},
    {"applied-back", AFTER_WELCOME, tell_applied_back},
    {"too-much-credit", AFTER_WELCOME, tell_too_much_credit},
    {"unasked-pong", AFTER_WELCOME, tell_unasked_pong},
    {"nested-zip", AFTER_WELCOME, tell_nested_zip},
    {"growing-zip", AFTER_WELCOME, tell_growing_zip},
    {"cut-zip", AFTER_WELCOME, tell_cut_zip},
    {"huge-zip", AFTER_WELCOME, tell_huge_zip},
    {"garbled-zip", AFTER_WELCOME, tell_garbled_zip},
};

void lie_print_kinds(FILE *file) {
    for (size_t index = 0; index < sizeof lies / sizeof *lies; index++) fprintf(file, " %s", lies[index].kind);
}

/* MARK: Being caught */

static int hear_verdict(struct session *session) {
    struct line *line = &session->line;
    struct view text;
    int64_t deadline = monotonic_milliseconds() + ANSWER_MILLISECONDS;
    for (;;) {
        enum wire_result result = wire_receive(&session->wire, &text, deadline);
        if (result != WIRE_LINE) {
            printf("%s\n", result == WIRE_WAITED ? "believed" : "closed");
            return result == WIRE_WAITED ? STATUS_BELIEVED : STATUS_LOST;
        }
        if (!line_split(line, text) || !view_equals_text(take_verb(line), "ERROR")) continue;
        report_error(line);
        return STATUS_REFUSED;
    }
}

static int tell(struct session *session, const struct lie *lie) {
    struct composer bytes = {0};
    lie->tell(session, &bytes);
    wire_send_bytes(&session->wire, buffer_view(&bytes.text));
    int status = hear_verdict(session);
    composer_free(&bytes);
    wire_close(&session->wire);
    return status;
}

static SSL_CTX *newcomer_context(const struct session *session, EVP_PKEY *key) {
    X509 *certificate = certificate_self_signed(key);
    SSL_CTX *context = tls_context(key, certificate, &session->directory->trust);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return context;
}

static SSL_CTX *context_for(const struct session *session, enum moment moment) {
    switch (moment) {
    case AS_NEWCOMER: return newcomer_context(session, key_make());
    case ON_OTHER_KEY: return newcomer_context(session, EVP_EC_gen("P-384"));
    case INSTEAD_OF_HELLO: return directory_context(session->directory);
    case AFTER_WELCOME: return directory_context(session->directory);
    case WITHOUT_DEFLATE: return directory_context(session->directory);
    case SPEAKING_OF_RIGHTS: return directory_context(session->directory);
    }
    fail("there is no such moment");
}

static bool is_after_welcome(enum moment moment) {
    return moment == AFTER_WELCOME || moment == WITHOUT_DEFLATE || moment == SPEAKING_OF_RIGHTS;
}

static const char *features_at(enum moment moment) {
    if (moment == WITHOUT_DEFLATE) return "";
    return moment == SPEAKING_OF_RIGHTS ? "deflate,rights" : "deflate";
}

static int connect_and_tell(struct session *session, const struct lie *lie) {
    bool greets = is_after_welcome(lie->moment);
    SSL_CTX *context = context_for(session, lie->moment);
    session->features = features_at(lie->moment);
    enum outcome outcome = session_connect(session, context);
    if (outcome == OUTCOME_GOING_ON && greets) outcome = session_greet(session);
    int status = outcome == OUTCOME_REFUSED ? STATUS_REFUSED : STATUS_LOST;
    if (outcome == OUTCOME_GOING_ON) status = tell(session, lie);
    else if (outcome == OUTCOME_AGAIN) puts("closed");
    SSL_CTX_free(context);
    return status;
}

int lie(struct session *session, const char *kind) {
    for (size_t index = 0; index < sizeof lies / sizeof *lies; index++) {
        if (strcmp(lies[index].kind, kind) == 0) return connect_and_tell(session, &lies[index]);
    }
    fail("there is no such lie: %s", kind);
}
