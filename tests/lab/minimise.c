/* minimise: makes the window of a class small, as a person would.
 *   minimise CLASS
 * Ends with 0 once it is minimised, 1 where there is no such window. */
#include <windows.h>

#include <wchar.h>

int wmain(int count, wchar_t **words); /* called by the C runtime */

int wmain(int count, wchar_t **words)
{
    HWND window = count == 2 ? FindWindowW(words[1], NULL) : NULL;

    if (!window)
        return 1;
    PostMessageW(window, WM_SYSCOMMAND, SC_MINIMIZE, 0);
    while (!IsIconic(window))
        Sleep(10);
    return 0;
}
