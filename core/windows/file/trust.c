#include "core/windows/file/trust.h"

#include <stddef.h>
#include <string.h>

#include <softpub.h>

#include "core/windows/failure.h"
#include "core/windows/library.h"

#define HASH_MOST 64          /* bytes: SHA-512 */
#define CATALOGS_MOST 32      /* that list the same file */
#define WTD_NO_MD2_MD4 0x2000 /* Windows 7 SP1 */

/* WINTRUST_CATALOG_INFO with the member that Windows 8 put behind it. It says by which algorithm
 * the hash was made; without it the check takes it for SHA-1. */
struct catalog_info8 {
    WINTRUST_CATALOG_INFO old;
    HCATADMIN admin;
};

#ifdef _WIN64
_Static_assert(sizeof(struct catalog_info8) == 72, "x64 layout");
#else
_Static_assert(sizeof(struct catalog_info8) == 40, "x86 layout");
#endif

static struct trust_table calls;

static const struct library_wanted wanted[] = {
    {L"wintrust.dll", "WinVerifyTrust", offsetof(struct trust_table, verify)},
    {L"wintrust.dll", "WTHelperProvDataFromStateData", offsetof(struct trust_table, provider)},
    {L"wintrust.dll", "WTHelperGetProvSignerFromChain", offsetof(struct trust_table, signer)},
    {L"wintrust.dll", "WTHelperGetProvCertFromChain", offsetof(struct trust_table, certificate)},
    {L"crypt32.dll", "CertGetNameStringW", offsetof(struct trust_table, name)},
    {L"wintrust.dll", "CryptCATAdminAcquireContext", offsetof(struct trust_table, acquire)},
    {L"wintrust.dll", "CryptCATAdminAcquireContext2", offsetof(struct trust_table, acquire2)},
    {L"wintrust.dll", "CryptCATAdminCalcHashFromFileHandle",
     offsetof(struct trust_table, calc_hash)},
    {L"wintrust.dll", "CryptCATAdminCalcHashFromFileHandle2",
     offsetof(struct trust_table, calc_hash2)},
    {L"wintrust.dll", "CryptCATAdminEnumCatalogFromHash",
     offsetof(struct trust_table, enum_catalog)},
    {L"wintrust.dll", "CryptCATCatalogInfoFromContext", offsetof(struct trust_table, catalog_info)},
    {L"wintrust.dll", "CryptCATAdminReleaseCatalogContext",
     offsetof(struct trust_table, release_catalog)},
    {L"wintrust.dll", "CryptCATAdminReleaseContext", offsetof(struct trust_table, release)},
};

static BOOL CALLBACK find_all(INIT_ONCE *once, void *parameter, void **context)
{
    (void)once;
    (void)parameter;
    (void)context;
    library_fill(&calls, wanted, sizeof wanted / sizeof *wanted);
    return TRUE;
}

const struct trust_table *trust_calls(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

    InitOnceExecuteOnce(&once, find_all, NULL, NULL);
    return &calls;
}

static moment moment_of(FILETIME time)
{
    return (moment)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

/* Who signed, as far as the check came to know (texts stay empty otherwise), and whether the chain
 * bears the verdict out. */
static void read_signer(const struct trust_table *trust, HANDLE state, struct trust_answer *answer)
{
    CRYPT_PROVIDER_DATA *data = NULL;
    CRYPT_PROVIDER_SGNR *signer = NULL;
    CRYPT_PROVIDER_CERT *certificate = NULL;

    if (trust->provider && trust->signer && trust->certificate && trust->name)
        data = state ? trust->provider(state) : NULL;
    if (data)
        signer = trust->signer(data, 0, FALSE, 0);
    if (!signer)
        return;
    if (signer->cbStruct >= sizeof *signer && signer->pChainContext)
        answer->verdict =
            signature_with_chain(answer->verdict, signer->pChainContext->TrustStatus.dwErrorStatus);
    if (signer->csCounterSigners)
        answer->timestamp = moment_of(signer->sftVerifyAsOf);
    certificate = trust->certificate(signer, 0);
    if (!certificate || !certificate->pCert)
        return;
    trust->name(certificate->pCert, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, answer->signer,
                TRUST_NAME);
    trust->name(certificate->pCert, CERT_NAME_SIMPLE_DISPLAY_TYPE, CERT_NAME_ISSUER_FLAG, NULL,
                answer->issuer, TRUST_NAME);
}

/* Asks, fills verdict, code and signer, and lets go of what the check holds. */
static void verify(const struct trust_table *trust, WINTRUST_DATA *data,
                   struct trust_answer *answer)
{
    GUID action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
    HWND nobody = INVALID_HANDLE_VALUE;
    LONG code;

    data->cbStruct = sizeof *data;
    data->dwUIChoice = WTD_UI_NONE;
    data->fdwRevocationChecks = WTD_REVOKE_NONE;
    data->dwStateAction = WTD_STATEACTION_VERIFY;
    data->dwProvFlags = WTD_REVOCATION_CHECK_NONE | WTD_CACHE_ONLY_URL_RETRIEVAL | WTD_NO_MD2_MD4;
    code = trust->verify(nobody, &action, data);
    answer->code = (uint32_t)code;
    if (!signature_verdict_from(answer->code, &answer->verdict))
        answer->why = (struct failure){ST_SYSTEM, "WinVerifyTrust", answer->code};
    else if (answer->verdict != SIGNATURE_NONE)
        read_signer(trust, data->hWVTStateData, answer);
    data->dwStateAction = WTD_STATEACTION_CLOSE;
    trust->verify(nobody, &action, data);
}

static void check_embedded(const struct trust_table *trust, const wchar_t *path, HANDLE file,
                           struct trust_answer *answer)
{
    WINTRUST_FILE_INFO info = {.cbStruct = sizeof info, .pcwszFilePath = path, .hFile = file};
    WINTRUST_DATA data = {.dwUnionChoice = WTD_CHOICE_FILE, .pFile = &info};

    verify(trust, &data, answer);
    if (answer->why.status == ST_OK && answer->verdict != SIGNATURE_NONE)
        answer->place = SIGNED_EMBEDDED;
}

/* The file's hash as one kind of catalog has it. */
struct member {
    HCATADMIN admin;
    bool names_algorithm; /* the context is one of those that know of more than SHA-1 */
    BYTE hash[HASH_MOST];
    DWORD size;
    wchar_t tag[2 * HASH_MOST + 1]; /* the hash in hexadecimal */
};

static bool find_hash(const struct trust_table *trust, HANDLE file, bool sha256,
                      struct member *member)
{
    static const GUID drivers = DRIVER_ACTION_VERIFY; /* the catalogs of the system itself */
    LARGE_INTEGER start = {0};
    BOOL good;

    member->size = HASH_MOST;
    SetFilePointerEx(file, start, NULL, FILE_BEGIN);
    if (sha256) {
        if (!trust->acquire2 || !trust->calc_hash2 ||
            !trust->acquire2(&member->admin, &drivers, L"SHA256", NULL, 0))
            return false;
        member->names_algorithm = true;
        good = trust->calc_hash2(member->admin, file, &member->size, member->hash, 0);
    } else {
        if (!trust->acquire || !trust->calc_hash || !trust->acquire(&member->admin, &drivers, 0))
            return false;
        good = trust->calc_hash(file, &member->size, member->hash, 0);
    }
    if (!good || member->size > HASH_MOST) {
        trust->release(member->admin, 0);
        return false;
    }
    for (DWORD i = 0; i < member->size; i++) {
        member->tag[2 * i] = L"0123456789ABCDEF"[member->hash[i] >> 4];
        member->tag[2 * i + 1] = L"0123456789ABCDEF"[member->hash[i] & 15];
    }
    return true;
}

/* What one catalog says of the file. */
static void check_catalog(const struct trust_table *trust, const wchar_t *path, HANDLE file,
                          struct member *member, HCATINFO catalog, struct trust_answer *answer)
{
    CATALOG_INFO info = {.cbStruct = sizeof info};
    struct catalog_info8 asked = {
        .old = {.cbStruct = sizeof asked.old,
                .pcwszCatalogFilePath = info.wszCatalogFile,
                .pcwszMemberTag = member->tag,
                .pcwszMemberFilePath = path,
                .hMemberFile = file,
                .pbCalculatedFileHash = member->hash,
                .cbCalculatedFileHash = member->size},
        .admin = member->admin,
    };
    WINTRUST_DATA data = {.dwUnionChoice = WTD_CHOICE_CATALOG, .pCatalog = &asked.old};

    if (!trust->catalog_info(catalog, &info, 0))
        return;
    info.wszCatalogFile[MAX_PATH - 1] = 0;
    if (member->names_algorithm)
        asked.old.cbStruct = sizeof asked;
    verify(trust, &data, answer);
    answer->place = SIGNED_BY_CATALOG;
    memcpy(answer->catalog, info.wszCatalogFile, sizeof info.wszCatalogFile);
}

/* The first catalog that verifies the file, else the last one that could be asked. False: there is
 * none with this kind of hash. */
static bool check_catalogs(const struct trust_table *trust, const wchar_t *path, HANDLE file,
                           bool sha256, struct trust_answer *answer)
{
    struct member member = {0};
    HCATINFO previous = NULL; /* a pointer to none begins, NULL in its place would not enumerate */
    HCATINFO catalog;
    bool found = false;

    if (!find_hash(trust, file, sha256, &member))
        return false;
    catalog = trust->enum_catalog(member.admin, member.hash, member.size, 0, &previous);
    for (int i = 0; catalog && i < CATALOGS_MOST; i++) {
        struct trust_answer one = {.verdict = SIGNATURE_NONE};
        check_catalog(trust, path, file, &member, catalog, &one);
        if (one.place == SIGNED_BY_CATALOG && one.why.status == ST_OK) {
            *answer = one;
            found = true;
            if (one.verdict == SIGNATURE_VERIFIED)
                break;
        }
        previous = catalog; /* handed over */
        catalog = trust->enum_catalog(member.admin, member.hash, member.size, 0, &previous);
    }
    if (catalog)
        trust->release_catalog(member.admin, catalog, 0);
    trust->release(member.admin, 0);
    return found;
}

void trust_check(const struct trust_table *trust, const wchar_t *path, HANDLE file,
                 struct trust_answer *answer)
{
    struct trust_answer catalog = {.verdict = SIGNATURE_NONE};

    memset(answer, 0, sizeof *answer);
    if (!trust->verify) {
        answer->why = (struct failure){ST_UNSUPPORTED, "WinVerifyTrust", 0};
        return;
    }
    check_embedded(trust, path, file, answer);
    if (!signature_wants_catalog(answer->verdict) || !trust->enum_catalog || !trust->catalog_info ||
        !trust->release_catalog || !trust->release)
        return;
    if ((check_catalogs(trust, path, file, true, &catalog) ||
         check_catalogs(trust, path, file, false, &catalog)) &&
        signature_takes_catalog(answer->verdict, catalog.verdict))
        *answer = catalog;
}
