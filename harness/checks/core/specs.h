/* SPDX-License-Identifier: MIT
 * The addresses of the clauses that rows point at. */
#ifndef WEIR_CHECKS_CORE_SPECS_H
#define WEIR_CHECKS_CORE_SPECS_H

#define HTML_SSE                                                              \
  "https://html.spec.whatwg.org/multipage/server-sent-events.html#"
#define HTML_PARSING       HTML_SSE "parsing-an-event-stream"
#define HTML_LAST_EVENT_ID HTML_SSE "the-last-event-id-header"
#define RFC_9110           "https://www.rfc-editor.org/rfc/rfc9110#section-"
#define RFC_9111           "https://www.rfc-editor.org/rfc/rfc9111#section-"
#define RFC_9112           "https://www.rfc-editor.org/rfc/rfc9112#section-"
#define RFC_9113           "https://www.rfc-editor.org/rfc/rfc9113#section-"
#define FETCH              "https://fetch.spec.whatwg.org/#"

#endif
