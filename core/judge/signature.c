#include "core/judge/signature.h"

/* HRESULTs as winerror.h has them. */
static const struct {
    uint32_t code;
    enum signature_verdict verdict;
} meanings[] = {
    {0, SIGNATURE_VERIFIED},
    {0x800B0100, SIGNATURE_NONE},       /* TRUST_E_NOSIGNATURE */
    {0x800B0001, SIGNATURE_NONE},       /* TRUST_E_PROVIDER_UNKNOWN: no such kind is ever signed */
    {0x800B0003, SIGNATURE_NONE},       /* TRUST_E_SUBJECT_FORM_UNKNOWN: the same */
    {0x80096010, SIGNATURE_MISMATCH},   /* TRUST_E_BAD_DIGEST */
    {0x80091007, SIGNATURE_MISMATCH},   /* CRYPT_E_HASH_VALUE */
    {0x800B0109, SIGNATURE_UNTRUSTED},  /* CERT_E_UNTRUSTEDROOT */
    {0x800B010A, SIGNATURE_UNTRUSTED},  /* CERT_E_CHAINING */
    {0x800B010D, SIGNATURE_UNTRUSTED},  /* CERT_E_UNTRUSTEDTESTROOT */
    {0x800B0112, SIGNATURE_UNTRUSTED},  /* CERT_E_UNTRUSTEDCA */
    {0x800B0106, SIGNATURE_UNTRUSTED},  /* CERT_E_PURPOSE */
    {0x800B0110, SIGNATURE_UNTRUSTED},  /* CERT_E_WRONG_USAGE */
    {0x80096019, SIGNATURE_UNTRUSTED},  /* TRUST_E_BASIC_CONSTRAINTS */
    {0x80092026, SIGNATURE_UNTRUSTED},  /* CRYPT_E_SECURITY_SETTINGS */
    {0x800B0101, SIGNATURE_EXPIRED},    /* CERT_E_EXPIRED */
    {0x800B0102, SIGNATURE_EXPIRED},    /* CERT_E_VALIDITYPERIODNESTING */
    {0x800B010C, SIGNATURE_REVOKED},    /* CERT_E_REVOKED */
    {0x80092010, SIGNATURE_REVOKED},    /* CRYPT_E_REVOKED */
    {0x800B0111, SIGNATURE_DISTRUSTED}, /* TRUST_E_EXPLICIT_DISTRUST */
    {0x800B0004, SIGNATURE_DISTRUSTED}, /* TRUST_E_SUBJECT_NOT_TRUSTED */
    {0x80096004, SIGNATURE_DAMAGED},    /* TRUST_E_CERT_SIGNATURE */
    {0x80096005, SIGNATURE_DAMAGED},    /* TRUST_E_TIME_STAMP */
    {0x80096003, SIGNATURE_DAMAGED},    /* TRUST_E_COUNTER_SIGNER */
    {0x80096011, SIGNATURE_DAMAGED},    /* TRUST_E_MALFORMED_SIGNATURE */
    {0x80090006, SIGNATURE_DAMAGED},    /* NTE_BAD_SIGNATURE */
    {0x80092002, SIGNATURE_DAMAGED},    /* CRYPT_E_BAD_ENCODE */
    {0x8009200D, SIGNATURE_DAMAGED},    /* CRYPT_E_BAD_MSG */
    {0x80093102, SIGNATURE_DAMAGED},    /* CRYPT_E_ASN1_EOD */
    {0x8009310B, SIGNATURE_DAMAGED},    /* CRYPT_E_ASN1_BADTAG */
};

bool signature_verdict_from(uint32_t code, enum signature_verdict *verdict)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].code != code)
            continue;
        *verdict = meanings[i].verdict;
        return true;
    }
    return false;
}

/* CERT_TRUST_… as wincrypt.h has them. Being out of date is not among them: a time stamp may make
 * up for it, which the check knows and the chain does not. */
#define CHAIN_REVOKED 0x4u
#define CHAIN_BAD_SIGNATURE 0x8u
#define CHAIN_UNTRUSTED_ROOT 0x20u
#define CHAIN_CYCLIC 0x80u
#define CHAIN_PARTIAL 0x10000u
#define CHAIN_DISTRUSTED 0x4000000u

enum signature_verdict signature_with_chain(enum signature_verdict verdict, uint32_t errors)
{
    if (verdict != SIGNATURE_VERIFIED)
        return verdict;
    if (errors & CHAIN_DISTRUSTED)
        return SIGNATURE_DISTRUSTED;
    if (errors & CHAIN_REVOKED)
        return SIGNATURE_REVOKED;
    if (errors & (CHAIN_BAD_SIGNATURE | CHAIN_UNTRUSTED_ROOT | CHAIN_CYCLIC | CHAIN_PARTIAL))
        return SIGNATURE_UNTRUSTED;
    return verdict;
}

bool signature_wants_catalog(enum signature_verdict embedded)
{
    return embedded != SIGNATURE_VERIFIED;
}

bool signature_takes_catalog(enum signature_verdict embedded, enum signature_verdict catalog)
{
    return catalog == SIGNATURE_VERIFIED ||
           (embedded == SIGNATURE_NONE && catalog != SIGNATURE_NONE);
}

bool signature_covers_file(enum signature_verdict verdict)
{
    return verdict == SIGNATURE_VERIFIED || verdict == SIGNATURE_UNTRUSTED ||
           verdict == SIGNATURE_EXPIRED || verdict == SIGNATURE_REVOKED ||
           verdict == SIGNATURE_DISTRUSTED;
}

bool signature_denies_file(enum signature_verdict verdict)
{
    return verdict == SIGNATURE_MISMATCH || verdict == SIGNATURE_DAMAGED;
}

static const char *const phrases[SIGNATURE_VERDICTS] = {
    [SIGNATURE_NONE] = "not signed",
    [SIGNATURE_VERIFIED] = "signed and verified",
    [SIGNATURE_MISMATCH] = "signature does not match the file",
    [SIGNATURE_UNTRUSTED] = "chain not trusted",
    [SIGNATURE_EXPIRED] = "certificate expired",
    [SIGNATURE_REVOKED] = "certificate revoked",
    [SIGNATURE_DISTRUSTED] = "explicitly distrusted",
    [SIGNATURE_DAMAGED] = "signature damaged",
};

const char *signature_phrase(enum signature_verdict verdict)
{
    return (unsigned)verdict < SIGNATURE_VERDICTS ? phrases[verdict] : "could not be checked";
}

const char *signature_place_word(enum signature_place place)
{
    switch (place) {
    case SIGNED_EMBEDDED:
        return "embedded";
    case SIGNED_BY_CATALOG:
        return "catalog";
    case SIGNED_NOWHERE:
        break;
    }
    return "";
}
