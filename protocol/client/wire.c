#include "wire.h"

#include "zip.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECT_MILLISECONDS = 10000,
    CLOSE_MILLISECONDS = 5000,
    SILENCE_BEFORE_PING_MILLISECONDS = 30000,
    SILENCE_BEFORE_CLOSE_MILLISECONDS = 75000,
    READ_BYTES = 65536,
    BLOCK_BYTES = 262144,
};

int64_t monotonic_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* MARK: Connecting */

static void wait_for(const struct wire *wire, short events, int64_t deadline) {
    int64_t left = deadline - monotonic_milliseconds();
    struct pollfd entry = {wire->socket, events, 0};
    if (left > 0) poll(&entry, 1, left > 60000 ? 60000 : (int)left);
}

static bool connect_to(struct wire *wire, const struct addrinfo *address) {
    int on = 1;
    int error = 0;
    socklen_t size = sizeof error;
    wire->socket = socket(address->ai_family, SOCK_STREAM, 0);
    if (wire->socket < 0) return false;
    setsockopt(wire->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(wire->socket, F_SETFL, O_NONBLOCK);
    bool done = connect(wire->socket, address->ai_addr, address->ai_addrlen) == 0;
    if (!done && errno == EINPROGRESS) {
        struct pollfd entry = {wire->socket, POLLOUT, 0};
        done = poll(&entry, 1, CONNECT_MILLISECONDS) == 1
            && getsockopt(wire->socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    }
    if (!done) close(wire->socket);
    return done;
}

static bool connect_socket(struct wire *wire, const char *host, uint16_t port) {
    char service[8];
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses = NULL;
    snprintf(service, sizeof service, "%u", (unsigned)port);
    if (getaddrinfo(host, service, &hints, &addresses) != 0) fail("%s has no address", host);
    bool connected = false;
    for (struct addrinfo *address = addresses; address != NULL && !connected; address = address->ai_next) {
        connected = connect_to(wire, address);
    }
    freeaddrinfo(addresses);
    return connected;
}

static bool shake_hands(struct wire *wire) {
    int64_t deadline = monotonic_milliseconds() + CONNECT_MILLISECONDS;
    while (monotonic_milliseconds() < deadline) {
        ERR_clear_error();
        int result = SSL_connect(wire->tls);
        if (result == 1) return true;
        int error = SSL_get_error(wire->tls, result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
        wait_for(wire, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline);
    }
    return false;
}

enum wire_result wire_connect(struct wire *wire, SSL_CTX *context, const char *host, uint16_t port) {
    *wire = (struct wire){.socket = -1};
    if (!connect_socket(wire, host, port)) {
        wire->socket = -1;
        return WIRE_LOST;
    }
    wire->tls = SSL_new(context);
    if (wire->tls == NULL || SSL_set_fd(wire->tls, wire->socket) != 1) fail("cannot set up TLS");
    if (!shake_hands(wire)) {
        fprintf(stderr, "branchline-client: no TLS with the hub: %s\n", tls_complaint());
        wire_drop(wire);
        return WIRE_LOST;
    }
    wire->heard_milliseconds = monotonic_milliseconds();
    return WIRE_LINE;
}

/* MARK: Sending */

static void seal_zip(struct wire *wire, struct view deflated) {
    struct composer header = {0};
    compose_verb(&header, "ZIP");
    compose_number(&header, deflated.length);
    compose_number(&header, wire->lines.length);
    compose_end(&header);
    buffer_add_view(&wire->leaving, buffer_view(&header.text));
    buffer_add_view(&wire->leaving, deflated);
    composer_free(&header);
}

/* What was sent so far leaves as it is or as one block. */
static void seal(struct wire *wire) {
    struct buffer deflated = {0};
    bool pays = wire->may_deflate && wire->lines.length >= WORTH_DEFLATING_BYTES;
    if (pays && deflate_lines(buffer_view(&wire->lines), &deflated)) seal_zip(wire, buffer_view(&deflated));
    else buffer_add_view(&wire->leaving, buffer_view(&wire->lines));
    buffer_clear(&wire->lines);
    buffer_free(&deflated);
}

void wire_send(struct wire *wire, struct view lines) {
    buffer_add_view(&wire->lines, lines);
    if (wire->lines.length >= BLOCK_BYTES) seal(wire);
}

void wire_send_bytes(struct wire *wire, struct view bytes) {
    seal(wire);
    buffer_add_view(&wire->leaving, bytes);
}

static bool is_waiting(int error) {
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/* As much as the socket takes now. False if the line is broken. */
static bool write_some(struct wire *wire) {
    seal(wire);
    size_t gone = 0;
    bool good = true;
    while (gone < wire->leaving.length) {
        size_t written = 0;
        ERR_clear_error();
        if (SSL_write_ex(wire->tls, wire->leaving.bytes + gone, wire->leaving.length - gone, &written) != 1) {
            good = is_waiting(SSL_get_error(wire->tls, 0));
            break;
        }
        gone += written;
    }
    buffer_drop_front(&wire->leaving, gone);
    return good;
}

void wire_flush(struct wire *wire, int64_t deadline) {
    if (wire->tls == NULL) return;
    while (write_some(wire) && wire->leaving.length > 0 && monotonic_milliseconds() < deadline) {
        wait_for(wire, POLLOUT, deadline);
    }
}

/* MARK: Receiving */

/* WIRE_LINE: something has come. */
static enum wire_result read_some(struct wire *wire) {
    size_t count = 0;
    ERR_clear_error();
    if (SSL_read_ex(wire->tls, buffer_reserve(&wire->arrived, READ_BYTES), READ_BYTES, &count) == 1) {
        wire->arrived.length += count;
        wire->heard_milliseconds = monotonic_milliseconds();
        wire->asked = false;
        return WIRE_LINE;
    }
    int error = SSL_get_error(wire->tls, 0);
    if (is_waiting(error)) return WIRE_WAITED;
    return error == SSL_ERROR_ZERO_RETURN ? WIRE_ENDED : WIRE_LOST;
}

static void ask(struct wire *wire) {
    struct composer ping = {0};
    compose_verb(&ping, "PING");
    compose_number(&ping, (uint64_t)monotonic_milliseconds());
    compose_end(&ping);
    wire_send(wire, buffer_view(&ping.text));
    composer_free(&ping);
    wire->asked = true;
}

/* The time of the next question, or of giving up. */
static int64_t next_alarm(const struct wire *wire) {
    bool asks = wire->may_ask && !wire->asked;
    int64_t patience = asks ? SILENCE_BEFORE_PING_MILLISECONDS : SILENCE_BEFORE_CLOSE_MILLISECONDS;
    return wire->heard_milliseconds + patience + 1;
}

static enum wire_result wait_once(struct wire *wire, int64_t deadline) {
    int64_t alarm = next_alarm(wire);
    short events = wire->leaving.length > 0 ? POLLIN | POLLOUT : POLLIN;
    wait_for(wire, events, alarm < deadline ? alarm : deadline);
    if (monotonic_milliseconds() >= deadline) return WIRE_WAITED;
    if (monotonic_milliseconds() < alarm) return WIRE_LINE;
    if (!wire->may_ask || wire->asked) return WIRE_SILENT;
    ask(wire);
    return WIRE_LINE;
}

/* Until something has come. */
static enum wire_result pump(struct wire *wire, int64_t deadline) {
    for (;;) {
        bool writable = write_some(wire);
        enum wire_result result = read_some(wire);
        if (result == WIRE_LOST) fprintf(stderr, "branchline-client: the line broke: %s\n", tls_complaint());
        if (result != WIRE_WAITED) return result;
        if (!writable) return WIRE_LOST;
        result = wait_once(wire, deadline);
        if (result != WIRE_LINE) return result;
    }
}

/* MARK: Lines */

static const uint8_t *find_end(const struct buffer *buffer, size_t start) {
    return start >= buffer->length ? NULL : memchr(buffer->bytes + start, '\n', buffer->length - start);
}

static void give(struct wire *wire, struct view text, struct view *line) {
    buffer_clear(&wire->line);
    buffer_reserve(&wire->line, text.length);
    buffer_add_view(&wire->line, text);
    *line = buffer_view(&wire->line);
}

static bool is_zip(struct view text) {
    return text.length >= 3 && memcmp(text.bytes, "ZIP", 3) == 0 && (text.length == 3 || text.bytes[3] == '\t');
}

/* WIRE_WAITED: there is none. */
static enum wire_result take_inflated(struct wire *wire, struct view *line) {
    const uint8_t *end = find_end(&wire->inflated, wire->inflated_taken);
    if (end == NULL) return WIRE_WAITED;
    const uint8_t *start = wire->inflated.bytes + wire->inflated_taken;
    struct view text = view_of(start, (size_t)(end - start));
    if (text.length > LINE_BYTES_MAX || is_zip(text)) return WIRE_MALFORMED;
    give(wire, text, line);
    wire->inflated_taken += text.length + 1;
    return WIRE_LINE;
}

static bool read_zip_header(struct view text, uint64_t *deflated, uint64_t *inflated) {
    struct line header = {0};
    line_split(&header, text);
    take_verb(&header);
    *deflated = take_number(&header, DEFLATED_BYTES_MAX);
    *inflated = take_number(&header, INFLATED_BYTES_MAX);
    bool good = line_finished(&header);
    line_free(&header);
    return good;
}

/* WIRE_LINE: inflated; WIRE_WAITED: it is not all there. */
static enum wire_result take_zip(struct wire *wire, struct view text) {
    uint64_t count = 0;
    uint64_t maximum = 0;
    if (!wire->may_deflate || !read_zip_header(text, &count, &maximum)) return WIRE_MALFORMED;
    size_t start = text.length + 1;
    if (wire->arrived.length - start < count) return WIRE_WAITED;
    buffer_clear(&wire->inflated);
    wire->inflated_taken = 0;
    struct view deflated = view_of(wire->arrived.bytes + start, (size_t)count);
    if (!inflate_lines(deflated, (size_t)maximum, &wire->inflated)) return WIRE_MALFORMED;
    buffer_drop_front(&wire->arrived, start + (size_t)count);
    wire->scanned = 0;
    bool whole = wire->inflated.length == 0 || wire->inflated.bytes[wire->inflated.length - 1] == '\n';
    return whole ? WIRE_LINE : WIRE_MALFORMED;
}

static enum wire_result take_plain(struct wire *wire, struct view *line) {
    const uint8_t *end = find_end(&wire->arrived, wire->scanned);
    size_t length = end == NULL ? wire->arrived.length : (size_t)(end - wire->arrived.bytes);
    if (length > LINE_BYTES_MAX) return WIRE_MALFORMED;
    wire->scanned = length;
    if (end == NULL) return WIRE_WAITED;
    struct view text = view_of(wire->arrived.bytes, length);
    if (is_zip(text)) return take_zip(wire, text);
    give(wire, text, line);
    buffer_drop_front(&wire->arrived, length + 1);
    wire->scanned = 0;
    return WIRE_LINE;
}

static enum wire_result take_line(struct wire *wire, struct view *line) {
    *line = view_of(NULL, 0);
    enum wire_result result = take_inflated(wire, line);
    while (result == WIRE_WAITED) {
        result = take_plain(wire, line);
        if (result != WIRE_LINE || line->bytes != NULL) return result;
        result = take_inflated(wire, line);
    }
    return result;
}

enum wire_result wire_receive(struct wire *wire, struct view *line, int64_t deadline) {
    if (wire->tls == NULL) return WIRE_LOST;
    for (;;) {
        enum wire_result result = take_line(wire, line);
        if (result != WIRE_WAITED) return result;
        result = pump(wire, deadline);
        if (result != WIRE_LINE) return result;
    }
}

bool wire_has_line(const struct wire *wire) {
    return find_end(&wire->inflated, wire->inflated_taken) != NULL || find_end(&wire->arrived, wire->scanned) != NULL;
}

/* MARK: Closing */

void wire_close(struct wire *wire) {
    int64_t deadline = monotonic_milliseconds() + CLOSE_MILLISECONDS;
    if (wire->tls == NULL) return;
    wire_flush(wire, deadline);
    ERR_clear_error();
    SSL_shutdown(wire->tls);
    while (monotonic_milliseconds() < deadline) {
        buffer_clear(&wire->arrived);
        enum wire_result result = read_some(wire);
        if (result == WIRE_ENDED || result == WIRE_LOST) break;
        if (result == WIRE_WAITED) wait_for(wire, POLLIN, deadline);
    }
    wire_drop(wire);
}

void wire_drop(struct wire *wire) {
    SSL_free(wire->tls);
    if (wire->socket >= 0) close(wire->socket);
    buffer_free(&wire->arrived);
    buffer_free(&wire->inflated);
    buffer_free(&wire->line);
    buffer_free(&wire->lines);
    buffer_free(&wire->leaving);
    *wire = (struct wire){.socket = -1};
}
