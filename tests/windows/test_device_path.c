/* device_path: the kernel's names of files as paths. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/windows/file/device_path.h"

static struct device_paths paths;

static DWORD WINAPI tell(const wchar_t *drive, wchar_t *out, DWORD length)
{
    const wchar_t *device = wcscmp(drive, L"C:") == 0   ? L"\\Device\\HarddiskVolume1"
                            : wcscmp(drive, L"D:") == 0 ? L"\\Device\\HarddiskVolume12"
                                                        : NULL;

    if (!device)
        return 0;
    wcscpy_s(out, length, device);
    return (DWORD)wcslen(device) + 2;
}

static void assert_path(const wchar_t *device, const wchar_t *expected)
{
    wchar_t path[260];
    size_t length = wcslen(device);

    wmemcpy(path, device, length);
    path[length] = L'!'; /* it is by its length, not by a NUL */
    length = device_path_shorten(&paths, path, length);
    path[length] = 0;
    assert_int_equal(wcscmp(path, expected), 0);
}

static void test_paths(void **state)
{
    struct system_table calls = *system_calls();

    (void)state;
    calls.query_dos_device = tell;
    device_paths_read(&paths, &calls);
    assert_path(L"\\Device\\HarddiskVolume1\\Windows\\x.dll", L"C:\\Windows\\x.dll");
    assert_path(L"\\device\\harddiskvolume12\\x.dll", L"D:\\x.dll");
    assert_path(L"\\Device\\HarddiskVolume3\\x.dll", L"\\Device\\HarddiskVolume3\\x.dll");
    assert_path(L"\\Device\\HarddiskVolume1", L"\\Device\\HarddiskVolume1");
    assert_path(L"\\Device\\Mup\\server\\share\\x.dll", L"\\\\server\\share\\x.dll");
    assert_path(L"\\??\\Z:\\tmp\\x.dll", L"Z:\\tmp\\x.dll");
    assert_path(L"C:\\x.dll", L"C:\\x.dll");
    assert_path(L"", L"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_paths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
