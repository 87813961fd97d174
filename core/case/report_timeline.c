/* The timeline: a picture of what was there when. SVG in the page itself; places are shares of the
 * width, so that it fits any screen and letters keep their size. */
#include "core/case/report_parts.h"

#define LANES_MOST 24u
#define LANE_HEIGHT 34u
#define TOP 26u
#define STEPS 1000 /* marks at the same thousandth of the width are one */
#define NAME_MOST 40

struct scale {
    moment from;
    moment to;
};

struct lanes {
    uint32_t processes[LANES_MOST];
    uint32_t count;
};

/* In tenths of a percent, from 0 to STEPS. */
static unsigned place(const struct scale *scale, moment when)
{
    if (when <= scale->from)
        return 0;
    if (when >= scale->to)
        return STEPS;
    double share = (double)(when - scale->from) / (double)(scale->to - scale->from);
    return (unsigned)(share * STEPS);
}

static void add_share(struct page *page, unsigned tenths)
{
    page_put_number(page, tenths / 10);
    page_raw(page, ".");
    page_put_number(page, tenths % 10);
    page_raw(page, "%");
}

static void add_at(struct page *page, const char *attribute, unsigned number)
{
    page_raw(page, " ");
    page_raw(page, attribute);
    page_raw(page, "=\"");
    page_put_number(page, number);
    page_raw(page, "\"");
}

static void add_share_at(struct page *page, const char *attribute, unsigned tenths)
{
    page_raw(page, " ");
    page_raw(page, attribute);
    page_raw(page, "=\"");
    add_share(page, tenths);
    page_raw(page, "\"");
}

static void add_bar(struct page *page, const char *kind, unsigned from, unsigned to, unsigned y,
                    unsigned height)
{
    page_raw(page, "<rect class=");
    page_raw(page, kind);
    add_share_at(page, "x", from);
    add_share_at(page, "width", to > from + 4 ? to - from : 4);
    add_at(page, "y", y);
    add_at(page, "height", height);
    page_raw(page, "/>");
}

/* A mark that stands for all at its place. */
static void add_mark(struct page *page, const char *kind, unsigned at, unsigned y)
{
    page_raw(page, "<svg overflow=visible");
    add_share_at(page, "x", at);
    add_at(page, "y", y);
    page_raw(page, "><path class=");
    page_raw(page, kind);
    page_raw(page, " d=\"M0 0l5 9h-10z\"/></svg>");
}

static void add_label(struct page *page, unsigned y)
{
    page_raw(page, "<text x=2");
    add_at(page, "y", y);
    page_raw(page, ">");
}

static void add_axis(struct page *page, const struct scale *scale, unsigned height)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    for (unsigned i = 0; i < 3; i++) {
        unsigned at = i * STEPS / 2;
        page_raw(page, "<line class=grid");
        add_share_at(page, "x1", at);
        add_share_at(page, "x2", at);
        add_at(page, "y1", TOP - 8);
        add_at(page, "y2", height);
        page_raw(page, i == 1 ? "/><text class=\"axis mid\" text-anchor="
                              : "/><text class=axis text-anchor=");
        page_raw(page, anchors[i]);
        add_share_at(page, "x", at);
        page_raw(page, " y=12>");
        page_put_bare_moment(page, scale->from + (scale->to - scale->from) / 2 * (int64_t)i, false);
        page_raw(page, "</text>\n");
    }
}

/* The first of them: those are what the page tells of, too. */
static void choose(const struct report_case *report, struct lanes *lanes)
{
    for (uint32_t i = 0; i < report->process_count && lanes->count < LANES_MOST; i++)
        lanes->processes[lanes->count++] = i;
}

/* From the first thing seen to the last; a start shortly before that is in it, too. */
static struct scale scale_of(const struct report_case *report, const struct lanes *lanes)
{
    struct scale scale = {report->first, report->last};
    int64_t span = scale.to - scale.from;
    int64_t near_by = span > 60 * MOMENT_SECOND ? span : 60 * MOMENT_SECOND;
    moment least = scale.from;
    for (uint32_t i = 0; i < lanes->count; i++) {
        moment start = report->processes[lanes->processes[i]].start;
        if (start && start < least && scale.from - start <= near_by)
            least = start;
    }
    span = scale.to - least;
    int64_t margin = span / 50 > MOMENT_SECOND / 10 ? span / 50 : MOMENT_SECOND / 10;
    scale.from = least - margin;
    scale.to += margin;
    return scale;
}

static void add_lane(struct page *page, const struct scale *scale, uint32_t process, unsigned y)
{
    struct report_case *report = page->report;
    const struct report_process *one = &report->processes[process];
    moment start = one->start ? one->start : one->first;
    unsigned last_bar = STEPS + 1;
    unsigned last_mark = STEPS + 1;
    add_label(page, y + 10);
    if (one->start && one->start < scale->from)
        page_raw(page, "\u25c2 ");
    html_cut(page->out, one->name, NAME_MOST);
    page_raw(page, " (");
    page_put_number(page, one->pid);
    page_raw(page, ")</text>");
    add_bar(page, "process", place(scale, start), place(scale, one->last), y + 14, 14);
    for (uint32_t i = one->first_hit; i != REPORT_NONE; i = report->hits[i].next_of_process) {
        const struct report_hit *hit = &report->hits[i];
        unsigned from = place(scale, hit->first_seen ? hit->first_seen : hit->when);
        unsigned mark = place(scale, hit->when);
        if (from != last_bar)
            add_bar(page, "connection", from,
                    place(scale, hit->last_seen > hit->when ? hit->last_seen : hit->when), y + 18,
                    6);
        last_bar = from;
        if (mark != last_mark)
            add_mark(page, "hit", mark, y + 16);
        last_mark = mark;
    }
    page_raw(page, "\n");
}

static void add_actions(struct page *page, const struct scale *scale, unsigned y)
{
    const struct report_case *report = page->report;
    unsigned last = STEPS + 1;
    add_label(page, y + 10);
    page_say(page, W_ACTIONS);
    page_raw(page, "</text>");
    for (uint32_t i = 0; i < report->action_count; i++) {
        unsigned at = place(scale, report->actions[i].when);
        if (report->actions[i].is_after || at == last)
            continue;
        last = at;
        add_mark(page, report->actions[i].failed ? "failed" : "action", at, y + 16);
    }
    page_raw(page, "\n");
}

static void add_legend(struct page *page)
{
    static const struct {
        const char *kind;
        enum report_word word;
    } entries[] = {{"process", W_LEGEND_PROCESS},
                   {"connection", W_LEGEND_CONNECTION},
                   {"hit", W_LEGEND_HIT},
                   {"action", W_LEGEND_ACTION},
                   {"failed", W_LEGEND_FAILED}};
    page_raw(page, "<p class=legend>");
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        page_raw(page, "<span><svg width=12 height=12 aria-hidden=true>");
        if (i < 2)
            add_bar(page, entries[i].kind, 0, STEPS, i ? 3 : 0, i ? 6 : 12);
        else {
            page_raw(page, "<path class=");
            page_raw(page, entries[i].kind);
            page_raw(page, " d=\"M6 1l5 9h-10z\"/>");
        }
        page_raw(page, "</svg> ");
        page_say(page, entries[i].word);
        page_raw(page, "</span> ");
    }
    page_raw(page, "</p>\n");
}

void report_timeline(struct page *page)
{
    const struct report_case *report = page->report;
    struct lanes lanes = {.count = 0};
    page_open_section(page, "timeline", W_TIMELINE);
    choose(report, &lanes);
    if (!report->first) {
        page_note(page, W_NO_TIMELINE);
        page_close_section(page);
        return;
    }
    struct scale scale = scale_of(report, &lanes);
    unsigned rows = lanes.count + (report->action_count ? 1 : 0);
    unsigned height = TOP + rows * LANE_HEIGHT + 4;
    page_raw(page, "<svg class=timeline role=img width=\"100%\"");
    add_at(page, "height", height);
    page_raw(page, "><title>");
    page_say(page, W_TIMELINE);
    page_raw(page, "</title>\n");
    add_axis(page, &scale, height);
    for (uint32_t i = 0; i < lanes.count && page_goes_on(page); i++)
        add_lane(page, &scale, lanes.processes[i], TOP + i * LANE_HEIGHT);
    if (report->action_count)
        add_actions(page, &scale, TOP + lanes.count * LANE_HEIGHT);
    page_raw(page, "</svg>\n");
    add_legend(page);
    page_note_more(page, lanes.count, report->process_count, "hits.jsonl");
    page_close_section(page);
}
