/* rule: what a user wants collected besides, in files of rules.
 * Their form is the one of OpenForensicRules and of ForensicArtifacts: YAML documents with name,
 * doc, author, version, urls and sources; each source has a type, attributes and supported_os.
 * Everything lies in the caller's arena; texts are as the file has them, with their variables and
 * globs (evidence/expand.h, evidence/glob.h). */
#ifndef STAKEOUT_EVIDENCE_RULE_H
#define STAKEOUT_EVIDENCE_RULE_H

#include "core/base/yaml_read.h"

enum rule_kind {
    RULE_FILE,    /* items: paths of files, to be copied */
    RULE_PATH,    /* items: paths of folders, to be listed */
    RULE_KEY,     /* items: keys of the registry */
    RULE_VALUE,   /* items: a key, and in `second` the name of a value */
    RULE_COMMAND, /* items: the program, then its arguments */
    RULE_WMI,     /* items: one query, and in `second` the namespace, which may be empty */
    RULE_GROUP,   /* items: names of other rules */
    RULE_OTHER    /* a type that is not known; no items */
};

struct rule_item {
    struct text first;
    struct text second;
    struct rule_item *next;
};

struct rule_source {
    enum rule_kind kind;
    struct text type; /* as written: "REGISTRY_KEY" */
    bool on_windows;  /* neither it nor its rule is for other systems only */
    uint32_t line;
    struct rule_item *items;
    struct rule_source *next;
};

struct rule {
    struct text file; /* as the caller calls it */
    struct text name;
    struct text doc;
    struct text author;
    struct text version;
    struct rule_source *sources;
    struct rule *next;
};

/* Appends the rules of one file to the list that begins at *rules. ST_INVALID, ST_TOO_LARGE: it is
 * no such file; *problem says where and why ("line 3: a rule without a name"), and the list is as
 * it was. ST_NO_MEMORY. */
enum status rule_read(struct text content, struct text file, struct arena *arena,
                      struct rule **rules, struct buffer *problem);

#endif
