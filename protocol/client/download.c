#include "download.h"

#include "directory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUN_MAX = 1000000 };

struct heading {
    uint64_t position;
    bool has_time;
    uint64_t time;
    struct view verdict;
    uint8_t actor[ID_BYTES];
    uint64_t sequence;
};

bool download_is_verb(struct view verb) {
    return view_equals_text(verb, "ENTRY") || view_equals_text(verb, "STAMP") || view_equals_text(verb, "STAMPS")
        || view_equals_text(verb, "MARK");
}

/* MARK: Reading messages */

static bool is_verdict(struct view text) {
    struct view rest = text;
    struct view word = next_part(&rest, ':');
    if (rest.bytes == NULL) return view_equals_text(word, "ok");
    return view_equals_text(word, "flagged") || view_equals_text(word, "void");
}

static bool is_void(struct view verdict) {
    return verdict.length > 5 && memcmp(verdict.bytes, "void:", 5) == 0;
}

static struct heading take_heading(struct line *line) {
    struct heading heading = {.position = take_number(line, NUMBER_MAX)};
    heading.has_time = !take_absent(line);
    if (heading.has_time) heading.time = take_number(line, NUMBER_MAX);
    heading.verdict = take_text(line);
    take_hex(line, heading.actor, ID_BYTES);
    heading.sequence = take_number(line, NUMBER_MAX);
    if (!is_verdict(heading.verdict) || heading.position == 0 || heading.sequence == 0) line->failed = true;
    return heading;
}

bool download_reads_entry(struct line *line) {
    take_heading(line);
    take_operation(line);
    return line_finished(line);
}

/* MARK: Applying */

static enum download_result advance(struct download *download, uint64_t position, uint64_t count) {
    if (position <= download->position) return DOWNLOAD_GOES_BACK;
    download->position = position + count - 1;
    download->entries += count;
    return DOWNLOAD_TAKEN;
}

static void apply(struct download *download, const struct heading *heading, const struct operation *operation) {
    if (is_void(heading->verdict) || !view_equals_text(operation->kind, "member")) return;
    uint64_t time = heading->has_time ? heading->time : operation->time;
    members_apply(&download->members, heading->actor, heading->sequence, time, operation);
}

static enum download_result take_entry(struct download *download) {
    struct heading heading = take_heading(&download->line);
    struct operation operation = take_operation(&download->line);
    if (!line_finished(&download->line)) return DOWNLOAD_MALFORMED;
    enum download_result result = advance(download, heading.position, 1);
    if (result == DOWNLOAD_TAKEN) apply(download, &heading, &operation);
    return result;
}

static bool is_written(const struct download *download, const struct heading *heading, uint64_t count) {
    const struct upload *upload = download->upload;
    bool ours = memcmp(heading->actor, upload->actor, ID_BYTES) == 0;
    return ours && heading->sequence <= upload->count && count <= upload->count - heading->sequence + 1;
}

/* Of our own operations only the verdict comes; the rest is in our own log. */
static void apply_own(struct download *download, const struct heading *heading) {
    struct line own = {0};
    struct view line = download->upload->operations[heading->sequence - 1].line;
    line_split(&own, view_of(line.bytes, line.length - 1));
    take_verb(&own);
    struct operation operation = take_operation(&own);
    if (!own.failed) apply(download, heading, &operation);
    line_free(&own);
}

static enum download_result take_stamped(struct download *download, struct heading *heading, uint64_t count) {
    if (!is_written(download, heading, count)) return DOWNLOAD_NEVER_WRITTEN;
    enum download_result result = advance(download, heading->position, count);
    for (uint64_t index = 0; result == DOWNLOAD_TAKEN && index < count; index++) {
        apply_own(download, heading);
        download->stamped = heading->sequence++;
    }
    return result;
}

static enum download_result take_stamp(struct download *download) {
    struct heading heading = take_heading(&download->line);
    if (!heading.has_time || !line_finished(&download->line)) return DOWNLOAD_MALFORMED;
    return take_stamped(download, &heading, 1);
}

static enum download_result take_stamps(struct download *download) {
    struct line *line = &download->line;
    struct heading heading = {.position = take_number(line, NUMBER_MAX), .verdict = view_of_text("ok")};
    take_hex(line, heading.actor, ID_BYTES);
    heading.sequence = take_number(line, NUMBER_MAX);
    uint64_t count = take_number(line, RUN_MAX);
    bool good = line_finished(line) && heading.position > 0 && heading.sequence > 0 && count > 0;
    return good ? take_stamped(download, &heading, count) : DOWNLOAD_MALFORMED;
}

static enum download_result take_mark(struct download *download) {
    uint64_t position = take_number(&download->line, NUMBER_MAX);
    take_hex(&download->line, download->digest, ID_BYTES);
    if (!line_finished(&download->line)) return DOWNLOAD_MALFORMED;
    if (position < download->position) return DOWNLOAD_GOES_BACK;
    download->position = position;
    return DOWNLOAD_TAKEN;
}

static enum download_result apply_line(struct download *download, struct view text) {
    if (!line_split(&download->line, text)) return DOWNLOAD_MALFORMED;
    struct view verb = take_verb(&download->line);
    if (view_equals_text(verb, "ENTRY")) return take_entry(download);
    if (view_equals_text(verb, "STAMP")) return take_stamp(download);
    if (view_equals_text(verb, "STAMPS")) return take_stamps(download);
    return view_equals_text(verb, "MARK") ? take_mark(download) : DOWNLOAD_MALFORMED;
}

enum download_result download_take(struct download *download, struct view text) {
    enum download_result result = apply_line(download, text);
    if (result == DOWNLOAD_TAKEN) {
        buffer_add_view(&download->unsaved, text);
        buffer_add(&download->unsaved, "\n", 1);
    }
    return result;
}

bool download_agrees(const struct download *download) {
    uint8_t digest[ID_BYTES];
    members_digest(&download->members, digest);
    return memcmp(digest, download->digest, ID_BYTES) == 0;
}

/* MARK: The file */

bool download_meet_epoch(struct download *download, const uint8_t epoch[ID_BYTES]) {
    struct composer line = {0};
    if (download->has_epoch) return memcmp(download->epoch, epoch, ID_BYTES) == 0;
    memcpy(download->epoch, epoch, ID_BYTES);
    download->has_epoch = true;
    compose_verb(&line, "EPOCH");
    compose_hex(&line, epoch, ID_BYTES);
    compose_end(&line);
    buffer_add_view(&download->unsaved, buffer_view(&line.text));
    composer_free(&line);
    return true;
}

void download_save(struct download *download) {
    if (download->unsaved.length == 0) return;
    file_append(download->path, buffer_view(&download->unsaved));
    buffer_clear(&download->unsaved);
}

static bool read_epoch(struct download *download, struct view text) {
    line_split(&download->line, text);
    bool named = view_equals_text(take_verb(&download->line), "EPOCH");
    take_hex(&download->line, download->epoch, ID_BYTES);
    download->has_epoch = named && line_finished(&download->line);
    return download->has_epoch;
}

/* A last line without its LF was never applied: the hub will send it again. */
static void cut_torn_line(struct download *download, struct buffer *content) {
    size_t whole = content->length;
    while (whole > 0 && content->bytes[whole - 1] != '\n') whole--;
    if (whole == content->length) return;
    content->length = whole;
    if (truncate(download->path, (off_t)whole) != 0) fail("cannot write %s", download->path);
}

static void load(struct download *download) {
    struct buffer content = {0};
    file_read(download->path, &content);
    cut_torn_line(download, &content);
    struct view rest = buffer_view(&content);
    bool good = rest.length == 0 || read_epoch(download, next_part(&rest, '\n'));
    while (good && rest.length > 0) good = apply_line(download, next_part(&rest, '\n')) == DOWNLOAD_TAKEN;
    if (!good) fail("%s cannot be read", download->path);
    download->entries = 0;
    buffer_free(&content);
}

void download_open(struct download *download, char *path, const struct upload *upload) {
    *download = (struct download){.path = path, .upload = upload};
    if (access(path, F_OK) == 0) load(download);
}

void download_close(struct download *download) {
    free(download->path);
    members_free(&download->members);
    line_free(&download->line);
    buffer_free(&download->unsaved);
}
