/* firewall_rule: a rule of the Windows firewall as the registry has it
 * ("v2.10|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=80|App=C:\a.exe|Name=b|", MS-FASP 2.2),
 * as members of a row. Fields that may stand several times are arrays; those that are not known are
 * in "other" as they stand. Portable; any thread. */
#ifndef STAKEOUT_EVIDENCE_FIREWALL_RULE_H
#define STAKEOUT_EVIDENCE_FIREWALL_RULE_H

#include "core/case/json_write.h"

/* False: it is no rule (it does not begin with a version), and nothing is written. */
bool firewall_rule_add(struct json_writer *json, struct text rule);
/* The value of a field that stands once, such as "App"; empty where it has none. */
struct text firewall_rule_field(struct text rule, struct text name);

#endif
