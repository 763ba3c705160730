/* SPDX-License-Identifier: MIT
 * A scenario's own options, a row each: KEY(its enumerator, members of struct
 * option_row).  In the order of the page.  Private to keys.h and keys.c, which
 * define KEY and include it. */

KEY(KEY_CARRIER, .name = "carrier", .type = OPTION_CHOICE,
    OPTION_MEMBER(struct scenario, carrier), .choice = carrier_words,
    .fallback = "auto", .argument = "CARRIER",
    .help = "What carries the streams: lean is weir's own HTTP/1.1 reader, "
            "libcurl everything, auto weir's own for HTTP/1.1 and HTTP/2 "
            "where it can")

KEY(KEY_NAME, .name = "name", .type = OPTION_TEXT,
    OPTION_MEMBER(struct scenario, name), .argument = "NAME",
    .help = "What the run is called in results; the file's name "
            "when not given")

KEY(KEY_CONNECTIONS, .name = "connections", .letter = 'c',
    .type = OPTION_COUNT, OPTION_MEMBER(struct scenario, connections),
    .fallback = "1", .least = 1, .most = 1e7, .group = "Workload",
    .argument = "N", .help = "Streams to hold open at once")

KEY(KEY_RAMP, .name = "ramp", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, ramp_ns), .fallback = "0s",
    .most = KEY_MONTH_NS, .argument = "TIME",
    .help = "Open them evenly over this time; 0 = at once")

KEY(KEY_STAGES, .name = "stages", .type = OPTION_OWN_LIST,
    .type_name = "stages", OPTION_LIST(struct scenario, stage), .anew = true,
    .set = own_add_stage, .expected = "a stage such as 1000:10s:30s",
    .argument = "N:RAMP:HOLD",
    .help = "Instead of connections: steps, each with its "
            "number of streams, the "
            "time to get there and the time to stay; several between commas")

KEY(KEY_ARRIVAL_RATE, .name = "arrival.rate", .type = OPTION_RATE,
    OPTION_MEMBER(struct scenario, arrival_rate), .most = 1e6,
    .argument = "RATE",
    .help = "Instead of connections: new streams per "
            "second, whatever becomes of "
            "the earlier ones")

KEY(KEY_ARRIVAL_LIFETIME, .name = "arrival.lifetime", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, lifetime_ns), .fallback = "0s",
    .most = KEY_MONTH_NS, .argument = "TIME",
    .help = "How long such a stream stays; 0 = until the run ends")

KEY(KEY_ARRIVAL_SHAPE, .name = "arrival.shape", .type = OPTION_CHOICE,
    OPTION_MEMBER(struct scenario, arrival_shape), .choice = shape_words,
    .expected = "constant or poisson", .fallback = "constant",
    .argument = "SHAPE",
    .help = "With --app: requests come evenly (constant) or as from many "
            "who know nothing of each other (poisson)")

KEY(KEY_APP, .name = "app", .type = OPTION_TEXT,
    OPTION_MEMBER(struct scenario, app), .argument = "NAME",
    .help = "Streams answer requests in this protocol (weir list profiles; "
            "./mine.yaml is your own): -c users ask, wait for the end of the "
            "answer and ask again; one that ends well is a completed request")

KEY(KEY_VAR, .name = "var", .type = OPTION_TEXTS,
    OPTION_LIST(struct scenario, var), .argument = "NAME=VALUE",
    .help = "With --app: a variable of its request, such as model=...; a "
            "column of --users of that name is one, too; repeatable")

KEY(KEY_REQUESTS, .name = "requests", .type = OPTION_COUNT,
    OPTION_MEMBER(struct scenario, requests), .fallback = "0", .most = 9e15,
    .argument = "N",
    .help = "With --app: end after so many requests; 0 = after the duration")

KEY(KEY_THINK, .name = "think", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, think_ns), .fallback = "0s",
    .most = KEY_DAY_NS, .argument = "TIME",
    .help = "With --app: a user waits so long before it asks again")

KEY(KEY_STALL, .name = "stall", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, stall_ns), .fallback = "60s",
    .most = KEY_DAY_NS, .argument = "TIME",
    .help = "With --app: give up an answer when nothing comes for so long; "
            "0 = never")

KEY(KEY_MAX_INFLIGHT, .name = "max-inflight", .type = OPTION_COUNT,
    OPTION_MEMBER(struct scenario, max_inflight), .fallback = "10000",
    .least = 1, .most = 1e7, .argument = "N",
    .help = "With --app and arrival.rate: most requests under way at once; "
            "further ones wait, and are timed from when they were due")

KEY(KEY_DURATION, .name = "duration", .letter = 'd', .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, duration_ns), .fallback = "10s",
    .least = 1e6, .most = KEY_MONTH_NS, .argument = "TIME",
    .help = "Measured time, after ramp and warm-up; with "
            "stages the sum of theirs")

KEY(KEY_WARMUP, .name = "warmup", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, warmup_ns), .fallback = "0s",
    .most = KEY_MONTH_NS, .argument = "TIME",
    .help = "Time after the ramp that is not measured")

KEY(KEY_DRAIN, .name = "drain", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, drain_ns), .fallback = "2s",
    .most = KEY_DAY_NS, .argument = "TIME",
    .help = "Wait at most so long at the end for events owed")

KEY(KEY_WORKERS, .name = "workers", .letter = 'w', .type = OPTION_COUNT,
    OPTION_MEMBER(struct scenario, workers), .fallback = "0", .most = 1024,
    .argument = "N",
    .help = "Worker processes; 0 = from the cores and the streams")

KEY(KEY_STREAMS_PER_CONNECTION, .name = "streams-per-connection",
    .type = OPTION_COUNT,
    OPTION_MEMBER(struct scenario, streams_per_connection), .fallback = "100",
    .least = 1, .most = 100000, .argument = "N",
    .help = "HTTP/2: most streams on one connection")

KEY(KEY_SEED, .name = "seed", .type = OPTION_SEED,
    OPTION_MEMBER(struct scenario, seed), .fallback = "0", .argument = "N",
    .help = "Repeat the random choices of an earlier run; 0 = a fresh seed")

KEY(KEY_MAX_LINE, .name = "max-line", .type = OPTION_BYTES,
    OPTION_MEMBER(struct scenario, max_line), .fallback = "1MiB", .most = 1e12,
    .group = "Subscriber", .argument = "SIZE",
    .help = "Drop a stream with a longer line; 0 = no limit")

KEY(KEY_MAX_EVENT, .name = "max-event", .type = OPTION_BYTES,
    OPTION_MEMBER(struct scenario, max_event), .fallback = "16MiB",
    .most = 1e12, .argument = "SIZE",
    .help = "Drop a stream with a larger event; 0 = no limit")

KEY(KEY_RECONNECT, .name = "reconnect", .path = "reconnect.enabled",
    .type = OPTION_BOOL, OPTION_MEMBER(struct scenario, reconnect),
    .fallback = "true",
    .help = "Come back when a stream ends, as EventSource does")

KEY(KEY_RECONNECT_JITTER, .name = "reconnect.jitter", .type = OPTION_SHARE,
    OPTION_MEMBER(struct scenario, reconnect_jitter), .fallback = "0",
    .most = 1, .argument = "SHARE",
    .help = "Lengthen each wait by up to this share, at random")

KEY(KEY_RECONNECT_RETRY, .name = "reconnect.retry", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, retry_ns), .fallback = "3s",
    .most = KEY_DAY_NS, .argument = "TIME",
    .help = "Wait before reconnecting, until the server says otherwise")

KEY(KEY_RECONNECT_RETRY_MAX, .name = "reconnect.retry-max",
    .type = OPTION_DURATION, OPTION_MEMBER(struct scenario, retry_max_ns),
    .fallback = "60s", .most = KEY_DAY_NS, .argument = "TIME",
    .help = "Longest wait after repeated failures")

KEY(KEY_RECONNECT_ON_ERROR, .name = "reconnect.on-error", .type = OPTION_BOOL,
    OPTION_MEMBER(struct scenario, retry_on_error), .fallback = "false",
    .help = "Come back after a 5xx answer too, as many libraries do")

KEY(KEY_SEQUENCE, .name = "sequence", .path = "sequence.pointer",
    .type = OPTION_OWN, .type_name = "sequence source",
    OPTION_MEMBER(struct scenario, sequence), .set = own_set_sequence,
    .expected = "auto, none, id or a JSON pointer such as /seq",
    .fallback = "auto", .group = "Measuring", .argument = "SOURCE",
    .help = "Where an event's number stands: auto, none, id "
            "or a JSON pointer into "
            "the data")

KEY(KEY_SEQUENCE_KEY, .name = "sequence.key", .type = OPTION_OWN,
    .type_name = "owner of a sequence",
    OPTION_MEMBER(struct scenario, sequence_key), .set = own_set_sequence_key,
    .expected = "auto, none, event or a JSON pointer such as /topic",
    .fallback = "auto", .argument = "OWNER",
    .help = "What has numbers of its own on one stream: none (the stream "
            "has one sequence), event (each event type) or a JSON "
            "pointer into the data; auto looks at the first numbers")

KEY(KEY_STAMP, .name = "stamp", .path = "stamp.pointer", .type = OPTION_OWN,
    .type_name = "stamp source", OPTION_MEMBER(struct scenario, stamp),
    .set = own_set_stamp,
    .expected = "auto, none or a JSON pointer such as /t", .fallback = "auto",
    .argument = "SOURCE",
    .help = "Where an event's send time stands: auto, none or "
            "a JSON pointer into "
            "the data")

KEY(KEY_STAMP_UNIT, .name = "stamp.unit", .type = OPTION_CHOICE,
    OPTION_MEMBER(struct scenario, stamp_unit), .choice = unit_words,
    .expected = "auto, ns, us, ms or s", .fallback = "auto",
    .argument = "UNIT", .help = "Unit of that stamp: auto, ns, us, ms or s")

KEY(KEY_CLOCK_OFFSET, .name = "clock-offset", .type = OPTION_OWN,
    .type_name = "signed duration",
    OPTION_MEMBER(struct scenario, clock_offset_ns), .set = own_set_offset,
    .expected = "a duration such as 3ms or -3ms", .most = KEY_MONTH_NS,
    .argument = "TIME",
    .help = "Add to the stamps of a server on another machine")

KEY(KEY_PUBLISH_URL, .name = "publish.url", .also = "publish.target",
    .type = OPTION_URL, OPTION_MEMBER(struct scenario, publish.url),
    .group = "Publishing", .argument = "URL",
    .help = "Publish here while the run goes on, for "
            "exact delivery accounting")

KEY(KEY_PUBLISH_METHOD, .name = "publish.method", .type = OPTION_METHOD,
    OPTION_MEMBER(struct scenario, publish.method), .fallback = "POST",
    .argument = "METHOD", .help = "Method of a publish request")

KEY(KEY_PUBLISH_HEADERS, .name = "publish.headers", .also = "publish.header",
    .type = OPTION_HEADERS, OPTION_LIST(struct scenario, publish.header),
    .argument = "NAME: VALUE", .help = "Headers of a publish request")

KEY(KEY_PUBLISH_BODY, .name = "publish.body", .type = OPTION_LINES,
    OPTION_MEMBER(struct scenario, publish.body), .argument = "TEXT",
    .help = "What to publish; needs {{seq}}; by default "
            "a JSON object with run, "
            "number, times and padding")

KEY(KEY_PUBLISH_RATE, .name = "publish.rate", .type = OPTION_RATE,
    OPTION_MEMBER(struct scenario, publish.rate), .fallback = "10/s",
    .most = 1e7, .argument = "RATE",
    .help = "Publish requests per second, over all users")

KEY(KEY_PUBLISH_SIZE, .name = "publish.size", .type = OPTION_BYTES,
    OPTION_MEMBER(struct scenario, publish.size), .fallback = "0",
    .most = 1073741824.0, .argument = "SIZE", .help = "Length of {{pad}}")

KEY(KEY_PUBLISH_COUNT, .name = "publish.count", .type = OPTION_COUNT,
    OPTION_MEMBER(struct scenario, publish.count), .fallback = "0",
    .most = 9e15, .argument = "N",
    .help = "Stop after so many; 0 = when the run ends")

KEY(KEY_PUBLISH_MATCH_SEQUENCE, .name = "publish.match.sequence",
    .type = OPTION_POINTER, OPTION_MEMBER(struct scenario, publish.match_seq),
    .fallback = "/seq", .argument = "POINTER",
    .help = "Where {{seq}} arrives in the received data")

KEY(KEY_PUBLISH_MATCH_STAMP, .name = "publish.match.stamp",
    .type = OPTION_POINTER,
    OPTION_MEMBER(struct scenario, publish.match_stamp), .fallback = "/t",
    .argument = "POINTER", .help = "Where {{t}} arrives in the received data")

KEY(KEY_STORM_AT, .name = "storm.at", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, storm.at_ns), .most = KEY_MONTH_NS,
    .group = "Disturbance", .argument = "TIME",
    .help = "Cut streams at this time after the start, ramp "
            "and warm-up included")

KEY(KEY_STORM_SHARE, .name = "storm.share", .type = OPTION_SHARE,
    OPTION_MEMBER(struct scenario, storm.share), .fallback = "1", .most = 1,
    .argument = "SHARE", .help = "Share of the streams to cut")

KEY(KEY_STORM_HOW, .name = "storm.how", .type = OPTION_CHOICE,
    OPTION_MEMBER(struct scenario, storm.how), .choice = how_words,
    .expected = "fin or rst", .fallback = "fin", .argument = "HOW",
    .help = "Close politely (fin) or reset (rst)")

KEY(KEY_STORM_EVERY, .name = "storm.every", .type = OPTION_DURATION,
    OPTION_MEMBER(struct scenario, storm.every_ns), .fallback = "0s",
    .most = KEY_MONTH_NS, .argument = "TIME",
    .help = "Again after this time; 0 = once")

KEY(KEY_SLOW_SHARE, .name = "slow.share", .type = OPTION_SHARE,
    OPTION_MEMBER(struct scenario, slow.share), .fallback = "0", .most = 1,
    .argument = "SHARE", .help = "Share of the streams that read slowly")

KEY(KEY_SLOW_BYTES, .name = "slow.bytes-per-second", .type = OPTION_BYTES,
    OPTION_MEMBER(struct scenario, slow.bytes_per_second), .fallback = "0",
    .most = 1e12, .argument = "SIZE",
    .help = "How fast they read; 0 = not at all")

KEY(KEY_USERS, .name = "users", .type = OPTION_PATH,
    OPTION_MEMBER(struct scenario, users_file), .group = "Users",
    .argument = "FILE",
    .help = "CSV with a header line; streams take its lines in "
            "turn and templates "
            "its fields")

KEY(KEY_THRESHOLDS, .name = "thresholds", .also = "threshold",
    .type = OPTION_OWN_LIST, .type_name = "thresholds",
    OPTION_LIST(struct scenario, threshold), .set = own_add_thresholds,
    .expected = "a threshold such as latency.p99 < 250ms", .group = "Judging",
    .argument = "EXPRESSION",
    .help = "What must hold for the run to pass, such as "
            "latency.p99 < 250ms")

KEY(KEY_GOODPUT, .name = "goodput", .type = OPTION_TEXT,
    OPTION_MEMBER(struct scenario, goodput), .argument = "LIST",
    .help = "With --app: what makes a request a good one, such as "
            "ttft<300ms, gap.p99<80ms")

KEY(KEY_DEFAULT_THRESHOLDS, .name = "default-thresholds", .type = OPTION_BOOL,
    OPTION_MEMBER(struct scenario, default_thresholds), .fallback = "true",
    .help = "Where no threshold is given: streams stood for 99% of the "
            "time, and almost none failed or broke, and no event was "
            "lost")

KEY(KEY_SERVER_PID, .name = "server-pid", .type = OPTION_COUNT,
    OPTION_MEMBER(struct scenario, server_pid), .fallback = "0",
    .most = 4194304, .argument = "PID",
    .help = "Measure the cost of this process and its children")

KEY(KEY_SERVER_NAME, .name = "server-name", .type = OPTION_TEXT,
    OPTION_MEMBER(struct scenario, server_name), .argument = "NAME",
    .help = "Measure the cost of the processes of this name")
