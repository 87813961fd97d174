#include "core/case/ecs_file.h"

#include "core/judge/image_age.h"
#include "core/judge/signature.h"
#include "core/judge/zone_mark.h"

#define REASON_MOST 256

static void add_known(struct json_writer *json, const char *name, struct text value)
{
    if (value.size)
        json_text(json, name, value);
}

/* What the fields are called in ECS, in the order of enum hash_kind. */
static const char *const hash_fields[HASH_KINDS] = {"md5", "sha1", "sha256"};

static void add_hashes(struct json_writer *json, const struct file_facts *file)
{
    bool open = false;

    for (int kind = 0; kind < HASH_KINDS; kind++) {
        struct buffer digits;
        if (file->hashes[kind].read.state != READ_OK)
            continue;
        if (!open)
            json_open_object(json, "hash");
        open = true;
        buffer_init(&digits, 2 * HASH_SIZE_MOST);
        file_hash_add(&digits, (enum hash_kind)kind, &file->hashes[kind]);
        if (digits.failed)
            json->out->failed = digits.failed;
        json_text(json, hash_fields[kind], buffer_text(&digits));
        buffer_done(&digits);
    }
    if (open)
        json_close_object(json);
}

static void add_version(struct json_writer *json, const struct file_version *version)
{
    if (version->read.state != READ_OK || !version->present)
        return;
    json_open_object(json, "pe");
    add_known(json, "company", version->company);
    add_known(json, "description", version->description);
    add_known(json, "file_version", version->file_version);
    add_known(json, "original_file_name", version->original_name);
    add_known(json, "product", version->product);
    json_close_object(json);
}

static void add_signature(struct json_writer *json, const struct file_signature *signature)
{
    enum signature_verdict verdict = signature->verdict;

    if (signature->read.state != READ_OK)
        return;
    json_open_object(json, "code_signature");
    json_bool(json, "exists", verdict != SIGNATURE_NONE);
    json_string(json, "status", signature_phrase(verdict));
    add_known(json, "subject_name", signature->signer);
    json_moment(json, "timestamp", signature->timestamp, false);
    if (verdict != SIGNATURE_NONE)
        json_bool(json, "trusted", verdict == SIGNATURE_VERIFIED);
    if (signature_covers_file(verdict) || signature_denies_file(verdict))
        json_bool(json, "valid", signature_covers_file(verdict));
    json_close_object(json);
}

void ecs_add_file_in_process(struct json_writer *json, const struct file_facts *file)
{
    add_hashes(json, file);
    add_version(json, &file->version);
    add_signature(json, &file->signature);
}

void ecs_add_file(struct json_writer *json, const struct file_facts *file)
{
    const struct image_file *times = &file->times;

    if (times->state != READ_OK)
        return;
    json_open_object(json, "file");
    json_text(json, "path", file->path);
    json_unsigned(json, "size", times->size);
    json_moment(json, "created", times->created, true);
    json_moment(json, "mtime", times->modified, true);
    json_moment(json, "ctime", times->changed, true);
    json_moment(json, "accessed", times->accessed, true);
    add_known(json, "origin_url", file->zone.host);
    add_known(json, "origin_referrer_url", file->zone.referrer);
    json_close_object(json);
}

static void add_zone(struct json_writer *json, const struct file_zone *zone)
{
    if (zone->read.state != READ_OK)
        return;
    json_bool(json, "marked", zone->marked);
    if (!zone->has_zone)
        return;
    json_open_object(json, "zone");
    json_unsigned(json, "id", zone->zone);
    if (zone_name(zone->zone)[0])
        json_string(json, "name", zone_name(zone->zone));
    json_close_object(json);
}

static void add_signature_extras(struct json_writer *json, const struct file_signature *signature)
{
    if (signature->read.state != READ_OK || signature->place == SIGNED_NOWHERE)
        return;
    json_open_object(json, "signature");
    json_string(json, "place", signature_place_word(signature->place));
    add_known(json, "catalog", signature->catalog);
    add_known(json, "issuer", signature->issuer);
    if (signature->code)
        json_unsigned(json, "code", signature->code);
    json_close_object(json);
}

void ecs_add_file_judged(struct json_writer *json, const struct file_facts *file, moment start,
                         moment now)
{
    unsigned signs = image_age_signs(start, now, &file->times);

    json_string(json, "image_age", image_age_phrase(image_age_of(start, now, &file->times)));
    json_open_array(json, "image_signs");
    for (int age = 0; age < IMAGE_COUNT; age++)
        if (signs >> age & 1u)
            json_string(json, NULL, image_age_phrase((enum image_age)age));
    json_close_array(json);
    json_open_object(json, "file");
    if (file->in_stream)
        json_bool(json, "alternate_stream", true);
    if (file->changed_meanwhile)
        json_bool(json, "changed_meanwhile", true);
    if (file->version.read.state == READ_OK)
        json_bool(json, "has_version", file->version.present);
    add_signature_extras(json, &file->signature);
    add_zone(json, &file->zone);
    json_close_object(json);
}

enum status ecs_each_file_reason(const struct file_facts *file,
                                 void (*add)(void *context, const char *name, struct text why),
                                 void *context)
{
    const struct file_reason times = file_reason_of_times(&file->times);
    const struct {
        const char *name;
        const struct file_reason *reason;
    } asked[] = {
        {"file.created", &times},
        {"process.hash.md5", &file->hashes[HASH_MD5].read},
        {"process.hash.sha1", &file->hashes[HASH_SHA1].read},
        {"process.hash.sha256", &file->hashes[HASH_SHA256].read},
        {"process.pe", &file->version.read},
        {"process.code_signature", &file->signature.read},
        {"stakeout.file.zone", &file->zone.read},
    };
    enum status status = ST_OK;

    for (size_t i = 0; status == ST_OK && i < sizeof asked / sizeof asked[0]; i++) {
        struct buffer why;
        if (asked[i].reason->state == READ_OK || asked[i].reason->state == READ_NOT_YET)
            continue;
        buffer_init(&why, REASON_MOST);
        file_reason_add(&why, asked[i].reason);
        add(context, asked[i].name, buffer_text(&why));
        status = why.failed;
        buffer_done(&why);
    }
    return status;
}
