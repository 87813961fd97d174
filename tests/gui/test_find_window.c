/* The Find window: each kind of search, on made-up answers and on lab programs; what comes in, is
 * sorted, filtered, copied and saved; cancel; and where a result leads. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/export.h"
#include "gui/find_parts.h"
#include "gui/harm_dialog.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"
#include "tests/support/windows/child.h"

#define MANY 100000u

static struct {
    struct find_system system;
    uint32_t rows;       /* handles that are found */
    atomic_bool endless; /* a search goes on until it is cancelled */
    atomic_int searches;
    uint32_t pid; /* of the last one's scope; 0: all */
    char term[64];
    char shown[512];
    bool shown_key;
} made;

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start(machine, 50004, 50000, "cmd.exe");
    scripted_source_start(machine, 50008, 50004, "ping.exe");
    scripted_source_connect(machine, 50008, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
}

static void note_search(const struct term *term, const uint32_t *pids, size_t count)
{
    struct text source = term ? term_source(term) : text_of("");

    snprintf(made.term, sizeof made.term, "%.*s", (int)source.size, source.bytes);
    made.pid = count ? pids[0] : 0;
    atomic_fetch_add(&made.searches, 1);
}

static enum status wait_for_cancel(const struct progress *progress)
{
    while (atomic_load(&made.endless) && !progress_cancelled(progress))
        Sleep(1);
    return progress_cancelled(progress) ? ST_CANCELLED : ST_OK;
}

/* "C:\files\7.txt" and so on; the second can't be named. */
static enum status make_handles(void *context, const struct snapshot *snapshot,
                                const struct handles_scope *scope, const struct term *term,
                                const struct handle_sink *sink, struct progress *progress,
                                struct holders_told *told)
{
    char name[64];

    (void)context;
    *told = (struct holders_told){0};
    note_search(term, scope->pids, scope->count);
    for (uint32_t i = 0; i < made.rows && !progress_cancelled(progress); i++) {
        const struct process_facts *facts = snapshot->processes[i % 2].facts;
        int size = snprintf(name, sizeof name, "C:\\files\\%u.txt", (made.rows - i) * 7 % 1000003);
        const struct handle_row row = {
            .kind = HANDLE_OPEN,
            .process = facts->key,
            .process_name = facts->name,
            .value = 4 * (uint64_t)i + 4,
            .access = 0x120089,
            .type = text_of("File"),
            .name = {name, i == 1 ? 0 : (size_t)size},
            .naming = i == 1 ? HANDLE_NOT_DUPLICATED : HANDLE_NAMED,
            .why = i == 1 ? READ_DENIED : READ_OK,
        };
        told->handles.handles++;
        if (!sink->row(sink->context, &row))
            return ST_CANCELLED;
    }
    told->handles.names_not_read = 3;
    return wait_for_cancel(progress);
}

static enum status show_file(void *context, struct text path, struct failure *failure)
{
    (void)context;
    (void)failure;
    snprintf(made.shown, sizeof made.shown, "%.*s", (int)path.size, path.bytes);
    made.shown_key = false;
    return ST_OK;
}

static enum status show_key(void *context, struct text path, struct failure *failure)
{
    show_file(context, path, failure);
    made.shown_key = true;
    return ST_OK;
}

static void prepare(struct rig *rig)
{
    memset(&made, 0, sizeof made);
    made.system = *find_system_live();
    made.system.holders = make_handles;
    made.system.explorer_show = show_file;
    made.system.regedit_show = show_key;
    made.rows = 5;
    rig->setup.find = &made.system;
}

static bool machine_is_listed(struct main_window *main, void *context)
{
    return tree_view_count(list_pane_view(main->processes)) >= *(uint32_t *)context;
}

static struct rig rig;
static HWND window; /* the Find window */

static void open_rig_with(void (*make)(struct scripted_source *machine), uint32_t processes)
{
    rig_open_with(&rig, make, prepare);
    rig_wait(&rig, machine_is_listed, &processes, "the machine is listed");
}

static void open_find(unsigned command)
{
    rig_command(&rig, command);
    window = user_sees_dialog(STR_FIND_TITLE);
}

static HWND pane(enum found_kind kind)
{
    return user_finds(window, FIND_PANE + kind);
}

static void type_and_search(const wchar_t *term)
{
    user_types(user_finds(window, FIND_TERM), term);
    user_presses(user_finds(window, FIND_TERM), VK_RETURN);
}

static void wait_for_status(const char *part)
{
    user_waits_for_part(user_finds(window, FIND_STATUS), part);
}

static int close_rig(void **state)
{
    (void)state;
    atomic_store(&made.endless, false);
    rig_close(&rig);
    return 0;
}

static int open_made(void **state)
{
    (void)state;
    open_rig_with(make_machine, 3);
    return 0;
}

/* --- handles --- */

static void test_typed_and_entered_a_term_finds_handles(void **state)
{
    (void)state;
    open_find(CMD_FIND);
    wait_for_status("");
    type_and_search(L"files");
    user_waits_for_count(pane(FOUND_HANDLES), 5);
    wait_for_status("5 found");
    wait_for_status("5 handles looked at");
    wait_for_status("3 names not read");
    assert_string_equal(made.term, "files");
    assert_int_equal(made.pid, 0);
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 0), "explorer.exe");
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 1), "50000");
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 2), "handle");
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 3), "File");
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 4), "0x4");
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 5), "C:\\files\\35.txt");
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 6), "0x120089");
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 1, 5),
                        "(can't be duplicated: access denied)");
}

static void test_heads_sort_and_the_filter_narrows(void **state)
{
    HWND list;

    (void)state;
    open_find(CMD_FIND);
    type_and_search(L"files");
    list = pane(FOUND_HANDLES);
    user_waits_for_count(list, 5);
    user_clicks_head(list, 5);
    user_waits_for_column(list, 5,
                          "C:\\files\\14.txt|C:\\files\\21.txt|C:\\files\\35.txt|C:\\files\\7.txt|"
                          "(can't be duplicated: access denied)");
    user_clicks_head(list, 4);
    user_waits_for_column(list, 4, "0x4|0x8|0xc|0x10|0x14");
    user_clicks_head(list, 4);
    user_waits_for_column(list, 4, "0x14|0x10|0xc|0x8|0x4");
    user_types(user_finds(window, FIND_FILTER), L"1.txt");
    user_waits_for_count(list, 1);
    wait_for_status("5 found, 1 shown");
    assert_string_equal(user_reads_cell(list, 0, 5), "C:\\files\\21.txt");
}

static void wait_for_cell(HWND list, int row, int column, const char *wanted)
{
    ULONGLONG begun = GetTickCount64();

    while (strcmp(user_reads_cell(list, row, column), wanted) != 0) {
        if (GetTickCount64() - begun > USER_PATIENCE)
            fail_msg("the cell reads \"%s\", not \"%s\"", user_reads_cell(list, row, column),
                     wanted);
        Sleep(1);
    }
}

/* A hundred thousand come in, each once, and are sorted. */
static void test_100000_results_come_in_and_are_sorted(void **state)
{
    ULONGLONG begun;
    HWND list;

    (void)state;
    made.rows = MANY;
    open_find(CMD_FIND);
    list = pane(FOUND_HANDLES);
    begun = GetTickCount64();
    type_and_search(L"files");
    user_waits_for_count(list, (int)MANY);
    wait_for_status("100000 found");
    printf("# 100,000 results: all shown after %llu ms", GetTickCount64() - begun);
    wait_for_cell(list, 0, 4, "0x4");
    begun = GetTickCount64();
    user_clicks_head(list, 5);
    wait_for_cell(list, 0, 5, "C:\\files\\100002.txt");
    printf(", sorted by name after %llu ms", GetTickCount64() - begun);
    user_clicks_head(list, 4);
    wait_for_cell(list, 0, 4, "0x4");
    begun = GetTickCount64();
    user_clicks_head(list, 4);
    wait_for_cell(list, 0, 4, "0x61a80");
    printf(", by number after %llu ms\n", GetTickCount64() - begun);
}

static void test_cancel_ends_the_search_and_keeps_what_came(void **state)
{
    ULONGLONG begun;

    (void)state;
    atomic_store(&made.endless, true);
    open_find(CMD_FIND);
    type_and_search(L"files");
    user_waits_for_count(pane(FOUND_HANDLES), 5);
    user_waits_for_text(user_finds(window, FIND_GO), "Cancel");
    begun = GetTickCount64();
    user_clicks(window, FIND_GO);
    user_waits_for_text(user_finds(window, FIND_GO), "&Find");
    printf("# cancelled after %llu ms\n", GetTickCount64() - begun);
    wait_for_status("cancelled: there may be more");
    assert_int_equal(user_counts(pane(FOUND_HANDLES)), 5);
}

/* The window may be closed, and the program may end, while a search goes on. */
static void test_closing_leaves_the_search_behind(void **state)
{
    (void)state;
    atomic_store(&made.endless, true);
    open_find(CMD_FIND);
    type_and_search(L"files");
    user_waits_for_text(user_finds(window, FIND_GO), "Cancel");
    user_clicks(window, IDCANCEL);
    user_sees_no_dialog(STR_FIND_TITLE);
    open_find(CMD_FIND);
    user_waits_for_count(pane(FOUND_HANDLES), 0);
    type_and_search(L"again");
    user_waits_for_count(pane(FOUND_HANDLES), 5);
}

static void test_a_bad_pattern_and_a_wrong_pid_are_told(void **state)
{
    (void)state;
    open_find(CMD_FIND);
    user_clicks(window, FIND_REGEX);
    type_and_search(L"(");
    wait_for_status("Can't search for this");
    user_clicks(window, FIND_REGEX);
    user_types(user_finds(window, FIND_PIDS), L"50004, x");
    user_clicks(window, FIND_GO);
    wait_for_status("“x” is no PID");
    SetWindowTextW(user_finds(window, FIND_PIDS), L"4242");
    user_clicks(window, FIND_GO);
    wait_for_status("There is no process 4242");
    SetWindowTextW(user_finds(window, FIND_PIDS), L"50004");
    user_clicks(window, FIND_GO);
    wait_for_status("5 found");
    assert_int_equal(made.pid, 50004);
    assert_int_equal(atomic_load(&made.searches), 1);
}

static void select_ping(struct main_window *main, void *context)
{
    (void)context;
    SetFocus(list_pane_window(main->processes));
    rowview_go_to(list_pane_rowview(main->processes), 2);
}

static void test_a_process_brings_its_pid_and_a_result_leads_to_it(void **state)
{
    (void)state;
    rig_call(&rig, select_ping, NULL);
    open_find(CMD_PROCESS_HANDLES);
    user_waits_for_count(pane(FOUND_HANDLES), 5);
    user_waits_for_text(user_finds(window, FIND_PIDS), "50008");
    assert_int_equal(made.pid, 50008);
    assert_string_equal(made.term, "");
    user_selects(pane(FOUND_HANDLES), 2);
    user_waits_for_part(user_finds(window, FIND_VALUE), "C:\\files\\21.txt");
    user_presses(pane(FOUND_HANDLES), VK_RETURN);
}

static struct find_window *find_of(struct main_window *main)
{
    return main->find;
}

struct order {
    unsigned command;
};

static void give_order(struct main_window *main, void *context)
{
    find_command(find_of(main), ((const struct order *)context)->command);
}

static void command(unsigned number)
{
    struct order order = {number};

    rig_call(&rig, give_order, &order);
}

static bool explorer_is_selected(struct main_window *main, void *context)
{
    (void)context;
    return commands_process(main) == 0;
}

static bool place_is_shown(struct main_window *main, void *context)
{
    (void)main;
    return strcmp(made.shown, context) == 0;
}

static void test_commands_of_a_row(void **state)
{
    (void)state;
    rig_call(&rig, select_ping, NULL);
    open_find(CMD_FIND);
    type_and_search(L"files");
    user_waits_for_count(pane(FOUND_HANDLES), 5);
    command(CMD_FOUND_PROCESS);
    wait_for_status("Nothing is selected"); /* why it is grey */
    user_selects(pane(FOUND_HANDLES), 0);
    command(CMD_FOUND_PROCESS);
    rig_wait(&rig, explorer_is_selected, NULL, "the process of the handle is selected");
    command(CMD_FOUND_PLACE);
    rig_wait(&rig, place_is_shown, "C:\\files\\35.txt", "the file is shown");
    assert_false(made.shown_key);
    user_selects(pane(FOUND_HANDLES), 1);
    command(CMD_FOUND_PLACE);
    wait_for_status("neither a file");
    command(CMD_COPY_JSON);
    wait_for_status("opied");
}

static void save_to(struct main_window *main, void *context)
{
    struct find_window *find = find_of(main);
    struct buffer line;

    buffer_init(&line, 65536);
    export_save(find->pages[find->kind].pane, text_from(context), false, &line);
    find_tell(find, buffer_text(&line));
    buffer_done(&line);
}

static void test_results_are_saved_as_a_table(void **state)
{
    char path[RIG_PATH * 3];
    struct buffer content;

    (void)state;
    open_find(CMD_FIND);
    type_and_search(L"files");
    user_waits_for_count(pane(FOUND_HANDLES), 5);
    snprintf(path, sizeof path, "%ls\\found.csv", rig.folder);
    rig_call(&rig, save_to, path);
    wait_for_status("found.csv");
    buffer_init(&content, 65536);
    assert_int_equal(files_read(text_from(path), &content, NULL), ST_OK);
    assert_int_not_equal(
        text_find(buffer_text(&content), text_of("process,pid,found,type,handle,name,access\r\n"
                                                 "explorer.exe,50000,handle,File,0x4,"
                                                 "C:\\files\\35.txt,0x120089\r\n")),
        SIZE_MAX);
    buffer_done(&content);
}

/* --- a process that holds what it says --- */

static struct child lab;

static moment start_of(HANDLE process)
{
    FILETIME times[4];

    assert_true(GetProcessTimes(process, &times[0], &times[1], &times[2], &times[3]));
    return (moment)((uint64_t)times[0].dwHighDateTime << 32 | times[0].dwLowDateTime);
}

static void make_lab_machine(struct scripted_source *machine)
{
    scripted_source_start_at(machine, lab.pid, 0, "handles.exe", start_of(lab.process));
}

static void use_live_holders(struct rig *prepared)
{
    prepare(prepared);
    made.system.holders = find_system_live()->holders;
}

/* The lab program with its handles, and the window over it. */
static void start_handles(void)
{
    wchar_t temporary[RIG_PATH];
    wchar_t folder[RIG_PATH];
    wchar_t arguments[RIG_PATH + 16];
    char line[1024];
    uint32_t one = 1;

    assert_true(GetTempPathW(RIG_PATH, temporary) > 0);
    swprintf(folder, RIG_PATH, L"%lsstakeout-held", temporary);
    CreateDirectoryW(folder, NULL);
    swprintf(arguments, RIG_PATH + 16, L"\"%ls\"", folder);
    child_start(&lab, L"handles", arguments, 0);
    do
        child_read_line(&lab, line, sizeof line);
    while (strncmp(line, "pid=", 4) != 0);
    rig_open_with(&rig, make_lab_machine, use_live_holders);
    rig_wait(&rig, machine_is_listed, &one, "the lab program is listed");
}

/* H2: names are whole, whatever their letters. */
static void test_H2_a_chinese_file_is_found_with_its_holder(void **state)
{
    (void)state;
    start_handles();
    open_find(CMD_FIND);
    type_and_search(L"中文文件");
    user_waits_for_count(pane(FOUND_HANDLES), 1);
    wait_for_status("1 found");
    assert_int_equal(strtoul(user_reads_cell(pane(FOUND_HANDLES), 0, 1), NULL, 10), lab.pid);
    assert_string_equal(user_reads_cell(pane(FOUND_HANDLES), 0, 3), "File");
    assert_non_null(
        strstr(user_reads_cell(pane(FOUND_HANDLES), 0, 5), "\\stakeout-held\\中文文件.txt"));
}

static int end_lab(void **state)
{
    close_rig(state);
    child_end(&lab);
    return 0;
}

/* A command that asks: the test must not wait for its end. */
static void give_command(unsigned number)
{
    PostMessageW(window, WM_COMMAND, number, 0);
}

static bool has_line(const wchar_t *file, const char *part)
{
    char path[RIG_PATH * 3];
    struct buffer content;

    snprintf(path, sizeof path, "%ls\\%ls", rig.case_folder, file);
    buffer_init(&content, (size_t)1 << 20);
    assert_int_equal(files_read(text_from(path), &content, NULL), ST_OK);
    bool found = text_find(buffer_text(&content), text_from(part)) != SIZE_MAX;
    buffer_done(&content);
    return found;
}

static void test_a_handle_is_closed_after_a_question(void **state)
{
    char line[256];
    char order[64];
    unsigned long long value;
    DWORD written;
    HWND question;

    (void)state;
    start_handles();
    open_find(CMD_FIND);
    type_and_search(L"plain.txt");
    user_waits_for_count(pane(FOUND_HANDLES), 1);
    wait_for_status("1 found");
    value = strtoull(user_reads_cell(pane(FOUND_HANDLES), 0, 4), NULL, 16);
    user_selects(pane(FOUND_HANDLES), 0);
    give_command(CMD_FOUND_CLOSE);
    question = user_sees_dialog(STR_HARM_TITLE);
    user_waits_for_part(user_finds(question, HARM_WORDS), "plain.txt");
    user_clicks(question, IDCANCEL);
    user_sees_no_dialog(STR_HARM_TITLE);
    give_command(CMD_FOUND_CLOSE);
    question = user_sees_dialog(STR_HARM_TITLE);
    user_clicks(question, HARM_DO);
    wait_for_status(": closed");
    assert_non_null(strstr(user_reads_cell(pane(FOUND_HANDLES), 0, 0), "— closed"));
    int size = snprintf(order, sizeof order, "close %llu\n", value);
    assert_true(WriteFile(lab.input, order, (DWORD)size, &written, NULL));
    child_read_line(&lab, line, sizeof line);
    assert_string_equal(line, "0");
    assert_true(has_line(L"journal.jsonl", "\"close-handle\""));
}

/* --- keys and values that are there --- */

static void run_keys(const wchar_t *order, char *first, size_t size)
{
    struct child keys;

    child_start(&keys, L"keys", order, 0);
    if (first)
        child_read_line(&keys, first, size);
    else
        child_end(&keys);
    if (!first)
        return;
    char rest[4096];
    for (int i = 1; i < 27; i++)
        child_read_line(&keys, rest, sizeof rest);
    child_end(&keys);
}

static int open_keys(void **state)
{
    char first[4096];

    (void)state;
    run_keys(L"make", first, sizeof first);
    open_rig_with(make_machine, 3);
    open_find(CMD_FIND_REGISTRY);
    return 0;
}

static int close_keys(void **state)
{
    close_rig(state);
    run_keys(L"remove", NULL, 0);
    return 0;
}

/* R1: what is hidden from Win32 programs is found and marked; what starts programs comes first. */
static void test_R1_keys_are_found_and_hidden_ones_marked(void **state)
{
    HWND list = pane(FOUND_REGISTRY);
    int hidden = 0;

    (void)state;
    type_and_search(L"zz-needle-zz");
    user_waits_for_count(list, 27);
    wait_for_status("27 found");
    wait_for_status("with a NUL");
    assert_string_equal(user_reads_cell(list, 0, 1), "StakeoutLab");
    assert_string_equal(user_reads_cell(list, 0, 4), "autorun");
    for (int row = 0; row < 27; row++)
        hidden += strstr(user_reads_cell(list, row, 4), "hidden") != NULL;
    assert_int_equal(hidden, 2);
    user_selects(list, 0);
    user_waits_for_part(user_finds(window, FIND_VALUE), "CurrentVersion\\Run");
    user_presses(list, VK_RETURN);
}

static LSTATUS read_run_value(void)
{
    return RegGetValueW(HKEY_CURRENT_USER, L"Software\\Microsoft\\Windows\\CurrentVersion\\Run",
                        L"StakeoutLab", RRF_RT_ANY, NULL, NULL, NULL);
}

/* The answer that is not the safe one. */
static void agree(HWND question)
{
    PostMessageW(question, TDM_CLICK_BUTTON, 101, 0);
    for (int waited = 0; waited < USER_PATIENCE && IsWindow(question); waited += 5)
        Sleep(5);
    assert_false(IsWindow(question));
}

static bool has_backup(void)
{
    WIN32_FIND_DATAW found;
    wchar_t pattern[RIG_PATH];

    swprintf(pattern, RIG_PATH, L"%ls\\registry-*.reg", rig.case_folder);
    HANDLE search = FindFirstFileW(pattern, &found);
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    return search != INVALID_HANDLE_VALUE;
}

static void test_a_value_is_deleted_after_two_questions_with_a_backup(void **state)
{
    HWND list = pane(FOUND_REGISTRY);

    (void)state;
    type_and_search(L"zz-needle-zz");
    user_waits_for_count(list, 27);
    wait_for_status("27 found");
    user_selects(list, 0);
    give_command(CMD_FOUND_DELETE_VALUE);
    PostMessageW(user_sees_question(window), WM_CLOSE, 0, 0); /* Esc: the safe answer */
    user_waits_until_enabled(window);
    assert_int_equal(read_run_value(), ERROR_SUCCESS);
    give_command(CMD_FOUND_DELETE_VALUE);
    agree(user_sees_question(window));
    HWND again = user_sees_question(window);
    assert_int_equal(read_run_value(), ERROR_SUCCESS);
    assert_false(has_backup());
    agree(again);
    wait_for_status(": deleted");
    assert_int_equal(read_run_value(), ERROR_FILE_NOT_FOUND);
    assert_true(has_backup());
    assert_true(has_line(L"journal.jsonl", "StakeoutLab"));
}

static void export_first(struct main_window *main, void *context)
{
    find_export_to(main->find, text_from(context));
}

static void test_a_value_is_exported(void **state)
{
    HWND list = pane(FOUND_REGISTRY);
    struct buffer content;
    char path[RIG_PATH * 3];

    (void)state;
    type_and_search(L"zz-needle-zz");
    user_waits_for_count(list, 27);
    wait_for_status("27 found");
    user_selects(list, 0);
    snprintf(path, sizeof path, "%ls\\first.reg", rig.folder);
    rig_call(&rig, export_first, path);
    wait_for_status("values: 1, written to");
    buffer_init(&content, 65536);
    assert_int_equal(files_read(text_from(path), &content, NULL), ST_OK);
    assert_memory_equal(content.bytes, L"\xFEFFWindows Registry Editor Version 5.00\r\n", 78);
    buffer_done(&content);
}

/* --- words in a process's memory --- */

static void make_memory_machine(struct scripted_source *machine)
{
    scripted_source_start_at(machine, lab.pid, 0, "memory.exe", start_of(lab.process));
}

static int open_memory(void **state)
{
    char line[256];
    uint32_t one = 1;

    (void)state;
    child_start(&lab, L"memory", L"", 0);
    do
        child_read_line(&lab, line, sizeof line);
    while (strcmp(line, "ready") != 0);
    rig_open_with(&rig, make_memory_machine, prepare);
    rig_wait(&rig, machine_is_listed, &one, "the lab program is listed");
    open_find(CMD_FIND_MEMORY);
    return 0;
}

static void test_words_in_memory_are_found_and_injected_ones_marked(void **state)
{
    HWND list = pane(FOUND_MEMORY);

    (void)state;
    type_and_search(L"INJECTED-NEEDLE");
    user_waits_for_count(list, 1);
    wait_for_status("1 found");
    wait_for_status("in 1 processes");
    assert_string_equal(user_reads_cell(list, 0, 0), "memory.exe");
    assert_string_equal(user_reads_cell(list, 0, 5), "private");
    assert_string_equal(user_reads_cell(list, 0, 7), "executable, no file behind it");
    user_selects(list, 0);
    user_waits_for_part(user_finds(window, FIND_VALUE), "INJECTED-");
}

static bool both_are_watched(struct main_window *main, void *context)
{
    const struct watchlist *list = session_watchlist(main->session);

    (void)context;
    return list && watchlist_count(list) == 2;
}

static void test_the_whole_watchlist_is_looked_for(void **state)
{
    HWND list = pane(FOUND_MEMORY);

    (void)state;
    user_clicks(window, FIND_LIST);
    user_clicks(window, FIND_GO);
    wait_for_status("The watchlist is empty");
    rig_watch(&rig, "192.0.2.77");
    rig_watch(&rig, "c2.lab-needle.test");
    rig_wait(&rig, both_are_watched, NULL, "both are watched");
    user_clicks(window, FIND_GO);
    user_waits_for_count(list, 2);
    user_clicks_head(list, 3);
    user_waits_for_column(list, 3, "192.0.2.77|c2.lab-needle.test");
}

#define KEYS(name) cmocka_unit_test_setup_teardown(name, open_keys, close_keys)
#define MEMORY(name) cmocka_unit_test_setup_teardown(name, open_memory, end_lab)
#define MADE(name) cmocka_unit_test_setup_teardown(name, open_made, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MADE(test_typed_and_entered_a_term_finds_handles),
        MADE(test_heads_sort_and_the_filter_narrows),
        MADE(test_100000_results_come_in_and_are_sorted),
        MADE(test_cancel_ends_the_search_and_keeps_what_came),
        MADE(test_closing_leaves_the_search_behind),
        MADE(test_a_bad_pattern_and_a_wrong_pid_are_told),
        MADE(test_a_process_brings_its_pid_and_a_result_leads_to_it),
        MADE(test_commands_of_a_row),
        MADE(test_results_are_saved_as_a_table),
        cmocka_unit_test_teardown(test_H2_a_chinese_file_is_found_with_its_holder, end_lab),
        cmocka_unit_test_teardown(test_a_handle_is_closed_after_a_question, end_lab),
        KEYS(test_R1_keys_are_found_and_hidden_ones_marked),
        KEYS(test_a_value_is_deleted_after_two_questions_with_a_backup),
        KEYS(test_a_value_is_exported),
        MEMORY(test_words_in_memory_are_found_and_injected_ones_marked),
        MEMORY(test_the_whole_watchlist_is_looked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
