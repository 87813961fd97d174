/* Rules that a user gives: how they are read, what their variables stand for, and what their
 * wildcards find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/evidence/expand.h"
#include "core/evidence/glob.h"
#include "core/evidence/rule.h"

static void assert_text(struct text actual, const char *expected)
{
    if (!text_equal(actual, text_from(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)actual.size, actual.bytes, expected);
}

static bool add_one(void *context, struct text text)
{
    buffer_add(context, text);
    buffer_add_byte(context, '\n');
    return true;
}

/* --- reading --- */

static const char rules_text[] =
    "name: 'Both'\n"
    "doc: |\n  First line.\n"
    "author: Somebody\n"
    "version: 0.0.1\n"
    "sources:\n"
    "  - type: 'FILE'\n"
    "    supported_os: 'windows'\n"
    "    attributes: {paths: ['%%environ_systemroot%%\\a.evtx', C:\\b], separator: '\\'}\n"
    "  - type: COMMAND\n"
    "    supported_os: Windows\n"
    "    attributes:\n"
    "      cmd: netstat\n"
    "      args:\n"
    "        - '-a'\n"
    "        - ''\n"
    "  - type: REGISTRY_VALUE\n"
    "    attributes:\n"
    "      key_value_pairs:\n"
    "        - {key: 'HKLM\\a', value: 'b'}\n"
    "        - key: HKLM\\c\n"
    "          value:\n"
    "urls: ['https://rules.example/']\n"
    "---\n"
    "name: Other\n"
    "sources:\n"
    "- type: WMI\n"
    "  attributes: {base_object: 'root\\cimv2', query: SELECT * FROM a}\n"
    "- type: NEW_THING\n"
    "  attributes: {x: y}\n"
    "- type: REGISTRY_KEY\n"
    "  attributes: {keys: [HKLM\\d]}\n"
    "  supported_os: [Windows, Linux]\n"
    "- type: COMMAND\n"
    "  attributes: {cmd: set, args: []}\n"
    "- type: ARTIFACT_GROUP\n"
    "  attributes:\n"
    "    names: [Both]\n"
    "---\n"
    "name: Elsewhere\n"
    "supported_os: [Linux]\n"
    "sources: [{type: PATH, attributes: {paths: [/var/log]}}]\n";

static void test_reads(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct rule *rules = NULL;
    struct buffer problem;
    const struct rule_source *source;

    (void)state;
    buffer_init(&problem, 1024);
    assert_int_equal(rule_read(text_from(rules_text), text_of("a.yaml"), arena, &rules, &problem),
                     ST_OK);
    assert_text(rules->file, "a.yaml");
    assert_text(rules->name, "Both");
    assert_text(rules->doc, "First line.\n");
    assert_text(rules->author, "Somebody");
    assert_text(rules->version, "0.0.1");
    source = rules->sources;
    assert_int_equal(source->kind, RULE_FILE);
    assert_int_equal(source->line, 7);
    assert_true(source->on_windows);
    assert_text(source->items->first, "%%environ_systemroot%%\\a.evtx");
    assert_text(source->items->next->first, "C:\\b");
    source = source->next;
    assert_int_equal(source->kind, RULE_COMMAND);
    assert_text(source->items->first, "netstat");
    assert_text(source->items->next->first, "-a");
    assert_text(source->items->next->next->first, "");
    source = source->next;
    assert_int_equal(source->kind, RULE_VALUE);
    assert_text(source->items->second, "b");
    assert_text(source->items->next->first, "HKLM\\c");
    assert_text(source->items->next->second, "");
    assert_null(source->next);
    source = rules->next->sources;
    assert_int_equal(source->kind, RULE_WMI);
    assert_text(source->items->first, "SELECT * FROM a");
    assert_text(source->items->second, "root\\cimv2");
    source = source->next;
    assert_int_equal(source->kind, RULE_OTHER);
    assert_text(source->type, "NEW_THING");
    source = source->next;
    assert_int_equal(source->kind, RULE_KEY);
    assert_true(source->on_windows);
    assert_null(source->next->items->next);
    assert_int_equal(source->next->next->kind, RULE_GROUP);
    assert_false(rules->next->next->sources->on_windows);
    assert_null(rules->next->next->next);
    /* A second file comes behind. */
    assert_int_equal(rule_read(text_of("name: Z\nsources: [{type: X}]"), text_of("b.yaml"), arena,
                               &rules, &problem),
                     ST_OK);
    assert_text(rules->next->next->next->file, "b.yaml");
    buffer_done(&problem);
    arena_free(arena);
}

static void assert_refused(const char *content, const char *expected)
{
    struct arena *arena = arena_new(1 << 20);
    struct rule *rules = NULL;
    struct buffer problem;

    buffer_init(&problem, 1024);
    assert_int_equal(rule_read(text_from(content), text_of("a"), arena, &rules, &problem),
                     ST_INVALID);
    assert_text(buffer_text(&problem), expected);
    assert_null(rules);
    buffer_done(&problem);
    arena_free(arena);
}

static void test_refuses(void **state)
{
    (void)state;
    assert_refused("", "line 1: there is no rule in it");
    assert_refused("a: [", "line 1: a bracket does not end");
    assert_refused("doc: x\n", "line 1: a rule without a name");
    assert_refused("# why\nname: x\n", "line 2: a rule without sources");
    assert_refused("name: x\nsources:\n- a: b\n", "line 3: a source without a type");
    assert_refused("name: x\nsources:\n- type: FILE\n",
                   "line 3: a source without what is to be collected");
    assert_refused("name: x\nsources:\n- type: COMMAND\n  attributes: {args: [a]}\n",
                   "line 3: a command without its program");
    assert_refused(
        "name: x\nsources:\n- type: REGISTRY_VALUE\n  attributes: {key_value_pairs: [a]}\n",
        "line 4: a pair without a key");
    assert_refused("name: x\nsources:\n- type: FILE\n  attributes: {paths: ['']}\n",
                   "line 4: an empty entry");
}

/* --- variables --- */

static bool made_up_variable(void *context, struct text name, struct buffer *out)
{
    static const struct {
        const char *name;
        const char *value;
    } known[] = {{"SystemRoot", "C:\\Windows"},
                 {"ProgramData", "C:\\ProgramData"},
                 {"ProgramFiles", "C:\\Program Files"},
                 {"temp", "C:\\T"}};

    (void)context;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_equal_nocase(name, text_from(known[i].name))) {
            buffer_add_string(out, known[i].value);
            return true;
        }
    return false;
}

static void assert_expands(const char *pattern, const char *expected)
{
    static const struct expand_user users[] = {
        {text_of("S-1-5-21-1"), text_of("ann"), text_of("C:\\Users\\ann"), false},
        {text_of("S-1-5-21-2"), text_of("ben"), text_of("D:\\ben"), true},
        {text_of("S-1-5-18"), text_of(""), text_of(""), false},
    };
    const struct expand_world world = {users, 3, made_up_variable, NULL};
    struct buffer out;
    struct text unknown = text_of("");
    enum status status;

    buffer_init(&out, 1 << 20);
    status = expand(&world, text_from(pattern), add_one, &out, &unknown);
    if (status == ST_NOT_FOUND)
        buffer_add(&out, unknown);
    else
        assert_int_equal(status, ST_OK);
    assert_text(buffer_text(&out), expected);
    buffer_done(&out);
}

static void test_expands(void **state)
{
    (void)state;
    assert_expands("C:\\a", "C:\\a\n");
    assert_expands("%%environ_systemroot%%\\a", "C:\\Windows\\a\n");
    assert_expands("%SYSTEMROOT%\\%temp%\\a", "C:\\Windows\\C:\\T\\a\n");
    assert_expands("%%environ_allusersappdata%%", "C:\\ProgramData\n");
    assert_expands("%%environ_programfilesx86%%", "C:\\Program Files\n");
    assert_expands("%%users.sid%%\\x", "S-1-5-21-1\\x\nS-1-5-21-2\\x\nS-1-5-18\\x\n");
    assert_expands("%%users_appdata%%\\x",
                   "C:\\Users\\ann\\AppData\\Roaming\\x\nD:\\ben\\AppData\\Roaming\\x\n");
    assert_expands("%%users.localappdata%%\\L.%%users.username%%",
                   "C:\\Users\\ann\\AppData\\Local\\L.ann\nD:\\ben\\AppData\\Local\\L.ben\n");
    assert_expands("%%current_user_userprofile%%", "D:\\ben\n");
    assert_expands("100% of a%", "100% of a%\n");
    assert_expands("%%nobody%%\\%%environ_systemroot%%", "%%nobody%%");
    assert_expands("%nothing%", "%nothing%");
    assert_expands("%", "%\n");
}

/* --- wildcards --- */

static void test_fits(void **state)
{
    (void)state;
    assert_true(glob_fits(text_of("*.EVTX"), text_of("System.evtx")));
    assert_true(glob_fits(text_of("*a*b"), text_of("xaxbab")));
    assert_true(glob_fits(text_of("?b*"), text_of("ab")));
    assert_true(glob_fits(text_of("*"), text_of("")));
    assert_false(glob_fits(text_of("*.evtx"), text_of("System.evt")));
    assert_false(glob_fits(text_of("a"), text_of("ab")));
    assert_false(glob_fits(text_of("?"), text_of("")));
    /* A pattern that tries everything ends soon. */
    assert_false(glob_fits(text_of("*a*a*a*a*a*a*a*a*a*a*b"),
                           text_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
}

static const char *const tree_paths[] = {
    "C:",       "C:\\w",           "C:\\w\\a.txt", "C:\\w\\b.log",
    "C:\\w\\s", "C:\\w\\s\\a.txt", "C:\\w\\s\\t",  "C:\\w\\s\\t\\a.txt",
    "C:\\x",    "C:\\x\\a.txt",
};

static void list_tree(void *context, struct text folder, glob_child *each, void *told)
{
    (void)context;
    for (size_t i = 0; i < sizeof tree_paths / sizeof *tree_paths; i++) {
        struct text path = text_from(tree_paths[i]);
        struct text name = text_file_name(path);
        if (path.size == folder.size + 1 + name.size && text_starts(path, folder) &&
            !each(told, name,
                  !text_ends(name, text_of(".txt")) && !text_ends(name, text_of(".log"))))
            return;
    }
}

static void assert_found(const char *pattern, const char *expected)
{
    const struct glob_tree tree = {list_tree, NULL};
    struct buffer out;

    buffer_init(&out, 1 << 20);
    assert_int_equal(glob_walk(&tree, text_from(pattern), add_one, &out), ST_OK);
    assert_text(buffer_text(&out), expected);
    buffer_done(&out);
}

static void test_walks(void **state)
{
    (void)state;
    assert_found("C:\\w\\a.txt", "C:\\w\\a.txt\n");
    assert_found("C:\\w\\s\\", "C:\\w\\s\n");
    assert_found("C:\\\\w\\none", "C:\\w\\none\n");
    assert_found("C:\\w\\*.txt", "C:\\w\\a.txt\n");
    assert_found("C:\\*\\a.txt", "C:\\w\\a.txt\nC:\\x\\a.txt\n");
    assert_found("C:\\w\\a.txt\\*", "");
    assert_found("C:\\w\\**", "C:\\w\\a.txt\nC:\\w\\b.log\nC:\\w\\s\nC:\\w\\s\\a.txt\n"
                              "C:\\w\\s\\t\nC:\\w\\s\\t\\a.txt\n");
    assert_found("C:\\w\\**1", "C:\\w\\a.txt\nC:\\w\\b.log\nC:\\w\\s\n");
    assert_found("C:\\w\\**\\*.txt", "C:\\w\\a.txt\nC:\\w\\s\\a.txt\nC:\\w\\s\\t\\a.txt\n");
    assert_found("C:\\w\\**1\\**1\\*.txt", "C:\\w\\a.txt\nC:\\w\\s\\a.txt\n");
    assert_found("C:\\w\\**1\\*.txt", "C:\\w\\a.txt\nC:\\w\\s\\a.txt\n");
}

static void list_endless(void *context, struct text folder, glob_child *each, void *told)
{
    ++*(size_t *)context;
    (void)folder;
    (void)each(told, text_of("d"), true);
}

static void test_ends(void **state)
{
    size_t listed = 0;
    const struct glob_tree tree = {list_endless, &listed};
    struct buffer out;

    (void)state;
    buffer_init(&out, 1 << 20);
    assert_int_equal(glob_walk(&tree, text_of("C:\\**64\\x*"), add_one, &out), ST_OK);
    assert_true(listed > 1 && listed <= 2 * GLOB_DEPTH_MOST + 1);
    assert_int_equal(out.size, 0);
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),   cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_expands), cmocka_unit_test(test_fits),
        cmocka_unit_test(test_walks),   cmocka_unit_test(test_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
