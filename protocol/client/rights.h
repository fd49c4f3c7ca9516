#ifndef BRANCHLINE_RIGHTS_H
#define BRANCHLINE_RIGHTS_H

#include "directory.h"
#include "wire.h"

/*
 * Section 17. This client can ask for rights and put questions, one at a time; it spends none, and
 * has nothing to give when it is asked back for some.
 */
struct rights {
    struct directory *directory;
    bool agreed;
    struct buffer request; /* AUTH or ASK with its LF; empty if there is nothing to ask */
    bool open;             /* said on this line and not answered */
    bool answered;
};

enum rights_result {
    RIGHTS_HEARD,
    RIGHTS_MALFORMED,
    RIGHTS_NOT_AGREED,
    RIGHTS_NEVER_ASKED,
};

/* Kept in the file `authorization` before it is said. False if an argument cannot be read. */
bool rights_authorize(struct rights *rights, const char *scope, const char *record, const char *wallet,
                      uint64_t amount);
/* What is kept there, once more: the answer must be the same. False if there is nothing. */
bool rights_authorize_again(struct rights *rights);
/* The arguments end with NULL. */
void rights_question(struct rights *rights, char **words);
void rights_free(struct rights *rights);

/* Says the request unless it has been answered. */
void rights_ask(struct rights *rights, struct wire *wire);

bool rights_is_verb(struct view verb);
/*
 * GRANT, DENY, RECALL or ANSWER: `line` is split and its verb is taken, `text` is without LF. A grant is in
 * `grants.log` afterwards. A recall is answered.
 */
enum rights_result rights_take(struct rights *rights, struct view verb, struct line *line, struct view text,
                               struct wire *wire);

#endif
