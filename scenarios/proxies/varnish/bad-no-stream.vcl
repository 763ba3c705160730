# do_stream off: the client waits for the end.
# expect: proxy.no-buffer proxy.lonely-event proxy.headers-flush
# expect: proxy.client-abort
# expect: proxy.no-coalesce proxy.slow-client
vcl 4.1;

backend app {
  .host = "127.0.0.1";
  .port = "@ORIGIN@";
}

sub vcl_recv {
  return (pass);
}

sub vcl_backend_response {
  set beresp.do_stream = false;
}
