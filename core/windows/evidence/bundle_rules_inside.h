/* bundle_rules_inside: what the files that follow the user's rules share. Nobody else's. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_RULES_INSIDE_H
#define STAKEOUT_WINDOWS_BUNDLE_RULES_INSIDE_H

#include "core/evidence/expand.h"
#include "core/windows/evidence/bundle_parts_inside.h"

#define RULE_PATH_CEILING ((size_t)1 << 20)

/* One part's way through all rules. */
struct rule_round {
    const struct bundle_machine *machine;
    struct registry_calls calls;
    struct bundle_out *out;
    struct bundle_index *index; /* of the part with copies, else NULL */
    struct progress progress;   /* only its cancel is heard */
    struct expand_world world;
    const struct rule *rule;
    const struct rule_source *source;
    const struct rule_item *item;
    uint64_t found; /* for this text of an item */
    uint64_t files;
    uint64_t entries;
    unsigned depth;
    bool cut;
    struct buffer path;
    struct buffer text;
    enum status status;
};

/* False after a cancel, or where nothing more can be written. */
bool rule_goes_on(struct rule_round *round);
bool rule_keep(struct rule_round *round, enum status status);
/* "rule":{…} in the object "stakeout". */
void rule_add(struct rule_round *round, struct json_writer *json);
/* A row that says why there is none, which counts as lost. */
void rule_add_reason(struct rule_round *round, const char *reason, struct text what);
/* A row that says that it is not on this machine, which is no loss. */
void rule_add_absence(struct rule_round *round, const char *reason, struct text what);
/* So many could not be had, and their rows say why. */
void rule_lost(struct rule_round *round);

/* What is done with a text whose variables are expanded; false: no more of them. */
bool rule_take_file(void *context, struct text path); /* of a file that was found */
bool rule_take_command(void *context, struct text program);

#endif
