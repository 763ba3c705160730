# pass, with a short time-out between bytes.
# expect: proxy.idle-timeout proxy.slow-client
vcl 4.1;

backend app {
  .host = "127.0.0.1";
  .port = "@ORIGIN@";
  .between_bytes_timeout = 2s;
}

sub vcl_recv {
  return (pass);
}
