/* Any bytes as a case.json: what is taken for a case is written and read again the same, line for
 * line, and no opening is lost. */
#include <stdlib.h>

#include "core/case/case_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_again(const struct case_record *record)
{
    struct arena *arena = arena_new((size_t)1 << 28);
    struct buffer once;
    struct buffer twice;
    struct buffer problem;
    struct case_record read;
    buffer_init(&once, CASE_MOST);
    buffer_init(&twice, CASE_MOST);
    buffer_init(&problem, 4096);
    must(arena != NULL);
    case_record_write(&once, record);
    must(once.failed == ST_OK);
    must(case_record_read(buffer_text(&once), arena, &read, &problem) == ST_OK);
    must(read.session_count == record->session_count);
    must(text_equal(read.words.name, record->words.name));
    must(read.created == record->created);
    case_record_write(&twice, &read);
    must(text_equal(buffer_text(&once), buffer_text(&twice)));
    for (size_t i = 0; i + 1 < once.size; i++)
        must(once.bytes[i] != '\n');
    buffer_done(&problem);
    buffer_done(&twice);
    buffer_done(&once);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)1 << 28);
    struct buffer problem;
    struct case_record record;
    buffer_init(&problem, 4096);
    must(arena != NULL);
    enum status status =
        case_record_read((struct text){(const char *)data, size}, arena, &record, &problem);
    if (status == ST_OK)
        check_again(&record);
    else
        must(problem.size != 0);
    buffer_done(&problem);
    arena_free(arena);
    return 0;
}
