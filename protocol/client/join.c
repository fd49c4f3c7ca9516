#include "join.h"

#include "session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MILLISECONDS = 15000, STATUS_DONE = 0, STATUS_REFUSED = 2, STATUS_LOST = 3 };

bool joined_read(struct line *line, struct joined *joined) {
    bool named = view_equals_text(take_verb(line), "JOINED");
    joined->node = take_number(line, UINT32_MAX);
    joined->code = take_text(line);
    joined->name = take_text(line);
    joined->certificate = take_text(line);
    joined->authority = take_text(line);
    joined->chain = take_text(line);
    joined->zone = take_text(line);
    joined->currency = take_text(line);
    joined->country = take_text(line);
    take_hex(line, joined->key, sizeof joined->key);
    return named && line_finished(line) && joined->node > 0;
}

/* MARK: One question, one answer */

/* Prints what is not the wanted answer. STATUS_DONE: `text` and `line` hold the answer. */
static int hear_answer(struct line *line, const char *wanted, struct view text) {
    if (!line_split(line, text)) return STATUS_REFUSED;
    struct view verb = take_verb(line);
    if (view_equals_text(verb, wanted)) return STATUS_DONE;
    if (view_equals_text(verb, "BUSY")) {
        take_busy(line);
        return STATUS_LOST;
    }
    if (view_equals_text(verb, "ERROR")) return report_error(line) == OUTCOME_AGAIN ? STATUS_LOST : STATUS_REFUSED;
    printf("complained\tunexpected\t%s comes first\n", wanted);
    return STATUS_REFUSED;
}

static int ask(struct wire *wire, struct view question, const char *wanted, struct line *line, struct view *answer) {
    wire_send(wire, question);
    enum wire_result result = wire_receive(wire, answer, monotonic_milliseconds() + ANSWER_MILLISECONDS);
    return result == WIRE_LINE ? hear_answer(line, wanted, *answer) : STATUS_LOST;
}

/* MARK: JOIN */

/* The same key each time, so that a lost answer can be asked for again. */
static EVP_PKEY *key_of(const struct directory *directory) {
    char *path = directory_path(directory, "key.pem");
    if (!directory_has(directory, "key.pem")) {
        EVP_PKEY *made = key_make();
        key_save(made, path);
        EVP_PKEY_free(made);
    }
    EVP_PKEY *key = key_load(path);
    free(path);
    return key;
}

static const char *joined_problem(
    const struct joined *joined, const struct invitation *invitation, EVP_PKEY *key) {
    X509 *authority = certificate_read(joined->authority);
    X509 *certificate = certificate_read(joined->certificate);
    const char *problem = NULL;
    if (authority == NULL || certificate == NULL) problem = "a certificate cannot be read";
    else if (!certificate_has_fingerprint(authority, invitation->fingerprint)) problem = "another authority";
    else problem = certificate_problem(certificate, key, authority, joined->node);
    X509_free(authority);
    X509_free(certificate);
    return problem;
}

static void save(const struct directory *directory, const char *name, struct view content) {
    char *path = directory_path(directory, name);
    file_replace(path, content);
    free(path);
}

/* `joined` comes last: with it, the client has joined. */
static void save_joined(const struct directory *directory, const struct invitation *invitation,
    const struct joined *joined, struct view answer) {
    struct composer hub = {0};
    struct buffer line = {0};
    compose_text(&hub, invitation->host);
    compose_number(&hub, invitation->port);
    compose_end(&hub);
    buffer_add_view(&line, answer);
    buffer_add(&line, "\n", 1);
    save(directory, "hub", buffer_view(&hub.text));
    save(directory, "node.pem", joined->certificate);
    save(directory, "joined", buffer_view(&line));
    composer_free(&hub);
    buffer_free(&line);
}

static void print_joined(const struct joined *joined) {
    struct composer report = {0};
    compose_text(&report, "joined");
    compose_number(&report, joined->node);
    compose_raw(&report, joined->code);
    compose_raw(&report, joined->name);
    compose_raw(&report, joined->chain);
    compose_raw(&report, joined->zone);
    compose_raw(&report, joined->currency);
    compose_raw(&report, joined->country);
    compose_end(&report);
    fwrite(report.text.bytes, 1, report.text.length, stdout);
    composer_free(&report);
}

static int hear_joined(const struct directory *directory, const struct invitation *invitation, EVP_PKEY *key,
    struct line *line, struct view answer) {
    struct joined joined;
    line_rewind(line);
    const char *problem = joined_read(line, &joined) ? joined_problem(&joined, invitation, key) : "it cannot be read";
    if (problem != NULL) {
        printf("complained\tmalformed\tJOINED: %s\n", problem);
        return STATUS_REFUSED;
    }
    save_joined(directory, invitation, &joined, answer);
    print_joined(&joined);
    return STATUS_DONE;
}

static int say_join(const struct directory *directory, const struct invitation *invitation, EVP_PKEY *key,
    struct wire *wire) {
    struct composer question = {0};
    struct line line = {0};
    struct view answer;
    compose_verb(&question, "JOIN");
    compose_hex(&question, invitation->token, TOKEN_BYTES);
    compose_text(&question, SOFTWARE);
    compose_end(&question);
    int status = ask(wire, buffer_view(&question.text), "JOINED", &line, &answer);
    if (status == STATUS_DONE) status = hear_joined(directory, invitation, key, &line, answer);
    wire_close(wire);
    composer_free(&question);
    line_free(&line);
    return status;
}

static int join_with(const struct directory *directory, const struct invitation *invitation) {
    struct trust trust = {NULL, invitation->fingerprint};
    struct wire wire;
    EVP_PKEY *key = key_of(directory);
    X509 *certificate = certificate_self_signed(key);
    SSL_CTX *context = tls_context(key, certificate, &trust);
    bool connected = wire_connect(&wire, context, invitation->host, invitation->port) == WIRE_LINE;
    int status = connected ? say_join(directory, invitation, key, &wire) : STATUS_LOST;
    SSL_CTX_free(context);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return status;
}

int join(const char *text, const char *path) {
    struct invitation invitation;
    struct directory directory;
    const char *wrong = invitation_read(text, &invitation);
    if (wrong != NULL) fail("%s", wrong);
    directory_make(&directory, path);
    if (directory_has(&directory, "joined")) fail("%s has joined a chain already", path);
    int status = join_with(&directory, &invitation);
    directory_close(&directory);
    return status;
}

/* MARK: RENEW */

static int hear_renewed(const struct directory *directory, EVP_PKEY *key, struct line *line) {
    struct view pem = take_text(line);
    X509 *certificate = line_finished(line) ? certificate_read(pem) : NULL;
    const char *problem = certificate == NULL
        ? "it cannot be read" : certificate_problem(certificate, key, directory->authority, directory->node);
    X509_free(certificate);
    if (problem != NULL) {
        printf("complained\tmalformed\tRENEWED: %s\n", problem);
        return STATUS_REFUSED;
    }
    save(directory, "node.pem", pem);
    printf("renewed\t%" PRIu64 "\n", directory->node);
    return STATUS_DONE;
}

static int say_renew(const struct directory *directory, EVP_PKEY *key, struct wire *wire) {
    struct line line = {0};
    struct view answer;
    int status = ask(wire, view_of_text("RENEW\n"), "RENEWED", &line, &answer);
    if (status == STATUS_DONE) status = hear_renewed(directory, key, &line);
    wire_close(wire);
    line_free(&line);
    return status;
}

int renew(const struct directory *directory) {
    char *key_path = directory_path(directory, "key.pem");
    struct wire wire;
    EVP_PKEY *key = key_load(key_path);
    SSL_CTX *context = directory_context(directory);
    bool connected = wire_connect(&wire, context, directory->host, directory->port) == WIRE_LINE;
    int status = connected ? say_renew(directory, key, &wire) : STATUS_LOST;
    SSL_CTX_free(context);
    EVP_PKEY_free(key);
    free(key_path);
    return status;
}
