/* The pages General, Times and File. */
#include "core/judge/image_age.h"
#include "core/judge/zone_mark.h"
#include "core/model/process_cells.h"
#include "core/model/protection.h"
#include "gui/odd_words.h"
#include "gui/property_pages.h"
#include "gui/strings.h"

#define WORDS_MOST ((size_t)1024 * 1024)

/* --- pairs --- */

void property_add_state(struct buffer *out, enum read_state state)
{
    buffer_add_byte(out, '(');
    string_add(out, STR_READ_STATE + (unsigned)state);
    buffer_add_byte(out, ')');
}

void property_pair(struct sheet *sheet, unsigned name, struct text value)
{
    sheet_row(sheet, name);
    string_add(sheet_cell(sheet), name);
    sheet_cell_ends(sheet);
    sheet_add(sheet, value);
}

static void pair_string(struct sheet *sheet, unsigned name, unsigned value)
{
    sheet_row(sheet, name);
    string_add(sheet_cell(sheet), name);
    sheet_cell_ends(sheet);
    string_add(sheet_cell(sheet), value);
    sheet_cell_ends(sheet);
}

void property_pair_state(struct sheet *sheet, unsigned name, enum read_state state)
{
    sheet_row(sheet, name);
    string_add(sheet_cell(sheet), name);
    sheet_cell_ends(sheet);
    property_add_state(sheet_cell(sheet), state);
    sheet_cell_ends(sheet);
    sheet_dim(sheet);
}

void property_pair_cell(const struct property_view *view, struct sheet *sheet, unsigned name,
                        struct cell cell)
{
    if (cell.kind == CELL_EMPTY) {
        pair_string(sheet, name, STR_PROP_NONE);
        return;
    }
    sheet_row(sheet, name);
    string_add(sheet_cell(sheet), name);
    sheet_cell_ends(sheet);
    if (cell.kind == CELL_MOMENT)
        cell_text_add_moment(&view->words, cell.number, sheet_cell(sheet));
    else
        cell_text_add(&view->words, &cell, sheet_cell(sheet));
    sheet_cell_ends(sheet);
    if (cell_text_is_reason(&cell))
        sheet_dim(sheet);
}

bool property_note_count(struct sheet *sheet, enum read_state state, size_t count)
{
    struct buffer words;
    buffer_init(&words, WORDS_MOST);
    if (state == READ_OK)
        buffer_add_unsigned(&words, count);
    else
        string_add(&words, STR_READ_STATE + (unsigned)state);
    const struct text argument = buffer_text(&words);
    string_fill(&sheet->note, state == READ_OK ? STR_PROP_COUNT : STR_PROP_UNREAD, &argument, 1);
    buffer_done(&words);
    return state == READ_OK;
}

static const struct process_row *row_of(const struct property_view *view)
{
    return &view->snapshot->processes[view->process];
}

/* --- General --- */

static void add_user(const struct property_view *view, struct sheet *sheet)
{
    const struct process_facts *facts = row_of(view)->facts;
    struct buffer both;
    if (facts->domain.state != READ_OK || facts->user.state != READ_OK ||
        !facts->domain.value.size) {
        property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_USER,
                           cell_of_fact(&facts->user));
        return;
    }
    buffer_init(&both, WORDS_MOST);
    buffer_add(&both, facts->domain.value);
    buffer_add_byte(&both, '\\');
    buffer_add(&both, facts->user.value);
    property_pair(sheet, STR_PROCESS_COLUMN + PROCESS_USER, buffer_text(&both));
    buffer_done(&both);
}

static void add_guards(struct sheet *sheet, const struct process_facts *facts)
{
    struct buffer kind;
    struct buffer words;
    if (facts->critical.state == READ_OK)
        pair_string(sheet, STR_PROP_CRITICAL,
                    facts->critical.value ? STR_PROP_CRITICAL_YES : STR_PROP_CRITICAL_NO);
    else
        property_pair_state(sheet, STR_PROP_CRITICAL, facts->critical.state);
    if (facts->protection.state != READ_OK) {
        property_pair_state(sheet, STR_PROP_PROTECTION, facts->protection.state);
        return;
    }
    if (!protection_is_set(facts->protection.value)) {
        pair_string(sheet, STR_PROP_PROTECTION, STR_PROP_PROTECTED_NO);
        return;
    }
    buffer_init(&kind, WORDS_MOST);
    buffer_init(&words, WORDS_MOST);
    protection_add(&kind, facts->protection.value);
    const struct text argument = buffer_text(&kind);
    string_fill(&words, STR_PROP_PROTECTED_YES, &argument, 1);
    property_pair(sheet, STR_PROP_PROTECTION, buffer_text(&words));
    buffer_done(&words);
    buffer_done(&kind);
}

static void add_life(const struct property_view *view, struct sheet *sheet)
{
    const struct process_row *row = row_of(view);
    struct cell code =
        row->exit.code_state == READ_OK
            ? cell_of_number(row->exit.code)
            : (struct cell){.kind = CELL_UNREAD, .state = (uint8_t)row->exit.code_state};
    if (row->facts->key.start)
        property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_STARTED,
                           cell_of_moment(row->facts->key.start));
    else
        pair_string(sheet, STR_PROCESS_COLUMN + PROCESS_STARTED, STR_PROP_UNKNOWN);
    property_pair_cell(view, sheet, STR_DETAILS_FIRST_SEEN, cell_of_moment(row->first_seen));
    if (row->ended) {
        property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_ENDED,
                           cell_of_moment(row->exit.when ? row->exit.when : row->ended));
        property_pair_cell(view, sheet, STR_DETAILS_EXIT_CODE, code);
    } else {
        pair_string(sheet, STR_DETAILS_STATE,
                    row->suspended ? STR_DETAILS_SUSPENDED : STR_DETAILS_RUNNING);
        property_pair_cell(view, sheet, STR_DETAILS_THREADS, cell_of_number(row->threads));
    }
    if (row->cpu >= 0)
        property_pair_cell(view, sheet, STR_DETAILS_CPU_TIME,
                           (struct cell){.kind = CELL_DURATION, .number = row->cpu});
}

static void add_remarks(const struct property_view *view, struct sheet *sheet)
{
    const struct process_odd *odd = &row_of(view)->odd;
    const struct odd_subject subject = odd_subject_of(view->snapshot, view->process);
    struct buffer words;
    if (!odd->rules) {
        pair_string(sheet, STR_DETAILS_REMARKS, STR_PROP_NO_REMARKS);
        return;
    }
    buffer_init(&words, WORDS_MOST);
    for (unsigned rule = 0; rule < ODD_RULES; rule++) {
        if (!(odd->rules & ODD_BIT(rule)))
            continue;
        buffer_clear(&words);
        odd_words_remark(&words, (enum odd_rule)rule, &subject, odd);
        property_pair(sheet, STR_DETAILS_REMARKS, buffer_text(&words));
    }
    buffer_done(&words);
}

void property_build_general(const struct property_view *view, struct sheet *sheet)
{
    const struct process_facts *facts = row_of(view)->facts;
    bool stated = facts->command_from_memory && facts->command.state == READ_OK;
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_NAME, cell_of_text(facts->name));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_PID,
                       cell_of_number(facts->key.pid));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_IMAGE,
                       cell_of_fact(&facts->image));
    property_pair_cell(view, sheet,
                       stated ? STR_PROP_COMMAND_STATED : STR_PROCESS_COLUMN + PROCESS_COMMAND,
                       cell_of_fact(&facts->command));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_DIRECTORY,
                       cell_of_fact(&facts->directory));
    add_user(view, sheet);
    property_pair_cell(view, sheet, STR_DETAILS_SID, cell_of_fact(&facts->sid));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_PARENT,
                       process_parent_cell(view->snapshot, view->process));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_BITS,
                       cell_of_number_fact(&facts->bits));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_SERVICES,
                       cell_of_fact(&facts->services));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_SESSION,
                       cell_of_number_fact(&facts->session));
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_ELEVATED,
                       cell_of_flag_fact(&facts->elevated));
    add_guards(sheet, facts);
    add_life(view, sheet);
    property_pair_cell(view, sheet, STR_PROCESS_COLUMN + PROCESS_WATCHED,
                       process_row_class.cell(view->snapshot, view->process, PROCESS_WATCHED));
    add_remarks(view, sheet);
}

/* --- the file --- */

static void add_reason(struct buffer *out, const struct file_reason *reason)
{
    if (reason->state == READ_GONE) {
        string_add(out, STR_FILE_GONE);
        return;
    }
    struct buffer words;
    struct buffer number;
    buffer_init(&words, WORDS_MOST);
    buffer_init(&number, 32);
    string_add(&words, STR_READ_STATE + (unsigned)reason->state);
    buffer_add_unsigned(&number, reason->why.code);
    const struct text all[] = {buffer_text(&words), text_from(reason->why.call),
                               buffer_text(&number)};
    if (reason->why.call && reason->why.code)
        string_fill(out, STR_FILE_WHY, all, 3);
    else
        buffer_add(out, all[0]);
    buffer_done(&number);
    buffer_done(&words);
}

static void pair_reason(struct sheet *sheet, unsigned name, const struct file_reason *reason)
{
    sheet_row(sheet, name);
    string_add(sheet_cell(sheet), name);
    sheet_cell_ends(sheet);
    buffer_add_byte(sheet_cell(sheet), '(');
    add_reason(sheet_cell(sheet), reason);
    buffer_add_byte(sheet_cell(sheet), ')');
    sheet_cell_ends(sheet);
    sheet_dim(sheet);
}

/* The path, or why there is no file to tell of. */
static bool add_path(const struct property_view *view, struct sheet *sheet)
{
    const struct text_fact *image = &row_of(view)->facts->image;
    property_pair_cell(view, sheet, STR_FILE_PATH, cell_of_fact(image));
    return view->file != NULL;
}

/* --- Times --- */

static void time_row(const struct property_view *view, struct sheet *sheet, unsigned name,
                     moment when, moment start)
{
    struct buffer span;
    sheet_row(sheet, name);
    string_add(sheet_cell(sheet), name);
    sheet_cell_ends(sheet);
    if (when)
        cell_text_add_moment(&view->words, when, sheet_cell(sheet));
    else
        string_add(sheet_cell(sheet), STR_PROP_UNKNOWN);
    sheet_cell_ends(sheet);
    if (!when) {
        sheet_dim(sheet);
        return;
    }
    if (name == STR_PROP_PROCESS_START || !start)
        return;
    buffer_init(&span, WORDS_MOST);
    cell_text_add_duration(when > start ? when - start : start - when, &span);
    const struct text argument = buffer_text(&span);
    string_fill(sheet_cell(sheet), when > start ? STR_PROP_AFTER_START : STR_PROP_BEFORE_START,
                &argument, 1);
    sheet_cell_ends(sheet);
    buffer_done(&span);
}

void property_build_times(const struct property_view *view, struct sheet *sheet)
{
    moment start = row_of(view)->facts->key.start;
    time_row(view, sheet, STR_PROP_PROCESS_START, start, start);
    if (!add_path(view, sheet))
        return;
    const struct image_file *times = &view->file->times;
    const struct file_reason reason = file_reason_of_times(times);
    if (times->state == READ_OK) {
        time_row(view, sheet, STR_PROP_FILE_CREATED, times->created, start);
        time_row(view, sheet, STR_PROP_FILE_WRITTEN, times->modified, start);
        time_row(view, sheet, STR_PROP_FILE_CHANGED, times->changed, start);
        time_row(view, sheet, STR_PROP_FILE_ACCESSED, times->accessed, start);
    } else {
        pair_reason(sheet, STR_PROP_FILE, &reason);
    }
    if (times->state != READ_OK && times->state != READ_GONE)
        return;
    unsigned signs = image_age_signs(start, view->snapshot->taken, times);
    string_add(&sheet->note,
               STR_IMAGE_AGE + (unsigned)image_age_of(start, view->snapshot->taken, times));
    for (unsigned age = 0; age < IMAGE_COUNT; age++)
        if (signs >> age & 1u)
            pair_string(sheet, STR_PROP_VERDICT, STR_IMAGE_AGE + age);
}

/* --- File --- */

/* What others wrote; nothing where they wrote nothing. */
static void pair_text(struct sheet *sheet, unsigned name, struct text value)
{
    if (value.size)
        property_pair(sheet, name, value);
}

static void add_hashes(struct sheet *sheet, const struct file_facts *file)
{
    for (unsigned kind = 0; kind < HASH_KINDS; kind++) {
        const struct file_hash *hash = &file->hashes[kind];
        sheet_row(sheet, STR_FILE_SIZE + ((uint64_t)kind << 32));
        sheet_add(sheet, text_from(file_hash_name((enum hash_kind)kind)));
        if (hash->read.state == READ_OK) {
            file_hash_add(sheet_cell(sheet), (enum hash_kind)kind, hash);
        } else {
            buffer_add_byte(sheet_cell(sheet), '(');
            add_reason(sheet_cell(sheet), &hash->read);
            buffer_add_byte(sheet_cell(sheet), ')');
            sheet_dim(sheet);
        }
        sheet_cell_ends(sheet);
    }
}

static void add_version(struct sheet *sheet, const struct file_version *version)
{
    if (version->read.state != READ_OK) {
        pair_reason(sheet, STR_FILE_VERSION, &version->read);
        return;
    }
    if (!version->present) {
        pair_string(sheet, STR_FILE_VERSION, STR_FILE_NO_VERSION);
        return;
    }
    pair_text(sheet, STR_FILE_DESCRIPTION, version->description);
    pair_text(sheet, STR_FILE_PRODUCT, version->product);
    pair_text(sheet, STR_FILE_COMPANY, version->company);
    pair_text(sheet, STR_FILE_VERSION, version->file_version);
    pair_text(sheet, STR_FILE_ORIGINAL, version->original_name);
}

static void add_signature(const struct property_view *view, struct sheet *sheet)
{
    const struct file_signature *signature = &view->file->signature;
    struct buffer verdict;
    struct buffer place;
    struct buffer words;
    buffer_init(&verdict, WORDS_MOST);
    buffer_init(&place, WORDS_MOST);
    buffer_init(&words, WORDS_MOST);
    if (signature->read.state != READ_OK)
        add_reason(&verdict, &signature->read);
    else
        string_add(&verdict, STR_SIGNATURE + (unsigned)signature->verdict);
    bool placed = signature->read.state == READ_OK && signature->place != SIGNED_NOWHERE;
    if (placed)
        string_add(&place, STR_SIGNED_PLACE + (unsigned)signature->place);
    const struct text all[] = {buffer_text(&verdict), buffer_text(&place)};
    if (signature->read.state != READ_OK)
        string_fill(&words, STR_FILE_NOT_CHECKED, all, 1);
    else if (placed)
        string_fill(&words, STR_FILE_SIGNED_IN, all, 2);
    else
        buffer_add(&words, all[0]);
    property_pair(sheet, STR_FILE_SIGNATURE, buffer_text(&words));
    if (signature->read.state != READ_OK) {
        sheet_dim(sheet);
    } else {
        pair_text(sheet, STR_FILE_SIGNER, signature->signer);
        pair_text(sheet, STR_FILE_ISSUER, signature->issuer);
        if (signature->timestamp)
            property_pair_cell(view, sheet, STR_FILE_SIGNED_AT,
                               cell_of_moment(signature->timestamp));
        pair_text(sheet, STR_FILE_CATALOG, signature->catalog);
    }
    buffer_done(&words);
    buffer_done(&place);
    buffer_done(&verdict);
}

static void add_zone(struct sheet *sheet, const struct file_zone *zone)
{
    struct buffer name;
    struct buffer number;
    struct buffer words;
    if (zone->read.state != READ_OK) {
        pair_reason(sheet, STR_FILE_ORIGIN, &zone->read);
        return;
    }
    if (!zone->marked || !zone->has_zone) {
        pair_string(sheet, STR_FILE_ORIGIN, zone->marked ? STR_FILE_NO_ZONE : STR_FILE_NO_MARK);
    } else {
        buffer_init(&name, WORDS_MOST);
        buffer_init(&number, 32);
        buffer_init(&words, WORDS_MOST);
        string_add(&name, zone_name(zone->zone)[0] ? STR_ZONE + zone->zone : STR_PROP_UNKNOWN);
        buffer_add_unsigned(&number, zone->zone);
        const struct text all[] = {buffer_text(&name), buffer_text(&number)};
        string_fill(&words, STR_FILE_ZONE, all, 2);
        property_pair(sheet, STR_FILE_ORIGIN, buffer_text(&words));
        buffer_done(&words);
        buffer_done(&number);
        buffer_done(&name);
    }
    pair_text(sheet, STR_FILE_HOST, zone->host);
    pair_text(sheet, STR_FILE_REFERRER, zone->referrer);
}

void property_build_file(const struct property_view *view, struct sheet *sheet)
{
    if (!add_path(view, sheet))
        return;
    const struct file_facts *file = view->file;
    if (file->in_stream)
        pair_string(sheet, STR_PROP_FILE, STR_FILE_STREAM);
    if (file->times.state != READ_OK) { /* the other reasons are the same one */
        const struct file_reason reason = file_reason_of_times(&file->times);
        pair_reason(sheet, STR_PROP_FILE, &reason);
        return;
    }
    struct buffer size;
    struct buffer words;
    buffer_init(&size, 32);
    buffer_init(&words, WORDS_MOST);
    buffer_add_unsigned(&size, file->times.size);
    const struct text argument = buffer_text(&size);
    string_fill(&words, STR_FILE_BYTES, &argument, 1);
    property_pair(sheet, STR_FILE_SIZE, buffer_text(&words));
    buffer_done(&words);
    buffer_done(&size);
    add_hashes(sheet, file);
    if (file->changed_meanwhile)
        pair_string(sheet, STR_PROP_FILE, STR_FILE_CHANGED_WHILE);
    add_version(sheet, &file->version);
    add_signature(view, sheet);
    add_zone(sheet, &file->zone);
}
