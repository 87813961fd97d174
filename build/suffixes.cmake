# Makes C tables of the Public Suffix List: lines, each with its line end.
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
# As bytes: compilers refuse string literals of this length.
function(to_bytes out)
    list(JOIN ARGN "\n" lines)
    file(WRITE "${OUTPUT}.lines" "${lines}\n")
    file(READ "${OUTPUT}.lines" hex HEX)
    file(REMOVE "${OUTPUT}.lines")
    string(REGEX REPLACE "(..)(..)(..)(..)(..)(..)(..)(..)" "\\0\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
    set(${out} "${hex}" PARENT_SCOPE)
endfunction()
to_bytes(body ${rules})
to_bytes(top_body ${tops})
file(WRITE "${OUTPUT}" "/* Made from the Public Suffix List (publicsuffix.org, MPL 2.0). */
static const unsigned char public_suffixes[] = {
${body}};
static const unsigned char top_level_domains[] = {
${top_body}};
")
