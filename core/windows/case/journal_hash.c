#include "core/windows/case/journal_hash.h"

#include <string.h>

#include "core/windows/file/digest.h"

static enum status sha256(void *context, struct text bytes, unsigned char hash[JOURNAL_DIGEST])
{
    struct digest digest;
    struct digest_values values;
    enum status status = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), NULL);

    (void)context;
    if (status != ST_OK)
        return status;
    status = digest_add(&digest, bytes.bytes, bytes.size, NULL);
    if (status == ST_OK)
        status = digest_finish(&digest, &values, NULL);
    digest_done(&digest);
    if (status == ST_OK)
        memcpy(hash, values.bytes[DIGEST_SHA256], JOURNAL_DIGEST);
    return status;
}

struct journal_hash journal_hash_of_system(void)
{
    return (struct journal_hash){sha256, NULL};
}
