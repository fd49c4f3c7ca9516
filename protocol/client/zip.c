#include "zip.h"

#include <zlib.h>

enum { RAW_WINDOW_BITS = -15, MEMORY_LEVEL = 8 };

static bool run_deflate(z_stream *stream, struct view lines, struct buffer *deflated) {
    size_t room = lines.length < DEFLATED_BYTES_MAX ? lines.length : DEFLATED_BYTES_MAX;
    stream->next_in = (z_const Bytef *)(uintptr_t)lines.bytes;
    stream->avail_in = (uInt)lines.length;
    stream->next_out = buffer_reserve(deflated, room);
    stream->avail_out = (uInt)room;
    bool complete = deflate(stream, Z_FINISH) == Z_STREAM_END;
    if (complete) deflated->length += room - stream->avail_out;
    return complete;
}

bool deflate_lines(struct view lines, struct buffer *deflated) {
    z_stream stream = {0};
    if (lines.length == 0 || lines.length > INFLATED_BYTES_MAX) return false;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, RAW_WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY)
        != Z_OK) {
        return false;
    }
    bool complete = run_deflate(&stream, lines, deflated);
    deflateEnd(&stream);
    return complete;
}

bool inflate_lines(struct view deflated, size_t maximum, struct buffer *lines) {
    z_stream stream = {0};
    if (deflated.length > DEFLATED_BYTES_MAX || maximum > INFLATED_BYTES_MAX) return false;
    if (inflateInit2(&stream, RAW_WINDOW_BITS) != Z_OK) return false;
    stream.next_in = (z_const Bytef *)(uintptr_t)deflated.bytes;
    stream.avail_in = (uInt)deflated.length;
    stream.next_out = buffer_reserve(lines, maximum + 1);
    stream.avail_out = (uInt)maximum;
    bool complete = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
    if (complete) lines->length += maximum - stream.avail_out;
    inflateEnd(&stream);
    return complete;
}
