/* SPDX-License-Identifier: MIT
 * weir check's own options, a row each: CHECK_OPTION(its enumerator, members
 * of struct option_row).  In the order of --help.  Private to check_options.h
 * and check_options.c, which define CHECK_OPTION and include it. */

CHECK_OPTION(CHECK_MODE, .name = "mode", .type = OPTION_CHOICE, AT(mode),
             .choice = mode_words, .expected = "lint, probe or full",
             .group = "Check", .argument = "MODE",
             .help = "lint: one ordinary connection, passive; probe: "
                     "also other methods and headers; full: also "
                     "waiting, resuming, crowds (probe on loopback, "
                     "else lint)")

CHECK_OPTION(CHECK_FAST, .name = "fast", .type = OPTION_BOOL, AT(fast),
             .help = "Shorter windows of observation")

CHECK_OPTION(CHECK_WINDOW, .name = "window", .type = OPTION_DURATION,
             AT(window_ns), .least = WINDOW_LEAST, .most = WINDOW_MOST,
             .argument = "TIME",
             .help = "How long a stream is watched (5s; with --fast "
                     "2s)")

CHECK_OPTION(CHECK_IDLE_WINDOW, .name = "idle-window", .type = OPTION_DURATION,
             AT(idle_window_ns), .least = WINDOW_LEAST, .most = WINDOW_MOST,
             .argument = "TIME",
             .help = "How long it is watched for heartbeats and "
                     "its end (20s, at least two heartbeats; "
                     "with --fast at most 6s); 5m shows what "
                     "proxies cut")

CHECK_OPTION(CHECK_TIME, .name = "time", .type = OPTION_DURATION, AT(time_ns),
             .least = WINDOW_LEAST, .most = WINDOW_MOST, .argument = "TIME",
             .help = "The whole run takes at most so long; what is not "
                     "made then is named")

CHECK_OPTION(CHECK_ONLY, .name = "only", .type = OPTION_TEXTS, LIST(only),
             .argument = "GLOB",
             .help = "Only checks like that: frame.*; repeatable")

CHECK_OPTION(CHECK_SKIP, .name = "skip", .type = OPTION_TEXTS, LIST(skip),
             .argument = "GLOB", .help = "Not those; repeatable")

CHECK_OPTION(CHECK_STRICT, .name = "strict", .type = OPTION_BOOL, AT(strict),
             .help = "Warnings fail too, and what could not be "
                     "tested")

CHECK_OPTION(CHECK_SEED, .name = "seed", .type = OPTION_COUNT, AT(seed),
             .argument = "N", .help = "Of all random choices")

CHECK_OPTION(CHECK_APP, .name = "app", .type = OPTION_TEXT, AT(app),
             .group = "The protocol on top of the stream", .argument = "NAME",
             .help = "Ask as it asks and judge it too, app.NAME.* (weir "
                     "list profiles); ./mine.yaml is a profile of your "
                     "own, auto guesses by what comes, as where something "
                     "is posted without it; none does not")

CHECK_OPTION(CHECK_VAR, .name = "var", .type = OPTION_TEXTS, LIST(var),
             .argument = "NAME=VALUE",
             .help = "A variable of its request, such as model=...; "
                     "repeatable")

CHECK_OPTION(CHECK_ORIGIN, .name = "origin", .type = OPTION_TEXT, AT(origin),
             .set = set_origin,
             .expected = "an origin such as https://app.example.org",
             .group = "What is known of the target", .argument = "ORIGIN",
             .help = "A web page's that may read the stream: judges "
                     "CORS")

CHECK_OPTION(CHECK_USER_A, .name = "user-a", .type = OPTION_TEXT, AT(user_a),
             .argument = "VALUE", .help = "Authorization of one user")

CHECK_OPTION(CHECK_USER_B, .name = "user-b", .type = OPTION_TEXT, AT(user_b),
             .argument = "VALUE",
             .help = "And of another: judges who may replay what")

CHECK_OPTION(CHECK_HEARTBEAT, .name = "heartbeat", .type = OPTION_OWN,
             AT(heartbeat_ns), .set = set_heartbeat, .type_name = "duration",
             .expected = "a duration such as 15s, or none", .argument = "TIME",
             .help = "The interval promised (15s), or none")

CHECK_OPTION(CHECK_CLIENT, .name = "client", .type = OPTION_CHOICE, AT(client),
             .choice = client_words, .expected = "eventsource or fetch",
             .argument = "KIND",
             .help = "Who reads the stream: eventsource, which comes "
                     "back by itself, or fetch (eventsource where "
                     "the method is GET)")

CHECK_OPTION(CHECK_STREAM, .name = "stream", .type = OPTION_CHOICE, AT(stream),
             .choice = stream_words, .expected = "endless or finite",
             .argument = "KIND", .help = "Endless or finite")

CHECK_OPTION(CHECK_RESUME, .name = "resume", .type = OPTION_CHOICE, AT(resume),
             .choice = resume_words,
             .expected = "none, at-least-once or exactly-once",
             .argument = "KIND", .help = "None, at-least-once or exactly-once")

CHECK_OPTION(CHECK_HISTORY, .name = "history", .type = OPTION_COUNT,
             AT(history), .argument = "N",
             .help = "Events kept for those who come back")

CHECK_OPTION(CHECK_MIN_EVENTS, .name = "min-events", .type = OPTION_COUNT,
             AT(min_events), .argument = "N",
             .help = "Events that must come for the stream to be "
                     "judged (1); 0 accepts one that is idle")

CHECK_OPTION(CHECK_CUTS, .name = "cuts", .type = OPTION_COUNT, AT(cuts),
             .least = 1, .most = 1000, .argument = "N",
             .help = "How often a stream is cut to see it resume (12)")

CHECK_OPTION(CHECK_PUBLISH, .name = "publish", .path = "publish.url",
             .type = OPTION_URL, AT(publish_url), .argument = "URL",
             .help = "A hook that makes the target send an event: "
                     "judges injection")

CHECK_OPTION(CHECK_PUBLISH_METHOD, .name = "publish-method",
             .path = "publish.method", .type = OPTION_METHOD,
             AT(publish_method), .argument = "METHOD",
             .help = "Of the hook (POST)")

CHECK_OPTION(CHECK_MAX_CONNECTIONS, .name = "max-connections",
             .type = OPTION_COUNT, AT(max_connections), .least = 1,
             .most = 500, .argument = "N",
             .help = "Streams that the target holds, at "
                     "most 500")

CHECK_OPTION(CHECK_VIA_ORIGIN, .name = "via-origin", .type = OPTION_TEXT,
             AT(via), .set = set_via,
             .expected =
                 "the port (1 to 65535) that the proxy forwards to, or "
                 "ADDRESS:PORT",
             .argument = "PORT",
             .help = "The target is a proxy that forwards to this port (or "
                     "ADDRESS:PORT): weir takes the place of the application "
                     "there and compares both sides, proxy.*")

/* Of this very run: no descriptor may say them. */
CHECK_OPTION(CHECK_OWNED, .name = "i-own-this-target", .type = OPTION_BOOL,
             AT(owned), .group = "This run",
             .help = "Allow more than lint against other hosts than "
                     "this, and PUT and DELETE in full mode")

CHECK_OPTION(CHECK_DRY_RUN, .name = "dry-run", .type = OPTION_BOOL,
             AT(dry_run), .help = "Print the plan, stop")

CHECK_OPTION(CHECK_SAVE, .name = "save-recordings", .type = OPTION_PATH,
             AT(save), .argument = "DIR",
             .help = "Keep all that was sent and received")

CHECK_OPTION(CHECK_FROM, .name = "from", .type = OPTION_PATH, AT(from),
             .argument = "DIR",
             .help = "Judge recordings again, without a network")

CHECK_OPTION(CHECK_KEEP_SECRETS, .name = "keep-secrets", .type = OPTION_BOOL,
             AT(keep_secrets), .help = "Do not mask credentials in results")

CHECK_OPTION(CHECK_PROFILE, .name = "profile", .type = OPTION_PATH,
             AT(profile), .argument = "FILE",
             .help = "Expected verdicts, lines of \"check.id FAIL "
                     "reason\"")
