#include "core/judge/odd.h"

#include <stdlib.h>

#include "core/judge/core_process.h"
#include "core/judge/look_alike.h"
#include "core/judge/odd_place.h"

static const struct {
    const char *name;
    const char *phrase;
} rules[ODD_RULES] = {
    [ODD_CORE_FOLDER] = {"core-folder", "wrong folder"},
    [ODD_CORE_PARENT] = {"core-parent", "wrong parent"},
    [ODD_CORE_USER] = {"core-user", "wrong user"},
    [ODD_CORE_SESSION] = {"core-session", "wrong session"},
    [ODD_CORE_NUMBER] = {"core-number", "second of its kind"},
    [ODD_CORE_ARGUMENTS] = {"core-arguments", "wrong arguments"},
    [ODD_CORE_PID] = {"core-pid", "wrong PID"},
    [ODD_NAME_ALIKE] = {"name-alike", "look-alike name"},
    [ODD_NAME_MIXED] = {"name-mixed-scripts", "mixed scripts in the name"},
    [ODD_NAME_TURNED] = {"name-direction", "name turns the writing direction"},
    [ODD_NAME_EXTENSION] = {"name-extension", "double extension"},
    [ODD_NAME_SPACES] = {"name-spaces", "odd spaces in the name"},
    [ODD_FROM_TEMP] = {"from-temp", "runs from a temp folder"},
    [ODD_FROM_RECYCLE_BIN] = {"from-recycle-bin", "runs from the recycle bin"},
    [ODD_FROM_STREAM] = {"from-stream", "runs from a stream"},
    [ODD_FROM_SHARE] = {"from-share", "runs from a share"},
    [ODD_IMAGE_GONE] = {"image-gone", "image deleted"},
    [ODD_IMAGE_CHANGED] = {"image-changed", "image changed after the start"},
};

const char *odd_rule_name(enum odd_rule rule)
{
    return rule < ODD_RULES ? rules[rule].name : "";
}

const char *odd_rule_phrase(enum odd_rule rule)
{
    return rule < ODD_RULES ? rules[rule].phrase : "";
}

struct odd_subject odd_subject_of(const struct snapshot *snapshot, uint32_t process)
{
    const struct process_row *row = &snapshot->processes[process];
    return (struct odd_subject){
        .facts = row->facts,
        .parent = row->parent == NO_ROW ? NULL : snapshot->processes[row->parent].facts,
        .parent_kind = (enum parent_kind)row->parent_kind,
    };
}

/* ---- judging ---- */

static uint32_t bit_if(bool odd, enum odd_rule rule)
{
    return odd ? ODD_BIT(rule) : 0;
}

static uint32_t judge_core(const struct core_process *core, const struct odd_machine *machine,
                           const struct odd_subject *subject)
{
    const struct process_facts *facts = subject->facts;
    uint32_t found =
        bit_if(core_folder_differs(core, facts, machine->windows, machine->has_kernel),
               ODD_CORE_FOLDER) |
        bit_if(core_arguments_differ(core, facts, subject->parent), ODD_CORE_ARGUMENTS);
    if (!machine->has_kernel)
        return found;
    return found |
           bit_if(core_parent_differs(core, facts, subject->parent, subject->parent_kind,
                                      machine->windows),
                  ODD_CORE_PARENT) |
           bit_if(core_user_differs(core, facts), ODD_CORE_USER) |
           bit_if(core_session_differs(core, facts), ODD_CORE_SESSION) |
           bit_if(core_pid_differs(core, facts), ODD_CORE_PID);
}

static uint32_t judge_name(struct text name)
{
    bool alike = look_alike_of(name) != NULL;
    return bit_if(alike, ODD_NAME_ALIKE) |
           bit_if(!alike && look_alike_mixes_scripts(name), ODD_NAME_MIXED) |
           bit_if(look_alike_turns(name), ODD_NAME_TURNED) |
           bit_if(look_alike_has_two_extensions(name), ODD_NAME_EXTENSION) |
           bit_if(look_alike_has_odd_spaces(name), ODD_NAME_SPACES);
}

static uint32_t judge_place(const struct text_fact *image)
{
    if (image->state != READ_OK)
        return 0;
    return bit_if(place_is_temp(image->value), ODD_FROM_TEMP) |
           bit_if(place_is_recycle_bin(image->value), ODD_FROM_RECYCLE_BIN) |
           bit_if(place_is_stream(image->value), ODD_FROM_STREAM) |
           bit_if(place_is_share(image->value), ODD_FROM_SHARE);
}

uint32_t odd_judge(const struct odd_machine *machine, const struct odd_subject *subject)
{
    const struct core_process *core = core_process_find(subject->facts->name);
    uint32_t found = judge_place(&subject->facts->image);
    if (core)
        return found | judge_core(core, machine, subject);
    return found | judge_name(subject->facts->name);
}

void odd_judge_image(struct process_odd *odd, moment start, const struct image_file *file)
{
    if (file->state != READ_OK && file->state != READ_GONE)
        return;
    enum image_age age = image_age_of(start, IMAGE_NOW_UNKNOWN, file);
    odd->rules &= ~ODD_IMAGE_RULES;
    odd->rules |= bit_if(file->state == READ_GONE, ODD_IMAGE_GONE);
    odd->image_time = 0;
    if (age == IMAGE_MODIFIED_LATER)
        odd->image_time = file->modified;
    else if (age == IMAGE_CREATED_LATER)
        odd->image_time = file->created;
    odd->rules |= bit_if(odd->image_time != 0, ODD_IMAGE_CHANGED);
}

/* ---- counting ---- */

bool odd_counts(const struct process_facts *facts)
{
    const struct core_process *core = core_process_find(facts->name);
    if (!core)
        return false;
    return core_process_number(core) == CORE_ONE ||
           (core_process_number(core) == CORE_ONE_A_SESSION && facts->session.state == READ_OK);
}

static uint32_t session_of(const struct odd_counted *one)
{
    return core_process_number(one->core) == CORE_ONE ? 0 : one->facts->session.value;
}

static bool are_of_a_kind(const struct odd_counted *a, const struct odd_counted *b)
{
    return a->core == b->core && session_of(a) == session_of(b);
}

static int compare_counted(const void *left, const void *right)
{
    const struct odd_counted *a = left;
    const struct odd_counted *b = right;
    if (a->core != b->core)
        return a->core < b->core ? -1 : 1;
    if (session_of(a) != session_of(b))
        return session_of(a) < session_of(b) ? -1 : 1;
    /* An unknown start behind the known ones. */
    uint64_t first = (uint64_t)a->facts->key.start - 1;
    uint64_t second = (uint64_t)b->facts->key.start - 1;
    if (first != second)
        return first < second ? -1 : 1;
    return a->facts->key.pid < b->facts->key.pid ? -1 : a->facts->key.pid > b->facts->key.pid;
}

void odd_count(struct odd_counted *counted, size_t count,
               void (*tell)(void *context, const struct odd_counted *one,
                            const struct odd_counted *twin),
               void *context)
{
    size_t first = 0;
    for (size_t i = 0; i < count; i++)
        counted[i].core = core_process_find(counted[i].facts->name);
    if (count)
        qsort(counted, count, sizeof *counted, compare_counted);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !are_of_a_kind(&counted[first], &counted[i]))
            first = i;
        tell(context, &counted[i], i == first ? NULL : &counted[first]);
    }
}

/* ---- words ---- */

static void add_named(struct buffer *out, struct text name, uint32_t pid)
{
    if (name.size) {
        buffer_add(out, name);
        buffer_add_byte(out, ' ');
    }
    buffer_add_byte(out, '(');
    buffer_add_unsigned(out, pid);
    buffer_add_byte(out, ')');
}

static void add_user(struct buffer *out, const struct process_facts *facts)
{
    if (facts->user.state != READ_OK || !facts->user.value.size) {
        buffer_add(out, facts->sid.value);
        return;
    }
    if (facts->domain.state == READ_OK && facts->domain.value.size) {
        buffer_add(out, facts->domain.value);
        buffer_add_byte(out, '\\');
    }
    buffer_add(out, facts->user.value);
}

void odd_add_fact(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                  const struct process_odd *odd)
{
    const struct process_facts *facts = subject->facts;
    switch (rule) {
    case ODD_CORE_PARENT:
        add_named(out, subject->parent ? subject->parent->name : (struct text){NULL, 0},
                  facts->parent_pid);
        break;
    case ODD_CORE_USER:
        add_user(out, facts);
        break;
    case ODD_CORE_SESSION:
        buffer_add_unsigned(out, facts->session.value);
        break;
    case ODD_CORE_NUMBER:
        add_named(out, facts->name, odd->twin);
        break;
    case ODD_CORE_ARGUMENTS:
        buffer_add(out, facts->command.value);
        break;
    case ODD_CORE_PID:
        buffer_add_unsigned(out, facts->key.pid);
        break;
    case ODD_NAME_ALIKE: {
        const char *core = look_alike_of(facts->name);
        buffer_add_string(out, core ? core : "");
        break;
    }
    case ODD_NAME_MIXED:
    case ODD_NAME_TURNED:
    case ODD_NAME_EXTENSION:
    case ODD_NAME_SPACES:
        buffer_add(out, facts->name);
        break;
    case ODD_IMAGE_CHANGED:
        moment_add_iso(out, odd->image_time, false);
        break;
    default:
        buffer_add(out, facts->image.value);
        break;
    }
}
