#ifndef BRANCHLINE_DOWNLOAD_H
#define BRANCHLINE_DOWNLOAD_H

#include "members.h"
#include "upload.h"

/*
 * What has come from the hub, in a file: EPOCH and then the lines as they came. Since the cursor is
 * the last position in it, it cannot disagree with what it covers (section 8.2).
 */
struct download {
    char *path;
    const struct upload *upload;
    uint8_t epoch[ID_BYTES];
    bool has_epoch;
    uint64_t position;
    uint64_t entries;
    /* The highest sequence of our own actor that has been stamped. */
    uint64_t stamped;
    struct members members;
    /* Of the last mark. */
    uint8_t digest[ID_BYTES];
    struct buffer unsaved;
    struct line line;
};

enum download_result {
    DOWNLOAD_TAKEN,
    DOWNLOAD_MALFORMED,
    DOWNLOAD_GOES_BACK,
    DOWNLOAD_NEVER_WRITTEN, /* a stamp for an operation that we have not written */
};

void download_open(struct download *download, char *path, const struct upload *upload);
void download_close(struct download *download);
/* The first epoch is kept. False if another one is kept already. */
bool download_meet_epoch(struct download *download, const uint8_t epoch[ID_BYTES]);
bool download_is_verb(struct view verb);
/* ENTRY, STAMP, STAMPS or MARK, without LF. It is durable after download_save. */
enum download_result download_take(struct download *download, struct view text);
/* The fields of an ENTRY behind its verb, and nothing behind them. */
bool download_reads_entry(struct line *line);
void download_save(struct download *download);
/* Whether the records are those of the hub at the last mark. */
bool download_agrees(const struct download *download);

#endif
