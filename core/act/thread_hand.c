#include "core/act/thread_hand.h"

const char *thread_outcome_phrase(enum thread_deed deed, enum thread_outcome outcome)
{
    static const char *const done[THREAD_DEEDS] = {
        [THREAD_DEED_SUSPEND] = "suspended",
        [THREAD_DEED_RESUME] = "resumed",
        [THREAD_DEED_TERMINATE] = "ended",
    };

    switch (outcome) {
    case THREAD_DONE:
        return (unsigned)deed < THREAD_DEEDS ? done[deed] : "done";
    case THREAD_ALREADY_GONE:
        return "it had ended already";
    case THREAD_ALREADY_RUNS:
        return "it was not suspended";
    case THREAD_STANDS:
        return "the system said yes, and nothing has changed";
    case THREAD_UNSEEN:
        return "the system said yes; whether it is so can't be seen here";
    case THREAD_REFUSED:
    case THREAD_OUTCOMES:
        break;
    }
    return "refused";
}
