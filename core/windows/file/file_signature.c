#include "core/windows/file/file_signature.h"

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/slow.h"
#include "core/windows/text16.h"

#define STEP_MS 30 /* between two questions whether to go on */

struct check {
    struct slow_job job;
    const struct trust_table *trust;
    wchar_t *path; /* owned */
    HANDLE file;   /* owned */
    struct trust_answer answer;
};

static void run(struct slow_job *job)
{
    struct check *check = (struct check *)job;

    trust_check(check->trust, check->path, check->file, &check->answer);
}

static void free_check(struct slow_job *job)
{
    struct check *check = (struct check *)job;

    if (check->file)
        CloseHandle(check->file);
    memory_give(check->path);
    memory_give(check);
}

/* NULL: no memory, or the system gives no second handle. */
static struct check *new_check(const struct trust_table *trust, const wchar_t *path, HANDLE file)
{
    struct check *check = memory_take(sizeof *check);
    size_t length = wcslen(path) + 1;

    if (!check)
        return NULL;
    check->job = (struct slow_job){run, free_check};
    check->trust = trust;
    check->path = memory_take_array(length, sizeof *path);
    if (check->path && DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &check->file,
                                       0, FALSE, DUPLICATE_SAME_ACCESS)) {
        memcpy(check->path, path, length * sizeof *path);
        return check;
    }
    check->file = NULL;
    free_check(&check->job);
    return NULL;
}

static enum status keep(const struct trust_answer *answer, struct arena *arena,
                        struct file_signature *signature)
{
    struct file_signature kept = {
        .read = file_reason_from(answer->why),
        .verdict = answer->verdict,
        .place = answer->place,
        .code = answer->code,
        .timestamp = answer->timestamp,
    };
    bool failed = false;

    kept.signer = text16_copy(arena, answer->signer, wcslen(answer->signer), &failed);
    kept.issuer = text16_copy(arena, answer->issuer, wcslen(answer->issuer), &failed);
    kept.catalog = text16_copy(arena, answer->catalog, wcslen(answer->catalog), &failed);
    if (failed)
        return ST_NO_MEMORY;
    *signature = kept;
    return ST_OK;
}

enum status file_signature_read(const struct trust_table *trust, const wchar_t *path, HANDLE file,
                                struct progress *progress, struct arena *arena,
                                struct file_signature *signature)
{
    struct check *check = new_check(trust, path, file);
    struct slow *slow = NULL;
    enum status status = check ? slow_start(&check->job, &slow) : ST_NO_MEMORY;

    if (status == ST_BUSY) { /* so many hang that no more are started */
        signature->read = file_reason_from((struct failure){.status = ST_TOO_SLOW});
        return ST_OK;
    }
    while (status == ST_OK && !slow_wait(slow, STEP_MS))
        if (progress_cancelled(progress))
            status = ST_CANCELLED;
    if (status == ST_OK) {
        check = (struct check *)slow_answer(slow);
        status = keep(&check->answer, arena, signature);
    }
    slow_release(slow);
    return status;
}
