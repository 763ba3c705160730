/* SPDX-License-Identifier: MIT
 * Characters that look right and are not; see odd.h. */
#include "nginxconf/odd.h"

#include <string.h>

static const struct conf_odd rows[] = {
    {"\xef\xbb\xbf", "a byte order mark (U+FEFF, invisible)", "", true},
    {"\xc2\xa0", "a no-break space (U+00A0, looks like a space)", " ", true},
    {"\xe2\x80\xaf", "a narrow no-break space (U+202F)", " ", true},
    {"\xe3\x80\x80", "an ideographic space (U+3000)", " ", true},
    {"\xe2\x80\x8b", "a zero-width space (U+200B, invisible)", "", true},
    {"\xe2\x80\x8c", "a zero-width non-joiner (U+200C, invisible)", "", true},
    {"\xe2\x80\x8d", "a zero-width joiner (U+200D, invisible)", "", true},
    {"\xe2\x81\xa0", "a word joiner (U+2060, invisible)", "", true},
    {"\xc2\xad", "a soft hyphen (U+00AD, invisible)", "", true},
    {"\xe2\x80\x9c", "a curly quote (U+201C)", "\"", false},
    {"\xe2\x80\x9d", "a curly quote (U+201D)", "\"", false},
    {"\xe2\x80\x9e", "a low curly quote (U+201E)", "\"", false},
    {"\xc2\xab", "an angle quote (U+00AB)", "\"", false},
    {"\xc2\xbb", "an angle quote (U+00BB)", "\"", false},
    {"\xe2\x80\x98", "a curly quote (U+2018)", "'", false},
    {"\xe2\x80\x99", "a curly quote (U+2019)", "'", false},
    {"\xe2\x80\x93", "a dash (U+2013)", "-", false},
    {"\xe2\x80\x94", "a dash (U+2014)", "--", false},
    {"\xef\xbc\x9b", "a full-width semicolon (U+FF1B)", ";", false},
    {"\xcd\xbe", "a Greek question mark (U+037E)", ";", false},
    {"\xef\xbd\x9b", "a full-width brace (U+FF5B)", "{", false},
    {"\xef\xbd\x9d", "a full-width brace (U+FF5D)", "}", false},
    {"\xef\xbc\x9a", "a full-width colon (U+FF1A)", ":", false},
};

const struct conf_odd *conf_odd_in(struct slice text, size_t *at)
{
  for(size_t i = 0; i < text.n; i++) {
    if(!((unsigned char)text.p[i] & 0x80u))
      continue;
    for(size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
      size_t n = strlen(rows[k].bytes);
      if(text.n - i >= n && memcmp(text.p + i, rows[k].bytes, n) == 0) {
        *at = i;
        return &rows[k];
      }
    }
  }
  return NULL;
}
