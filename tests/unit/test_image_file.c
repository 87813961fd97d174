/* What is known of a file: the struct, the signature's verdicts, and the lines about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/ecs_file.h"
#include "core/cli/text/show.h"
#include "core/judge/signature.h"
#include "tests/support/failing_memory.h"

#define START (INT64_C(134400482091230000))
#define DAY (24 * 3600 * MOMENT_SECOND)

static struct buffer out;

static int begin(void **state)
{
    (void)state;
    buffer_init(&out, 1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&out);
    return 0;
}

static void assert_out(const char *expected)
{
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    buffer_clear(&out);
}

static void assert_has(const char *piece)
{
    if (text_find(buffer_text(&out), text_from(piece)) == SIZE_MAX)
        fail_msg("%s is not in %.*s", piece, (int)out.size, out.bytes);
}

static void assert_lacks(const char *piece)
{
    if (text_find(buffer_text(&out), text_from(piece)) != SIZE_MAX)
        fail_msg("%s is in %.*s", piece, (int)out.size, out.bytes);
}

static void assert_reason(struct file_reason reason, const char *expected)
{
    file_reason_add(&out, &reason);
    assert_out(expected);
}

static void test_reasons(void **state)
{
    (void)state;
    assert_reason(file_reason_from((struct failure){ST_BUSY, "CreateFile", 32}),
                  "in use (CreateFile: error 32)");
    assert_reason(file_reason_from((struct failure){ST_SYSTEM, "WinVerifyTrust", 0x80092003}),
                  "refused by the system (WinVerifyTrust: error 0x80092003)");
    assert_reason(file_reason_from((struct failure){ST_TOO_SLOW, NULL, 0}), "took too long");
    assert_reason(file_reason_from((struct failure){ST_NOT_FOUND, "CreateFile", 2}),
                  "there is no such file now");
    assert_reason(file_reason_from((struct failure){ST_DENIED, "CreateFile", 5}), "access denied");
    assert_reason((struct file_reason){.state = READ_FAILED}, "could not be read");
    assert_int_equal(file_reason_from((struct failure){.status = ST_OK}).state, READ_OK);
}

static void test_keys(void **state)
{
    const struct file_key key = {
        .volume = 1, .id = {2}, .size = 3, .modified = 4, .changed = 5, .known = true};
    struct file_key other = key;

    (void)state;
    assert_true(file_key_equal(&key, &other));
    assert_int_equal(file_key_hash(&key), file_key_hash(&other));
    other.id[15] = 1;
    assert_false(file_key_equal(&key, &other));
    other = key;
    other.volume++;
    assert_false(file_key_equal(&key, &other));
    other = key;
    other.size++;
    assert_false(file_key_equal(&key, &other));
    other = key;
    other.modified++;
    assert_false(file_key_equal(&key, &other));
    other = key;
    other.changed++; /* the time of writing was set back */
    assert_false(file_key_equal(&key, &other));
    other = (struct file_key){.known = false};
    assert_false(file_key_equal(&other, &other));
}

static size_t stream_at(const char *path)
{
    return file_stream_at(text_from(path));
}

static void test_streams(void **state)
{
    (void)state;
    assert_int_equal(stream_at("C:\\a\\b.txt:evil.exe"), 10);
    assert_int_equal(stream_at("C:\\a\\b.exe"), 10);
    assert_int_equal(stream_at("C:b.exe"), 7);
    assert_int_equal(stream_at("C:b.txt:evil"), 7);
    assert_int_equal(stream_at("\\\\?\\C:\\b.txt:evil:$DATA"), 12);
    assert_int_equal(stream_at("\\\\server\\c$\\b.exe"), 17);
    assert_int_equal(stream_at("C:"), 2);
    assert_int_equal(stream_at(""), 0);
    struct file_facts *facts = file_facts_new(text_of("C:\\a\\b.txt:evil.exe"));
    assert_true(facts->in_stream);
    file_facts_free(facts);
}

static void assert_verdict(uint32_t code, enum signature_verdict expected)
{
    enum signature_verdict verdict = SIGNATURE_VERDICTS;
    assert_true(signature_verdict_from(code, &verdict));
    assert_int_equal(verdict, expected);
}

static void test_signature_verdicts(void **state)
{
    enum signature_verdict verdict = SIGNATURE_VERDICTS;

    (void)state;
    assert_verdict(0, SIGNATURE_VERIFIED);
    assert_verdict(0x800B0100, SIGNATURE_NONE);
    assert_verdict(0x80096010, SIGNATURE_MISMATCH);
    assert_verdict(0x800B0109, SIGNATURE_UNTRUSTED);
    assert_verdict(0x800B0101, SIGNATURE_EXPIRED);
    assert_verdict(0x800B010C, SIGNATURE_REVOKED);
    assert_verdict(0x800B0111, SIGNATURE_DISTRUSTED);
    assert_verdict(0x8009200D, SIGNATURE_DAMAGED);
    assert_false(signature_verdict_from(0x80092003, &verdict)); /* the file could not be read */
    assert_int_equal(verdict, SIGNATURE_VERDICTS);
    for (int i = 0; i <= SIGNATURE_VERDICTS; i++) {
        enum signature_verdict one = (enum signature_verdict)i;
        assert_true(signature_phrase(one)[0] != '\0');
        assert_false(signature_covers_file(one) && signature_denies_file(one));
    }
}

/* The check said yes: policy in the registry may have told it to. */
static void test_a_chain_that_does_not_bear_it_out(void **state)
{
    (void)state;
    assert_int_equal(signature_with_chain(SIGNATURE_VERIFIED, 0), SIGNATURE_VERIFIED);
    assert_int_equal(signature_with_chain(SIGNATURE_VERIFIED, 0x1), SIGNATURE_VERIFIED);
    assert_int_equal(signature_with_chain(SIGNATURE_VERIFIED, 0x1000040), SIGNATURE_VERIFIED);
    assert_int_equal(signature_with_chain(SIGNATURE_VERIFIED, 0x20), SIGNATURE_UNTRUSTED);
    assert_int_equal(signature_with_chain(SIGNATURE_VERIFIED, 0x10000), SIGNATURE_UNTRUSTED);
    assert_int_equal(signature_with_chain(SIGNATURE_VERIFIED, 0x24), SIGNATURE_REVOKED);
    assert_int_equal(signature_with_chain(SIGNATURE_VERIFIED, 0x4000020), SIGNATURE_DISTRUSTED);
    assert_int_equal(signature_with_chain(SIGNATURE_MISMATCH, 0x20), SIGNATURE_MISMATCH);
}

static void test_a_catalog_beside_an_embedded_signature(void **state)
{
    (void)state;
    assert_false(signature_wants_catalog(SIGNATURE_VERIFIED));
    assert_true(signature_wants_catalog(SIGNATURE_NONE));
    assert_true(signature_wants_catalog(SIGNATURE_UNTRUSTED));
    assert_true(signature_takes_catalog(SIGNATURE_UNTRUSTED, SIGNATURE_VERIFIED));
    assert_true(signature_takes_catalog(SIGNATURE_NONE, SIGNATURE_REVOKED));
    assert_false(signature_takes_catalog(SIGNATURE_UNTRUSTED, SIGNATURE_EXPIRED));
    assert_false(signature_takes_catalog(SIGNATURE_NONE, SIGNATURE_NONE));
}

/* A file of which everything is known. */
static struct file_facts *whole_file(void)
{
    struct file_facts *facts = file_facts_new(text_of("C:\\Temp\\up.exe"));

    if (!facts)
        return NULL;
    facts->times = (struct image_file){.size = 345,
                                       .created = START - 30 * DAY,
                                       .modified = START - 30 * DAY,
                                       .changed = START - 30 * DAY,
                                       .accessed = START};
    for (int kind = 0; kind < HASH_KINDS; kind++) {
        facts->hashes[kind].read.state = READ_OK;
        memset(facts->hashes[kind].bytes, 0xA0 + kind, HASH_SIZE_MOST);
    }
    facts->version = (struct file_version){.present = true,
                                           .company = text_of("ACME"),
                                           .description = text_of("Up\x1b[2J"),
                                           .file_version = text_of("1.2.3.4"),
                                           .original_name = text_of("cmd.exe")};
    facts->signature = (struct file_signature){.verdict = SIGNATURE_VERIFIED,
                                               .place = SIGNED_BY_CATALOG,
                                               .signer = text_of("ACME Ltd"),
                                               .issuer = text_of("Some CA"),
                                               .catalog = text_of("C:\\x.cat"),
                                               .timestamp = START - 40 * DAY};
    facts->zone = (struct file_zone){.marked = true,
                                     .has_zone = true,
                                     .zone = 3,
                                     .host = text_of("http://192.0.2.1/up.exe"),
                                     .referrer = text_of("http://192.0.2.1/")};
    return facts;
}

static void test_shown(void **state)
{
    struct file_facts *facts = whole_file();

    (void)state;
    show_file(&out, facts, START, START + DAY);
    assert_out("file size     345\n"
               "file created  2026-10-26 02:43:29.123 UTC\n"
               "file modified 2026-10-26 02:43:29.123 UTC\n"
               "file changed  2026-10-26 02:43:29.123 UTC\n"
               "file accessed 2026-11-25 02:43:29.123 UTC\n"
               "verdict       the file is older than the process\n"
               "MD5           a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0\n"
               "SHA-1         a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\n"
               "SHA-256       a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2\n"
               "description   Up\\x1b[2J\n"
               "company       ACME\n"
               "version       1.2.3.4\n"
               "original name cmd.exe\n"
               "signature     signed and verified (catalog)\n"
               "signer        ACME Ltd\n"
               "issuer        Some CA\n"
               "signed at     2026-10-16 02:43:29.123 UTC\n"
               "catalog       C:\\x.cat\n"
               "came from     internet (zone 3)\n"
               "  from        http://192.0.2.1/up.exe\n"
               "  linked by   http://192.0.2.1/\n");
    file_facts_free(facts);
}

static void test_shown_reasons(void **state)
{
    struct file_facts *facts = whole_file();
    const struct file_reason busy = file_reason_from((struct failure){ST_BUSY, "CreateFile", 32});

    (void)state;
    facts->hashes[HASH_MD5].read = busy;
    facts->signature.read = busy;
    facts->version = (struct file_version){.present = false};
    facts->zone = (struct file_zone){.marked = true};
    facts->in_stream = facts->changed_meanwhile = true;
    show_file(&out, facts, START, START + DAY);
    assert_has("stream        the program lies in an alternate data stream\n");
    assert_has("MD5           (in use (CreateFile: error 32))\n");
    assert_has("              (it was written to while it was read)\n");
    assert_has("version       none in the file\n");
    assert_has("signature     could not be checked: in use (CreateFile: error 32)\n");
    assert_has("came from     a mark that names no zone\n");
    buffer_clear(&out);
    facts->zone = (struct file_zone){.marked = true, .has_zone = true, .zone = 77};
    show_file(&out, facts, START, START + DAY);
    assert_has("came from     (zone 77)\n");
    buffer_clear(&out);
    facts->times.state = READ_GONE;
    facts->in_stream = false;
    show_file(&out, facts, START, START + DAY);
    assert_out("file          (there is no such file now)\n"
               "verdict       there is no such file now: it was deleted or renamed\n");
    file_facts_free(facts);
}

/* What was not asked for is not told, neither as a value nor as missing. */
static void test_only_what_was_asked_for(void **state)
{
    struct file_facts *facts = file_facts_new(text_of("C:\\a.exe"));

    (void)state;
    facts->times = (struct image_file){.created = START - DAY, .modified = START - DAY};
    show_file(&out, facts, START, START);
    assert_lacks("MD5");
    assert_lacks("signature");
    assert_lacks("came from");
    assert_lacks("version");
    file_facts_free(facts);
}

static void add_reason(void *context, const char *name, struct text why)
{
    json_text(context, name, why);
}

static enum status add_all(struct buffer *lines, const struct file_facts *facts)
{
    struct json_writer json;
    enum status status;

    json_begin(&json, lines);
    json_open_object(&json, NULL);
    ecs_add_file_in_process(&json, facts);
    ecs_add_file(&json, facts);
    ecs_add_file_judged(&json, facts, START, START + DAY);
    json_open_object(&json, "unread");
    status = ecs_each_file_reason(facts, add_reason, &json);
    json_close_object(&json);
    json_close_object(&json);
    return status;
}

static void test_json(void **state)
{
    struct file_facts *facts = whole_file();

    (void)state;
    assert_int_equal(add_all(&out, facts), ST_OK);
    assert_has("\"hash\":{\"md5\":\"a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0\",\"sha1\":\"a1");
    assert_has("\"pe\":{\"company\":\"ACME\",\"description\":\"Up\\u001b[2J\",\"file_version\":"
               "\"1.2.3.4\",\"original_file_name\":\"cmd.exe\"}");
    assert_has("\"code_signature\":{\"exists\":true,\"status\":\"signed and verified\","
               "\"subject_name\":\"ACME Ltd\",\"timestamp\":\"2026-10-16T02:43:29.123Z\","
               "\"trusted\":true,\"valid\":true}");
    assert_has("\"origin_url\":\"http://192.0.2.1/up.exe\"");
    assert_has("\"origin_referrer_url\":\"http://192.0.2.1/\"");
    assert_has("\"image_age\":\"the file is older than the process\",\"image_signs\":"
               "[\"the file is older than the process\"]");
    assert_has("\"file\":{\"has_version\":true,\"signature\":{\"place\":\"catalog\",\"catalog\":"
               "\"C:\\\\x.cat\",\"issuer\":\"Some CA\"},\"marked\":true,"
               "\"zone\":{\"id\":3,\"name\":\"internet\"}}");
    assert_has("\"unread\":{}");
    file_facts_free(facts);
}

static void test_json_of_what_is_missing(void **state)
{
    struct file_facts *facts = whole_file();

    (void)state;
    facts->signature = (struct file_signature){
        .verdict = SIGNATURE_MISMATCH, .place = SIGNED_EMBEDDED, .code = 0x80096010};
    facts->hashes[HASH_SHA256].read = file_reason_from((struct failure){ST_BUSY, "ReadFile", 33});
    facts->zone = (struct file_zone){.marked = false};
    facts->in_stream = true;
    assert_int_equal(add_all(&out, facts), ST_OK);
    assert_has("\"code_signature\":{\"exists\":true,\"status\":\"signature does not match the "
               "file\",\"trusted\":false,\"valid\":false}");
    assert_has("{\"place\":\"embedded\",\"code\":2148098064}");
    assert_has("\"alternate_stream\":true");
    assert_has("\"marked\":false}");
    assert_lacks("sha256\":\"a2");
    assert_has("\"process.hash.sha256\":\"in use (ReadFile: error 33)\"");
    assert_lacks("origin_url");
    buffer_clear(&out);
    facts->signature = (struct file_signature){.verdict = SIGNATURE_NONE};
    assert_int_equal(add_all(&out, facts), ST_OK);
    assert_has("\"code_signature\":{\"exists\":false,\"status\":\"not signed\"}");
    file_facts_free(facts);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct buffer lines;
        enum status status = ST_NO_MEMORY;
        failing_memory_begin(n);
        buffer_init(&lines, 1 << 20);
        struct file_facts *facts = whole_file();
        if (facts) {
            facts->zone.read.state = READ_DENIED;
            status = add_all(&lines, facts);
            if (status == ST_OK)
                status = lines.failed;
        }
        file_facts_free(facts);
        buffer_done(&lines);
        bool failed = failing_memory_failed();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reasons, begin, end),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_signature_verdicts),
        cmocka_unit_test(test_a_chain_that_does_not_bear_it_out),
        cmocka_unit_test(test_a_catalog_beside_an_embedded_signature),
        cmocka_unit_test_setup_teardown(test_shown, begin, end),
        cmocka_unit_test_setup_teardown(test_shown_reasons, begin, end),
        cmocka_unit_test_setup_teardown(test_only_what_was_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(test_json, begin, end),
        cmocka_unit_test_setup_teardown(test_json_of_what_is_missing, begin, end),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
