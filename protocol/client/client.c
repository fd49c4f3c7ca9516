#include "join.h"
#include "lie.h"
#include "session.h"
#include "shop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    STATUS_DONE = 0,
    STATUS_REFUSED = 2,
    STATUS_LOST = 3,
    STEP_MILLISECONDS = 1000,
    PATIENCE_MILLISECONDS = 60000,
    BACKOFF_FIRST_MILLISECONDS = 200,
    BACKOFF_LAST_MILLISECONDS = 30000,
    SECONDS_MAX = 86400,
};

/* Everything in one directory, and the line to the hub. */
struct client {
    struct directory directory;
    struct upload upload;
    struct download download;
    struct rights rights;
    struct session session;
    SSL_CTX *context;
};

/* MARK: Opening and closing */

static void new_session(struct client *client) {
    client->session = (struct session){
        .directory = &client->directory,
        .upload = &client->upload,
        .download = &client->download,
        .rights = &client->rights,
        .features = "deflate,rights",
    };
    client->session.wire.socket = -1;
}

static void client_open(struct client *client, const char *path) {
    *client = (struct client){0};
    directory_open(&client->directory, path);
    upload_open(&client->upload, directory_path(&client->directory, "upload.log"));
    download_open(&client->download, directory_path(&client->directory, "download.log"), &client->upload);
    client->rights.directory = &client->directory;
    client->context = directory_context(&client->directory);
    new_session(client);
}

static void client_close(struct client *client) {
    session_free(&client->session);
    SSL_CTX_free(client->context);
    rights_free(&client->rights);
    download_close(&client->download);
    upload_close(&client->upload);
    directory_close(&client->directory);
}

/* MARK: One dialogue after the other */

typedef bool is_done(const struct session *session);

static bool all_is_stamped(const struct session *session) {
    uint64_t count = session->upload->count;
    return session->acknowledged == count && session->download->stamped == count && !session->must_apply;
}

static bool is_up_to_date(const struct session *session) {
    return session->marked && session->download->position >= session->hub_last && !session->must_apply;
}

static bool is_answered(const struct session *session) {
    return session->rights->answered;
}

static bool never(const struct session *session) {
    (void)session;
    return false;
}

static enum outcome talk(struct client *client, is_done *done, bool uploads, int64_t deadline) {
    struct session *session = &client->session;
    enum outcome outcome = session_connect(session, client->context);
    if (outcome == OUTCOME_GOING_ON) outcome = session_greet(session);
    if (outcome == OUTCOME_GOING_ON) outcome = session_ask(session);
    if (outcome == OUTCOME_GOING_ON && uploads) session_upload(session);
    while (outcome == OUTCOME_GOING_ON && !done(session) && monotonic_milliseconds() < deadline) {
        int64_t step = monotonic_milliseconds() + STEP_MILLISECONDS;
        outcome = session_step(session, step < deadline ? step : deadline);
    }
    if (outcome != OUTCOME_GOING_ON) return outcome;
    bool finished = done(session);
    session_leave(session);
    return finished ? OUTCOME_DONE : OUTCOME_AGAIN;
}

static uint64_t random_below(uint64_t bound) {
    return bound == 0 ? 0 : (uint64_t)rand() % bound;
}

static void sleep_until(int64_t time) {
    int64_t left = time - monotonic_milliseconds();
    struct timespec pause = {(time_t)(left / 1000), (long)(left % 1000) * 1000000};
    if (left > 0) nanosleep(&pause, NULL);
}

/* Section 9: at random up to a bound that doubles; after BUSY between one and two times what it said. */
static void wait_to_come_back(uint64_t busy, unsigned failures, int64_t deadline) {
    uint64_t bound = BACKOFF_FIRST_MILLISECONDS;
    for (unsigned count = 1; count < failures && bound < BACKOFF_LAST_MILLISECONDS; count++) bound *= 2;
    if (bound > BACKOFF_LAST_MILLISECONDS) bound = BACKOFF_LAST_MILLISECONDS;
    if (busy > PATIENCE_MILLISECONDS) busy = PATIENCE_MILLISECONDS;
    uint64_t pause = busy > 0 ? busy + random_below(busy) : random_below(bound);
    int64_t until = monotonic_milliseconds() + (int64_t)pause;
    sleep_until(until < deadline ? until : deadline);
}

static enum outcome persist(struct client *client, is_done *done, bool uploads, int64_t deadline) {
    for (unsigned failures = 1;; failures++) {
        enum outcome outcome = talk(client, done, uploads, deadline);
        uint64_t busy = client->session.busy_milliseconds;
        if (outcome != OUTCOME_AGAIN || monotonic_milliseconds() >= deadline) return outcome;
        session_free(&client->session);
        new_session(client);
        wait_to_come_back(busy, failures, deadline);
    }
}

static int status_of(enum outcome outcome) {
    switch (outcome) {
    case OUTCOME_DONE: return STATUS_DONE;
    case OUTCOME_GOING_ON: return STATUS_LOST;
    case OUTCOME_AGAIN: return STATUS_LOST;
    case OUTCOME_REFUSED: return STATUS_REFUSED;
    case OUTCOME_BROKEN: return STATUS_REFUSED;
    }
    return STATUS_LOST;
}

/* MARK: Commands */

static _Noreturn void usage(void) {
    fputs(
        "branchline-client join INVITATION DIR\n"
        "branchline-client push DIR [--count N] [--member-name NAME]... [--rename MEMBER NAME]... [--err KIND]...\n"
        "branchline-client pull DIR\n"
        "branchline-client follow DIR --seconds S\n"
        "branchline-client authorize DIR [wallet MEMBER WALLET AMOUNT | lot LOT AMOUNT]\n"
        "branchline-client ask DIR WORD...\n"
        "branchline-client renew DIR\n"
        "branchline-client lie KIND DIR\n"
        "\nwhat can be lied:",
        stderr);
    lie_print_kinds(stderr);
    fputs("\nhow push can err:", stderr);
    shop_print_mistakes(stderr);
    fputs("\n", stderr);
    exit(1);
}

static uint64_t number_argument(const char *text, uint64_t maximum) {
    uint64_t number = 0;
    if (text == NULL || !parse_number(view_of_text(text), maximum, &number)) usage();
    return number;
}

static const char *text_argument(const char *text) {
    if (text == NULL || !is_utf8(view_of_text(text))) usage();
    return text;
}

/* The arguments end with NULL. */
static void work(struct shop *shop, char **arguments) {
    while (*arguments != NULL) {
        const char *option = *arguments++;
        if (strcmp(option, "--count") == 0) {
            for (uint64_t left = number_argument(*arguments++, 1000000); left > 0; left--) shop_serve(shop, NULL);
        } else if (strcmp(option, "--member-name") == 0) {
            shop_serve(shop, text_argument(*arguments++));
        } else if (strcmp(option, "--rename") == 0) {
            const char *member = text_argument(*arguments++);
            if (!shop_rename(shop, member, text_argument(*arguments++))) fail("%s is not known here", member);
        } else if (strcmp(option, "--err") == 0) {
            if (!shop_err(shop, text_argument(*arguments++))) usage();
        } else {
            usage();
        }
    }
}

static int push_command(struct client *client, char **arguments) {
    struct shop shop = {&client->directory, &client->upload, &client->download};
    work(&shop, arguments);
    fflush(stdout);
    upload_save(&client->upload);
    return status_of(persist(client, all_is_stamped, true, monotonic_milliseconds() + PATIENCE_MILLISECONDS));
}

static int pull_command(struct client *client) {
    return status_of(persist(client, is_up_to_date, false, monotonic_milliseconds() + PATIENCE_MILLISECONDS));
}

/* Ends well when the time is over. */
static int follow_command(struct client *client, char **arguments) {
    if (arguments[0] == NULL || strcmp(arguments[0], "--seconds") != 0) usage();
    int64_t milliseconds = (int64_t)number_argument(arguments[1], SECONDS_MAX) * 1000;
    enum outcome outcome = persist(client, never, true, monotonic_milliseconds() + milliseconds);
    return outcome == OUTCOME_AGAIN ? STATUS_DONE : status_of(outcome);
}

static int persist_in_asking(struct client *client) {
    return status_of(persist(client, is_answered, false, monotonic_milliseconds() + PATIENCE_MILLISECONDS));
}

/* Without arguments: what was asked for last. */
static int authorize_command(struct client *client, char **arguments) {
    size_t count = 0;
    while (arguments[count] != NULL) count++;
    bool is_wallet = count == 4;
    if (count != 0 && count != 3 && !is_wallet) usage();
    if (count == 0) {
        if (!rights_authorize_again(&client->rights)) fail("nothing has been asked for");
        return persist_in_asking(client);
    }
    const char *wallet = is_wallet ? text_argument(arguments[2]) : NULL;
    uint64_t amount = number_argument(arguments[count - 1], INT64_MAX);
    if (is_wallet != (strcmp(arguments[0], "wallet") == 0)) usage();
    if (!rights_authorize(&client->rights, arguments[0], arguments[1], wallet, amount)) usage();
    return persist_in_asking(client);
}

static int ask_command(struct client *client, char **arguments) {
    for (char **word = arguments; *word != NULL; word++) text_argument(*word);
    rights_question(&client->rights, arguments);
    return persist_in_asking(client);
}

static int run(struct client *client, const char *command, char **arguments) {
    if (strcmp(command, "push") == 0) return push_command(client, arguments);
    if (strcmp(command, "pull") == 0) return pull_command(client);
    if (strcmp(command, "follow") == 0) return follow_command(client, arguments);
    if (strcmp(command, "authorize") == 0) return authorize_command(client, arguments);
    if (strcmp(command, "ask") == 0) return ask_command(client, arguments);
    if (strcmp(command, "renew") == 0) return renew(&client->directory);
    usage();
}

static int run_in(const char *path, const char *command, char **arguments) {
    struct client client;
    client_open(&client, path);
    /* Business dates are days of the chain's zone. */
    if (setenv("TZ", client.directory.zone, 1) != 0) fail("out of memory");
    tzset();
    int status = run(&client, command, arguments);
    client_close(&client);
    return status;
}

static int lie_in(const char *path, const char *kind) {
    struct client client;
    client_open(&client, path);
    int status = lie(&client.session, kind);
    client_close(&client);
    return status;
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    srand((unsigned)(now_milliseconds() ^ (uint64_t)(uintptr_t)&count));
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (count < 3) usage();
    if (strcmp(arguments[1], "join") == 0) {
        if (count != 4) usage();
        return join(arguments[2], arguments[3]);
    }
    if (strcmp(arguments[1], "lie") == 0) {
        if (count != 4) usage();
        return lie_in(arguments[3], arguments[2]);
    }
    return run_in(arguments[2], arguments[1], arguments + 3);
}
