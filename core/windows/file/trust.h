/* trust: whether a file is signed, by whom, and whether this machine trusts it.
 * Asks WinVerifyTrust twice at most: for a signature in the file, and for a catalog of this machine
 * that lists the file's hash, which is how most of Windows itself is signed. Nothing is asked of
 * the network: no revocation list and no certificate is fetched, so "revoked" is told only where
 * this machine knows it already. Blocks for as long as the system takes to read the file.
 * The calls are a table, so that a test can be the system: signed by a catalog, revoked, missing.
 * Inside core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_TRUST_H
#define STAKEOUT_WINDOWS_TRUST_H

#include <windows.h>

#include <wincrypt.h>
#include <wintrust.h>

#include <mscat.h>

#include "core/judge/signature.h"

/* All are looked up at run time, since few sessions ever need them; NULL where they are missing or
 * hidden (windows/library.h). The two that end in 2 are in Windows 8 and later. */
struct trust_table {
    LONG(WINAPI *verify)(HWND, GUID *, void *);      /* WinVerifyTrust */
    CRYPT_PROVIDER_DATA *(WINAPI *provider)(HANDLE); /* WTHelperProvDataFromStateData */
    CRYPT_PROVIDER_SGNR *(WINAPI *signer)(CRYPT_PROVIDER_DATA *, DWORD, BOOL, DWORD);
    CRYPT_PROVIDER_CERT *(WINAPI *certificate)(CRYPT_PROVIDER_SGNR *, DWORD);
    DWORD(WINAPI *name)(const CERT_CONTEXT *, DWORD, DWORD, void *, wchar_t *, DWORD);

    /* CryptCATAdmin… */
    BOOL(WINAPI *acquire)(HCATADMIN *, const GUID *, DWORD);
    BOOL(WINAPI *acquire2)(HCATADMIN *, const GUID *, const wchar_t *,
                           const CERT_STRONG_SIGN_PARA *, DWORD);
    BOOL(WINAPI *calc_hash)(HANDLE, DWORD *, BYTE *, DWORD);
    BOOL(WINAPI *calc_hash2)(HCATADMIN, HANDLE, DWORD *, BYTE *, DWORD);
    HCATINFO(WINAPI *enum_catalog)(HCATADMIN, BYTE *, DWORD, DWORD, HCATINFO *);
    BOOL(WINAPI *catalog_info)(HCATINFO, CATALOG_INFO *, DWORD);
    BOOL(WINAPI *release_catalog)(HCATADMIN, HCATINFO, DWORD);
    BOOL(WINAPI *release)(HCATADMIN, DWORD);
};

/* The real calls. Static storage; any thread. */
const struct trust_table *trust_calls(void);

#define TRUST_NAME 256 /* UTF-16 units of a name, with its NUL; longer ones are cut */

/* As struct file_signature, in storage of its own, so that a thread that hangs owns what it writes
 * to. */
struct trust_answer {
    struct failure why; /* ST_OK: it could be checked */
    enum signature_verdict verdict;
    enum signature_place place;
    uint32_t code;
    moment timestamp;
    wchar_t signer[TRUST_NAME];
    wchar_t issuer[TRUST_NAME];
    wchar_t catalog[MAX_PATH];
};

/* file: open for reading; its position is moved. path: for what is said of the file only. */
void trust_check(const struct trust_table *trust, const wchar_t *path, HANDLE file,
                 struct trust_answer *answer);

#endif
