#ifndef BRANCHLINE_WIRE_H
#define BRANCHLINE_WIRE_H

#include "tls.h"

enum wire_result {
    WIRE_LINE,
    WIRE_WAITED,    /* the time ran out; the line is still good */
    WIRE_ENDED,     /* the hub has closed */
    WIRE_LOST,      /* the stream broke, or the hub refused the handshake */
    WIRE_MALFORMED, /* the hub sent what cannot be a line */
    WIRE_SILENT,    /* no sign of life for 75 s */
};

/* Lines over one TLS connection. */
struct wire {
    SSL *tls;
    int socket;
    struct buffer arrived;  /* as it came */
    size_t scanned;         /* no LF before here */
    struct buffer inflated; /* lines of one ZIP block */
    size_t inflated_taken;
    struct buffer line; /* the one last given out */
    struct buffer lines;    /* to be sent, perhaps deflated */
    struct buffer leaving;
    bool may_deflate;
    bool may_ask; /* PING comes after HELLO only */
    bool asked;
    int64_t heard_milliseconds;
};

/* Ends the process if the host has no address; otherwise WIRE_LINE stands for "connected". */
enum wire_result wire_connect(struct wire *wire, SSL_CTX *context, const char *host, uint16_t port);

/* Whole lines with their LF. They leave with the next wire_receive or wire_flush. */
void wire_send(struct wire *wire, struct view lines);
/* Bytes as they are, for liars. */
void wire_send_bytes(struct wire *wire, struct view bytes);
void wire_flush(struct wire *wire, int64_t deadline_milliseconds);

/* The next line without its LF, valid until the next call. Deadlines are of the clock below. */
enum wire_result wire_receive(struct wire *wire, struct view *line, int64_t deadline_milliseconds);
/* True if wire_receive would give a line without waiting. */
bool wire_has_line(const struct wire *wire);

/* Section 2.4: what is still to be sent, our end, the other's end within 5 seconds. */
void wire_close(struct wire *wire);
void wire_drop(struct wire *wire);

int64_t monotonic_milliseconds(void);

#endif
