/* source: where observations come from: the live machine, a recording, a script in a test.
 * One thread at a time drives a source. Tables are the source's own memory, borrowed until the next
 * call of the same function. A source decides nothing: it tells what the system says. */
#ifndef STAKEOUT_MODEL_SOURCE_H
#define STAKEOUT_MODEL_SOURCE_H

#include "core/model/connection.h"
#include "core/model/image_file.h"

/* One process as a listing tells of it. */
struct process_seen {
    struct process_key key;
    uint32_t parent_pid;
    uint32_t threads;
    int64_t cpu;      /* user + kernel time so far, 100 ns; -1 unknown */
    struct text name; /* borrowed with the table */
    bool suspended;   /* all threads are suspended, where the listing tells */
};

struct process_table {
    const struct process_seen *rows;
    size_t count;
};

/* The transports of a machine are asked separately and can fail separately. A part that could not
 * be read keeps its previous rows in the table and is marked stale. */
enum connection_part { PART_TCP4, PART_TCP6, PART_UDP4, PART_UDP6, PART_COUNT };

struct connection_table {
    const struct connection_seen *rows; /* all parts, in any order */
    size_t count;
    bool stale[PART_COUNT];
    enum status why[PART_COUNT]; /* ST_OK where fresh */
};

struct process_exit {
    moment when; /* 0 unknown */
    uint32_t code;
    enum read_state code_state;
};

/* A name that this machine itself has resolved (DNS client cache, hosts file). */
struct name_seen {
    struct text name; /* lower case, no dot at the end */
    struct address address;
};

/* state says why the cache could not be read; there may be rows all the same (the hosts file's). */
struct name_table {
    const struct name_seen *rows;
    size_t count;
    enum read_state state;
};

/* What was found of the file of a process's image, some time after the process was told of. */
struct image_seen {
    struct process_key key;
    struct image_file file;
};

struct image_table {
    const struct image_seen *rows;
    size_t count;
};

struct source;

struct source_class {
    /* All processes. On failure the history keeps what it has. */
    enum status (*processes)(struct source *source, struct process_table *table);
    /* All connections; parts that failed are stale. Fails only when nothing at all can be told. */
    enum status (*connections)(struct source *source, struct connection_table *table);
    /* One process by its PID, at once and without a full listing; *row's name is borrowed until the
     * next call. ST_GONE when the system knows nothing of it any more; one that has just ended may
     * still be told of, and the next listing ends it. */
    enum status (*find)(struct source *source, uint32_t pid, struct process_seen *row);
    /* The facts of a process that was just seen, asked once. A field that cannot be read says why;
     * the call fails only for want of memory. Owned by the caller: process_facts_release. */
    enum status (*facts)(struct source *source, const struct process_seen *row,
                         const struct process_facts **facts);
    /* Asked once after a process vanished from the listing; the source lets go of what it held of
     * it (its handle). Unknown keys give ST_NOT_FOUND. */
    enum status (*ended)(struct source *source, struct process_key key, struct process_exit *exit);
    /* Whether a listed process has in truth ended (its handle is signalled). Cheap. */
    bool (*has_ended)(struct source *source, struct process_key key);
    /* What the machine has resolved so far, without asking the network. */
    enum status (*names)(struct source *source, struct name_table *table);
    /* What was found of images since the last call. Looking at a file may take long, so it is done
     * meanwhile: for each process once when its facts were asked, and now and then again. Waits up
     * to `wait_ms` for the first look at those that had none. */
    enum status (*images)(struct source *source, uint32_t wait_ms, struct image_table *table);
    /* The folder of the system, "C:\Windows"; empty: unknown. Lives as long as the source. */
    struct text (*windows)(struct source *source);
    void (*free)(struct source *source);
};

/* First member of every source. */
struct source {
    const struct source_class *class;
};

static inline enum status source_processes(struct source *source, struct process_table *table)
{
    return source->class->processes(source, table);
}

static inline enum status source_connections(struct source *source, struct connection_table *table)
{
    return source->class->connections(source, table);
}

static inline enum status source_find(struct source *source, uint32_t pid, struct process_seen *row)
{
    return source->class->find(source, pid, row);
}

static inline enum status source_facts(struct source *source, const struct process_seen *row,
                                       const struct process_facts **facts)
{
    return source->class->facts(source, row, facts);
}

static inline enum status source_ended(struct source *source, struct process_key key,
                                       struct process_exit *exit)
{
    return source->class->ended(source, key, exit);
}

static inline bool source_has_ended(struct source *source, struct process_key key)
{
    return source->class->has_ended(source, key);
}

static inline enum status source_names(struct source *source, struct name_table *table)
{
    return source->class->names(source, table);
}

static inline enum status source_images(struct source *source, uint32_t wait_ms,
                                        struct image_table *table)
{
    return source->class->images(source, wait_ms, table);
}

static inline struct text source_windows(struct source *source)
{
    return source->class->windows(source);
}

static inline void source_free(struct source *source)
{
    if (source)
        source->class->free(source);
}

#endif
