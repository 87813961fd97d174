#include "core/evidence/firewall_rule.h"

static const struct {
    const char *field;
    const char *member;
} single[] = {
    {"Action", "action"},     {"Active", "active"},        {"Dir", "direction"},
    {"Protocol", "protocol"}, {"App", "application"},      {"Svc", "service"},
    {"Name", "name"},         {"Desc", "description"},     {"EmbedCtxt", "group"},
    {"Edge", "edge"},         {"AppPkgId", "package_sid"}, {"LUOwn", "owner_sid"},
};

/* LPort2_10 is a range of ports, RA42 an address of IPv4, and so on: each has its own name. */
static const struct {
    const char *start;
    const char *member;
} several[] = {
    {"LPort", "local_ports"},   {"RPort", "remote_ports"}, {"LA", "local_addresses"},
    {"RA", "remote_addresses"}, {"Profile", "profiles"},   {"IF", "interfaces"},
    {"ICMP", "icmp"},
};

#define SINGLE (sizeof single / sizeof *single)
#define SEVERAL (sizeof several / sizeof *several)

/* The next "name=value" behind *at; false at the end. */
static bool next_field(struct text rule, size_t *at, struct text *name, struct text *value)
{
    while (*at < rule.size) {
        struct text rest = text_slice(rule, *at, rule.size - *at);
        size_t size = text_find(rest, text_of("|"));
        struct text field = text_slice(rest, 0, size == SIZE_MAX ? rest.size : size);
        size_t sign = text_find(field, text_of("="));
        *at += field.size + 1;
        if (!field.size)
            continue;
        *name = text_slice(field, 0, sign == SIZE_MAX ? field.size : sign);
        *value =
            sign == SIZE_MAX ? text_of("") : text_slice(field, sign + 1, field.size - sign - 1);
        return true;
    }
    return false;
}

struct text firewall_rule_field(struct text rule, struct text name)
{
    struct text found;
    struct text value;
    size_t at = 0;

    while (next_field(rule, &at, &found, &value))
        if (text_equal_nocase(found, name))
            return value;
    return text_of("");
}

static size_t kind_of(struct text name)
{
    for (size_t i = 0; i < SINGLE; i++)
        if (text_equal_nocase(name, text_from(single[i].field)))
            return i;
    for (size_t i = 0; i < SEVERAL; i++)
        if (text_starts_nocase(name, text_from(several[i].start)))
            return SINGLE + i;
    return SINGLE + SEVERAL;
}

static void add_several(struct json_writer *json, struct text rule, size_t kind, const char *member)
{
    struct text name;
    struct text value;
    size_t at = 0;
    bool open = false;

    (void)next_field(rule, &at, &name, &value); /* the version */
    while (next_field(rule, &at, &name, &value)) {
        if (kind_of(name) != kind)
            continue;
        if (!open)
            json_open_array(json, member);
        open = true;
        if (kind == SINGLE + SEVERAL)
            value = text_slice(name, 0, name.size + (value.size ? 1 + value.size : 0));
        json_text(json, NULL, value);
    }
    if (open)
        json_close_array(json);
}

bool firewall_rule_add(struct json_writer *json, struct text rule)
{
    struct text version;
    struct text value;
    size_t at = 0;

    if (!next_field(rule, &at, &version, &value) || value.size || version.size < 2 ||
        version.bytes[0] != 'v')
        return false;
    json_text(json, "version", text_slice(version, 1, version.size - 1));
    for (size_t i = 0; i < SINGLE; i++) {
        value = firewall_rule_field(rule, text_from(single[i].field));
        if (value.size)
            json_text(json, single[i].member, value);
    }
    for (size_t i = 0; i < SEVERAL; i++)
        add_several(json, rule, SINGLE + i, several[i].member);
    add_several(json, rule, SINGLE + SEVERAL, "other");
    return true;
}
