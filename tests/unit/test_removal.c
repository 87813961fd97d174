/* removal: what a name means, what is refused and why, and who and what stands behind a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/pending_rename.h"
#include "core/act/removal.h"

static struct removal_sight sight;

static int begin(void **state)
{
    (void)state;
    sight = (struct removal_sight){
        .thing = REMOVAL_FILE,
        .path = text_of("C:\\ProgramData\\x\\evil.exe"),
        .key = {.volume = 1, .size = 6, .modified = 5, .known = true},
        .links = 1,
        .guarded = REMOVAL_NO,
        .signed_windows = REMOVAL_NO,
    };
    return 0;
}

static void test_names(void **state)
{
    static const struct {
        const char *name;
        enum removal_thing thing;
    } names[] = {
        {"C:\\x\\evil.exe", REMOVAL_FILE},
        {"evil.exe", REMOVAL_FILE},
        {"C:evil.exe", REMOVAL_FILE},
        {"\\\\server\\share\\evil.exe", REMOVAL_FILE},
        {"\\\\?\\C:\\x\\nul", REMOVAL_FILE}, /* a file that bears a device's name */
        {"C:\\console\\contact.txt", REMOVAL_FILE},
        {"C:\\x\\com10", REMOVAL_FILE},
        {"", REMOVAL_NO_NAME},
        {"C:\\x\\*.exe", REMOVAL_NO_NAME},
        {"C:\\x\\evil?.exe", REMOVAL_NO_NAME},
        {"NUL", REMOVAL_DEVICE},
        {"C:\\x\\con.txt", REMOVAL_DEVICE},
        {"C:\\x\\Aux .log", REMOVAL_DEVICE},
        {"lpt1", REMOVAL_DEVICE},
        {"C:/x/COM9.exe", REMOVAL_DEVICE},
        {"\\\\.\\PhysicalDrive0", REMOVAL_DEVICE},
        {"\\\\.\\pipe\\x", REMOVAL_DEVICE},
        {"C:\\x\\a.txt:evil.exe", REMOVAL_STREAM},
        {"a.txt::$DATA", REMOVAL_STREAM},
        {"\\\\?\\C:\\x\\a.txt:b", REMOVAL_STREAM},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(removal_thing_of_name(text_from(names[i].name)), names[i].thing);
    assert_int_equal(removal_thing_of_name((struct text){"a\0b", 3}), REMOVAL_NO_NAME);
}

static void test_a_common_file_is_free(void **state)
{
    (void)state;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_FREE);
    assert_string_equal(removal_bar_phrase(REMOVAL_FREE), "");
}

static void test_what_is_no_file(void **state)
{
    static const enum removal_bar bars[] = {
        [REMOVAL_FILE] = REMOVAL_FREE,         [REMOVAL_NOTHING] = REMOVAL_BAR_NOTHING,
        [REMOVAL_DYING] = REMOVAL_BAR_DYING,   [REMOVAL_FOLDER] = REMOVAL_BAR_FOLDER,
        [REMOVAL_DEVICE] = REMOVAL_BAR_DEVICE, [REMOVAL_STREAM] = REMOVAL_BAR_STREAM,
        [REMOVAL_NO_NAME] = REMOVAL_BAR_NAME,
    };
    (void)state;
    for (size_t i = 0; i < sizeof bars / sizeof bars[0]; i++) {
        sight.thing = (enum removal_thing)i;
        assert_int_equal(removal_bar_of(&sight), bars[i]);
    }
}

static void test_what_is_refused(void **state)
{
    (void)state;
    sight.key.known = false;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_UNSURE);
    begin(NULL);
    sight.on_share = true;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_SHARE);
    begin(NULL);
    sight.is_own = true;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_OWN);
    begin(NULL);
    sight.in_case = true;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_CASE);
    begin(NULL);
    sight.guarded = REMOVAL_YES;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_GUARDED);
    begin(NULL);
    sight.signed_windows = REMOVAL_YES; /* wherever it lies */
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_SIGNED);
}

/* In the Windows folder only a program is free of which everybody that can be asked says that it is
 * none of Windows'. */
static void test_the_windows_folder(void **state)
{
    (void)state;
    sight.in_windows = true;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_WINDOWS);
    sight.is_program = true;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_WINDOWS);
    sight.knows_windows = true;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_FREE);
    sight.guarded = REMOVAL_UNKNOWN;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_WINDOWS);
    sight.guarded = REMOVAL_NO;
    sight.signed_windows = REMOVAL_UNKNOWN;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_WINDOWS);
    sight.signed_windows = REMOVAL_NO;
    sight.is_program = false;
    assert_int_equal(removal_bar_of(&sight), REMOVAL_BAR_WINDOWS);
}

static void test_signers(void **state)
{
    (void)state;
    assert_true(removal_is_windows_signer(text_of("Microsoft Windows")));
    assert_true(removal_is_windows_signer(text_of("Microsoft Windows Publisher")));
    assert_false(removal_is_windows_signer(text_of("Microsoft Corporation")));
    assert_false(
        removal_is_windows_signer(text_of("Microsoft Windows Hardware Compatibility Publisher")));
    assert_false(removal_is_windows_signer(text_of("microsoft windows")));
    assert_false(removal_is_windows_signer(text_of("")));
}

static void test_every_bar_has_words(void **state)
{
    (void)state;
    for (int bar = REMOVAL_FREE + 1; bar < REMOVAL_BARS; bar++)
        assert_true(strlen(removal_bar_phrase((enum removal_bar)bar)) > 5);
}

static void test_which_file_it_is(void **state)
{
    struct file_key other = sight.key;
    (void)state;
    assert_true(removal_same_file(&sight.key, &other));
    other.changed = 77; /* its attributes were changed, by us */
    assert_true(removal_same_file(&sight.key, &other));
    other.id[15] = 1;
    assert_false(removal_same_file(&sight.key, &other));
    other = sight.key;
    other.modified++;
    assert_false(removal_same_file(&sight.key, &other));
    other = sight.key;
    other.size++;
    assert_false(removal_same_file(&sight.key, &other));
    other = sight.key;
    other.volume++;
    assert_false(removal_same_file(&sight.key, &other));
    other = sight.key;
    other.known = false;
    assert_false(removal_same_file(&sight.key, &other));
}

static void test_all_its_names(void **state)
{
    static struct text names[1]; /* the sight keeps it */
    names[0] = text_of("C:\\y\\good.exe");
    (void)state;
    sight.names = names;
    sight.name_count = 1;
    assert_true(removal_is_name(&sight, text_of("c:\\programdata\\X\\EVIL.exe")));
    assert_true(removal_is_name(&sight, text_of("\\\\?\\C:\\ProgramData\\x\\evil.exe")));
    assert_true(removal_is_name(&sight, text_of("C:\\y\\good.exe")));
    assert_false(removal_is_name(&sight, text_of("C:\\ProgramData\\x\\evil.exe2")));
    assert_false(removal_is_name(&sight, text_of("evil.exe")));
}

/* --- lists --- */

static struct removal_lists lists;

static int begin_lists(void **state)
{
    begin(state);
    return removal_lists_init(&lists) == ST_OK ? 0 : -1;
}

static int end_lists(void **state)
{
    (void)state;
    removal_lists_done(&lists);
    return 0;
}

static bool add(uint32_t pid, enum handle_kind kind)
{
    const struct handle_row row = {.kind = kind,
                                   .process = {pid, 1},
                                   .process_name = text_of("evil.exe"),
                                   .value = 0x58,
                                   .type = text_of("File"),
                                   .name = sight.path};
    bool added = false;
    assert_int_equal(
        removal_lists_add_user(&lists, &row, (struct verdict){RAIL_FREE, GUARD_NONE}, &added),
        ST_OK);
    return added;
}

static void test_who(void **state)
{
    (void)state;
    assert_int_equal(lists.users_end, ST_STALE); /* nobody has searched yet */
    assert_false(removal_is_run(&lists));
    assert_true(add(104, HANDLE_OPEN));
    assert_false(removal_is_run(&lists));
    assert_true(removal_is_held(&lists));
    assert_true(add(104, HANDLE_IMAGE));
    assert_false(add(104, HANDLE_MODULE)); /* an image is a module, too */
    assert_true(add(108, HANDLE_MODULE));
    assert_false(add(108, HANDLE_MODULE));
    assert_true(add(104, HANDLE_OPEN));
    assert_true(removal_is_run(&lists));
    assert_int_equal(lists.user_count, 4);
    for (uint32_t i = 0; i < 100; i++)
        assert_true(add(1000 + i, HANDLE_OPEN));
    assert_int_equal(lists.users[0].row.process.pid, 104);
    assert_int_equal(lists.users[103].row.process.pid, 1099);
    assert_true(text_equal(lists.users[50].row.type, text_of("File")));
}

static bool add_place(const char *around)
{
    const struct registry_key key = {.path = text_of("HKLM\\Run"), .autorun = true};
    const struct registry_value value = {.name = text_of("x")};
    const struct registry_finding finding = {&key, &value, REGISTRY_DATA, text_from(around)};
    bool added = false;
    assert_int_equal(removal_lists_add_place(&lists, &finding, sight.path, &added), ST_OK);
    return added;
}

static void test_where(void **state)
{
    static const struct {
        const char *around;
        bool whole;
    } places[] = {
        {"\"c:\\PROGRAMDATA\\x\\evil.exe\" -s", true},
        {"rundll32 C:\\ProgramData\\x\\evil.exe,Go", true},
        {"evil.exe", false},
        {"D:\\ProgramData\\x\\evil.exe", false},
        {"C:\\other\\evil.exe", false},
        {"%ProgramData%\\x\\evil.exe", false},
        {"\xe2\x80\xa6ogramData\\x\\evil.exe", true}, /* cut off by us */
        {"\xe2\x80\xa6\\y\\evil.exe", false},
        {"\xe2\x80\xa6"
         "evil.exe",
         false},
        {"evil.exe;C:\\ProgramData\\x\\evil.exe", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        assert_true(add_place(places[i].around));
        assert_int_equal(lists.places[i].whole, places[i].whole);
        assert_true(lists.places[i].autorun);
        assert_true(lists.places[i].is_value);
    }
    while (lists.place_count < REMOVAL_PLACES_MOST)
        assert_true(add_place("x"));
    assert_false(add_place("one too many"));
    assert_int_equal(lists.places_found, REMOVAL_PLACES_MOST + 1);
}

/* --- ways --- */

static void test_ways(void **state)
{
    struct removal_order order = {.sight = &sight, .lists = &lists, .way = REMOVAL_NOW};
    (void)state;
    assert_int_equal(removal_order_bar(&order, false), REMOVAL_FREE);
    add(104, HANDLE_OPEN); /* held only: it may go well */
    assert_int_equal(removal_order_bar(&order, false), REMOVAL_FREE);
    add(104, HANDLE_IMAGE);
    assert_int_equal(removal_order_bar(&order, false), REMOVAL_BAR_RUNS);
    order.way = REMOVAL_QUARANTINE;
    assert_int_equal(removal_order_bar(&order, false), REMOVAL_BAR_RUNS);
    order.kill = true;
    assert_int_equal(removal_order_bar(&order, false), REMOVAL_FREE);
    order.kill = false;
    order.way = REMOVAL_RESTART;
    assert_int_equal(removal_order_bar(&order, false), REMOVAL_BAR_RIGHTS);
    assert_int_equal(removal_order_bar(&order, true), REMOVAL_FREE);
    add(4, HANDLE_OPEN); /* a hive, a page file */
    assert_int_equal(removal_order_bar(&order, true), REMOVAL_BAR_KERNEL);
    order.way = REMOVAL_NOW;
    order.kill = true;
    assert_int_equal(removal_order_bar(&order, true), REMOVAL_BAR_KERNEL);
}

static void test_names_of_ways(void **state)
{
    (void)state;
    assert_string_equal(removal_way_name(REMOVAL_QUARANTINE), "quarantine");
    assert_string_equal(removal_way_name(REMOVAL_NOW), "now");
    assert_string_equal(removal_way_name(REMOVAL_RESTART), "restart");
}

/* --- what Windows has noted down --- */

static struct buffer notes;
static struct buffer recorded;

static void note(const char *string)
{
    size_t length = strlen(string);
    for (size_t i = 0; i <= length; i++) {
        buffer_add_byte(&notes, string[i]);
        buffer_add_byte(&notes, 0);
    }
}

static const char *find(const char *path, bool *deletes)
{
    static char found[256];
    buffer_init(&recorded, 4096);
    found[0] = '\0';
    *deletes = false;
    if (pending_rename_find((const unsigned char *)notes.bytes, notes.size, text_from(path),
                            &recorded, deletes))
        assert_true(recorded.size && recorded.size < sizeof found);
    else
        assert_int_equal(recorded.size, 0);
    if (recorded.size)
        memcpy(found, recorded.bytes, recorded.size);
    found[recorded.size] = '\0';
    buffer_done(&recorded);
    return found;
}

static void test_pending_renames(void **state)
{
    bool deletes;
    (void)state;
    buffer_init(&notes, 4096);
    assert_string_equal(find("C:\\a", &deletes), ""); /* nothing is noted at all */
    note("\\??\\C:\\a");
    note("");
    note("\\??\\C:\\b");
    note("!\\??\\C:\\c");
    note("*1\\??\\C:\\d");
    note("");
    note("\\??\\C:\\b");
    note("");
    note(""); /* the end of the list */
    assert_string_equal(find("C:\\A", &deletes), "\\??\\C:\\a");
    assert_true(deletes);
    assert_string_equal(find("\\\\?\\C:\\a", &deletes), "\\??\\C:\\a");
    assert_string_equal(find("C:\\b", &deletes), "\\??\\C:\\b"); /* the last one counts */
    assert_true(deletes);
    assert_string_equal(find("C:\\c", &deletes), ""); /* something becomes that: not this file */
    assert_string_equal(find("C:\\d", &deletes), "*1\\??\\C:\\d");
    assert_string_equal(find("C:\\aa", &deletes), "");
    notes.size -= 2 * 9 + 4; /* torn: without the end */
    assert_string_equal(find("C:\\b", &deletes), "\\??\\C:\\b -> !\\??\\C:\\c");
    assert_false(deletes);
    notes.size = 17; /* an odd half of a letter, and no end */
    assert_string_equal(find("C:\\a", &deletes), "\\??\\C:\\a");
    buffer_done(&notes);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)
#define LIST_TEST(name) cmocka_unit_test_setup_teardown(name, begin_lists, end_lists)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_names),
        TEST(test_a_common_file_is_free),
        TEST(test_what_is_no_file),
        TEST(test_what_is_refused),
        TEST(test_the_windows_folder),
        TEST(test_signers),
        TEST(test_every_bar_has_words),
        TEST(test_which_file_it_is),
        TEST(test_all_its_names),
        LIST_TEST(test_who),
        LIST_TEST(test_where),
        LIST_TEST(test_ways),
        TEST(test_names_of_ways),
        TEST(test_pending_renames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
