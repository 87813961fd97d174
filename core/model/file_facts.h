/* file_facts: what is known of one file, and of each thing that could not be known, why.
 * Nothing here asks: core/windows/file/file_facts.h fills it, part by part, so that only what is
 * shown is paid for. Texts live as long as the facts. One owner; read-only once it is handed out,
 * so that a worker may make it and the window read it. */
#ifndef STAKEOUT_MODEL_FILE_FACTS_H
#define STAKEOUT_MODEL_FILE_FACTS_H

#include "core/base/arena.h"
#include "core/model/image_file.h"

/* Why a part of what was asked could not be had. READ_OK: it was had. READ_GONE: there is no such
 * file now. READ_NOT_YET: nobody asked for it. */
struct file_reason {
    enum read_state state;
    struct failure why; /* of READ_FAILED and READ_DENIED; its code is 0 where there is none */
};

/* READ_GONE for a file that was not found, else as read_state_from. */
struct file_reason file_reason_from(struct failure why);
/* Why the times could not be had. */
struct file_reason file_reason_of_times(const struct image_file *times);
/* "access denied", "there is no such file now", "in use (CreateFile: error 32)". */
void file_reason_add(struct buffer *out, const struct file_reason *reason);

/* Which parts of a file are asked for. Times, size and key come with each of them. */
enum file_part {
    FILE_TIMES = 0,
    FILE_HASHES = 1, /* reads all of the file */
    FILE_VERSION = 2,
    FILE_SIGNATURE = 4, /* reads all of the file; may ask the system's cryptographic service */
    FILE_ZONE = 8,
    FILE_ALL = 15
};

/* What a file was when it was read: facts of a file with an equal key need not be read again. The
 * time of change is in it because the time of writing can be set by anybody. */
struct file_key {
    uint64_t volume;
    uint8_t id[16];
    uint64_t size;
    moment modified;
    moment changed;
    bool known; /* a key that is not known equals none, not even itself */
};

bool file_key_equal(const struct file_key *a, const struct file_key *b);
uint64_t file_key_hash(const struct file_key *key);

enum hash_kind { HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_KINDS };

#define HASH_SIZE_MOST 32

struct file_hash {
    struct file_reason read;
    uint8_t bytes[HASH_SIZE_MOST]; /* the first file_hash_size of them */
};

size_t file_hash_size(enum hash_kind kind);      /* in bytes */
const char *file_hash_name(enum hash_kind kind); /* "MD5", "SHA-1", "SHA-256" */
/* Lower-case hexadecimal. */
void file_hash_add(struct buffer *out, enum hash_kind kind, const struct file_hash *hash);

/* Texts are empty where the block does not have them. Whoever built the program wrote them. */
struct file_version {
    struct file_reason read;
    bool present; /* the file has a version block */
    struct text company;
    struct text description;
    struct text file_version;
    struct text original_name;
    struct text product;
};

enum signature_verdict {
    SIGNATURE_NONE, /* neither in the file nor in a catalog of this machine */
    SIGNATURE_VERIFIED,
    SIGNATURE_MISMATCH,   /* the file is not what was signed */
    SIGNATURE_UNTRUSTED,  /* the chain ends in nothing that this machine trusts */
    SIGNATURE_EXPIRED,    /* and has no time stamp from before */
    SIGNATURE_REVOKED,    /* as far as this machine knows without asking the network */
    SIGNATURE_DISTRUSTED, /* this machine was told not to trust it */
    SIGNATURE_DAMAGED,    /* what stands in the signature's place can't be read */
    SIGNATURE_VERDICTS
};

enum signature_place { SIGNED_NOWHERE, SIGNED_EMBEDDED, SIGNED_BY_CATALOG };

struct file_signature {
    struct file_reason read; /* else it could not be checked; the rest means nothing */
    enum signature_verdict verdict;
    enum signature_place place;
    uint32_t code;      /* what the system said, 0 for a verified one */
    struct text signer; /* the name in the signing certificate; empty unknown */
    struct text issuer; /* of that certificate */
    struct text catalog;
    moment timestamp; /* when a time-stamp service saw the signature; 0: none did */
};

/* Where a file came from, as the program that brought it wrote down (Mark of the Web). */
struct file_zone {
    struct file_reason read;
    bool marked; /* there is such a mark */
    bool has_zone;
    uint32_t zone; /* 0 this computer … 3 internet, 4 restricted sites */
    struct text host;
    struct text referrer;
};

struct file_facts {
    struct text path;       /* as it was asked for */
    unsigned parts;         /* enum file_part; those that were not asked read READ_NOT_YET */
    bool in_stream;         /* the path names an alternate data stream: programs never lie there */
    bool changed_meanwhile; /* it was written to while its contents were read */
    struct file_key key;
    struct image_file times;
    struct file_hash hashes[HASH_KINDS];
    struct file_version version;
    struct file_signature signature;
    struct file_zone zone;
    struct arena *arena; /* of the texts */
};

/* All parts READ_NOT_YET; the path is copied. Owned: file_facts_free. NULL when there is no memory.
 */
struct file_facts *file_facts_new(struct text path);
void file_facts_free(struct file_facts *facts); /* NULL is fine */

/* Where the stream's name begins in the path ("C:\a.txt:b.exe" gives the second colon), or
 * path.size where it names none. */
size_t file_stream_at(struct text path);

#endif
