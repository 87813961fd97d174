#include "core/cli/context.h"

#include "core/base/memory.h"
#include "core/windows/network/machine.h"

enum status import_here(struct text input, struct text name, struct import_result **result,
                        struct buffer *problem)
{
    struct address *own = NULL;
    size_t count = 0;
    if (machine_addresses(&own, &count, NULL) != ST_OK)
        count = 0;
    const struct import_context context = {.own = own, .own_count = count};
    enum status status = import_text(input, name, &context, result, problem);
    memory_give(own);
    return status;
}
