#include "LatencyTwin.h"

#include "OpenSSL.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { line_bytes = 200, rows = 1000 };

/// One line's end.
struct end {
    int descriptor;
    void *context;
    void *session;
};

struct table {
    sqlite3 *database;
    sqlite3_stmt *write;
};

struct twin {
    struct openssl openssl;
    struct end a, b, hub_to_a, hub_to_b;
    struct table a_table, hub_table, b_table;
    uint64_t *nanoseconds;
    size_t count, warm_up;
    uint64_t start;
    sem_t arrived;
    pthread_mutex_t lock;
    bool has_failed;
    char message[200];
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/// The first failure is told; all lines are cut, so that nobody waits for ever.
static bool fail(struct twin *twin, const char *what) {
    pthread_mutex_lock(&twin->lock);
    if (!twin->has_failed) snprintf(twin->message, sizeof twin->message, "%s", what);
    twin->has_failed = true;
    pthread_mutex_unlock(&twin->lock);
    struct end *ends[] = {&twin->a, &twin->b, &twin->hub_to_a, &twin->hub_to_b};
    for (size_t i = 0; i < 4; i++) {
        if (ends[i]->descriptor >= 0) shutdown(ends[i]->descriptor, SHUT_RDWR);
    }
    sem_post(&twin->arrived);
    return false;
}

static bool has_failed(struct twin *twin) {
    pthread_mutex_lock(&twin->lock);
    bool has_failed = twin->has_failed;
    pthread_mutex_unlock(&twin->lock);
    return has_failed;
}

// Tables

static bool open_table(struct twin *twin, struct table *table, const char *folder, const char *name, bool is_full) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const char *pragmas = is_full ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"
                                  : "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
    const char *schema = "CREATE TABLE line (id INTEGER PRIMARY KEY, text BLOB NOT NULL)";
    const char *write =
        "INSERT INTO line (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text";
    if (sqlite3_open(path, &table->database) != SQLITE_OK) return fail(twin, "a database cannot be opened");
    if (sqlite3_exec(table->database, pragmas, NULL, NULL, NULL) != SQLITE_OK
        || sqlite3_exec(table->database, schema, NULL, NULL, NULL) != SQLITE_OK
        || sqlite3_prepare_v2(table->database, write, -1, &table->write, NULL) != SQLITE_OK) {
        return fail(twin, sqlite3_errmsg(table->database));
    }
    return true;
}

static void close_table(struct table *table) {
    sqlite3_finalize(table->write);
    sqlite3_close(table->database);
}

static bool commit(struct twin *twin, struct table *table, size_t number, const char *line) {
    sqlite3_bind_int64(table->write, 1, (sqlite3_int64)(number % rows));
    sqlite3_bind_blob(table->write, 2, line, line_bytes, SQLITE_STATIC);
    int result = sqlite3_step(table->write);
    sqlite3_reset(table->write);
    return result == SQLITE_DONE || fail(twin, sqlite3_errmsg(table->database));
}

// Lines

static bool listen_on_loopback(int *listener, struct sockaddr_in *address) {
    socklen_t size = sizeof *address;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return *listener >= 0 && bind(*listener, (struct sockaddr *)address, size) == 0 && listen(*listener, 2) == 0
        && getsockname(*listener, (struct sockaddr *)address, &size) == 0;
}

static bool connect_pair(int listener, const struct sockaddr_in *address, struct end *caller, struct end *called) {
    int on = 1;
    caller->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (caller->descriptor < 0) return false;
    if (connect(caller->descriptor, (const struct sockaddr *)address, sizeof *address) != 0) return false;
    called->descriptor = accept(listener, NULL, NULL);
    return called->descriptor >= 0
        && setsockopt(caller->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0
        && setsockopt(called->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
}

static bool connect_lines(struct twin *twin) {
    int listener = -1;
    struct sockaddr_in address;
    bool is_done = listen_on_loopback(&listener, &address)
        && connect_pair(listener, &address, &twin->a, &twin->hub_to_a)
        && connect_pair(listener, &address, &twin->b, &twin->hub_to_b);
    if (listener >= 0) close(listener);
    return is_done || fail(twin, "no line on loopback");
}

static bool dress(struct twin *twin, struct end *end, const char *identity, const char *authority) {
    struct openssl *openssl = &twin->openssl;
    char certificate[4096], key[4096];
    snprintf(certificate, sizeof certificate, "%s.pem", identity);
    snprintf(key, sizeof key, "%s-key.pem", identity);
    end->context = openssl->SSL_CTX_new(openssl->TLS_method());
    if (end->context == NULL) return fail(twin, "no TLS context");
    openssl->SSL_CTX_set_verify(end->context, openssl_verify_both, NULL);
    bool is_dressed =
        openssl->SSL_CTX_ctrl(end->context, openssl_min_version_command, openssl_tls_1_3, NULL) == 1
        && openssl->SSL_CTX_set_ciphersuites(end->context, "TLS_AES_128_GCM_SHA256") == 1
        && openssl->SSL_CTX_set_num_tickets(end->context, 0) == 1
        && openssl->SSL_CTX_use_certificate_chain_file(end->context, certificate) == 1
        && openssl->SSL_CTX_use_PrivateKey_file(end->context, key, openssl_pem_file) == 1
        && openssl->SSL_CTX_load_verify_locations(end->context, authority, NULL) == 1;
    if (!is_dressed) return fail(twin, "a certificate or key cannot be used");
    end->session = openssl->SSL_new(end->context);
    return (end->session != NULL && openssl->SSL_set_fd(end->session, end->descriptor) == 1)
        || fail(twin, "no TLS session");
}

static void close_end(struct twin *twin, struct end *end) {
    if (end->session != NULL) twin->openssl.SSL_free(end->session);
    if (end->context != NULL) twin->openssl.SSL_CTX_free(end->context);
    if (end->descriptor >= 0) close(end->descriptor);
}

static bool send_line(struct twin *twin, struct end *end, const char *line) {
    return twin->openssl.SSL_write(end->session, line, line_bytes) == line_bytes || fail(twin, "a line is cut");
}

static bool receive_line(struct twin *twin, struct end *end, char *line) {
    for (int have = 0; have < line_bytes;) {
        int count = twin->openssl.SSL_read(end->session, line + have, line_bytes - have);
        if (count <= 0) return fail(twin, "a line is cut");
        have += count;
    }
    return true;
}

// The three of them

static void *run_hub(void *argument) {
    struct twin *twin = argument;
    char line[line_bytes];
    if (twin->openssl.SSL_accept(twin->hub_to_a.session) != 1 || twin->openssl.SSL_accept(twin->hub_to_b.session) != 1) {
        fail(twin, "the hub's handshake failed");
        return NULL;
    }
    for (size_t number = 0; number < twin->warm_up + twin->count; number++) {
        if (!receive_line(twin, &twin->hub_to_a, line) || !commit(twin, &twin->hub_table, number, line)
            || !send_line(twin, &twin->hub_to_b, line)) {
            break;
        }
    }
    return NULL;
}

static void *run_b(void *argument) {
    struct twin *twin = argument;
    char line[line_bytes];
    if (twin->openssl.SSL_connect(twin->b.session) != 1) {
        fail(twin, "B's handshake failed");
        return NULL;
    }
    for (size_t number = 0; number < twin->warm_up + twin->count; number++) {
        if (!receive_line(twin, &twin->b, line) || !commit(twin, &twin->b_table, number, line)) break;
        if (number >= twin->warm_up) twin->nanoseconds[number - twin->warm_up] = now() - twin->start;
        sem_post(&twin->arrived);
    }
    return NULL;
}

static void run_a(struct twin *twin) {
    char line[line_bytes];
    if (twin->openssl.SSL_connect(twin->a.session) != 1) {
        fail(twin, "A's handshake failed");
        return;
    }
    for (size_t number = 0; number < twin->warm_up + twin->count; number++) {
        memset(line, 'a' + (int)(number % 26), sizeof line);
        // B reads it after it has read the line, which comes after this.
        twin->start = now();
        if (!commit(twin, &twin->a_table, number, line) || !send_line(twin, &twin->a, line)) return;
        while (sem_wait(&twin->arrived) != 0) {}
        if (has_failed(twin)) return;
    }
}

static void run(struct twin *twin) {
    pthread_t hub, b;
    if (pthread_create(&hub, NULL, run_hub, twin) != 0) {
        fail(twin, "no thread");
        return;
    }
    if (pthread_create(&b, NULL, run_b, twin) == 0) {
        run_a(twin);
        pthread_join(b, NULL);
    } else {
        fail(twin, "no thread");
    }
    pthread_join(hub, NULL);
}

bool latency_twin(
    const char *hub_identity, const char *a_identity, const char *b_identity, const char *authority,
    const char *folder, bool is_full, uint64_t *nanoseconds, size_t count, size_t warm_up, char *message,
    size_t message_size) {
    struct twin twin = {
        .a = {.descriptor = -1}, .b = {.descriptor = -1}, .hub_to_a = {.descriptor = -1},
        .hub_to_b = {.descriptor = -1}, .nanoseconds = nanoseconds, .count = count, .warm_up = warm_up,
    };
    sem_init(&twin.arrived, 0, 0);
    pthread_mutex_init(&twin.lock, NULL);
    if (!openssl_load(&twin.openssl)) {
        fail(&twin, "libssl.so.3 is not on this machine");
    } else if (
        open_table(&twin, &twin.a_table, folder, "a", is_full)
        && open_table(&twin, &twin.hub_table, folder, "hub", is_full)
        && open_table(&twin, &twin.b_table, folder, "b", is_full) && connect_lines(&twin)
        && dress(&twin, &twin.a, a_identity, authority) && dress(&twin, &twin.b, b_identity, authority)
        && dress(&twin, &twin.hub_to_a, hub_identity, authority)
        && dress(&twin, &twin.hub_to_b, hub_identity, authority)) {
        run(&twin);
    }
    close_end(&twin, &twin.a);
    close_end(&twin, &twin.b);
    close_end(&twin, &twin.hub_to_a);
    close_end(&twin, &twin.hub_to_b);
    close_table(&twin.a_table);
    close_table(&twin.hub_table);
    close_table(&twin.b_table);
    sem_destroy(&twin.arrived);
    pthread_mutex_destroy(&twin.lock);
    snprintf(message, message_size, "%s", twin.message);
    return !twin.has_failed;
}

void latency_sharp_timer(void) { prctl(PR_SET_TIMERSLACK, 1UL); }
