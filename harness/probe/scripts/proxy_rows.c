/* SPDX-License-Identifier: MIT
 * The rows of the scripts about proxies; see proxy.h. */
#include "probe/scripts/proxy.h"

#include <string.h>

#include "probe/scripts/crowd.h"

/* 1 KiB, as long as some servers' composite ids are. */
#define ID_64                                                                 \
  "0123456789-abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ID_1024                                                               \
  ID_64 ID_64 ID_64 ID_64 ID_64 ID_64 ID_64 ID_64 ID_64 ID_64 ID_64 ID_64     \
      ID_64 ID_64 ID_64 ID_64

/* A client leaves so long behind its request, whatever has come by then. */
#define LEAVE_MS 300
/* A client that reads nothing is watched for so long. */
#define STALL_MS 2500
#define TEXT(s)                                                               \
  {                                                                           \
    s, sizeof(s) - 1                                                          \
  }

static const struct proxy_row rows[] = {
    {.script = SCRIPT_PROXY_HELLO, .role = ROLE_HELLO, .play = "e20"},

    {.script = SCRIPT_PROXY_FLOW,
     .role = ROLE_LONELY,
     .play = "h_d50_e20_dH_c_d100"},
    {.script = SCRIPT_PROXY_FLOW, .role = ROLE_HEAD, .play = "h_dH_e20"},
    {.script = SCRIPT_PROXY_FLOW,
     .role = ROLE_STEADY,
     .play = "h_d50_e60.30.50"},
    {.script = SCRIPT_PROXY_FLOW,
     .role = ROLE_CLOSED,
     .play = "k_h_d50_e60.20.50"},
    {.script = SCRIPT_PROXY_FLOW,
     .role = ROLE_SIZES,
     .play = "h_d50_e9.N.G_dG_e24.N.G_dG_e72.N.G_dG_e264.N.G_dG_e1032.N.G_dG_"
             "e4104.N.G_dG_e8200.N.G_dG_e16392.N.G_dG_e65544.N.G_dG"},
    {.script = SCRIPT_PROXY_FLOW,
     .role = ROLE_ACCEL_NO,
     .play = "a0_h_d50_e60.12.50"},
    {.script = SCRIPT_PROXY_FLOW,
     .role = ROLE_ACCEL_YES,
     .play = "a1_h_d50_e60.12.50"},
    {.script = SCRIPT_PROXY_FLOW,
     .role = ROLE_GZIP,
     .play = "h_d50_e60.20.50",
     .headers = "Accept-Encoding: gzip, deflate"},

    {.script = SCRIPT_PROXY_PASS, .role = ROLE_STATUS, .play = "s204"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_STATUS, .play = "s301"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_STATUS, .play = "s307"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_STATUS, .play = "s401"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_STATUS, .play = "s404"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_STATUS, .play = "s429"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_STATUS, .play = "s503"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_TYPE, .play = "e20"},
    {.script = SCRIPT_PROXY_PASS, .role = ROLE_TYPE, .play = "t2_e20"},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_LAST_ID,
     .play = "e20",
     .last_id = TEXT("evt-000042")},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_LAST_ID,
     .play = "e20",
     .last_id = TEXT(ID_1024)},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_LAST_ID,
     .play = "e20",
     .last_id = TEXT("gr\xc3\xbc\xc3\x9f-\xf0\x9f\x8c\x8a")},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_LAST_ID,
     .play = "e20",
     .last_id = TEXT("\"a\\b, c; d=\'e\'\"")},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_HEADERS,
     .play = "e20",
     .headers = "Authorization: Bearer weir-probe-not-a-secret\n"
                "Origin: https://app.example.org\n"
                "Cookie: weir=probe\nCache-Control: no-cache"},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_QUERY,
     .play = "e20",
     .query = "&a=%2Fx%2f&b=1+2%20c;d=e&u=%C3%BC&e=&e=~%7E"},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_HOP,
     .play = "b_e20",
     .headers = "Connection: x-weir-hop\nX-Weir-Hop: 1\n"
                "Keep-Alive: timeout=9"},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_HEAD,
     .play = "e20",
     .method = "HEAD"},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_CACHE,
     .play = "o0_h_d50_e20_d200",
     .shared_url = true},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_CACHE,
     .play = "o0_h_d50_e20_d200",
     .shared_url = true,
     .step = 1},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_CACHE,
     .play = "o0_h_d50_e20_d200",
     .shared_url = true,
     .step = 2},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_CACHE,
     .play = "o0_h_d50_e20_d200",
     .shared_url = true,
     .step = 2},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_NO_STORE,
     .play = "o1_h_d50_e20_d200",
     .shared_url = true},
    {.script = SCRIPT_PROXY_PASS,
     .role = ROLE_NO_STORE,
     .play = "o1_h_d50_e20_d200",
     .shared_url = true,
     .step = 1},

    {.script = SCRIPT_PROXY_BYTES, .role = ROLE_CORPUS, .play = "h_v"},
    {.script = SCRIPT_PROXY_BYTES, .role = ROLE_SPLIT, .play = "h_i.P"},
    {.script = SCRIPT_PROXY_BYTES,
     .role = ROLE_LARGE,
     .play = "h_e1048576_d100"},
    {.script = SCRIPT_PROXY_BYTES,
     .role = ROLE_LARGE,
     .play = "h_e6291456_d100"},

    {.script = SCRIPT_PROXY_ENDS,
     .role = ROLE_LEAVE_QUIET,
     .play = "h_d50_e20_dL_c1.20.100",
     .stop = {.when = STOP_AFTER_REQUEST,
              .how = CUT_FIN,
              .delay_ns = MS(LEAVE_MS)},
     .settle = 'L'},
    {.script = SCRIPT_PROXY_ENDS,
     .role = ROLE_LEAVE_QUIET,
     .play = "h_d50_e20_dL_c1.20.100",
     .stop = {.when = STOP_AFTER_REQUEST,
              .how = CUT_RST,
              .delay_ns = MS(LEAVE_MS)},
     .settle = 'L'},
    {.script = SCRIPT_PROXY_ENDS,
     .role = ROLE_LEAVE_BUSY,
     .play = "h_d50_e60.100.50",
     .stop = {.when = STOP_AFTER_REQUEST,
              .how = CUT_FIN,
              .delay_ns = MS(LEAVE_MS)},
     .settle = 'L'},
    {.script = SCRIPT_PROXY_ENDS,
     .role = ROLE_UPSTREAM_RST,
     .play = "h_d50_e20.3.50_d200_r"},
    {.script = SCRIPT_PROXY_ENDS,
     .role = ROLE_UPSTREAM_FIN,
     .play = "h_d50_e20.3.50_d200_f"},
    {.script = SCRIPT_PROXY_ENDS, .role = ROLE_EOF, .play = "h_d100_z20"},
    {.script = SCRIPT_PROXY_ENDS, .role = ROLE_SLOW_HEAD, .play = "dS_h_e20"},
    {.script = SCRIPT_PROXY_ENDS, .role = ROLE_SLAM, .play = "d50_l"},

    {.script = SCRIPT_PROXY_IDLE,
     .role = ROLE_IDLE,
     .play = "h_d50_e20_dW_e20"},

    {.script = SCRIPT_PROXY_CROWD,
     .role = ROLE_CROWD,
     .play = "h_d300_e100.20.50",
     .many = true},
    {.script = SCRIPT_PROXY_SLOW,
     .role = ROLE_SLOW,
     .play = "h_e262144.448", /* twice what proxy.slow-client allows */
     .stop = {.when = STOP_AFTER_HEAD,
              .how = CUT_STALL,
              .stall_ns = MS(STALL_MS)}},
};

const struct proxy_row *proxy_row_at(size_t i)
{
  return i < sizeof(rows) / sizeof(rows[0]) ? &rows[i] : NULL;
}

uint64_t proxy_letter(const struct target *t, char letter)
{
  bool fast = t->fast;
  switch(letter) {
  case 'H':
    return fast ? 1500 : 4000;
  case 'G':
    return fast ? 70 : 100;
  case 'N':
    return fast ? 2 : 4;
  case 'P':
    return fast ? 4 : 20;
  case 'L':
    return fast ? 1000 : 2500;
  case 'S':
    return fast ? 1200 : 3000;
  case 'W':
    return t->idle_window_ns / MS(1);
  default:
    return 0;
  }
}

int proxy_play_text(struct buf *out, const struct target *t, const char *play)
{
  for(; *play; play++) {
    if(*play >= 'A' && *play <= 'Z')
      buf_addf(out, "%llu", (unsigned long long)proxy_letter(t, *play));
    else
      buf_addc(out, *play);
  }
  return out->rc;
}

/* A number or letter at *p; moves behind it. */
static uint64_t take_number(const struct target *t, const char **p)
{
  uint64_t v = 0;
  if(**p >= 'A' && **p <= 'Z')
    return proxy_letter(t, *(*p)++);
  for(; **p >= '0' && **p <= '9'; (*p)++)
    v = v * 10 + (uint64_t)(**p - '0');
  return v;
}

uint64_t proxy_play_ns(const struct target *t, const char *play)
{
  uint64_t ms = 0;
  while(*play) {
    char kind = *play++;
    uint64_t n = take_number(t, &play), count = 1, each = 0;
    if(*play == '.') {
      play++;
      count = take_number(t, &play);
    }
    if(*play == '.') {
      play++;
      each = take_number(t, &play);
    }
    if(kind == 'd')
      ms += n;
    else if(kind == 'i')
      ms += 200 * count; /* pieces, count ms apart */
    else
      ms += count * each;
    play += strcspn(play, "_");
    play += *play == '_';
  }
  return MS(ms);
}
