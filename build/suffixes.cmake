# Makes a C table of the Public Suffix List.
#   cmake -D INPUT=public_suffix_list.dat -D OUTPUT=public_suffixes.h -P suffixes.cmake
# Rules stay as they are ("co.uk", "*.ck", "!www.ck"), in UTF-8, sorted by bytes for a search.
cmake_minimum_required(VERSION 3.22)
file(READ "${INPUT}" text)
string(REGEX REPLACE "//[^\n]*" "" text "${text}")
string(REGEX REPLACE "[ \t\r]" "" text "${text}")
string(REGEX REPLACE "\n+" ";" rules "${text}")
list(REMOVE_ITEM rules "")
list(SORT rules)
list(REMOVE_DUPLICATES rules)
list(LENGTH rules count)
if(count LESS 1000)
    message(FATAL_ERROR "${INPUT} is not a public suffix list: it has ${count} rules")
endif()
# Top-level domains that have rules below them only ("co.za") count, too.
string(REGEX REPLACE "[^;]*\\." "" tops "${rules}")
list(SORT tops)
list(REMOVE_DUPLICATES tops)
list(JOIN rules "\",\n    \"" body)
list(JOIN tops "\",\n    \"" top_body)
file(WRITE "${OUTPUT}" "/* Made from the Public Suffix List (publicsuffix.org, MPL 2.0). */
static const char *const public_suffixes[] = {
    \"${body}\",
};
static const char *const top_level_domains[] = {
    \"${top_body}\",
};
")
