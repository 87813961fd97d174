/* Whatever hits.jsonl holds: who is flagged runs, is named once, in order. */
#include <stdint.h>
#include <stdlib.h>

#include "core/evidence/flagged.h"
#include "tests/support/case_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* called by the fuzzer */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t pids[] = {3252};
    const struct text hits = {(const char *)data, size};
    const struct snapshot *snapshot = sample_snapshot();
    struct flagged flagged;
    if (flagged_find(snapshot, hits, pids, 1, &flagged) != ST_OK)
        abort();
    bool named = false;
    for (size_t i = 0; i < flagged.count; i++) {
        if (flagged.rows[i] >= snapshot->process_count ||
            (i && flagged.rows[i] <= flagged.rows[i - 1]))
            abort();
        named = named || flagged.rows[i] == SAMPLE_CMD;
    }
    if (!named)
        abort();
    flagged_done(&flagged);
    return 0;
}
