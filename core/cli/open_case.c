#include "core/cli/open_case.h"

struct case_folder *open_case(const struct arguments *arguments, const char *what)
{
    struct case_folder *folder = NULL;
    struct buffer problem;
    buffer_init(&problem, 1u << 20);
    if (case_folder_open(arguments->folder, &folder, &problem) != ST_OK)
        SAY(text_from(what), buffer_text(&problem), text_of("; give another folder with --case"));
    else if (case_folder_was_closed(folder))
        SAY(case_folder_path(folder),
            text_of(": this case was closed and goes on now; its manifest was set aside"));
    buffer_done(&problem);
    return folder;
}
