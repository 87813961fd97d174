#include "tests/support/parts_sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct thread_info first_threads[] = {
    {
        .tid = 100,
        .created = INT64_C(134084125891230000),
        .cpu = 25 * MOMENT_MS / 2,
        .name = {text_of("main\x1b"), READ_OK},
        .state = {5, READ_OK},
        .wait = {6, READ_OK},
        .start = {0x140001a2b, READ_OK},
        .module = text_of("evil.exe"),
        .offset = 0x1a2b,
    },
    {
        .tid = 2000,
        .created = INT64_C(134084125891230007),
        .name = {{NULL, 0}, READ_OK},
        .state = {2, READ_OK},
        .wait = {.state = READ_NOT_APPLICABLE},
        .suspend_count = {2, READ_OK},
        .start = {0x77000, READ_OK},
    },
    {
        .tid = 3,
        .name = {{NULL, 0}, READ_DENIED},
        .state = {.state = READ_UNSUPPORTED},
        .wait = {.state = READ_UNSUPPORTED},
        .suspend_count = {.state = READ_DENIED},
        .start = {.state = READ_DENIED},
    },
};
static struct thread_info threads[COUNT(first_threads)];

static const struct module_info modules[] = {
    {0x140000000, 0x5000, text_of("C:\\x\\evil.exe")},
    {0x7ff800000000, 4096, text_of("")},
};

static const struct token_group groups[] = {
    {text_of("S-1-5-32-544"),
     {text_of("Administrators"), READ_OK},
     {text_of("BUILTIN"), READ_OK},
     GROUP_DENY_ONLY},
    {text_of("S-1-5-5-0-1"), {{NULL, 0}, READ_NOT_YET}, {{NULL, 0}, READ_NOT_YET}, 0x40000007},
};

static const struct token_privilege privileges[] = {
    {20, true, false}, {23, true, true}, {99, 0, 0}};

static const struct variable variables[] = {
    {text_of("=C:"), text_of("C:\\x")},
    {text_of("\xE4\xB8\xAD"), text_of("a=b")},
};

static struct process_parts parts;

struct process_parts *sample_parts(void)
{
    for (size_t i = 0; i < COUNT(threads); i++)
        threads[i] = first_threads[i];
    parts = (struct process_parts){
        .key = {6656, 7},
        .threads = threads,
        .thread_count = COUNT(threads),
        .modules = modules,
        .module_count = COUNT(modules),
        .variables = variables,
        .variable_count = COUNT(variables),
        .token = {.user = {text_of("alice"), READ_OK},
                  .domain = {text_of("CORP"), READ_OK},
                  .sid = {text_of("S-1-5-21-1"), READ_OK},
                  .session = {1, READ_OK},
                  .elevation = {ELEVATION_LIMITED, READ_OK},
                  .integrity = {0x2000, READ_OK},
                  .virtualization_allowed = {.state = READ_UNSUPPORTED},
                  .container_sid = {.state = READ_NOT_APPLICABLE},
                  .groups = groups,
                  .group_count = COUNT(groups),
                  .privileges = privileges,
                  .privilege_count = COUNT(privileges)},
    };
    return &parts;
}
