/* import_rule: one rule of Suricata or Snort, taken apart; inside the importer only. All texts are
 * borrowed from the rule. */
#ifndef STAKEOUT_WATCH_IMPORT_RULE_H
#define STAKEOUT_WATCH_IMPORT_RULE_H

#include "core/base/buffer.h"

enum rule_direction { RULE_TO, RULE_BOTH };

struct rule {
    struct text action;
    struct text protocol;
    struct text source; /* empty where the rule has no header but its options (Snort 3) */
    struct text source_port;
    struct text target;
    struct text target_port;
    enum rule_direction direction;
    struct text options; /* between the brackets */
};

/* False where it is no rule. */
bool rule_parse(struct text written, struct rule *rule);

/* The next option off *rest: "name" or "name:value", the value as it is written. False at the end.
 */
bool rule_next_option(struct text *rest, struct text *name, struct text *value);

/* The next address or port off a list ("[a,!b,[c,d]]", or one alone). `excluded`: it, or a list
 * that it is in, is negated an odd number of times. False at the end, and where lists lie too deep.
 */
struct rule_list {
    struct text rest;
    unsigned depth;
    uint32_t negated; /* a bit for each depth */
};
void rule_list_begin(struct rule_list *list, struct text written);
bool rule_list_next(struct rule_list *list, struct text *item, bool *excluded);

/* What a value in quotes stands for: \" \\ \; \: and bytes in hexadecimal, "|2e 0d|". False where
 * it is malformed. */
bool rule_unquote(struct text value, struct buffer *out);

#endif
