/* handle_row: one thing that a process has: an open handle, a loaded module, its image, its command
 * line. What a search for "who holds it?" yields, and how a row is compared with a term.
 * A handle without a name is a row, too, and says why it has none. Portable; any thread. */
#ifndef STAKEOUT_FIND_HANDLE_ROW_H
#define STAKEOUT_FIND_HANDLE_ROW_H

#include "core/model/process.h"

enum handle_kind { HANDLE_OPEN, HANDLE_MODULE, HANDLE_IMAGE, HANDLE_COMMAND, HANDLE_KINDS };

/* Whether the name stands in the row, and why not. */
enum handle_naming {
    HANDLE_NAMED,
    HANDLE_NAMELESS,       /* it was asked, and the object has no name */
    HANDLE_NOT_OPENED,     /* the process may not be opened for it: `why` */
    HANDLE_OTHER_PROCESS,  /* its PID had come to be another's when it was opened */
    HANDLE_NOT_DUPLICATED, /* the system refuses a copy of this handle: `why` */
    HANDLE_NOT_READ,       /* there is a copy, and it does not tell its name: `why` */
    HANDLE_HANGS,          /* the question for its name has not come back */
    HANDLE_NOT_ASKED,      /* too many questions hang already */
    HANDLE_NAMINGS
};

struct handle_row {
    enum handle_kind kind;
    struct process_key process; /* start 0: not known */
    struct text process_name;
    uint64_t value;   /* of the handle in its process; of a module its base */
    uint32_t access;  /* granted, as the system numbers rights; of a handle only */
    uint16_t number;  /* of the type, as this system numbers them; of a handle only */
    struct text type; /* "File", "Key"; empty: this system does not tell */
    struct text name; /* "C:\…", "HKLM\…", else as the object manager has it; a path; a command */
    enum handle_naming naming;
    enum read_state why;
};

/* What a finder of rows hands over: each row is borrowed until it returns. False: it has enough. */
struct handle_sink {
    bool (*row)(void *context, const struct handle_row *row);
    void *context; /* borrowed */
};

/* "module"; for a handle "handle". Static storage. */
const char *handle_kind_word(enum handle_kind kind);
/* "the process can't be opened", ""; static storage. */
const char *handle_naming_phrase(enum handle_naming naming);

#endif
