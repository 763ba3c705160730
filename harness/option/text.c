/* SPDX-License-Identifier: MIT
 * Texts from outside; see text.h. */
#include "option/text.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/units.h"
#include "base/utf8.h"

size_t text_bad_byte(struct slice text)
{
  size_t i, valid = utf8_check(text);
  for(i = 0; i < valid; i++) {
    unsigned char c = (unsigned char)text.p[i];
    if((c < 0x20 && c != '\t') || c == 0x7f)
      return i;
  }
  return valid;
}

bool text_is_token(struct slice name)
{
  size_t i;
  for(i = 0; i < name.n; i++) {
    unsigned char c = (unsigned char)name.p[i];
    if(c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
      return false;
  }
  return name.n > 0;
}

bool text_is_pointer(struct slice text)
{
  return text.n > 0 && text.p[0] == '/' && text_bad_byte(text) == text.n;
}

bool text_is_address(const char *text)
{
  unsigned char bytes[16];
  return inet_pton(AF_INET, text, bytes) == 1 ||
         inet_pton(AF_INET6, text, bytes) == 1;
}

bool text_is_resolve(const char *text)
{
  const char *port = strchr(text, ':');
  const char *address = port ? strchr(port + 1, ':') : NULL;
  uint64_t n = 0;
  struct slice digits;
  if(!address || port == text || !address[1])
    return false;
  digits = (struct slice){port + 1, (size_t)(address - port - 1)};
  return strspn(digits.p, "0123456789") == digits.n &&
         units_count(digits, &n) == 0 && n > 0 && n < 65536;
}

/* A blank outside of {{templates}}. */
static bool has_blank(struct slice text)
{
  size_t i, braces = 0;
  for(i = 0; i + 1 < text.n; i++) {
    if(text.p[i] == '{' && text.p[i + 1] == '{')
      braces++;
    if(text.p[i] == '}' && text.p[i + 1] == '}' && braces)
      braces--;
    if((text.p[i] == ' ' || text.p[i] == '\t') && !braces)
      return true;
  }
  return false;
}

/* SOCKET or SOCKET:/PATH, behind "unix:". */
static const char *local_fault(struct slice text)
{
  struct slice path = slice_cut(&text, ':');
  if(path.n < 2 || path.p[0] != '/' || (text.p && !slice_starts(text, "/")))
    return "unix:/run/app.sock:/path, with a socket's whole path";
  return path.n > 107 ? "a socket's path of at most 107 bytes" : NULL;
}

static const char *url_fault(struct slice text)
{
  size_t host;
  if(text_bad_byte(text) != text.n)
    return "a URL without control characters";
  if(has_blank(text))
    return "a URL without spaces (write %20)";
  if(slice_starts(text, "{{"))
    return NULL;
  if(slice_starts(text, "unix:"))
    return local_fault((struct slice){text.p + 5, text.n - 5});
  if(slice_find(text, "://") < 0)
    return "a URL that begins with http:// or https://";
  if(!slice_starts(text, "http://") && !slice_starts(text, "https://"))
    return "http:// or https://";
  host = (size_t)slice_find(text, "://") + 3;
  if(host >= text.n || strchr("/?#:", text.p[host]))
    return "a host name behind ://";
  return NULL;
}

static const char *method_fault(struct slice text)
{
  size_t i;
  if(text.n == 0 || text.n > 32)
    return "a method such as GET or POST";
  for(i = 0; i < text.n; i++) {
    if(text.p[i] < 'A' || text.p[i] > 'Z')
      return "a method in capital letters, such as GET or POST";
  }
  return NULL;
}

static const char *proxy_fault(struct slice text)
{
  static const char *const scheme[] = {"http://",   "https://",
                                       "socks4://", "socks4a://",
                                       "socks5://", "socks5h://"};
  const char *expected = "a proxy such as http://127.0.0.1:3128 or "
                         "socks5://127.0.0.1:1080";
  size_t i;
  if(text.n == 0 || text_bad_byte(text) != text.n ||
     memchr(text.p, ' ', text.n))
    return expected;
  if(slice_find(text, "://") < 0)
    return NULL;
  for(i = 0; i < sizeof(scheme) / sizeof(scheme[0]); i++) {
    if(slice_starts(text, scheme[i]))
      return NULL;
  }
  return expected;
}

const char *text_fault(enum option_type type, struct slice text)
{
  if(text.n && memchr(text.p, '\0', text.n))
    return "text without NUL characters";
  if(utf8_check(text) != text.n)
    return "UTF-8 text";
  if(type == OPTION_URL)
    return url_fault(text);
  if(type == OPTION_METHOD)
    return method_fault(text);
  if(type == OPTION_PROXY)
    return proxy_fault(text);
  if(type != OPTION_LINES && text_bad_byte(text) != text.n)
    return "text without control characters";
  return NULL;
}
