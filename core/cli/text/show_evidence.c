#include "core/cli/text/show_evidence.h"

#include "core/case/json_write.h"
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"

#define MEMBERS_MOST ((size_t)1 << 20)

static void add_whom(struct buffer *out, const struct evidence_order *order)
{
    if (order->kind == EVIDENCE_CLOSE) {
        endpoint_add(out, &order->connection->local);
        buffer_add_string(out, " - ");
        endpoint_add(out, &order->connection->remote);
    } else if (order->target.facts && !order->is_module) {
        show_process(out, order->target.facts);
    } else if (order->kind == EVIDENCE_DUMP) {
        buffer_add_string(out, "PID ");
        buffer_add_unsigned(out, order->target.key.pid);
    } else {
        visible_add(out, order->path);
    }
    buffer_add_string(out, ": ");
}

void show_evidence(struct buffer *out, const struct evidence_order *order,
                   const struct evidence_result *result)
{
    add_whom(out, order);
    visible_add(out, buffer_text(&result->words));
    buffer_add_byte(out, '\n');
    if (order->kind == EVIDENCE_CLOSE || result->outcome != EVIDENCE_DONE)
        return;
    buffer_add_string(out, "SHA-256 ");
    evidence_add_sha256(out, &result->piece);
    buffer_add_byte(out, '\n');
}

static void add_event(struct buffer *out, enum evidence_kind kind,
                      const struct evidence_result *result)
{
    struct json_writer json;
    json_begin(&json, out);
    json.comma = true;
    json_open_object(&json, "event");
    json_string(&json, "action", evidence_kind_name(kind));
    json_string(&json, "outcome", evidence_outcome_word(result->outcome));
    json_text(&json, "reason", buffer_text(&result->words));
    json_close_object(&json);
}

void show_evidence_json(struct buffer *out, const struct evidence_order *order,
                        const struct evidence_result *result)
{
    struct buffer members;
    buffer_init(&members, MEMBERS_MOST);
    evidence_add_members(&members, order, result);
    if (members.failed != ST_OK && out->failed == ST_OK)
        out->failed = members.failed;
    buffer_add_byte(out, '{');
    buffer_add(out, buffer_text(&members));
    add_event(out, order->kind, result);
    buffer_add_string(out, "}\n");
    buffer_done(&members);
}

void show_tally(struct buffer *out, const struct evidence_tally *tally)
{
    buffer_add_string(out, "modules: ");
    buffer_add_unsigned(out, tally->copied);
    buffer_add_string(out, " copied, ");
    buffer_add_unsigned(out, tally->known);
    buffer_add_string(out, " stored before, ");
    buffer_add_unsigned(out, tally->system);
    buffer_add_string(out, " of Windows passed over, ");
    buffer_add_unsigned(out, tally->failed);
    buffer_add_string(out, " failed\n");
}

void show_tally_json(struct buffer *out, const struct evidence_tally *tally)
{
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "stakeout");
    json_open_object(&json, "modules");
    json_unsigned(&json, "copied", tally->copied);
    json_unsigned(&json, "stored_before", tally->known);
    json_unsigned(&json, "of_windows", tally->system);
    json_unsigned(&json, "failed", tally->failed);
    json_close_object(&json);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}

/* --- trees --- */

static void add_tree_words(struct buffer *out, const struct tree_fate *fate,
                           const struct evidence_tree_dump *dump)
{
    if (dump->is_tried) {
        buffer_add(out, buffer_text(&dump->result.words));
    } else {
        buffer_add_string(out,
                          fate->fate == FATE_SUSPENDED ? "not dumped" : fate_phrase(fate->fate));
    }
    if (fate->fate == FATE_SURVIVED)
        buffer_add_string(out, "; it could not be suspended, and ran meanwhile");
    if (fate->stays_suspended)
        buffer_add_string(out, "; it could not be resumed, and stays suspended");
    if (fate->found_later)
        buffer_add_string(out, " (started meanwhile)");
}

void show_dumped_tree(struct buffer *out, const struct evidence_tree_result *result)
{
    struct buffer words;
    buffer_init(&words, MEMBERS_MOST);
    for (size_t i = 0; i < result->tree.count; i++) {
        const struct tree_fate *fate = &result->tree.fates[i];
        buffer_clear(&words);
        add_tree_words(&words, fate, &result->dumps[i]);
        visible_add(out, fate->name);
        buffer_add_string(out, " (");
        buffer_add_unsigned(out, fate->key.pid);
        buffer_add_string(out, "): ");
        visible_add(out, buffer_text(&words));
        buffer_add_byte(out, '\n');
    }
    buffer_add_string(out, "dump-tree: ");
    buffer_add_unsigned(out, result->dumped);
    buffer_add_string(out, " dumped, ");
    buffer_add_unsigned(out, result->failed);
    buffer_add_string(out, " not");
    if (result->stuck) {
        buffer_add_string(out, ", ");
        buffer_add_unsigned(out, result->stuck);
        buffer_add_string(out, " could not be resumed");
    }
    buffer_add_string(out, result->cancelled ? "; cancelled\n" : "\n");
    if (words.failed != ST_OK && out->failed == ST_OK)
        out->failed = words.failed;
    buffer_done(&words);
}

/* One that was not dumped, as a dump that failed; nothing of one that was left out. */
static void add_member_json(struct buffer *out, const struct tree_plan *plan,
                            const struct evidence_tree_result *result, size_t place, bool is_full)
{
    const struct tree_fate *fate = &result->tree.fates[place];
    const struct evidence_tree_dump *dump = &result->dumps[place];
    const struct evidence_order order = {
        .kind = EVIDENCE_DUMP,
        .target = {.key = fate->key,
                   .facts = place < plan->count ? plan->members[place].facts : NULL},
        .is_full = is_full,
    };
    struct evidence_result told = {.outcome = EVIDENCE_FAILED};
    struct buffer words;
    buffer_init(&words, MEMBERS_MOST);
    add_tree_words(&words, fate, dump);
    if (dump->is_tried)
        told = dump->result;
    told.words = words; /* lent */
    if (words.failed != ST_OK && out->failed == ST_OK)
        out->failed = words.failed;
    show_evidence_json(out, &order, &told);
    buffer_done(&words);
}

void show_dumped_tree_json(struct buffer *out, const struct tree_plan *plan,
                           const struct evidence_tree_result *result, bool is_full)
{
    for (size_t i = 0; i < result->tree.count; i++)
        if (result->tree.fates[i].fate != FATE_LEFT_OUT)
            add_member_json(out, plan, result, i, is_full);
}

void show_progress(struct buffer *out, uint64_t done, uint64_t total)
{
    if (!total) {
        buffer_add_unsigned(out, done >> 20);
        buffer_add_string(out, " MiB");
        return;
    }
    if (done > total)
        done = total;
    buffer_add_unsigned(out, total > UINT64_MAX / 100 ? done / (total / 100) : done * 100 / total);
    buffer_add_string(out, " %");
}
