# Compression, and a fetch that is complete before it is sent.
# expect: proxy.no-buffer proxy.lonely-event proxy.headers-flush
# expect: proxy.client-abort
# expect: proxy.no-coalesce proxy.no-compress proxy.slow-client
vcl 4.1;

backend app {
  .host = "127.0.0.1";
  .port = "@ORIGIN@";
}

sub vcl_recv {
  return (pass);
}

sub vcl_backend_response {
  set beresp.do_gzip = true;
}
