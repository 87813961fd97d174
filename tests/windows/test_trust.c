/* Signatures, with a system that this test plays: signed by a catalog, revoked, calls missing. What
 * the real one says of an unsigned file, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/file/file_facts.h"
#include "core/windows/file/files.h"
#include "core/windows/file/trust.h"
#include "core/windows/text16.h"

#define NO_NETWORK (WTD_REVOCATION_CHECK_NONE | WTD_CACHE_ONLY_URL_RETRIEVAL)
#define FULL_CATALOG_INFO (sizeof(WINTRUST_CATALOG_INFO) + sizeof(HCATADMIN))

/* The machine that is played. */
static struct {
    LONG embedded;        /* what is said of the file's own signature */
    LONG catalogs[4];     /* what each catalog says */
    int catalog_count[2]; /* that list the file by SHA-1, by SHA-256 */
    DWORD chain_errors;
    bool timestamped;
    HANDLE hang; /* an event that a check waits for */

    int verified;
    int closed;   /* states that were let go of */
    int contexts; /* that are open */
    int catalogs_open;
    bool sha256;
    int at; /* which catalog is told of */
    bool asked_network;
    wchar_t tag[200];
    DWORD info_size;
} world;

static CERT_CONTEXT certificate;
static CRYPT_PROVIDER_CERT provider_certificate = {.pCert = &certificate};
static CERT_CHAIN_CONTEXT chain;
static CRYPT_PROVIDER_SGNR signer = {.cbStruct = sizeof signer, .pChainContext = &chain};
static CRYPT_PROVIDER_DATA provider;

/* The check runs on a thread of its own, where an assertion would not end the test. */
#define EXPECT(what) ((what) ? (void)0 : complain(#what))

static const char *complaint;

static void complain(const char *what)
{
    complaint = what;
}

static LONG WINAPI verify(HWND window, GUID *action, void *context)
{
    WINTRUST_DATA *data = context;

    (void)window;
    (void)action;
    if (data->dwStateAction == WTD_STATEACTION_CLOSE) {
        EXPECT(data->hWVTStateData == &world);
        world.closed++;
        return 0;
    }
    EXPECT(data->dwStateAction == WTD_STATEACTION_VERIFY);
    EXPECT(data->dwUIChoice == WTD_UI_NONE);
    if (data->fdwRevocationChecks != WTD_REVOKE_NONE ||
        (data->dwProvFlags & NO_NETWORK) != NO_NETWORK)
        world.asked_network = true;
    data->hWVTStateData = &world;
    world.verified++;
    if (data->dwUnionChoice == WTD_CHOICE_FILE) {
        EXPECT(data->pFile->hFile);
        return world.embedded;
    }
    EXPECT(data->dwUnionChoice == WTD_CHOICE_CATALOG);
    wcsncpy(world.tag, data->pCatalog->pcwszMemberTag, 199);
    world.info_size = data->pCatalog->cbStruct;
    return world.catalogs[world.at];
}

static CRYPT_PROVIDER_DATA *WINAPI provider_of(HANDLE state)
{
    EXPECT(state == &world);
    return &provider;
}

static CRYPT_PROVIDER_SGNR *WINAPI signer_of(CRYPT_PROVIDER_DATA *data, DWORD index, BOOL counter,
                                             DWORD counter_index)
{
    EXPECT(data == &provider);
    EXPECT(index == 0 && !counter && counter_index == 0);
    chain.TrustStatus.dwErrorStatus = world.chain_errors;
    signer.csCounterSigners = world.timestamped;
    signer.sftVerifyAsOf = (FILETIME){0, 2};
    return &signer;
}

static CRYPT_PROVIDER_CERT *WINAPI certificate_of(CRYPT_PROVIDER_SGNR *of, DWORD index)
{
    EXPECT(of == &signer);
    EXPECT(index == 0);
    return &provider_certificate;
}

static DWORD WINAPI name_of(const CERT_CONTEXT *of, DWORD type, DWORD flags, void *parameter,
                            wchar_t *name, DWORD length)
{
    const wchar_t *known = flags & CERT_NAME_ISSUER_FLAG ? L"Some CA" : L"\x6D4B\x8BD5 Ltd";

    (void)parameter;
    EXPECT(of == &certificate);
    EXPECT(type == CERT_NAME_SIMPLE_DISPLAY_TYPE);
    EXPECT(length > 20);
    wcsncpy(name, known, length);
    return (DWORD)wcslen(known) + 1;
}

static BOOL WINAPI acquire(HCATADMIN *admin, const GUID *system, DWORD flags)
{
    (void)system;
    (void)flags;
    *admin = &world.contexts;
    world.contexts++;
    world.sha256 = false;
    return TRUE;
}

static BOOL WINAPI acquire2(HCATADMIN *admin, const GUID *system, const wchar_t *algorithm,
                            const CERT_STRONG_SIGN_PARA *policy, DWORD flags)
{
    EXPECT(!policy);
    EXPECT(wcscmp(algorithm, L"SHA256") == 0);
    acquire(admin, system, flags);
    world.sha256 = true;
    return TRUE;
}

static BOOL fill_hash(DWORD *size, BYTE *hash, DWORD needed)
{
    EXPECT(*size >= needed);
    *size = needed;
    memset(hash, 0xA5, needed);
    return TRUE;
}

static BOOL WINAPI calc_hash(HANDLE file, DWORD *size, BYTE *hash, DWORD flags)
{
    (void)flags;
    EXPECT(file);
    return fill_hash(size, hash, 20);
}

static BOOL WINAPI calc_hash2(HCATADMIN admin, HANDLE file, DWORD *size, BYTE *hash, DWORD flags)
{
    (void)flags;
    EXPECT(admin == &world.contexts);
    EXPECT(file);
    return fill_hash(size, hash, 32);
}

static BOOL WINAPI no_hash(HANDLE file, DWORD *size, BYTE *hash, DWORD flags)
{
    (void)file;
    (void)flags;
    *size = 0;
    *hash = 0;
    return FALSE;
}

static HCATINFO WINAPI enum_catalog(HCATADMIN admin, BYTE *hash, DWORD size, DWORD flags,
                                    HCATINFO *previous)
{
    BYTE *first = hash;

    (void)flags;
    EXPECT(*first == 0xA5);
    EXPECT(admin == &world.contexts);
    EXPECT(size == (world.sha256 ? 32 : 20));
    EXPECT(previous); /* NULL would not enumerate */
    if (*previous) {
        world.catalogs_open--;
        world.at++;
    } else {
        world.at = 0;
    }
    if (world.at >= world.catalog_count[world.sha256])
        return NULL;
    world.catalogs_open++;
    return &world.at;
}

static BOOL WINAPI catalog_info(HCATINFO catalog, CATALOG_INFO *info, DWORD flags)
{
    static const wchar_t name[] = L"C:\\catroot\\0.cat";

    (void)flags;
    EXPECT(catalog == &world.at);
    memcpy(info->wszCatalogFile, name, sizeof name);
    info->wszCatalogFile[11] = (wchar_t)(L'0' + world.at);
    return TRUE;
}

static BOOL WINAPI release_catalog(HCATADMIN admin, HCATINFO catalog, DWORD flags)
{
    (void)flags;
    EXPECT(admin == &world.contexts);
    EXPECT(catalog == &world.at);
    world.catalogs_open--;
    return TRUE;
}

static BOOL WINAPI release(HCATADMIN admin, DWORD flags)
{
    (void)flags;
    EXPECT(admin == &world.contexts);
    world.contexts--;
    return TRUE;
}

static const struct trust_table whole = {
    .verify = verify,
    .provider = provider_of,
    .signer = signer_of,
    .certificate = certificate_of,
    .name = name_of,
    .acquire = acquire,
    .acquire2 = acquire2,
    .calc_hash = calc_hash,
    .calc_hash2 = calc_hash2,
    .enum_catalog = enum_catalog,
    .catalog_info = catalog_info,
    .release_catalog = release_catalog,
    .release = release,
};

static struct trust_table table; /* static: what hangs may still use it */
static struct buffer path;
static struct file_facts *facts;

static int begin(void **state)
{
    wchar_t temporary[MAX_PATH];

    (void)state;
    memset(&world, 0, sizeof world);
    world.embedded = TRUST_E_NOSIGNATURE;
    table = whole;
    facts = NULL;
    complaint = NULL;
    buffer_init(&path, 4096);
    GetTempPathW(MAX_PATH, temporary);
    text16_add(&path, temporary, wcslen(temporary));
    buffer_add_string(&path, "stakeout-trust-");
    buffer_add_unsigned(&path, GetCurrentProcessId());
    buffer_add_string(&path, ".exe");
    return files_replace(buffer_text(&path), text_of("MZ, more or less"), NULL);
}

static int end(void **state)
{
    wchar_t *wide = files_path(buffer_text(&path), NULL);

    (void)state;
    file_facts_free(facts);
    DeleteFileW(wide);
    text16_free(wide);
    buffer_done(&path);
    return 0;
}

static const struct file_signature *ask(void)
{
    file_facts_free(facts);
    facts = NULL;
    assert_int_equal(file_facts_read(buffer_text(&path), FILE_SIGNATURE, &table, NULL, &facts),
                     ST_OK);
    if (complaint)
        fail_msg("not so: %s", complaint);
    assert_int_equal(world.verified, world.closed); /* always closed */
    assert_int_equal(world.contexts, 0);
    assert_int_equal(world.catalogs_open, 0);
    assert_false(world.asked_network);
    return &facts->signature;
}

static void assert_text(struct text value, const char *expected)
{
    assert_int_equal(value.size, strlen(expected));
    assert_memory_equal(value.bytes, expected, value.size);
}

static void test_not_signed(void **state)
{
    const struct file_signature *signature = ask();

    (void)state;
    assert_int_equal(signature->read.state, READ_OK);
    assert_int_equal(signature->verdict, SIGNATURE_NONE);
    assert_int_equal(signature->place, SIGNED_NOWHERE);
    assert_int_equal(signature->signer.size, 0);
    assert_int_equal(world.verified, 1); /* no catalog lists it */
}

static void test_embedded(void **state)
{
    (void)state;
    world.embedded = 0;
    world.timestamped = true;
    world.catalog_count[1] = 1;
    const struct file_signature *signature = ask();
    assert_int_equal(signature->verdict, SIGNATURE_VERIFIED);
    assert_int_equal(signature->place, SIGNED_EMBEDDED);
    assert_text(signature->signer, "\xE6\xB5\x8B\xE8\xAF\x95 Ltd");
    assert_text(signature->issuer, "Some CA");
    assert_true(signature->timestamp == INT64_C(2) << 32);
    assert_int_equal(world.verified, 1); /* a catalog was not looked for */
}

static void test_embedded_and_bad(void **state)
{
    static const struct {
        LONG code;
        enum signature_verdict verdict;
    } cases[] = {
        {TRUST_E_BAD_DIGEST, SIGNATURE_MISMATCH},
        {CERT_E_UNTRUSTEDROOT, SIGNATURE_UNTRUSTED},
        {CERT_E_REVOKED, SIGNATURE_REVOKED},
        {CERT_E_EXPIRED, SIGNATURE_EXPIRED},
        {TRUST_E_EXPLICIT_DISTRUST, SIGNATURE_DISTRUSTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world.embedded = cases[i].code;
        const struct file_signature *signature = ask();
        assert_int_equal(signature->verdict, cases[i].verdict);
        assert_int_equal(signature->place, SIGNED_EMBEDDED);
        assert_true(signature->code == (uint32_t)cases[i].code);
        assert_text(signature->issuer, "Some CA"); /* named, though not trusted */
        assert_int_equal(signature->timestamp, 0);
    }
}

/* Each user's registry can tell the check to pass over what is wrong with the chain. */
static void test_a_chain_that_the_check_passed_over(void **state)
{
    (void)state;
    world.embedded = 0;
    world.chain_errors = CERT_TRUST_IS_UNTRUSTED_ROOT;
    assert_int_equal(ask()->verdict, SIGNATURE_UNTRUSTED);
    world.chain_errors = CERT_TRUST_IS_NOT_TIME_VALID | CERT_TRUST_REVOCATION_STATUS_UNKNOWN;
    assert_int_equal(ask()->verdict, SIGNATURE_VERIFIED);
}

static void test_catalog_by_sha256(void **state)
{
    (void)state;
    world.catalog_count[1] = 1;
    const struct file_signature *signature = ask();
    assert_int_equal(signature->verdict, SIGNATURE_VERIFIED);
    assert_int_equal(signature->place, SIGNED_BY_CATALOG);
    assert_text(signature->catalog, "C:\\catroot\\0.cat");
    assert_text(signature->issuer, "Some CA");
    assert_int_equal(wcslen(world.tag), 64);
    assert_int_equal(wcsncmp(world.tag, L"A5A5", 4), 0);  /* upper case */
    assert_int_equal(world.info_size, FULL_CATALOG_INFO); /* with the context that says how */
}

static void test_catalog_by_sha1(void **state)
{
    (void)state;
    world.catalog_count[0] = 1;
    assert_int_equal(ask()->place, SIGNED_BY_CATALOG);
    assert_int_equal(wcslen(world.tag), 40);
    assert_int_equal(world.info_size, sizeof(WINTRUST_CATALOG_INFO));
}

/* Windows 7 has SHA-1 only. */
static void test_the_newer_calls_are_missing(void **state)
{
    (void)state;
    table.acquire2 = NULL;
    table.calc_hash2 = NULL;
    world.catalog_count[0] = world.catalog_count[1] = 1;
    assert_int_equal(ask()->verdict, SIGNATURE_VERIFIED);
    assert_int_equal(wcslen(world.tag), 40);
    table = whole;
    table.calc_hash2 = NULL; /* half of them */
    assert_int_equal(ask()->verdict, SIGNATURE_VERIFIED);
    assert_int_equal(wcslen(world.tag), 40);
}

static void test_the_catalog_that_verifies_counts(void **state)
{
    (void)state;
    world.catalog_count[1] = 4;
    world.catalogs[0] = CERT_E_EXPIRED;
    world.catalogs[1] = TRUST_E_FAIL; /* says nothing about the file */
    world.catalogs[2] = 0;
    world.catalogs[3] = CERT_E_REVOKED;
    const struct file_signature *signature = ask();
    assert_int_equal(signature->verdict, SIGNATURE_VERIFIED);
    assert_text(signature->catalog, "C:\\catroot\\2.cat");
    assert_int_equal(world.verified, 4); /* and the rest is not asked */
}

static void test_revoked_by_catalog(void **state)
{
    (void)state;
    world.catalog_count[1] = 1;
    world.catalogs[0] = CERT_E_REVOKED;
    const struct file_signature *signature = ask();
    assert_int_equal(signature->verdict, SIGNATURE_REVOKED);
    assert_int_equal(signature->place, SIGNED_BY_CATALOG);
    /* A driver's own signature that is worth more than a bad catalog stays. */
    world.embedded = CERT_E_UNTRUSTEDROOT;
    assert_int_equal(ask()->place, SIGNED_EMBEDDED);
    world.catalogs[0] = 0;
    signature = ask();
    assert_int_equal(signature->place, SIGNED_BY_CATALOG);
    assert_int_equal(signature->verdict, SIGNATURE_VERIFIED);
}

static void test_could_not_be_checked(void **state)
{
    (void)state;
    world.embedded = CRYPT_E_FILE_ERROR;
    const struct file_signature *signature = ask();
    assert_int_equal(signature->read.state, READ_FAILED);
    assert_string_equal(signature->read.why.call, "WinVerifyTrust");
    assert_true(signature->read.why.code == (uint32_t)CRYPT_E_FILE_ERROR);
    table.verify = NULL;
    assert_int_equal(ask()->read.state, READ_UNSUPPORTED);
}

/* Each of the other calls hidden in turn: less is told, nothing breaks. */
static void test_each_call_missing(void **state)
{
    (void)state;
    world.catalog_count[1] = world.catalog_count[0] = 1;
    table.enum_catalog = NULL;
    assert_int_equal(ask()->verdict, SIGNATURE_NONE);
    table = whole;
    table.release = NULL;
    assert_int_equal(ask()->verdict, SIGNATURE_NONE);
    table = whole;
    table.acquire = NULL;
    table.acquire2 = NULL;
    assert_int_equal(ask()->verdict, SIGNATURE_NONE);
    table = whole;
    table.acquire2 = NULL;
    table.calc_hash = no_hash;
    assert_int_equal(ask()->verdict, SIGNATURE_NONE);
    table = whole;
    table.name = NULL;
    const struct file_signature *signature = ask();
    assert_int_equal(signature->verdict, SIGNATURE_VERIFIED);
    assert_int_equal(signature->signer.size, 0);
    table = whole;
    table.provider = NULL;
    assert_int_equal(ask()->verdict, SIGNATURE_VERIFIED);
}

static atomic_bool cancel;

/* Waits in the check, on the thread of its own, until it is let go; the reader is cancelled. */
static LONG WINAPI hang(HWND window, GUID *action, void *data)
{
    if (((WINTRUST_DATA *)data)->dwStateAction == WTD_STATEACTION_VERIFY) {
        atomic_store(&cancel, true);
        WaitForSingleObject(world.hang, INFINITE);
    }
    return verify(window, action, data);
}

/* The system's check hangs: a cancel leaves it behind, and what it holds is freed when it ends. */
static void test_a_check_that_hangs(void **state)
{
    struct progress progress = {.cancel = &cancel};
    struct file_facts *none = NULL;

    (void)state;
    atomic_store(&cancel, false);
    table.verify = hang;
    world.hang = CreateEventW(NULL, TRUE, FALSE, NULL);
    assert_int_equal(file_facts_read(buffer_text(&path), FILE_SIGNATURE, &table, &progress, &none),
                     ST_CANCELLED);
    assert_null(none);
    assert_int_equal(world.verified, 0);
    SetEvent(world.hang);
    for (int i = 0; i < 2000 && !*(volatile int *)&world.closed; i++)
        Sleep(10);
    assert_int_equal(world.closed, 1);
    CloseHandle(world.hang);
}

/* The real calls, where they are not hidden. */
static void test_an_unsigned_file_of_this_system(void **state)
{
    (void)state;
    table = *trust_calls();
    const struct file_signature *signature = ask();
    if (!table.verify) {
        assert_int_equal(signature->read.state, READ_UNSUPPORTED);
        return;
    }
    assert_int_equal(signature->read.state, READ_OK);
    assert_int_equal(signature->verdict, SIGNATURE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_not_signed, begin, end),
        cmocka_unit_test_setup_teardown(test_embedded, begin, end),
        cmocka_unit_test_setup_teardown(test_embedded_and_bad, begin, end),
        cmocka_unit_test_setup_teardown(test_a_chain_that_the_check_passed_over, begin, end),
        cmocka_unit_test_setup_teardown(test_catalog_by_sha256, begin, end),
        cmocka_unit_test_setup_teardown(test_catalog_by_sha1, begin, end),
        cmocka_unit_test_setup_teardown(test_the_newer_calls_are_missing, begin, end),
        cmocka_unit_test_setup_teardown(test_the_catalog_that_verifies_counts, begin, end),
        cmocka_unit_test_setup_teardown(test_revoked_by_catalog, begin, end),
        cmocka_unit_test_setup_teardown(test_could_not_be_checked, begin, end),
        cmocka_unit_test_setup_teardown(test_each_call_missing, begin, end),
        cmocka_unit_test_setup_teardown(test_a_check_that_hangs, begin, end),
        cmocka_unit_test_setup_teardown(test_an_unsigned_file_of_this_system, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
