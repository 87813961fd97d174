/* version: what both programs say of themselves in Explorer's properties. For .rc files only; the
 * numbers come from the build (stakeout_version.h). */
#ifndef STAKEOUT_RES_VERSION_H
#define STAKEOUT_RES_VERSION_H

#include <winver.h>

#include "stakeout_version.h"

#define VERSION_NUMBERS STAKEOUT_VERSION_MAJOR, STAKEOUT_VERSION_MINOR, STAKEOUT_VERSION_PATCH, 0

/* file: "stakeout"; description: one line. The words are the same in every language. */
/* clang-format off */
#define VERSION_RESOURCE(file, description)                                                        \
    VS_VERSION_INFO VERSIONINFO                                                                    \
    FILEVERSION VERSION_NUMBERS                                                                    \
    PRODUCTVERSION VERSION_NUMBERS                                                                 \
    FILEFLAGSMASK VS_FFI_FILEFLAGSMASK                                                             \
    FILEFLAGS 0                                                                                    \
    FILEOS VOS_NT_WINDOWS32                                                                        \
    FILETYPE VFT_APP                                                                               \
    FILESUBTYPE VFT2_UNKNOWN                                                                       \
    BEGIN                                                                                          \
        BLOCK "StringFileInfo"                                                                     \
        BEGIN                                                                                      \
            BLOCK "040904B0"                                                                       \
            BEGIN                                                                                  \
                VALUE "CompanyName", "the Stakeout authors"                                        \
                VALUE "FileDescription", description                                               \
                VALUE "FileVersion", STAKEOUT_VERSION                                              \
                VALUE "InternalName", file                                                         \
                VALUE "LegalCopyright", "MIT licence, the Stakeout authors"                        \
                VALUE "OriginalFilename", file ".exe"                                              \
                VALUE "ProductName", "Stakeout"                                                    \
                VALUE "ProductVersion", STAKEOUT_VERSION                                           \
            END                                                                                    \
        END                                                                                        \
        BLOCK "VarFileInfo"                                                                        \
        BEGIN                                                                                      \
            VALUE "Translation", 0x0409, 0x04B0                                                    \
        END                                                                                        \
    END
/* clang-format on */

#endif
