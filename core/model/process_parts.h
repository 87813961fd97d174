/* process_parts: the slow facts of one process: threads, modules, token, environment.
 * They are read when somebody asks (windows/process/parts.h), not with every listing. All of one
 * answer lies in one arena and is read-only once handed out. Each part has a state of its own, and
 * so has every field that the system may refuse. Portable; any thread, while nobody frees it. */
#ifndef STAKEOUT_MODEL_PROCESS_PARTS_H
#define STAKEOUT_MODEL_PROCESS_PARTS_H

#include "core/base/arena.h"
#include "core/model/process.h"

enum process_part {
    PROCESS_THREADS = 1, /* brings the modules along: they say where a thread started */
    PROCESS_MODULES = 2,
    PROCESS_TOKEN = 4,
    PROCESS_ENVIRONMENT = 8,
    PROCESS_ALL_PARTS = 15
};

struct address_fact {
    uint64_t value;
    enum read_state state;
};

struct thread_info {
    uint32_t tid;
    moment created;                   /* 0: unknown; (TID, created) is what a thread is */
    int64_t cpu;                      /* user + kernel, 100 ns */
    struct text_fact name;            /* as the program named it; empty: it did not */
    struct number_fact state;         /* for thread_state_word */
    struct number_fact wait;          /* for thread_wait_word; not applicable unless it waits */
    struct number_fact suspend_count; /* 0: it runs */
    struct address_fact start;        /* where it began, in the process's memory */
    struct text module;               /* file name of the module that holds start; empty: none */
    uint64_t offset;                  /* of start in that module */
};

struct module_info {
    uint64_t base;
    uint64_t size;
    struct text path; /* empty: it is mapped, and nobody could say from where */
};

/* Where the modules were told by. */
enum module_origin {
    MODULES_LISTED, /* the process's own list, which it can rewrite */
    MODULES_MAPPED  /* the images mapped into it, as the system has them */
};

enum group_attribute { /* as the system numbers them */
                       GROUP_MANDATORY = 0x01,
                       GROUP_BY_DEFAULT = 0x02,
                       GROUP_ENABLED = 0x04,
                       GROUP_OWNER = 0x08,
                       GROUP_DENY_ONLY = 0x10,
                       GROUP_INTEGRITY = 0x20,
                       GROUP_LOGON = 0x40000000
};

struct token_group {
    struct text sid;
    struct text_fact name; /* not asked yet: the look-up still hangs; failed: nobody knows it */
    struct text_fact domain;
    uint32_t attributes; /* bits of enum group_attribute */
};

struct token_privilege {
    uint64_t luid; /* for privilege_word */
    bool enabled;
    bool by_default;
};

enum token_elevation { ELEVATION_DEFAULT = 1, ELEVATION_FULL, ELEVATION_LIMITED };

struct token_info {
    struct text_fact user;
    struct text_fact domain;
    struct text_fact sid;
    struct number_fact session;
    struct number_fact elevated;  /* 0 or 1 */
    struct number_fact elevation; /* enum token_elevation */
    struct number_fact integrity; /* for integrity_add */
    struct number_fact virtualization_allowed;
    struct number_fact virtualized;
    struct number_fact app_container; /* 0 or 1 */
    struct text_fact container_sid;   /* not applicable outside one */
    enum read_state groups_state;
    const struct token_group *groups;
    size_t group_count;
    enum read_state privileges_state;
    const struct token_privilege *privileges;
    size_t privilege_count;
};

struct variable {
    struct text name; /* "Path", "=C:" */
    struct text value;
};

struct process_parts {
    struct process_key key;
    struct arena *arena; /* owns all texts and arrays */

    enum read_state threads_state;
    struct thread_info *threads;
    size_t thread_count;

    enum read_state modules_state;
    enum module_origin modules_origin;
    bool modules_cut; /* there were more than anybody would look at */
    const struct module_info *modules;
    size_t module_count;

    enum read_state token_state;
    struct token_info token;

    enum read_state environment_state;
    bool environment_cut; /* the rest could not be read, or was over the ceiling */
    const struct variable *variables;
    size_t variable_count;
};

/* Every part is READ_NOT_YET. Owned: process_parts_free. ceiling: of all it may hold, in bytes. */
enum status process_parts_new(struct process_key key, size_t ceiling, struct process_parts **parts);
void process_parts_free(struct process_parts *parts); /* NULL is fine */
/* None of these parts (enum process_part) can be read, for this reason. */
void process_parts_refuse(struct process_parts *parts, unsigned which, enum read_state why);

/* The module that holds an address, or NULL. */
const struct module_info *process_parts_module_at(const struct process_parts *parts,
                                                  uint64_t address);
/* Tells of each thread in which module it started. */
void process_parts_resolve(struct process_parts *parts);
/* "NAME=value" at its first '=', but for one in front: "=C:=C:\work" has the name "=C:". */
struct variable variable_of(struct text written);

#endif
