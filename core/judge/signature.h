/* signature: what the answers of the system's signature check mean. Pure; any thread. */
#ifndef STAKEOUT_JUDGE_SIGNATURE_H
#define STAKEOUT_JUDGE_SIGNATURE_H

#include "core/model/file_facts.h"

/* The verdict behind a code of WinVerifyTrust (winerror.h: 0, or an HRESULT of the facilities CERT
 * and SECURITY). False for a code that says nothing about the signature, only that it could not be
 * checked. */
bool signature_verdict_from(uint32_t code, enum signature_verdict *verdict);

/* The verdict, where the chain of certificates itself has errors (CERT_TRUST_STATUS, dwErrorStatus)
 * that the check has passed over: how strict it is can be set in each user's registry. */
enum signature_verdict signature_with_chain(enum signature_verdict verdict, uint32_t errors);

/* A file may bear a signature and stand in a catalog as well. Whether it is worth looking for a
 * catalog, after what the file's own signature gave; and whether what a catalog gave counts. */
bool signature_wants_catalog(enum signature_verdict embedded);
bool signature_takes_catalog(enum signature_verdict embedded, enum signature_verdict catalog);

/* Whether the file is what was signed (the chain may be bad all the same); false for both where
 * that is not known. */
bool signature_covers_file(enum signature_verdict verdict);
bool signature_denies_file(enum signature_verdict verdict);

/* English for people: "signed and verified", "chain not trusted"; static storage. */
const char *signature_phrase(enum signature_verdict verdict);
/* "embedded", "catalog"; "" for none. */
const char *signature_place_word(enum signature_place place);

#endif
