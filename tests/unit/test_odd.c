/* Each rule both ways, on a Windows 11 and a Wine where nothing is odd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/judge/odd.h"
#include "core/judge/odd_place.h"
#include "tests/support/made_up_windows.h"
#include "tests/support/rig.h"

#define S32 "C:\\Windows\\System32\\"

static const struct odd_machine windows = {{"C:\\Windows", 10}, true};
static const struct odd_machine wine = {{"C:\\windows", 10}, false};

static int begin(void **state)
{
    static struct rig rig;
    rig = rig_new(NULL);
    made_up_windows11(rig.machine);
    *state = &rig;
    return 0;
}

static int end(void **state)
{
    rig_free(*state);
    return 0;
}

static struct process_facts *facts_of(struct rig *rig, uint32_t pid)
{
    return scripted_source_facts(rig->machine, pid);
}

static void set(struct text_fact *fact, const char *value)
{
    *fact = (struct text_fact){text_from(value), READ_OK};
}

/* An ordinary program of alice's under cmd.exe, but for its name and path. */
static void start(struct rig *rig, const char *name, const char *image)
{
    made_up_start(rig->machine, 9000, MADE_UP_CMD, name, image, NULL, MADE_UP_ALICE, 1);
}

static struct snapshot *look(struct rig *rig)
{
    struct snapshot *snapshot;
    rig_look(rig, MOMENT_SECOND);
    assert_int_equal(snapshot_new(rig->history, scripted_source_now(rig->machine), 1, &snapshot),
                     ST_OK);
    return snapshot;
}

static uint32_t judged_on(struct rig *rig, uint32_t pid, const struct odd_machine *machine)
{
    struct snapshot *snapshot = look(rig);
    uint32_t index = snapshot_process_by_pid(snapshot, pid);
    assert_int_not_equal(index, NO_ROW);
    const struct odd_subject subject = odd_subject_of(snapshot, index);
    uint32_t found = odd_judge(machine, &subject);
    snapshot_release(snapshot);
    return found;
}

static uint32_t judged(struct rig *rig, uint32_t pid)
{
    return judged_on(rig, pid, &windows);
}

/* The fact behind the rule; static storage. */
static const char *fact(struct rig *rig, uint32_t pid, enum odd_rule rule,
                        const struct process_odd *odd)
{
    static char words[512];
    struct buffer out;
    struct snapshot *snapshot = look(rig);
    const struct odd_subject subject =
        odd_subject_of(snapshot, snapshot_process_by_pid(snapshot, pid));
    buffer_init(&out, sizeof words);
    odd_add_fact(&out, rule, &subject, odd);
    buffer_add_byte(&out, '\0');
    assert_int_equal(out.failed, ST_OK);
    memcpy(words, out.bytes, out.size);
    buffer_done(&out);
    snapshot_release(snapshot);
    return words;
}

/* ---- the machines where nothing is odd ---- */

static void assert_nothing(struct rig *rig, const struct odd_machine *machine)
{
    struct snapshot *snapshot = look(rig);
    assert_true(snapshot->process_count > 10);
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        const struct odd_subject subject = odd_subject_of(snapshot, i);
        uint32_t found = odd_judge(machine, &subject);
        if (found)
            fail_msg("%.*s (%u) is odd: %#x", (int)subject.facts->name.size,
                     subject.facts->name.bytes, (unsigned)subject.facts->key.pid, (unsigned)found);
    }
    snapshot_release(snapshot);
}

static void test_a_normal_windows_11(void **state)
{
    assert_nothing(*state, &windows);
}

static void test_nothing_read_is_nothing_odd(void **state)
{
    struct rig *rig = *state;
    for (size_t i = 0; i < scripted_source_process_count(rig->machine); i++)
        scripted_source_deny(rig->machine, scripted_source_pid_at(rig->machine, i), READ_DENIED);
    assert_nothing(rig, &windows);
    const struct odd_machine unknown = {{NULL, 0}, true};
    assert_nothing(rig, &unknown);
}

static void test_a_normal_wine(void **state)
{
    struct rig rig = rig_new(NULL);
    (void)state;
    made_up_wine(rig.machine);
    assert_nothing(&rig, &wine);
    rig_free(&rig);
}

/* ---- core processes ---- */

static void test_core_folder(void **state)
{
    struct rig *rig = *state;
    set(&facts_of(rig, MADE_UP_SVCHOST)->image, "C:\\Users\\alice\\svchost.exe");
    set(&facts_of(rig, MADE_UP_LSASS)->image, S32 "Tasks\\lsass.exe");
    set(&facts_of(rig, MADE_UP_EXPLORER)->image, S32 "explorer.exe");
    set(&facts_of(rig, MADE_UP_REGISTRY)->image, "C:\\Windows\\Registry");
    set(&facts_of(rig, 1150)->image, S32 "WmiPrvSE.exe");
    set(&facts_of(rig, MADE_UP_CSRSS)->image, "D:\\Windows\\System32\\csrss.exe");
    set(&facts_of(rig, MADE_UP_WININIT)->image, "\\\\?\\C:\\WINDOWS\\system32\\wininit.exe");
    set(&facts_of(rig, 5720)->image, "C:\\Windows\\SysWOW64\\dllhost.exe");
    set(&facts_of(rig, 5750)->image, "C:\\Windows\\SysWOW64\\explorer.exe");
    set(&facts_of(rig, 1600)->image, "C:\\Windows\\WinSxS\\amd64_1\\spoolsv.exe");
    set(&facts_of(rig, 1800)->image, "C:\\$WINDOWS.~BT\\NewOS\\dllhost.exe");
    assert_int_equal(judged(rig, MADE_UP_SVCHOST), ODD_BIT(ODD_CORE_FOLDER));
    assert_int_equal(judged(rig, MADE_UP_LSASS), ODD_BIT(ODD_CORE_FOLDER));
    assert_int_equal(judged(rig, MADE_UP_EXPLORER), ODD_BIT(ODD_CORE_FOLDER));
    assert_int_equal(judged(rig, MADE_UP_REGISTRY), ODD_BIT(ODD_CORE_FOLDER));
    assert_int_equal(judged(rig, 1150), ODD_BIT(ODD_CORE_FOLDER));
    assert_int_equal(judged(rig, MADE_UP_CSRSS), ODD_BIT(ODD_CORE_FOLDER));
    assert_int_equal(judged(rig, MADE_UP_WININIT), 0);
    assert_int_equal(judged(rig, 5720), 0);
    assert_int_equal(judged(rig, 5750), 0);
    assert_int_equal(judged(rig, 1600), 0);
    assert_int_equal(judged(rig, 1800), 0);
    assert_string_equal(fact(rig, MADE_UP_SVCHOST, ODD_CORE_FOLDER, NULL),
                        "C:\\Users\\alice\\svchost.exe");
}

static void test_core_folder_follows_the_system(void **state)
{
    struct rig *rig = *state;
    const struct odd_machine other = {{"E:\\WINNT", 8}, true};
    assert_int_equal(judged_on(rig, MADE_UP_LSASS, &other), ODD_BIT(ODD_CORE_FOLDER));
    assert_int_equal(judged_on(rig, 5720, &other), ODD_BIT(ODD_CORE_FOLDER));
    made_up_start(rig->machine, 9000, MADE_UP_CMD, "conhost.exe",
                  "E:\\WinNT\\System32\\conhost.exe", NULL, MADE_UP_ALICE, 1);
    assert_int_equal(judged_on(rig, 9000, &other), 0);
}

static void test_core_parent(void **state)
{
    struct rig *rig = *state;
    made_up_start(rig->machine, 9000, MADE_UP_CMD, "svchost.exe", S32 "svchost.exe",
                  "svchost.exe -k netsvcs", MADE_UP_LOCAL_SYSTEM, 0);
    made_up_start(rig->machine, 9010, MADE_UP_EXPLORER, "svchost.exe", S32 "svchost.exe",
                  "svchost.exe -k netsvcs", MADE_UP_LOCAL_SYSTEM, 0);
    made_up_start(rig->machine, 9020, MADE_UP_CMD, "lsass.exe", S32 "lsass.exe", NULL,
                  MADE_UP_LOCAL_SYSTEM, 0);
    made_up_start(rig->machine, 9030, MADE_UP_EXPLORER, "csrss.exe", S32 "csrss.exe", NULL,
                  MADE_UP_LOCAL_SYSTEM, 1);
    made_up_start(rig->machine, 9040, MADE_UP_CMD, "explorer.exe", "C:\\Windows\\explorer.exe",
                  NULL, MADE_UP_ALICE, 1);
    made_up_start(rig->machine, 9050, MADE_UP_EXPLORER, "taskhostw.exe", S32 "taskhostw.exe", NULL,
                  MADE_UP_ALICE, 1);
    for (uint32_t pid = 9000; pid <= 9050; pid += 10)
        assert_int_equal(judged(rig, pid), ODD_BIT(ODD_CORE_PARENT));
    assert_string_equal(fact(rig, 9000, ODD_CORE_PARENT, NULL), "cmd.exe (7000)");
}

/* The exceptions: services that start their own, parents in System32, parents that are gone. */
static void test_core_parent_exceptions(void **state)
{
    static const char *const parents[] = {"Mrt.exe",       "MsMpEng.exe", "ngen.exe",
                                          "rpcnet.exe",    "rpcnetp.exe", "TiWorker.exe",
                                          "SavService.exe"};
    struct rig *rig = *state;
    uint32_t pid = 9000;
    for (size_t i = 0; i < sizeof parents / sizeof parents[0]; i++, pid += 10) {
        made_up_start(rig->machine, pid, 900, parents[i], "C:\\Program Files\\A\\a.exe", NULL,
                      MADE_UP_LOCAL_SYSTEM, 0);
        made_up_start(rig->machine, pid + 1, pid, "svchost.exe", S32 "svchost.exe",
                      "svchost.exe -k a", MADE_UP_LOCAL_SYSTEM, 0);
        assert_int_equal(judged(rig, pid + 1), 0);
    }
    made_up_start(rig->machine, 9200, 1810, "svchost.exe", S32 "svchost.exe", "svchost.exe -k a",
                  MADE_UP_LOCAL_SYSTEM, 0);
    assert_int_equal(judged(rig, 9200), 0); /* SearchIndexer.exe lies in System32 */
    made_up_start(rig->machine, 9210, 9999, "svchost.exe", S32 "svchost.exe", "svchost.exe -k a",
                  MADE_UP_LOCAL_SYSTEM, 0);
    assert_int_equal(judged(rig, 9210), 0); /* nobody has seen it */
}

/* P1: a PID that was used again is no parent; where a start is unknown, that is said. */
static void test_core_parent_verified_or_not(void **state)
{
    struct rig *rig = *state;
    scripted_source_start_at(rig->machine, 9000, MADE_UP_CMD, "svchost.exe", 0);
    *facts_of(rig, 9000) = *facts_of(rig, MADE_UP_SVCHOST);
    facts_of(rig, 9000)->key = (struct process_key){9000, 0};
    facts_of(rig, 9000)->parent_pid = MADE_UP_CMD;
    scripted_source_start_at(rig->machine, 9010, MADE_UP_CMD, "csrss.exe", 0);
    *facts_of(rig, 9010) = *facts_of(rig, MADE_UP_CSRSS);
    facts_of(rig, 9010)->key = (struct process_key){9010, 0};
    facts_of(rig, 9010)->parent_pid = MADE_UP_CMD;
    assert_int_equal(judged(rig, 9000), ODD_BIT(ODD_CORE_PARENT));
    /* smss.exe has exited, so that its PID may be anybody's. */
    assert_int_equal(judged(rig, 9010), 0);
    struct snapshot *snapshot = look(rig);
    assert_int_equal(odd_subject_of(snapshot, snapshot_process_by_pid(snapshot, 9000)).parent_kind,
                     PARENT_UNVERIFIED);
    snapshot_release(snapshot);
    /* The PID of the first smss.exe of this session is a younger program's now. */
    made_up_start(rig->machine, 690, MADE_UP_CMD, "a.exe", "C:\\a.exe", NULL, MADE_UP_ALICE, 1);
    assert_int_equal(judged(rig, MADE_UP_CSRSS), 0);
}

static void test_core_user(void **state)
{
    struct rig *rig = *state;
    set(&facts_of(rig, MADE_UP_LSASS)->sid, MADE_UP_ALICE);
    set(&facts_of(rig, MADE_UP_LSASS)->user, "alice");
    set(&facts_of(rig, MADE_UP_LSASS)->domain, "CORP");
    set(&facts_of(rig, MADE_UP_SVCHOST)->sid, MADE_UP_ALICE);
    set(&facts_of(rig, MADE_UP_EXPLORER)->sid, MADE_UP_LOCAL_SYSTEM);
    set(&facts_of(rig, 1320)->sid, "S-1-5-80-1-2-3-4-5");
    set(&facts_of(rig, MADE_UP_USER_SVCHOST)->sid, "S-1-12-1-1-2-3-4");
    assert_int_equal(judged(rig, MADE_UP_LSASS), ODD_BIT(ODD_CORE_USER));
    assert_int_equal(judged(rig, MADE_UP_SVCHOST), ODD_BIT(ODD_CORE_USER));
    assert_int_equal(judged(rig, MADE_UP_EXPLORER), ODD_BIT(ODD_CORE_USER));
    assert_int_equal(judged(rig, 1320), 0);
    assert_int_equal(judged(rig, MADE_UP_USER_SVCHOST), 0);
    assert_string_equal(fact(rig, MADE_UP_LSASS, ODD_CORE_USER, NULL), "CORP\\alice");
}

static void test_core_session(void **state)
{
    struct rig *rig = *state;
    facts_of(rig, MADE_UP_LSASS)->session.value = 1;
    facts_of(rig, MADE_UP_WINLOGON)->session.value = 0;
    assert_int_equal(judged(rig, MADE_UP_LSASS), ODD_BIT(ODD_CORE_SESSION));
    assert_int_equal(judged(rig, MADE_UP_WINLOGON), ODD_BIT(ODD_CORE_SESSION));
    assert_int_equal(judged(rig, MADE_UP_SERVICES), 0);
    assert_string_equal(fact(rig, MADE_UP_LSASS, ODD_CORE_SESSION, NULL), "1");
}

static void test_core_arguments(void **state)
{
    static const char *const good[] = {"svchost.exe -k netsvcs", "svchost.exe -K netsvcs -p",
                                       "\"C:\\Windows\\System32\\svchost.exe\" -p -k netsvcs", "",
                                       "  "};
    static const char *const bad[] = {"svchost.exe", "C:\\Windows\\System32\\svchost.exe",
                                      "\"C:\\a -k b\\svchost.exe\"", "svchost.exe -kill",
                                      "svchost -p"};
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        made_up_start(rig->machine, (uint32_t)(9000 + i), 900, "svchost.exe", S32 "svchost.exe",
                      good[i], MADE_UP_LOCAL_SYSTEM, 0);
        assert_int_equal(judged(rig, (uint32_t)(9000 + i)), 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        made_up_start(rig->machine, (uint32_t)(9100 + i), 900, "svchost.exe", S32 "svchost.exe",
                      bad[i], MADE_UP_LOCAL_SYSTEM, 0);
        assert_int_equal(judged(rig, (uint32_t)(9100 + i)), ODD_BIT(ODD_CORE_ARGUMENTS));
    }
    assert_string_equal(fact(rig, 9100, ODD_CORE_ARGUMENTS, NULL), "svchost.exe");
    assert_int_equal(judged(rig, 1710), 0); /* MsMpEng.exe's */
}

static void test_core_pid(void **state)
{
    struct rig *rig = *state;
    made_up_start(rig->machine, 9000, MADE_UP_CMD, "System", NULL, NULL, NULL, 0);
    assert_int_equal(judged(rig, 9000), ODD_BIT(ODD_CORE_PID));
    assert_int_equal(judged(rig, MADE_UP_SYSTEM), 0);
    assert_string_equal(fact(rig, 9000, ODD_CORE_PID, NULL), "9000");
}

/* ---- how many ---- */

struct told {
    uint32_t slot;
    uint32_t twin;
};

static struct told told[16];
static size_t told_count;

static void tell(void *context, const struct odd_counted *one, const struct odd_counted *twin)
{
    (void)context;
    if (twin)
        told[told_count++] = (struct told){one->slot, twin->slot};
}

static void count_all(struct rig *rig)
{
    struct odd_counted counted[64];
    size_t count = 0;
    struct snapshot *snapshot = look(rig);
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        if (!snapshot->processes[i].ended && odd_counts(snapshot->processes[i].facts))
            counted[count++] = (struct odd_counted){.facts = snapshot->processes[i].facts,
                                                    .slot = snapshot->processes[i].facts->key.pid};
    told_count = 0;
    odd_count(counted, count, tell, NULL);
    assert_true(count > 8);
    snapshot_release(snapshot);
}

static void test_core_number(void **state)
{
    struct rig *rig = *state;
    const struct process_odd odd = {.twin = MADE_UP_LSASS};
    count_all(rig);
    assert_int_equal(told_count, 0);
    made_up_start(rig->machine, 9000, MADE_UP_WININIT, "LSASS.EXE", S32 "lsass.exe", NULL,
                  MADE_UP_LOCAL_SYSTEM, 0);
    made_up_start(rig->machine, 90, 690, "csrss.exe", S32 "csrss.exe", NULL, MADE_UP_LOCAL_SYSTEM,
                  0);
    made_up_start(rig->machine, 9020, 690, "csrss.exe", S32 "csrss.exe", NULL, MADE_UP_LOCAL_SYSTEM,
                  3);
    made_up_start(rig->machine, 9030, 900, "svchost.exe", S32 "svchost.exe", NULL,
                  MADE_UP_LOCAL_SYSTEM, 0);
    count_all(rig);
    assert_int_equal(told_count, 2);
    assert_int_equal(told[0].slot, 90);
    assert_int_equal(told[0].twin, MADE_UP_CSRSS); /* the one that was there first */
    assert_int_equal(told[1].slot, 9000);
    assert_int_equal(told[1].twin, MADE_UP_LSASS);
    assert_string_equal(fact(rig, 9000, ODD_CORE_NUMBER, &odd), "LSASS.EXE (920)");
    scripted_source_exit(rig->machine, MADE_UP_LSASS, 0);
    scripted_source_deny(rig->machine, 90, READ_DENIED);
    count_all(rig);
    assert_int_equal(told_count, 1);
    odd_count(NULL, 0, tell, NULL);
}

/* ---- names and places ---- */

static void test_names(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *name;
        enum odd_rule rule;
        const char *fact;
    } names[] = {
        {"svch0st.exe", ODD_NAME_ALIKE, "svchost.exe"},
        {"chr\xd0\xbeme.exe", ODD_NAME_MIXED, "chr\xd0\xbeme.exe"},
        {"a\xe2\x80\xaegpj.exe", ODD_NAME_TURNED, "a\xe2\x80\xaegpj.exe"},
        {"invoice.pdf.exe", ODD_NAME_EXTENSION, "invoice.pdf.exe"},
        {"chrome .exe", ODD_NAME_SPACES, "chrome .exe"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint32_t pid = (uint32_t)(9000 + i);
        made_up_start(rig->machine, pid, MADE_UP_CMD, names[i].name, "C:\\Tools\\a.exe", NULL,
                      MADE_UP_ALICE, 1);
        assert_int_equal(judged(rig, pid), ODD_BIT(names[i].rule));
        assert_string_equal(fact(rig, pid, names[i].rule, NULL), names[i].fact);
    }
    made_up_start(rig->machine, 9100, MADE_UP_CMD, "node.exe", "C:\\Tools\\node.exe", NULL,
                  MADE_UP_ALICE, 1);
    assert_int_equal(judged(rig, 9100), 0);
    made_up_start(rig->machine, 9110, MADE_UP_CMD, "svchost.exe ", S32 "svchost.exe ", NULL,
                  MADE_UP_ALICE, 1);
    assert_int_equal(judged(rig, 9110), ODD_BIT(ODD_NAME_SPACES));
}

static void assert_place(struct rig *rig, const char *image, uint32_t expected)
{
    start(rig, "tool.exe", image);
    if (judged(rig, 9000) != expected)
        fail_msg("%s: %#x", image, (unsigned)judged(rig, 9000));
    scripted_source_exit(rig->machine, 9000, 0);
}

static void test_places(void **state)
{
    struct rig *rig = *state;
    const uint32_t temp = ODD_BIT(ODD_FROM_TEMP);
    const uint32_t bin = ODD_BIT(ODD_FROM_RECYCLE_BIN);
    const uint32_t stream = ODD_BIT(ODD_FROM_STREAM);
    const uint32_t share = ODD_BIT(ODD_FROM_SHARE);
    assert_place(rig, "C:\\Users\\alice\\AppData\\Local\\Temp\\tool.exe", temp);
    assert_place(rig, "C:\\Users\\alice\\AppData\\Local\\Temp\\7zS1\\tool.exe", temp);
    assert_place(rig, "C:\\WINDOWS\\TEMP\\tool.exe", temp);
    assert_place(rig, "C:\\Windows\\SystemTemp\\tool.exe", 0);
    assert_place(rig, "C:\\Template\\tool.exe", 0);
    assert_place(rig, "C:\\Tools\\temp", 0);
    assert_place(rig, "C:\\$Recycle.Bin\\S-1-5-21-1\\$RABC.exe", bin);
    assert_place(rig, "D:\\RECYCLER\\tool.exe", bin);
    assert_place(rig, "C:\\Recycling\\tool.exe", 0);
    assert_place(rig, "C:\\Tools\\readme.txt:tool.exe", stream);
    assert_place(rig, "\\\\?\\C:\\Tools\\readme.txt:tool.exe", stream);
    assert_place(rig, "\\\\?\\C:\\Tools\\tool.exe", 0);
    assert_place(rig, "\\\\server\\share\\tool.exe", share);
    assert_place(rig, "\\\\?\\UNC\\server\\share\\tool.exe", share);
    assert_place(rig, "\\Device\\Mup\\server\\share\\tool.exe", share);
    assert_place(rig, "\\\\?\\unix\\home\\tool.exe", 0);
    assert_place(rig, "\\\\server\\Temp\\a:b", share | temp | stream);
    assert_place(rig, "C:", 0);
    start(rig, "tool.exe", "C:\\Temp\\tool.exe");
    assert_string_equal(fact(rig, 9000, ODD_FROM_TEMP, NULL), "C:\\Temp\\tool.exe");
}

static void test_wine_keeps_the_rules_that_count_there(void **state)
{
    struct rig rig = rig_new(NULL);
    (void)state;
    made_up_wine(rig.machine);
    made_up_start(rig.machine, 300, 32, "svch0st.exe", "C:\\users\\root\\Temp\\svch0st.exe", NULL,
                  MADE_UP_ALICE, 1);
    made_up_start(rig.machine, 310, 32, "svchost.exe", "C:\\users\\root\\svchost.exe", NULL,
                  MADE_UP_ALICE, 1);
    assert_int_equal(judged_on(&rig, 300, &wine), ODD_BIT(ODD_NAME_ALIKE) | ODD_BIT(ODD_FROM_TEMP));
    assert_int_equal(judged_on(&rig, 310, &wine),
                     ODD_BIT(ODD_CORE_FOLDER) | ODD_BIT(ODD_CORE_ARGUMENTS));
    rig_free(&rig);
}

/* ---- the image's file ---- */

#define START INT64_C(134400482091230000)

static void test_image(void **state)
{
    struct rig *rig = *state;
    const struct image_file older = {.created = START - 10, .modified = START - 10};
    const struct image_file changed = {.created = START - 10, .modified = START + 10};
    const struct image_file replaced = {.created = START + 10, .modified = START - 10};
    const struct image_file gone = {.state = READ_GONE};
    const struct image_file denied = {.state = READ_DENIED};
    struct process_odd odd = {.rules = ODD_BIT(ODD_FROM_TEMP)};
    odd_judge_image(&odd, START, &older);
    assert_int_equal(odd.rules, ODD_BIT(ODD_FROM_TEMP));
    odd_judge_image(&odd, START, &denied);
    assert_int_equal(odd.rules, ODD_BIT(ODD_FROM_TEMP));
    odd_judge_image(&odd, START, &changed);
    assert_int_equal(odd.rules, ODD_BIT(ODD_FROM_TEMP) | ODD_BIT(ODD_IMAGE_CHANGED));
    assert_int_equal(odd.image_time, START + 10);
    assert_string_equal(fact(rig, 7020, ODD_IMAGE_CHANGED, &odd), "2026-11-25T02:43:29.123Z");
    odd_judge_image(&odd, START, &denied); /* what was told before stays */
    assert_int_equal(odd.rules, ODD_BIT(ODD_FROM_TEMP) | ODD_BIT(ODD_IMAGE_CHANGED));
    odd_judge_image(&odd, START, &gone);
    assert_int_equal(odd.rules, ODD_BIT(ODD_FROM_TEMP) | ODD_BIT(ODD_IMAGE_GONE));
    assert_string_equal(fact(rig, 7020, ODD_IMAGE_GONE, &odd), S32 "PING.EXE");
    odd_judge_image(&odd, START, &replaced);
    assert_int_equal(odd.rules, ODD_BIT(ODD_FROM_TEMP) | ODD_BIT(ODD_IMAGE_CHANGED));
    odd_judge_image(&odd, 0, &changed); /* nobody knows when it started */
    assert_int_equal(odd.rules, ODD_BIT(ODD_FROM_TEMP));
}

static void test_each_rule_has_a_name_and_a_phrase(void **state)
{
    (void)state;
    for (int a = 0; a < ODD_RULES; a++) {
        assert_true(strlen(odd_rule_name((enum odd_rule)a)) > 4);
        assert_true(strlen(odd_rule_phrase((enum odd_rule)a)) > 4);
        for (int b = 0; b < a; b++)
            assert_string_not_equal(odd_rule_name((enum odd_rule)a),
                                    odd_rule_name((enum odd_rule)b));
    }
    assert_string_equal(odd_rule_name(ODD_RULES), "");
    assert_string_equal(odd_rule_phrase(ODD_RULES), "");
}

static void test_folders(void **state)
{
    (void)state;
    const struct text none = {NULL, 0};
    const struct text base = text_of("C:\\Windows");
    assert_true(text_equal(place_folder(text_of("C:\\a\\b.exe")), text_of("C:\\a")));
    assert_true(text_equal(place_folder(text_of("\\\\?\\C:\\a\\b.exe")), text_of("C:\\a")));
    assert_int_equal(place_folder(text_of("Registry")).size, 0);
    assert_true(place_is_folder(text_of("c:/windows"), text_of("C:/Windows"), none, none));
    assert_true(place_is_folder(text_of("C:\\WINDOWS\\x\\y"), base, text_of("X"), text_of("Y")));
    assert_false(place_is_folder(text_of("C:\\WINDOWSx"), base, none, none));
    assert_false(place_is_folder(text_of("C:\\WINDOWS\\xy"), base, text_of("x"), none));
    assert_true(place_is_inside(text_of("C:\\Windows\\x\\y"), base, text_of("x")));
    assert_false(place_is_inside(text_of("C:\\Windows\\xy"), base, text_of("x")));
}

#define ODD_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ODD_TEST(test_a_normal_windows_11),
        ODD_TEST(test_nothing_read_is_nothing_odd),
        cmocka_unit_test(test_a_normal_wine),
        ODD_TEST(test_core_folder),
        ODD_TEST(test_core_folder_follows_the_system),
        ODD_TEST(test_core_parent),
        ODD_TEST(test_core_parent_exceptions),
        ODD_TEST(test_core_parent_verified_or_not),
        ODD_TEST(test_core_user),
        ODD_TEST(test_core_session),
        ODD_TEST(test_core_arguments),
        ODD_TEST(test_core_pid),
        ODD_TEST(test_core_number),
        ODD_TEST(test_names),
        ODD_TEST(test_places),
        cmocka_unit_test(test_wine_keeps_the_rules_that_count_there),
        ODD_TEST(test_image),
        cmocka_unit_test(test_each_rule_has_a_name_and_a_phrase),
        cmocka_unit_test(test_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
