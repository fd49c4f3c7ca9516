#ifndef BRANCHLINE_SESSION_H
#define BRANCHLINE_SESSION_H

#include "directory.h"
#include "download.h"
#include "rights.h"
#include "upload.h"
#include "wire.h"

#define SOFTWARE "branchline-client 1"

enum outcome {
    OUTCOME_GOING_ON,
    OUTCOME_DONE,
    OUTCOME_AGAIN,   /* the line is lost, the hub is busy or stopping: connect again */
    OUTCOME_REFUSED, /* the hub said ERROR, and coming back would not help */
    OUTCOME_BROKEN,  /* the hub broke the rules, and was told so */
};

/* One dialogue after HELLO. What comes is printed once it is durable. */
struct session {
    struct directory *directory;
    struct upload *upload;
    struct download *download;
    struct rights *rights;
    const char *features;
    struct wire wire;
    uint64_t hub_last;
    uint64_t hub_clock_milliseconds;
    uint64_t window;
    uint64_t sent;
    uint64_t acknowledged;
    bool has_pushed;
    bool marked;
    uint64_t unapplied;
    bool must_apply;
    uint64_t busy_milliseconds;
    struct line line;
    struct buffer report;
};

/* Connects as the node. The context outlives the wire. */
enum outcome session_connect(struct session *session, SSL_CTX *context);
/* HELLO and WELCOME. */
enum outcome session_greet(struct session *session);
/* As much as the window allows. */
void session_upload(struct session *session);
/* What is to be asked, if there is something. Refused if the hub does not speak of rights. */
enum outcome session_ask(struct session *session);
/* One message, if it comes in time; GOING_ON if it does not, too. */
enum outcome session_step(struct session *session, int64_t deadline_milliseconds);
/* BYE. */
void session_leave(struct session *session);
void session_free(struct session *session);

/* What a failed wire_receive means for the dialogue. */
enum outcome wire_outcome(enum wire_result result);
/* Prints an ERROR or a BUSY that has been split and whose verb has been taken. */
enum outcome report_error(struct line *line);
uint64_t take_busy(struct line *line);

uint64_t now_milliseconds(void);

#endif
