/* SPDX-License-Identifier: MIT
 * Fixes that rows of both files of http.framing name. */
#ifndef WEIR_CHECKS_HTTP_HTTP_FRAMING_H
#define WEIR_CHECKS_HTTP_HTTP_FRAMING_H

#define NODE_RAW                                                              \
  {                                                                           \
    "Node/Express", "Leave framing to http.ServerResponse; do not write to "  \
                    "req.socket."                                             \
  }
#define ASGI_RAW                                                              \
  {                                                                           \
    "Python/Starlette", "Let uvicorn or hypercorn frame the body; no "        \
                        "Content-Length or Transfer-Encoding of your own."    \
  }
#define GO_RAW                                                                \
  {                                                                           \
    "Go", "Leave framing to net/http; no Hijack for streams."                 \
  }
#define SPRING_RAW                                                            \
  {                                                                           \
    "Spring", "Leave framing to Tomcat or Netty; set neither header."         \
  }

#endif
