#ifndef BRANCHLINE_ZIP_H
#define BRANCHLINE_ZIP_H

#include "bytes.h"

/* Section 10. */
enum { DEFLATED_BYTES_MAX = 1048576, INFLATED_BYTES_MAX = 4194304, WORTH_DEFLATING_BYTES = 200 };

/* Adds raw deflate. False if it grew beyond DEFLATED_BYTES_MAX or beyond the lines themselves. */
bool deflate_lines(struct view lines, struct buffer *deflated);
/* One complete stream, nothing behind it, at most `maximum` bytes. */
bool inflate_lines(struct view deflated, size_t maximum, struct buffer *lines);

#endif
