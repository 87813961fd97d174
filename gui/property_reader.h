/* property_reader: the slow facts of a process, asked for beside the window's thread.
 * What is asked is a table of functions, so that tests show a made-up machine; the live one asks
 * the engine. A job is one question and its answer, the worker's while it runs and the window's
 * afterwards. */
#ifndef STAKEOUT_GUI_PROPERTY_READER_H
#define STAKEOUT_GUI_PROPERTY_READER_H

#include <windows.h>

#include "core/act/thread_deed.h"
#include "core/base/progress.h"
#include "core/model/file_facts.h"
#include "gui/worker.h"

/* Called on any thread, on several at a time. */
struct property_reader {
    /* As parts_read of core/windows/process/parts.h. */
    enum status (*parts)(void *context, struct process_key key, unsigned which,
                         struct process_parts **parts);
    /* As file_facts_read of core/windows/file/file_facts.h. */
    enum status (*file)(void *context, struct text path, unsigned parts, struct progress *progress,
                        struct file_facts **facts);
    /* As thread_deed_do, with tools of its own. */
    void (*act)(void *context, const struct act_log *log, enum thread_deed deed,
                const struct thread_target *target, const struct thread_listener *listener,
                struct thread_report *report);
    void *context; /* borrowed */
};

/* Static. */
const struct property_reader *property_reader_live(void);

struct property_job {
    const struct property_reader *reader; /* borrowed, static */
    struct process_key key;
    unsigned which;      /* enum process_part; 0: the file is asked */
    unsigned file_parts; /* enum file_part */
    struct buffer path;  /* of the file */
    struct progress progress;
    struct process_parts *parts; /* owned; NULL: there was no memory */
    struct file_facts *file;     /* owned; likewise */
};

/* Starts to read; `message` is posted when it is done. parts: enum process_part. NULL: no memory.
 */
struct worker *property_reader_parts(const struct property_reader *reader, struct process_key key,
                                     unsigned parts, HWND window, UINT message);
struct worker *property_reader_file(const struct property_reader *reader, struct text path,
                                    unsigned parts, HWND window, UINT message);
/* What a worker of the two works on. */
struct property_job *property_reader_job(const struct worker *worker);

#endif
