#ifndef LATENCY_TWIN_H
#define LATENCY_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The plain thing that the product's latency is compared with: a line of 200 bytes goes from A through a hub to B
/// over TLS 1.3 (AES-128-GCM, certificates on both sides) on loopback; each hop writes it to an SQLite table of its
/// own, in one transaction, before it passes it on. Three threads, blocking calls, nothing else.
///
/// An identity is a path without its endings: `<identity>.pem` and `<identity>-key.pem`. The folder is empty and is
/// left with three databases.
///
/// @param is_full synchronous=FULL in place of NORMAL.
/// @param nanoseconds receives `count` samples, from before A's transaction to after B's.
/// @param message receives what went wrong.
/// @return false where it did not come to its end.
bool latency_twin(
    const char *hub_identity, const char *a_identity, const char *b_identity, const char *authority,
    const char *folder, bool is_full, uint64_t *nanoseconds, size_t count, size_t warm_up, char *message,
    size_t message_size);

/// From now on this thread's sleeps end when they should, not some 50 µs later.
void latency_sharp_timer(void);

#endif
