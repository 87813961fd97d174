#include "core/act/trap.h"

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/base/refs.h"

#define RULES_CEILING ((size_t)16 << 20)
#define LINE_CEILING ((size_t)1 << 20)
#define CAUGHT_MOST 4096u /* processes that are remembered; the oldest are forgotten */
#define TREE_LOOKS 16u    /* for those that start while others are being suspended */
#define TREE_MOST 4096u

/* --- words --- */

static const struct {
    const char *word;
    unsigned what;
} words_of_what[] = {
    {"record", 0},
    {"dump", TRAP_DUMP},
    {"sample", TRAP_SAMPLE},
    {"suspend", TRAP_SUSPEND},
    {"suspend-tree", TRAP_SUSPEND | TRAP_TREE},
};

#define WORD_COUNT (sizeof(words_of_what) / sizeof(words_of_what[0]))

static bool take_word(struct text word, unsigned *what)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (!text_equal(word, text_from(words_of_what[i].word)))
            continue;
        *what |= words_of_what[i].what;
        return true;
    }
    return false;
}

bool trap_parse(struct text words, unsigned *what, struct text *unknown)
{
    unsigned read = 0;
    for (size_t from = 0; from <= words.size;) {
        struct text rest = text_slice(words, from, words.size - from);
        size_t comma = text_find(rest, text_of(","));
        struct text word = text_trim(text_slice(rest, 0, comma == SIZE_MAX ? rest.size : comma));
        if (!take_word(word, &read)) {
            *unknown = word;
            return false;
        }
        from += comma == SIZE_MAX ? rest.size + 1 : comma + 1;
    }
    *what = read;
    return true;
}

void trap_add_words(struct buffer *out, unsigned what)
{
    buffer_add_string(out, "record");
    if (what & TRAP_DUMP)
        buffer_add_string(out, ",dump");
    if (what & TRAP_SAMPLE)
        buffer_add_string(out, ",sample");
    if (what & TRAP_TREE)
        buffer_add_string(out, ",suspend-tree");
    else if (what & TRAP_SUSPEND)
        buffer_add_string(out, ",suspend");
}

/* --- rules --- */

struct trap_rules {
    struct refs refs;
    struct arena *arena;
    struct trap_setting setting; /* in the arena */
};

static bool copy_setting(struct trap_rules *rules, const struct trap_setting *from)
{
    struct trap_setting *to = &rules->setting;
    struct text *never = arena_take(rules->arena, (from->never_count + 1) * sizeof *never);
    struct trap_exception *exceptions =
        arena_take(rules->arena, (from->exception_count + 1) * sizeof *exceptions);
    bool failed = !never || !exceptions;
    *to = *from;
    for (size_t i = 0; !failed && i < from->never_count; i++)
        never[i] = arena_copy(rules->arena, from->never[i], &failed);
    for (size_t i = 0; !failed && i < from->exception_count; i++) {
        exceptions[i].of = arena_copy(rules->arena, from->exceptions[i].of, &failed);
        exceptions[i].what = from->exceptions[i].what;
    }
    to->never = never;
    to->exceptions = exceptions;
    return !failed;
}

enum status trap_rules_new(const struct trap_setting *setting, struct trap_rules **rules)
{
    struct trap_rules *made = memory_take(sizeof *made);
    if (!made)
        return ST_NO_MEMORY;
    refs_init(&made->refs);
    made->arena = arena_new(RULES_CEILING);
    if (!made->arena || !copy_setting(made, setting)) {
        trap_rules_release(made);
        return ST_NO_MEMORY;
    }
    *rules = made;
    return ST_OK;
}

struct trap_rules *trap_rules_retain(struct trap_rules *rules)
{
    refs_retain(&rules->refs);
    return rules;
}

void trap_rules_release(struct trap_rules *rules)
{
    if (!rules || !refs_release(&rules->refs))
        return;
    arena_free(rules->arena);
    memory_give(rules);
}

/* What is said of one indicator counts before what is said of its list. */
unsigned trap_rules_of(const struct trap_rules *rules, const struct hit *hit)
{
    const struct trap_setting *setting = &rules->setting;
    for (size_t i = 0; i < setting->exception_count; i++)
        if (text_equal(setting->exceptions[i].of, hit->indicator) ||
            text_equal(setting->exceptions[i].of, hit->origin.written))
            return setting->exceptions[i].what;
    for (size_t i = 0; i < setting->exception_count; i++)
        if (hit->origin.file.size && text_equal(setting->exceptions[i].of, hit->origin.file))
            return setting->exceptions[i].what;
    return setting->what;
}

static bool is_spared(const struct trap_rules *rules, struct text name)
{
    for (size_t i = 0; i < rules->setting.never_count; i++)
        if (text_equal_nocase(rules->setting.never[i], name))
            return true;
    return false;
}

/* --- the trap --- */

struct caught {
    struct process_key key;
    unsigned what; /* that was tried */
};

struct trap {
    struct trap_setup setup;
    struct process_key *own_line;
    struct caught *caught; /* a ring */
    size_t caught_count;
    size_t caught_next;
};

enum status trap_new(const struct trap_setup *setup, struct trap **trap)
{
    struct trap *made = memory_take(sizeof *made);
    if (!made)
        return ST_NO_MEMORY;
    made->setup = *setup;
    made->own_line = memory_take_array(setup->own_line_count + 1, sizeof *made->own_line);
    made->caught = memory_take_array(CAUGHT_MOST, sizeof *made->caught);
    if (!made->own_line || !made->caught) {
        trap_free(made);
        return ST_NO_MEMORY;
    }
    for (size_t i = 0; i < setup->own_line_count; i++)
        made->own_line[i] = setup->own_line[i];
    *trap = made;
    return ST_OK;
}

void trap_free(struct trap *trap)
{
    if (!trap)
        return;
    memory_give(trap->caught);
    memory_give(trap->own_line);
    memory_give(trap);
}

static void tell(const struct trap *trap, const struct trap_news *news)
{
    if (trap->setup.told)
        trap->setup.told(trap->setup.context, news);
}

static bool is_own_line(const struct trap *trap, struct process_key key)
{
    for (size_t i = 0; i < trap->setup.own_line_count; i++)
        if (process_key_equal(trap->own_line[i], key))
            return true;
    return false;
}

/* Why it is not suspended; NULL: it may be. */
static const char *bar_of(const struct trap *trap, const struct trap_rules *rules,
                          const struct process_facts *facts, enum act_kind kind)
{
    if (is_spared(rules, facts->name))
        return "it is on the list of those that are never suspended";
    struct process_key self =
        trap->setup.own_line_count ? trap->own_line[0] : (struct process_key){.pid = 0};
    struct verdict verdict = rails_judge_facts(facts, is_own_line(trap, facts->key), self, kind);
    return verdict.rail == RAIL_FREE ? NULL : guard_phrase(verdict.guard);
}

/* What was tried with this process before; and remembers that this is, now. */
static unsigned remember(struct trap *trap, struct process_key key, unsigned what)
{
    for (size_t i = 0; i < trap->caught_count; i++) {
        struct caught *caught = &trap->caught[i];
        if (!process_key_equal(caught->key, key))
            continue;
        unsigned before = caught->what;
        caught->what |= what;
        return before;
    }
    trap->caught[trap->caught_next] = (struct caught){key, what};
    trap->caught_next = (trap->caught_next + 1) % CAUGHT_MOST;
    trap->caught_count += trap->caught_count < CAUGHT_MOST;
    return 0;
}

/* One that was suspended and not resumed since needs no second count. */
static bool stands_still(struct hand *hand, struct process_key key)
{
    struct failure failure = {.status = ST_OK};
    struct grip_look look = {.counts = READ_NOT_YET};
    struct grip *grip = NULL;
    if (hand->class->hold(hand, key, GRIP_LOOK, &grip, &failure) == ST_OK)
        hand->class->look(hand, grip, &look);
    hand_release(hand, grip);
    return look.counts == READ_OK && !look.ended && look.threads && look.suspended == look.threads;
}

static void tell_bar(const struct trap *trap, unsigned step, uint64_t hit,
                     const struct process_facts *facts, const char *why)
{
    struct buffer words;
    buffer_init(&words, LINE_CEILING);
    buffer_add_string(&words, "not suspended: ");
    buffer_add_string(&words, why);
    const struct trap_news news = {.step = step,
                                   .hit = hit,
                                   .key = facts->key,
                                   .name = facts->name,
                                   .latency = -1,
                                   .words = buffer_text(&words)};
    tell(trap, &news);
    buffer_done(&words);
}

static bool suspend(struct trap *trap, struct hand *hand, unsigned step,
                    const struct deed_target *target, struct text name)
{
    struct deed_result result;
    struct buffer words;
    buffer_init(&words, LINE_CEILING);
    deed_do(hand, trap->setup.log, ACT_SUSPEND, target, &result);
    deed_add_outcome(&words, ACT_SUSPEND, &result);
    const struct trap_news news = {
        .step = step,
        .hit = target->cause->hit,
        .key = target->key,
        .name = name,
        .done = deed_succeeded(ACT_SUSPEND, result.outcome),
        .latency = step == TRAP_SUSPEND ? result.latency : -1,
        .words = buffer_text(&words),
    };
    tell(trap, &news);
    buffer_done(&words);
    /* Where it can't be read what came of it the system's word is all there is. */
    return news.done || result.outcome == DEED_UNSEEN || result.outcome == DEED_PARTLY;
}

unsigned trap_catch(struct trap *trap, const struct trap_rules *rules, const struct hit *hit)
{
    unsigned what = trap_rules_of(rules, hit);
    const struct process_facts *facts = hit->process;
    if (!what || !facts || !facts->key.pid)
        return 0;
    unsigned before = remember(trap, facts->key, what);
    if (!rules->setting.each_time)
        what &= ~before;
    else if (what & before & TRAP_SUSPEND && stands_still(trap->setup.hand, facts->key))
        what &= ~(unsigned)(TRAP_SUSPEND | TRAP_TREE);
    if (!(what & TRAP_SUSPEND))
        return what & ~(unsigned)TRAP_TREE;
    enum act_kind kind = what & TRAP_TREE ? ACT_SUSPEND_TREE : ACT_SUSPEND;
    const char *bar = bar_of(trap, rules, facts, kind);
    if (bar) {
        tell_bar(trap, TRAP_SUSPEND, hit->number, facts, bar);
        return what & (TRAP_DUMP | TRAP_SAMPLE);
    }
    struct hand *hand = trap->setup.hand;
    const struct deed_cause cause = {
        .hit = hit->number,
        .since = hand->class->ticks(hand) -
                 (trap->setup.clock.now(trap->setup.clock.context) - hit->when),
    };
    const struct deed_target target = {.key = facts->key, .facts = facts, .cause = &cause};
    bool suspended = suspend(trap, hand, TRAP_SUSPEND, &target, facts->name);
    what &= ~(unsigned)TRAP_SUSPEND;
    return suspended ? what : what & ~(unsigned)TRAP_TREE;
}

/* --- the tree --- */

struct tree {
    struct process_key *keys; /* those that were looked at; a child of the suspended ones belongs */
    bool *suspended;
    size_t count;
};

static bool knows(const struct tree *tree, struct process_key key)
{
    for (size_t i = 0; i < tree->count; i++)
        if (process_key_equal(tree->keys[i], key))
            return true;
    return false;
}

static bool is_below(const struct tree *tree, const struct process_seen *row)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->suspended[i] && tree->keys[i].pid == row->parent_pid && row->key.start &&
            tree->keys[i].start <= row->key.start)
            return true;
    return false;
}

/* A listing tells no more than the name; a critical one is asked for. */
static const char *bar_of_child(struct trap *trap, const struct trap_rules *rules,
                                const struct process_facts *facts)
{
    struct hand *hand = trap->setup.slow_hand;
    struct failure failure = {.status = ST_OK};
    struct grip *grip = NULL;
    bool critical = false;
    if (hand->class->hold(hand, facts->key, GRIP_LOOK, &grip, &failure) == ST_OK)
        (void)hand->class->critical(hand, grip, &critical);
    hand_release(hand, grip);
    return critical ? guard_phrase(GUARD_CRITICAL) : bar_of(trap, rules, facts, ACT_SUSPEND);
}

static void take_child(struct trap *trap, const struct trap_rules *rules, const struct hit *hit,
                       const struct process_seen *row, struct tree *tree)
{
    const struct process_facts facts = {.key = row->key,
                                        .name = row->name,
                                        .image.state = READ_NOT_YET,
                                        .critical.state = READ_NOT_YET,
                                        .protection.state = READ_NOT_YET};
    const struct deed_cause cause = {.hit = hit->number};
    const struct deed_target target = {.key = row->key, .cause = &cause};
    const char *bar = bar_of_child(trap, rules, &facts);
    bool suspended = false;
    if (bar)
        tell_bar(trap, TRAP_TREE, hit->number, &facts, bar);
    else
        suspended = suspend(trap, trap->setup.slow_hand, TRAP_TREE, &target, row->name);
    tree->keys[tree->count] = row->key;
    tree->suspended[tree->count++] = suspended;
}

/* True: it found somebody new. */
static bool look_below(struct trap *trap, const struct trap_rules *rules, const struct hit *hit,
                       struct tree *tree, struct arena *arena)
{
    struct hand *hand = trap->setup.slow_hand;
    struct process_table table;
    struct failure failure = {.status = ST_OK};
    size_t before = tree->count;
    if (hand->class->list(hand, &table, &failure) != ST_OK)
        return false;
    /* The table is the hand's, and is gone with its next use: what belongs is copied first. */
    struct process_seen *rows = arena_take(arena, (table.count + 1) * sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; rows && i < table.count; i++) {
        if (!is_below(tree, &table.rows[i]) || knows(tree, table.rows[i].key))
            continue;
        rows[count] = table.rows[i];
        rows[count++].name = arena_copy(arena, table.rows[i].name, NULL);
    }
    for (size_t i = 0; i < count && tree->count < TREE_MOST; i++)
        take_child(trap, rules, hit, &rows[i], tree);
    return tree->count > before;
}

static void suspend_below(struct trap *trap, const struct trap_rules *rules, const struct hit *hit)
{
    struct arena *arena = arena_new(RULES_CEILING);
    struct tree tree = {.keys = memory_take_array(TREE_MOST, sizeof *tree.keys),
                        .suspended = memory_take_array(TREE_MOST, sizeof *tree.suspended)};
    if (arena && tree.keys && tree.suspended) {
        tree.keys[0] = hit->process->key;
        tree.suspended[0] = true;
        tree.count = 1;
        for (unsigned look = 0; look < TREE_LOOKS; look++)
            if (!look_below(trap, rules, hit, &tree, arena))
                break;
    }
    memory_give(tree.suspended);
    memory_give(tree.keys);
    arena_free(arena);
}

/* --- dump and sample --- */

static void take_evidence(struct trap *trap, const struct hit *hit, unsigned step,
                          const struct evidence_order *order, struct progress *progress)
{
    struct evidence_result result;
    evidence_do(trap->setup.means, trap->setup.log, order, progress, &result);
    const struct trap_news news = {.step = step,
                                   .hit = hit->number,
                                   .key = hit->process->key,
                                   .name = hit->process->name,
                                   .done = result.outcome == EVIDENCE_DONE,
                                   .latency = -1,
                                   .words = buffer_text(&result.words)};
    tell(trap, &news);
    evidence_result_done(&result);
}

static void take_sample(struct trap *trap, const struct hit *hit, struct progress *progress)
{
    const struct process_facts *facts = hit->process;
    const struct evidence_order order = {.kind = EVIDENCE_SAMPLE,
                                         .target = {.key = facts->key, .facts = facts},
                                         .name = facts->name,
                                         .path = facts->image.value};
    if (facts->image.state == READ_OK && facts->image.value.size) {
        take_evidence(trap, hit, TRAP_SAMPLE, &order, progress);
        return;
    }
    const struct trap_news news = {.step = TRAP_SAMPLE,
                                   .hit = hit->number,
                                   .key = facts->key,
                                   .name = facts->name,
                                   .latency = -1,
                                   .words = text_of("not copied: where its file is could not be "
                                                    "read")};
    tell(trap, &news);
}

void trap_follow(struct trap *trap, const struct trap_rules *rules, const struct hit *hit,
                 unsigned what, struct progress *progress)
{
    const struct process_facts *facts = hit->process;
    const struct evidence_order dump = {.kind = EVIDENCE_DUMP,
                                        .target = {.key = facts->key, .facts = facts},
                                        .name = facts->name,
                                        .is_full = rules->setting.is_full};
    if (what & TRAP_TREE)
        suspend_below(trap, rules, hit);
    if (what & TRAP_DUMP)
        take_evidence(trap, hit, TRAP_DUMP, &dump, progress);
    if (what & TRAP_SAMPLE)
        take_sample(trap, hit, progress);
}
