#include <malloc.h>
#include <sqlite3.h>

/* SQLite counts all its allocations under one lock, unless it is told not to before it is first used. */
static inline int process_without_sqlite_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/* How much freed memory stays with the process instead of going back to the kernel and being asked for again. With this
   the C library no longer learns from what a process frees which pieces are large: that is said as well. */
static inline int process_keep_memory(int bytes, int largeBytes) {
    return mallopt(M_TRIM_THRESHOLD, bytes) && mallopt(M_MMAP_THRESHOLD, largeBytes);
}
