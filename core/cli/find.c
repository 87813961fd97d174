/* find: who holds it, where it is written, who has it in memory. */
#include "core/cli/commands.h"

enum exit_status command_find(const struct arguments *arguments)
{
    switch (arguments->find) {
    case FIND_MEMORY:
    case FIND_HANDLES:
    case FIND_REGISTRY:
        break;
    }
    SAY(text_of("find "), arguments->operands.items[0],
        text_of(": not in this version; stakeout-cli find --help lists what there is"));
    return EXIT_TROUBLE;
}
