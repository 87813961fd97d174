/* memory: a process that holds known words in its memory, and tells where.
 *   memory
 * Prints "pid=N", a line "NAME ADDRESS" for each, and "ready"; then waits until its standard input
 * ends. The words are put together at run time, each in one place only: neither this program's file
 * nor its output has them. A thread keeps memory coming and going meanwhile. */
#include <windows.h>

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#define PAGE 4096u
#define RESERVED ((SIZE_T)(sizeof(void *) == 8 ? 3072u : 512u) << 20)
#define BUSY_BYTES ((SIZE_T)64 * PAGE)

/* Words are written one letter on. */
static void put(uint8_t *at, const char *shifted, size_t step)
{
    for (size_t i = 0; shifted[i]; i++) {
        at[i * step] = (uint8_t)(shifted[i] - 1);
        if (step == 2)
            at[i * step + 1] = 0;
    }
}

static void tell(const char *name, const uint8_t *at)
{
    printf("%s 0x%012" PRIx64 "\n", name, (uint64_t)(uintptr_t)at);
}

static uint8_t *take(DWORD protection)
{
    uint8_t *taken = VirtualAlloc(NULL, 2 * PAGE, MEM_RESERVE | MEM_COMMIT, protection);

    if (!taken)
        ExitProcess(3);
    return taken;
}

/* SPLITSTRING-NEEDLE, half of it in memory that may only be read. */
static void hold_across(void)
{
    uint8_t *pages = take(PAGE_READWRITE);
    uint8_t *at = pages + PAGE - 9;
    DWORD old;

    put(at, "TQMJUTUSJOH.OFFEMF", 1);
    VirtualProtect(pages + PAGE, PAGE, PAGE_READONLY, &old);
    tell("across", at);
}

/* ODD-ADDRESS-NEEDLE in UTF-16. */
static void hold_odd(void)
{
    uint8_t *at = take(PAGE_READWRITE) + 101;

    put(at, "PEE.BEESFTT.OFFEMF", 2);
    tell("odd", at);
}

/* GUARDED-NEEDLE and NOACCESS-NEEDLE, between pages that may be read. */
static void hold_guarded(void)
{
    uint8_t *guarded = take(PAGE_READWRITE);
    uint8_t *closed = take(PAGE_READWRITE);
    DWORD old;

    put(guarded + 40, "HVBSEFE.OFFEMF", 1);
    put(closed + 40, "OPBDDFTT.OFFEMF", 1);
    VirtualProtect(guarded, PAGE, PAGE_READWRITE | PAGE_GUARD, &old);
    VirtualProtect(closed, PAGE, PAGE_NOACCESS, &old);
    tell("guarded", guarded);
}

/* DEEP-NEEDLE in the one page that is there of a big reservation. */
static void hold_deep(void)
{
    uint8_t *reserved = VirtualAlloc(NULL, RESERVED, MEM_RESERVE, PAGE_NOACCESS);
    uint8_t *page =
        reserved ? VirtualAlloc(reserved + RESERVED / 2, PAGE, MEM_COMMIT, PAGE_READWRITE) : NULL;

    if (!page)
        ExitProcess(3);
    put(page + PAGE - 11, "EFFQ.OFFEMF", 1);
    tell("deep", page + PAGE - 11);
}

/* INJECTED-NEEDLE in memory that can be run, with no file behind it. */
static void hold_injected(void)
{
    uint8_t *at = take(PAGE_EXECUTE_READWRITE) + 7;

    put(at, "JOKFDUFE.OFFEMF", 1);
    tell("injected", at);
}

/* SECTION-NEEDLE in shared memory. */
static void hold_mapped(void)
{
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, PAGE, NULL);
    uint8_t *at = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0) : NULL;

    if (!at)
        ExitProcess(3);
    put(at, "TFDUJPO.OFFEMF", 1);
    tell("mapped", at);
}

/* http://c2.lab-needle.test:8443/x, 192.0.2.77 in UTF-16 and [2001:db8::77]:443. */
static void hold_indicators(void)
{
    uint8_t *at = take(PAGE_READWRITE);

    put(at + 64, "iuuq;00d3/mbc.offemf/uftu;95540y", 1);
    tell("host", at + 64 + 7);
    put(at + 501, "2:3/1/3/88", 2);
    tell("ipv4", at + 501);
    put(at + 900, "\\3112;ec9;;88^;554", 1);
    tell("ipv6", at + 901);
}

static DWORD WINAPI come_and_go(void *unused)
{
    (void)unused;
    for (;;) {
        uint8_t *pages = VirtualAlloc(NULL, BUSY_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        DWORD old;

        if (!pages)
            continue;
        VirtualProtect(pages + PAGE, PAGE, PAGE_NOACCESS, &old);
        VirtualFree(pages + 8 * PAGE, 8 * PAGE, MEM_DECOMMIT);
        Sleep(1);
        VirtualFree(pages, 0, MEM_RELEASE);
    }
    return 0;
}

int main(void)
{
    char byte;
    DWORD got;

    printf("pid=%lu\n", GetCurrentProcessId());
    hold_across();
    hold_odd();
    hold_guarded();
    hold_deep();
    hold_injected();
    hold_mapped();
    hold_indicators();
    if (!CreateThread(NULL, 0, come_and_go, NULL, 0, NULL))
        return 3;
    puts("ready");
    fflush(stdout);
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &got, NULL) && got)
        ;
    ExitProcess(0);
}
