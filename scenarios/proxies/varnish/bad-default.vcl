# The default: everything is fetched for the cache.
# expect: proxy.cache-bypass proxy.head proxy.slow-client
vcl 4.1;

backend app {
  .host = "127.0.0.1";
  .port = "@ORIGIN@";
}
