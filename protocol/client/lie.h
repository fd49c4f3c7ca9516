#ifndef BRANCHLINE_LIE_H
#define BRANCHLINE_LIE_H

#include "session.h"

#include <stdio.h>

/* Breaks one rule and prints the hub's ERROR. Exit statuses, as described in README.md. */
int lie(struct session *session, const char *kind);
void lie_print_kinds(FILE *file);

#endif
