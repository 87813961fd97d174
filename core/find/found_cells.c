#include "core/find/found_cells.h"

static uint32_t count(const void *rows)
{
    return ((const struct found *)rows)->count;
}

static uint64_t id(const void *rows, uint32_t index)
{
    (void)rows;
    return (uint64_t)index + 1;
}

static moment ended(const void *rows, uint32_t index)
{
    (void)rows;
    (void)index;
    return 0;
}

static bool never_watched(const void *rows, uint32_t index)
{
    (void)rows;
    (void)index;
    return false;
}

/* What was found never changes. */
static uint64_t stamp(const void *rows, uint32_t index)
{
    (void)index;
    return ((const struct found *)rows)->run;
}

static struct cell hex_cell(uint64_t number)
{
    return (struct cell){.kind = CELL_HEX, .number = (int64_t)number};
}

static struct cell words_cell(uint64_t words)
{
    return (struct cell){.kind = words ? CELL_WORDS : CELL_EMPTY, .number = (int64_t)words};
}

static uint64_t word_if(bool so, enum cell_word word)
{
    return so ? UINT64_C(1) << word : 0;
}

/* --- handles --- */

static struct cell handle_name_cell(const struct handle_row *row)
{
    if (row->naming == HANDLE_NAMED)
        return cell_of_text(row->name);
    return (struct cell){.kind = CELL_UNREAD,
                         .state = (uint8_t)row->why,
                         .number = (int64_t)WORD_NAMELESS + (int64_t)row->naming -
                                   (int64_t)HANDLE_NAMELESS};
}

static struct cell handle_cell(const void *rows, uint32_t index, unsigned column)
{
    const struct handle_row *row = found_handle(rows, index);
    bool handle = row->kind == HANDLE_OPEN;

    switch ((enum found_handle_column)column) {
    case FOUND_HANDLE_PROCESS:
        return cell_of_text(row->process_name);
    case FOUND_HANDLE_PID:
        return cell_of_number(row->process.pid);
    case FOUND_HANDLE_KIND:
        return cell_of_word((enum cell_word)((unsigned)WORD_HANDLE + (unsigned)row->kind));
    case FOUND_HANDLE_TYPE:
        return cell_of_text(row->type);
    case FOUND_HANDLE_VALUE:
        return handle || (row->kind == HANDLE_MODULE && row->value) ? hex_cell(row->value)
                                                                    : (struct cell){0};
    case FOUND_HANDLE_ACCESS:
        return handle ? hex_cell(row->access) : (struct cell){0};
    case FOUND_HANDLE_NAME:
        return handle_name_cell(row);
    case FOUND_HANDLE_COLUMNS:
        break;
    }
    return (struct cell){0};
}

const struct row_class found_handle_class = {
    .count = count,
    .id = id,
    .cell = handle_cell,
    .ended = ended,
    .watched = never_watched,
    .stamp = stamp,
    .columns = FOUND_HANDLE_COLUMNS,
    .natural = VIEW_NO_COLUMN,
};

const char *found_handle_column_name(unsigned column)
{
    static const char *const names[FOUND_HANDLE_COLUMNS] = {
        [FOUND_HANDLE_PROCESS] = "process", [FOUND_HANDLE_PID] = "pid",
        [FOUND_HANDLE_KIND] = "found",      [FOUND_HANDLE_TYPE] = "type",
        [FOUND_HANDLE_VALUE] = "handle",    [FOUND_HANDLE_ACCESS] = "access",
        [FOUND_HANDLE_NAME] = "name",
    };

    return column < FOUND_HANDLE_COLUMNS ? names[column] : "";
}

/* --- registry --- */

static struct cell type_cell(const struct registry_value *value)
{
    const char *name = registry_type_name(value->type);

    return name ? cell_of_text(text_from(name)) : hex_cell(value->type);
}

static struct cell where_cell(enum registry_where where)
{
    return where == REGISTRY_NOWHERE
               ? (struct cell){0}
               : cell_of_word((enum cell_word)((unsigned)WORD_KEY_NAME + (unsigned)where -
                                               (unsigned)REGISTRY_KEY_NAME));
}

static struct cell value_name_cell(const struct found_registry *row)
{
    return row->value.name.size ? cell_of_text(row->shown_name) : cell_of_word(WORD_DEFAULT_VALUE);
}

static struct cell registry_cell(const void *rows, uint32_t index, unsigned column)
{
    const struct found_registry *row = found_registry(rows, index);
    bool value = row->finding.value != NULL;

    switch ((enum found_registry_column)column) {
    case FOUND_REGISTRY_KEY:
        return cell_of_text(row->shown_key);
    case FOUND_REGISTRY_VALUE:
        return value ? value_name_cell(row) : (struct cell){0};
    case FOUND_REGISTRY_TYPE:
        return value ? type_cell(&row->value) : (struct cell){0};
    case FOUND_REGISTRY_DATA:
        return cell_of_text(row->shown_data);
    case FOUND_REGISTRY_WHERE:
        return where_cell(row->finding.where);
    case FOUND_REGISTRY_REMARKS:
        return words_cell(word_if(row->hidden, WORD_HIDDEN) |
                          word_if(row->key.autorun, WORD_AUTORUN) |
                          word_if(row->key.view32, WORD_VIEW32));
    case FOUND_REGISTRY_WRITTEN:
        return cell_of_moment(row->key.written);
    case FOUND_REGISTRY_SIZE:
        return value ? cell_of_number((int64_t)row->value.size) : (struct cell){0};
    case FOUND_REGISTRY_COLUMNS:
        break;
    }
    return (struct cell){0};
}

const struct row_class found_registry_class = {
    .count = count,
    .id = id,
    .cell = registry_cell,
    .ended = ended,
    .watched = never_watched,
    .stamp = stamp,
    .columns = FOUND_REGISTRY_COLUMNS,
    .natural = VIEW_NO_COLUMN,
};

const char *found_registry_column_name(unsigned column)
{
    static const char *const names[FOUND_REGISTRY_COLUMNS] = {
        [FOUND_REGISTRY_KEY] = "key",         [FOUND_REGISTRY_VALUE] = "value",
        [FOUND_REGISTRY_TYPE] = "type",       [FOUND_REGISTRY_DATA] = "data",
        [FOUND_REGISTRY_WHERE] = "found_in",  [FOUND_REGISTRY_REMARKS] = "remarks",
        [FOUND_REGISTRY_WRITTEN] = "written", [FOUND_REGISTRY_SIZE] = "size",
    };

    return column < FOUND_REGISTRY_COLUMNS ? names[column] : "";
}

/* --- memory --- */

static bool memory_watched(const void *rows, uint32_t index)
{
    return found_memory(rows, index)->hit.indicator != NO_INDICATOR;
}

/* "rwx", as region_access_add of case/ecs_memory.h writes it. */
static struct cell access_cell(unsigned access)
{
    static const char *const names[] = {"---", "r--", "-w-", "rw-", "--x", "r-x", "-wx", "rwx"};
    static const char *const copies[] = {"-c-", "rc-", "-cx", "rcx"};
    unsigned plain =
        access & ((unsigned)REGION_READ | (unsigned)REGION_WRITE | (unsigned)REGION_EXECUTE);
    unsigned copied = (access & REGION_READ ? 1u : 0u) | (access & REGION_EXECUTE ? 2u : 0u);

    return cell_of_text(text_from(access & REGION_COPY ? copies[copied] : names[plain]));
}

static struct cell memory_cell(const void *rows, uint32_t index, unsigned column)
{
    const struct found_memory *row = found_memory(rows, index);
    const struct memory_hit *hit = &row->hit;

    switch ((enum found_memory_column)column) {
    case FOUND_MEMORY_PROCESS:
        return cell_of_text(row->facts->name);
    case FOUND_MEMORY_PID:
        return cell_of_number(row->facts->key.pid);
    case FOUND_MEMORY_ADDRESS:
        return hex_cell(hit->address);
    case FOUND_MEMORY_WATCHED:
        return hit->indicator == NO_INDICATOR
                   ? (struct cell){0}
                   : (struct cell){.kind = CELL_INDICATOR, .number = hit->indicator};
    case FOUND_MEMORY_TEXT:
        return cell_of_text(row->around);
    case FOUND_MEMORY_REGION:
        return cell_of_word((enum cell_word)((unsigned)WORD_PRIVATE + (unsigned)row->region.kind));
    case FOUND_MEMORY_ACCESS:
        return access_cell(row->region.access);
    case FOUND_MEMORY_REMARKS:
        return words_cell(word_if(region_unbacked(&row->region), WORD_UNBACKED));
    case FOUND_MEMORY_ENCODING:
        return cell_of_text(hit->wide ? text_of("UTF-16") : text_of("UTF-8"));
    case FOUND_MEMORY_BYTES:
        return (struct cell){.kind = CELL_BYTES,
                             .text = {(const char *)hit->bytes, hit->byte_count}};
    case FOUND_MEMORY_BASE:
        return hex_cell(row->region.base);
    case FOUND_MEMORY_SIZE:
        return cell_of_number((int64_t)row->region.size);
    case FOUND_MEMORY_COLUMNS:
        break;
    }
    return (struct cell){0};
}

const struct row_class found_memory_class = {
    .count = count,
    .id = id,
    .cell = memory_cell,
    .ended = ended,
    .watched = memory_watched,
    .stamp = stamp,
    .columns = FOUND_MEMORY_COLUMNS,
    .natural = VIEW_NO_COLUMN,
};

const char *found_memory_column_name(unsigned column)
{
    static const char *const names[FOUND_MEMORY_COLUMNS] = {
        [FOUND_MEMORY_PROCESS] = "process",   [FOUND_MEMORY_PID] = "pid",
        [FOUND_MEMORY_ADDRESS] = "address",   [FOUND_MEMORY_WATCHED] = "watched_as",
        [FOUND_MEMORY_TEXT] = "text",         [FOUND_MEMORY_REGION] = "region",
        [FOUND_MEMORY_ACCESS] = "access",     [FOUND_MEMORY_REMARKS] = "remarks",
        [FOUND_MEMORY_ENCODING] = "encoding", [FOUND_MEMORY_BYTES] = "bytes",
        [FOUND_MEMORY_BASE] = "region_base",  [FOUND_MEMORY_SIZE] = "region_size",
    };

    return column < FOUND_MEMORY_COLUMNS ? names[column] : "";
}
