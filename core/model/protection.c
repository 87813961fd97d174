#include "core/model/protection.h"

#define TYPE_LIGHT 1u

static const char *const signers[] = {
    NULL,      "Authenticode", "code generation", "antimalware", "LSA",
    "Windows", "Windows TCB",  "Windows system",  "app",
};

void protection_add(struct buffer *out, uint32_t protection)
{
    uint32_t type = protection & 7u;
    uint32_t signer = protection >> 4 & 15u;

    if (!protection_is_set(protection)) {
        buffer_add_string(out, "none");
        return;
    }
    if (type == TYPE_LIGHT) {
        buffer_add_string(out, "PPL");
    } else if (type == PROTECTION_FULL) {
        buffer_add_string(out, "PP");
    } else {
        buffer_add_string(out, "protected, type ");
        buffer_add_unsigned(out, type);
    }
    if (!signer)
        return;
    buffer_add_byte(out, ' ');
    if (signer < sizeof signers / sizeof signers[0]) {
        buffer_add_string(out, signers[signer]);
    } else {
        buffer_add_string(out, "signer ");
        buffer_add_unsigned(out, signer);
    }
}
