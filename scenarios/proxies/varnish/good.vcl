# Event streams go through a pipe: no cache, no fetch, both ends joined.
# expect: none
# run: -p pipe_timeout=3600
vcl 4.1;

backend app {
  .host = "127.0.0.1";
  .port = "@ORIGIN@";
}

sub vcl_recv {
  if (req.url ~ "^/events") {
    return (pipe);
  }
}

sub vcl_pipe {
  set bereq.http.Connection = "close";
}
