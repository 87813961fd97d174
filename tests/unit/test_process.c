#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/model/connection.h"
#include "core/model/process.h"
#include "tests/support/failing_memory.h"

#include <string.h>

static struct process_facts draft_facts(void)
{
    return (struct process_facts){
        .key = {1234, 99},
        .parent_pid = 4,
        .name = text_of("ping.exe"),
        .image = {text_of("C:\\Windows\\ping.exe"), READ_OK},
        .command = {text_of("ping \0hidden"), READ_OK},
        .directory = {{NULL, 0}, READ_DENIED},
        .user = {text_of("alice"), READ_OK},
        .domain = {text_of("CORP"), READ_OK},
        .sid = {text_of("S-1-5-18"), READ_OK},
        .services = {{NULL, 0}, READ_OK},
        .session = {1, READ_OK},
        .bits = {64, READ_OK},
        .elevated = {0, READ_PROTECTED},
        .critical = {1, READ_OK},
        .protection = {0x31, READ_OK},
        .command_from_memory = true,
    };
}

static void test_facts_are_copied_whole(void **state)
{
    (void)state;
    char name[] = "ping.exe";
    struct process_facts draft = draft_facts();
    const struct process_facts *facts;
    draft.name = text_from(name);
    assert_int_equal(process_facts_new(&draft, &facts), ST_OK);
    memset(name, 'x', sizeof name);
    assert_true(text_equal(facts->name, text_of("ping.exe")));
    assert_true(text_equal(facts->image.value, text_of("C:\\Windows\\ping.exe")));
    assert_true(text_equal(facts->command.value, text_of("ping \0hidden")));
    assert_true(text_equal(facts->user.value, text_of("alice")));
    assert_true(text_equal(facts->domain.value, text_of("CORP")));
    assert_true(text_equal(facts->sid.value, text_of("S-1-5-18")));
    assert_int_equal(facts->directory.state, READ_DENIED);
    assert_int_equal(facts->elevated.state, READ_PROTECTED);
    assert_int_equal(facts->services.value.size, 0);
    assert_int_equal(facts->bits.value, 64);
    assert_int_equal(facts->critical.value, 1);
    assert_int_equal(facts->protection.value, 0x31);
    assert_int_equal(facts->parent_pid, 4);
    assert_true(facts->command_from_memory);
    assert_true(process_key_equal(facts->key, draft.key));
    assert_true(process_facts_size(facts) > sizeof *facts + 50);
    process_facts_release(facts);
}

/* Listed while it was being made. */
static void test_a_process_without_a_name_has_its_files(void **state)
{
    (void)state;
    const struct process_facts draft = {
        .image = {.value = text_of("C:\\Temp\\suspect.exe"), .state = READ_OK}};
    const struct process_facts unread = {
        .image = {.value = text_of("C:\\Temp\\suspect.exe"), .state = READ_DENIED}};
    const struct process_facts *facts;
    assert_int_equal(process_facts_new(&draft, &facts), ST_OK);
    assert_true(text_equal(facts->name, text_of("suspect.exe")));
    process_facts_release(facts);
    assert_int_equal(process_facts_new(&unread, &facts), ST_OK);
    assert_int_equal(facts->name.size, 0);
    process_facts_release(facts);
}

static void test_facts_live_until_the_last_release(void **state)
{
    (void)state;
    struct process_facts draft = draft_facts();
    const struct process_facts *facts;
    failing_memory_begin(0);
    assert_int_equal(process_facts_new(&draft, &facts), ST_OK);
    assert_int_equal(failing_memory_requests(), 1);
    assert_ptr_equal(process_facts_retain(facts), facts);
    process_facts_release(facts);
    assert_int_equal(failing_memory_blocks(), 1);
    assert_true(text_equal(facts->name, text_of("ping.exe")));
    process_facts_release(facts);
    process_facts_release(NULL);
    assert_int_equal(failing_memory_blocks(), 0);
    failing_memory_end();
}

static void test_without_memory_the_output_is_untouched(void **state)
{
    (void)state;
    struct process_facts draft = draft_facts();
    const struct process_facts *facts = &draft;
    failing_memory_begin(1);
    assert_int_equal(process_facts_new(&draft, &facts), ST_NO_MEMORY);
    failing_memory_end();
    assert_ptr_equal(facts, &draft);
}

static void test_keys(void **state)
{
    (void)state;
    const struct process_key key = {8, 100};
    assert_true(process_key_equal(key, (struct process_key){8, 100}));
    assert_false(process_key_equal(key, (struct process_key){8, 101}));
    assert_false(process_key_equal(key, (struct process_key){8, 0}));
    assert_false(process_key_equal(key, (struct process_key){12, 100}));
    assert_true(process_key_compare(key, (struct process_key){12, 1}) < 0);
    assert_true(process_key_compare(key, (struct process_key){4, 200}) > 0);
    assert_true(process_key_compare(key, (struct process_key){8, 101}) < 0);
    assert_true(process_key_compare(key, (struct process_key){8, 99}) > 0);
    assert_int_equal(process_key_compare(key, key), 0);
    assert_true(process_key_hash(key) == process_key_hash((struct process_key){8, 100}));
    assert_true(process_key_hash(key) != process_key_hash((struct process_key){8, 101}));
}

static void test_read_states(void **state)
{
    (void)state;
    assert_string_equal(read_state_phrase(READ_OK), "");
    for (int i = READ_OK + 1; i < READ_STATE_COUNT; i++) {
        assert_true(strlen(read_state_phrase((enum read_state)i)) > 3);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(read_state_phrase((enum read_state)i),
                                    read_state_phrase((enum read_state)j));
    }
    assert_string_equal(read_state_phrase((enum read_state)READ_STATE_COUNT),
                        read_state_phrase(READ_FAILED));
    assert_int_equal(read_state_from(ST_OK), READ_OK);
    assert_int_equal(read_state_from(ST_DENIED), READ_DENIED);
    assert_int_equal(read_state_from(ST_PROTECTED), READ_PROTECTED);
    assert_int_equal(read_state_from(ST_GONE), READ_GONE);
    assert_int_equal(read_state_from(ST_NOT_FOUND), READ_GONE);
    assert_int_equal(read_state_from(ST_UNSUPPORTED), READ_UNSUPPORTED);
    assert_int_equal(read_state_from(ST_SYSTEM), READ_FAILED);
}

static void test_names_of_tcp_states(void **state)
{
    (void)state;
    assert_string_equal(tcp_state_name(TCP_NONE), "");
    assert_string_equal(tcp_state_name(TCP_LISTEN), "LISTEN");
    assert_string_equal(tcp_state_name(3), "SYN_SENT");
    assert_string_equal(tcp_state_name(5), "ESTABLISHED");
    assert_string_equal(tcp_state_name(11), "TIME_WAIT");
    assert_string_equal(tcp_state_name(TCP_DELETE_TCB), "DELETE_TCB");
    assert_string_equal(tcp_state_name(13), "UNKNOWN");
    assert_string_equal(tcp_state_name(255), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_are_copied_whole),
        cmocka_unit_test(test_a_process_without_a_name_has_its_files),
        cmocka_unit_test(test_facts_live_until_the_last_release),
        cmocka_unit_test(test_without_memory_the_output_is_untouched),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_read_states),
        cmocka_unit_test(test_names_of_tcp_states),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
