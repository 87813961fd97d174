/* Tables: which column holds what, with and without a header, and how rows come apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/watch/import_rows.h"
#include "tests/support/import_check.h"
#include "tests/support/import_listing.h"

static void assert_listing(const char *input, const char *expected)
{
    assert_string_equal(import_listing(text_from(input)), expected);
}

/* ---- rows ---- */

/* Cells between bars, rows between slashes, a comment's '#' before it. */
static const char *outline(struct text input, char separator)
{
    static char out[4096];
    struct rows rows;
    struct row row;
    size_t size = 0;

    rows_begin(&rows, input, separator);
    while (rows_next(&rows, &row)) {
        size += (size_t)snprintf(out + size, sizeof out - size, "%u%s", (unsigned)row.line,
                                 row.comment ? "#" : "");
        for (size_t i = 0; i < row.count; i++) {
            struct buffer scratch;
            struct text cell;

            buffer_init(&scratch, 4096);
            cell = row_text(&row, i, &scratch);
            size += (size_t)snprintf(out + size, sizeof out - size, "|%.*s", (int)cell.size,
                                     cell.size ? cell.bytes : "");
            buffer_done(&scratch);
        }
        size += (size_t)snprintf(out + size, sizeof out - size, "/");
        assert_true(size < sizeof out);
    }
    return size ? out : "";
}

static void test_rows_come_apart(void **state)
{
    (void)state;
    assert_string_equal(outline(text_of("a,b\n\n ,\nc,\"d,e\"\n"), ','), "1|a|b/4|c|d,e/");
    assert_string_equal(outline(text_of("a;b,c\r\n\"x\"\"y\" ;\"\"\r\n"), ';'), "1|a|b,c/2|x\"y|/");
    assert_string_equal(outline(text_of("a, \"b\nc\" ,d\ne,f"), ','), "1|a|b\nc|d/3|e|f/");
    assert_string_equal(outline(text_of("# \"a\",\"b\"\n; x\n// y\nz"), ','),
                        "1#|a|b/2#|x/3#|y/4|z/");
    assert_string_equal(outline(text_of("a;b\n;c"), ';'), "1|a|b/2||c/");
    assert_string_equal(outline(text_of("a\t\tb"), '\t'), "1|a||b/");
    assert_string_equal(outline(text_of("\xEF\xBB\xBF"
                                        "a,b\xC2\xA0,\xE2\x80\xAF"
                                        "c"),
                                ','),
                        "1|a|b|c/");
    assert_string_equal(outline(text_of(""), ','), "");
}

static void test_quotes_that_are_none_swallow_nothing(void **state)
{
    (void)state;
    /* never closed */
    assert_string_equal(outline(text_of("\"a,b\nc,d\n"), ','), "1|\"a|b/2|c|d/");
    /* closed in the middle of words, on the same line and on the next */
    assert_string_equal(outline(text_of("\"a\"b,c\nd,\"e\nf\"g,h\n"), ','),
                        "1|\"a\"b|c/2|d|\"e/3|f\"g|h/");
    /* a comment is one line whatever stands in it */
    assert_string_equal(outline(text_of("# \"a\nb\",c\n"), ','), "1#|\"a/2|b\"|c/");
    assert_string_equal(outline(text_of("5\" disk,a\n"), ','), "1|5\" disk|a/");
}

static void test_many_cells_are_cut_off(void **state)
{
    char input[ROW_CELLS_MOST * 4];
    struct rows rows;
    struct row row;

    (void)state;
    memset(input, ',', sizeof input);
    input[0] = 'a';
    input[sizeof input - 2] = '\n';
    input[sizeof input - 1] = 'b';
    rows_begin(&rows, (struct text){input, sizeof input}, ',');
    assert_true(rows_next(&rows, &row));
    assert_int_equal(row.count, ROW_CELLS_MOST);
    assert_true(rows_next(&rows, &row));
    assert_int_equal(row.count, 1);
    assert_int_equal(row.line, 2);
    assert_false(rows_next(&rows, &row));
}

/* ---- feeds as they are published ---- */

static void test_feodo_moved_its_header(void **state)
{
    (void)state;
    assert_listing("################\n# Feodo Tracker\n"
                   "# Firstseen,DstIP,DstPort,LastOnline,Malware\n"
                   "2020-01-02 03:04:05,45.77.10.7,443,2020-01-03,Dridex\n"
                   "# END 1 entries\n",
                   "CSV table\n45.77.10.7:443 ticked\n");
    assert_listing("# Feodo Tracker\n"
                   "\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\","
                   "\"malware\"\n"
                   "\"2021-01-02 03:04:05\",\"45.77.10.7\",\"447\",\"online\",\"2021-01-03\","
                   "\"Emotet\"\n"
                   "\"2021-01-02 03:04:05\",\"45.77.10.8\",\"80\",\"offline\",\"2021-01-03\","
                   "\"Emotet\"\n",
                   "CSV table\n45.77.10.7:447 ticked\n45.77.10.8:80 not-for-ids\n");
}

static const char threatfox[] =
    "# ThreatFox\n"
    "# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"fk_malware\","
    "\"malware_alias\",\"malware_printable\",\"last_seen_utc\",\"confidence_level\","
    "\"reference\",\"tags\",\"anonymous\",\"reporter\"\n"
    "\"2022-05-01\", \"1\", \"45.77.10.7:8080\", \"ip:port\", \"botnet_cc\", \"win.x\", \"None\", "
    "\"Some RAT\", \"\", \"75\", \"https://blog.vendorlabs.io/a\", \"a,b\", \"0\", \"x\"\n"
    "\"2022-05-01\", \"2\", \"[2a03:4000::7]:80\", \"ip:port\", \"botnet_cc\", \"win.x\", "
    "\"None\", \"None\", \"\", \"75\", \"None\", \"a,b\", \"0\", \"x\"\n"
    "\"2022-05-01\", \"3\", \"evil.mojangstudio.net\", \"domain\", \"botnet_cc\", \"win.x\", "
    "\"None\", \"Some RAT\", \"\", \"75\", \"https://blog.vendorlabs.io/b\", \"\", \"0\", \"x\"\n"
    "\"2022-05-01\", \"4\", \"0123456789abcdef0123456789abcdef01234567\", \"sha256_hash\", "
    "\"payload\", \"win.x\", \"None\", \"x\", \"\", \"75\", \"None\", \"\", \"0\", \"x\"\n";

static void test_threatfox(void **state)
{
    (void)state;
    assert_listing(threatfox, "CSV table\n45.77.10.7:8080 ticked\nblog.vendorlabs.io reference\n"
                              "[2a03:4000::7]:80 ticked\nevil.mojangstudio.net ticked\n"
                              "0123456789abcdef0123456789abcdef01234567 unwatchable\n");
    assert_string_equal(import_listing_label(text_from(threatfox), 0), "Some RAT");
    assert_string_equal(import_listing_label(text_from(threatfox), 2), "win.x");
    assert_int_equal(import_listing_line(text_from(threatfox), 3), 5);
}

static void test_urlhaus(void **state)
{
    (void)state;
    assert_listing("# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"
                   "\"1\",\"2024-01-02\",\"http://45.77.10.7:8081/bin.sh\",\"online\",\"\","
                   "\"malware_download\",\"elf,mozi\",\"https://urlhaus.abuse.ch/url/1/\",\"x\"\n"
                   "\"2\",\"2024-01-02\",\"http://evil.mojangstudio.net/a.zip\",\"offline\",\"\","
                   "\"malware_download\",\"None\",\"https://urlhaus.abuse.ch/url/2/\",\"x\"\n",
                   "CSV table\n45.77.10.7:8081 ticked\nurlhaus.abuse.ch reference\n"
                   "evil.mojangstudio.net not-for-ids\n");
}

static void test_misp_csv(void **state)
{
    (void)state;
    assert_listing(
        "uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag\n"
        "u1,1,\"Network activity\",ip-dst|port,\"45.77.10.7|443\",\"C2, first\",1,1,,\n"
        "u2,1,\"Network activity\",domain,evil.sh,,0,1,,\n"
        "u3,1,\"Network activity\",domain|ip,\"b.evil.sh|45.77.10.8\",,1,1,,\n"
        "u4,1,\"External analysis\",link,https://blog.vendorlabs.io/a,,0,1,,\n"
        "u5,1,\"Payload\",filename|sha1,\"a.sh|00\",,1,1,,\n"
        "u6,1,\"Other\",comment,\"see http://evil.sh/\",,1,1,,\n"
        "u7,1,\"Network activity\",url,/add.php,,1,1,,\n",
        "CSV table\n45.77.10.7:443 ticked\nevil.sh not-for-ids\nb.evil.sh ticked\n"
        "45.77.10.8 ticked\nblog.vendorlabs.io reference\na.sh|00 unwatchable\n"
        "/add.php unwatchable\n");
}

/* ---- vendors' tables ---- */

static void test_types_stand_in_the_first_or_the_second_column(void **state)
{
    (void)state;
    assert_listing("\xEF\xBB\xBF"
                   "Indicator_type,Data,Note\n"
                   "Description,what it is,https://blog.vendorlabs.io/\n"
                   "domain,evil.mojangstudio[.]net,C2\n"
                   "ip,45.77.10.7:44,C2\n"
                   "ip_port,45.77.10.8\xC2\xA0,C2\n"
                   "url,evil.mojangstudio.net/x.py,\n"
                   "file_path_name,C:\\x.sh,\n"
                   "user_account,a.smith.sh,\n"
                   "sha-256,00,loader\n",
                   "CSV table\nevil.mojangstudio.net ticked\n45.77.10.7:44 ticked\n"
                   "45.77.10.8 ticked\nevil.mojangstudio.net duplicate\nC:\\x.sh unwatchable\n"
                   "a.smith.sh unwatchable\n00 unwatchable\n");
    assert_listing("value,entity_type,description\n"
                   "evil.mojangstudio.net,hostname,a domain of theirs\n"
                   "oddvalue,hostname,C2\n"
                   "45.77.10.7,ipaddress,\n",
                   "CSV table\nevil.mojangstudio.net ticked\noddvalue malformed\n"
                   "45.77.10.7 ticked\n");
    /* "Indicator" may head the types. */
    assert_listing("Indicator,Data,Notes,,,\n"
                   "domain,evil.mojangstudio.net,x,,,\n"
                   "sha256,0123456789abcdef0123456789abcdef,x,,,\n",
                   "CSV table\nevil.mojangstudio.net ticked\n"
                   "0123456789abcdef0123456789abcdef unwatchable\n");
}

static void test_headers_change_in_the_middle(void **state)
{
    (void)state;
    assert_listing("Domain;Note\nevil.mojangstudio.net;C2\n\n"
                   "IP address;Port;Note\n45.77.10.7;8080;C2\n45.77.10.8;80, 443;C2\n"
                   "45.77.10.9;80-90;C2\n45.77.11.0/24;80;C2\n"
                   "MD5;File name\n0123456789abcdef0123456789abcdef;a.sh\n"
                   "URL;;\nhxxp://c.mojangstudio[.]net/;;\n",
                   "CSV table\nevil.mojangstudio.net ticked\n45.77.10.7:8080 ticked\n"
                   "45.77.10.8:80 ticked\n45.77.10.8:443 ticked\n45.77.10.9 ticked\n"
                   "45.77.11.0/24 ticked\n0123456789abcdef0123456789abcdef unwatchable\n"
                   "c.mojangstudio.net ticked\n");
}

static void test_observed_columns_and_links(void **state)
{
    (void)state;
    assert_listing("src_ip\tdst_ip\tdst_port\treport url\n"
                   "45.77.10.1\t45.77.10.7\t443\thttps://blog.vendorlabs.io/x\n"
                   "n/a\tNone\t-\tinternal\n",
                   "CSV table\n45.77.10.1 observation\n45.77.10.7:443 ticked\n"
                   "blog.vendorlabs.io reference\n");
}

static void test_only_the_first_header_is_taken_loosely(void **state)
{
    (void)state;
    assert_listing("Associated URL,Notes\nhttp://evil.mojangstudio.net/a,malicious domain\n"
                   "http://b.mojangstudio.net/a,malicious domain\nnone,malicious domain\n",
                   "CSV table\nevil.mojangstudio.net ticked\nb.mojangstudio.net ticked\n");
    assert_listing("sep=;\nMalware family;C2 domains\nX;a.mojangstudio.net\nY;none\n",
                   "CSV table\na.mojangstudio.net ticked\n");
}

static void test_without_a_header_the_content_tells(void **state)
{
    static const char typed[] = "45.77.10.7,ipaddress,Resolution for a known indicator\n"
                                "evil.mojangstudio.net,hostname,Fake site\n"
                                "0123456789abcdef0123456789abcdef,md5,Loader\n";

    (void)state;
    assert_listing(typed, "CSV table\n45.77.10.7 ticked\nevil.mojangstudio.net ticked\n"
                          "0123456789abcdef0123456789abcdef unwatchable\n");
    assert_string_equal(import_listing_label(text_from(typed), 1), "Fake site");
    /* A port, since most are well known; a score, since they are not. */
    assert_listing("a;45.77.10.7;443\nb;45.77.10.8;8080\nc;45.77.10.9;31337\n",
                   "CSV table\n45.77.10.7:443 ticked\n45.77.10.8:8080 ticked\n"
                   "45.77.10.9:31337 ticked\n");
    assert_listing("a;45.77.10.7;12\nb;45.77.10.8;99\nc;45.77.10.9;100\n",
                   "CSV table\n45.77.10.7 ticked\n45.77.10.8 ticked\n45.77.10.9 ticked\n");
    /* Plain URLs beside hosts are where to read; defanged ones, or URLs alone, are meant. */
    assert_listing("1|a.mojangstudio.net|https://blog.vendorlabs.io/a\n"
                   "2|b.mojangstudio.net|https://blog.vendorlabs.io/b\n"
                   "3|c.mojangstudio.net|https://blog.vendorlabs.io/c\n",
                   "CSV table\na.mojangstudio.net ticked\nblog.vendorlabs.io reference\n"
                   "b.mojangstudio.net ticked\nc.mojangstudio.net ticked\n");
    assert_listing("one,hxxp://a.mojangstudio[.]net/x,report.pdf\n"
                   "two,hxxp://b.mojangstudio[.]net/y,report.pdf\n"
                   "three,nothing to see,report.pdf\n",
                   "CSV table\na.mojangstudio.net ticked\nb.mojangstudio.net ticked\n");
}

static void test_the_best_label_is_taken(void **state)
{
    static const char table[] = "tags,ip,comment,malware\n"
                                "\"a,b\",45.77.10.7,\"said \"\"so\"\"\",Emotet\n"
                                "\"a,b\",45.77.10.8,\"said \"\"so\"\"\",\n"
                                "\"a,b\",45.77.10.9,,None\n";

    (void)state;
    assert_string_equal(import_listing_label(text_from(table), 0), "Emotet");
    assert_string_equal(import_listing_label(text_from(table), 1), "said \"so\"");
    assert_string_equal(import_listing_label(text_from(table), 2), "a,b");
}

static void test_skipped_rows_are_counted(void **state)
{
    (void)state;
    assert_int_equal(import_listing_skipped(text_of("# about\nip,note\n45.77.10.7,x\nnone,y\n")),
                     2);
}

/* Whatever quotes and headers do, the time stays linear: it ends before the test's patience. */
static void test_hostile_tables_end(void **state)
{
    static const char *const pieces[] = {"\"\n",          "a,\"\"\"\n",  "\"a\"b,\n", "ip,type\n",
                                         "\"\"\",\"a,\n", "ip,md5\n\"a", "#\"\n",     ",\"a\nb\"c"};
    size_t size = 512u << 10;
    char *input = malloc(size);

    (void)state;
    assert_non_null(input);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct import_result *result;
        size_t piece = strlen(pieces[i]);
        const char *row = "1.2.3.4,a.sh,80\n";
        const size_t rows = 500; /* enough to be taken for a table */

        for (size_t at = 0; at < size; at++)
            input[at] = pieces[i][at % piece];
        for (size_t at = 0; at < rows; at++)
            memcpy(input + at * strlen(row), row, strlen(row));
        memcpy(input, "ip ,domain,port", strlen(row) - 1);
        result = import_check_text((struct text){input, size});
        assert_string_equal(import_format_name(import_format_of(result)), "CSV table");
        assert_true(import_check_found(result, "1.2.3.4:80"));
        import_free(result);
    }
    free(input);
}

/* ---- real lists, as tables ---- */

/* The known answers of reports are tables themselves: type, value, where. */
static void test_answers_of_reports_are_read_as_tables(void **state)
{
    static const char *const campaigns[] = {"badiis",  "dukes",     "glupteba", "invisimole",
                                            "machete", "powerpool", "telebots", "windigo"};
    size_t values = 0;

    (void)state;
    for (size_t i = 0; i < sizeof campaigns / sizeof campaigns[0]; i++) {
        char path[256];
        size_t size;
        char *bytes;
        struct import_result *result;

        snprintf(path, sizeof path, "eset/%s/expected.tsv", campaigns[i]);
        bytes = import_check_read(path, &size);
        if (!bytes)
            skip();
        bytes[size] = 0;
        result = import_check_text((struct text){bytes, size});
        assert_string_equal(import_format_name(import_format_of(result)), "CSV table");
        for (const char *line = bytes; *line; line += strcspn(line, "\n") + 1) {
            char value[256];
            const char *tab = strchr(line, '\t');

            snprintf(value, sizeof value, "%.*s", (int)strcspn(tab + 1, "\t\n"), tab + 1);
            if (!import_check_found_host(result, value))
                fail_msg("%s: %s was not found", campaigns[i], value);
            values++;
        }
        import_free(result);
        free(bytes);
    }
    assert_true(values > 100);
}

/* A list of URLs gives the same hosts alone and as a column of a table. */
static void test_a_list_as_a_table_gives_the_same(void **state)
{
    size_t size;
    char *list = import_check_read("tweetfeed/urls.txt", &size);
    struct buffer table;
    struct import_result *plain;
    struct import_result *read;
    size_t at = 0;

    (void)state;
    if (!list)
        skip();
    list[size] = 0;
    buffer_init(&table, (size_t)64 << 20);
    buffer_add_string(&table, "date,link,url,comment\n");
    for (const char *line = list; *line; line += strcspn(line, "\n") + 1) {
        struct text url = {line, strcspn(line, "\r\n")};

        if (line[0] == '#')
            continue;
        buffer_add_string(&table, "2024-01-01,https://blog.vendorlabs.io/,\"");
        for (size_t i = 0; i < url.size; i++) {
            buffer_add_byte(&table, url.bytes[i]);
            if (url.bytes[i] == '"')
                buffer_add_byte(&table, '"');
        }
        buffer_add_string(&table, "\",\"two\nlines\"\n");
    }
    assert_int_equal(table.failed, ST_OK);
    plain = import_check_text((struct text){list, size});
    read = import_check_text(buffer_text(&table));
    for (size_t i = 0; i < import_count(plain); i++) {
        char written[512];

        if (!import_check_is_indicator(import_finding(plain, i)))
            continue;
        snprintf(written, sizeof written, "%s", import_check_written(plain, i));
        while (at < import_count(read) &&
               (!import_check_is_indicator(import_finding(read, at)) ||
                strcmp(import_check_written(read, at), "blog.vendorlabs.io") == 0))
            at++;
        assert_true(at < import_count(read));
        assert_string_equal(import_check_written(read, at), written);
        at++;
    }
    assert_true(at > 5000);
    import_free(read);
    import_free(plain);
    buffer_done(&table);
    free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_apart),
        cmocka_unit_test(test_quotes_that_are_none_swallow_nothing),
        cmocka_unit_test(test_many_cells_are_cut_off),
        cmocka_unit_test(test_feodo_moved_its_header),
        cmocka_unit_test(test_threatfox),
        cmocka_unit_test(test_urlhaus),
        cmocka_unit_test(test_misp_csv),
        cmocka_unit_test(test_types_stand_in_the_first_or_the_second_column),
        cmocka_unit_test(test_headers_change_in_the_middle),
        cmocka_unit_test(test_observed_columns_and_links),
        cmocka_unit_test(test_only_the_first_header_is_taken_loosely),
        cmocka_unit_test(test_without_a_header_the_content_tells),
        cmocka_unit_test(test_the_best_label_is_taken),
        cmocka_unit_test(test_skipped_rows_are_counted),
        cmocka_unit_test(test_hostile_tables_end),
        cmocka_unit_test(test_answers_of_reports_are_read_as_tables),
        cmocka_unit_test(test_a_list_as_a_table_gives_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
