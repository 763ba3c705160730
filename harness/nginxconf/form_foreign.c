/* SPDX-License-Identifier: MIT
 * Directives that nginx's own modules do not have, by what brings them: the
 * commercial nginx, and modules of others; see form.h. */
#include <string.h>

#include "nginxconf/form.h"

static const char PLUS[] = "NGINX Plus";
static const char LUA[] = "the Lua module";
static const char SET_MISC[] = "the set-misc module";
static const char NAXSI[] = "the naxsi module";
static const char CHECK[] = "Tengine or the upstream check module";
static const char ACME[] = "the ACME module";
static const char MORE[] = "the headers-more module";

/* "x*": begins with x; "*x": ends with x; "*x*": holds it. */
static const struct {
  const char *name, *module;
} rows[] = {
    {"*_by_lua*", LUA},
    {"lua_*", LUA},
    {"js_*", "njs"},
    {"perl*", "the Perl module"},
    {"nchan_*", "the nchan module"},
    {"push_stream_*", "the push-stream module"},
    {"brotli*", "the brotli module"},
    {"zstd*", "the zstd module"},
    {"more_*_headers", MORE},
    {"more_set_input_headers", MORE},
    {"more_clear_input_headers", MORE},
    {"more_set_headers", MORE},
    {"more_clear_headers", MORE},
    {"geoip2*", "the GeoIP2 module"},
    {"vhost_traffic_status*", "the VTS module"},
    {"stream_server_traffic_status*", "the STS module"},
    {"echo*", "the echo module"},
    {"modsecurity*", "ModSecurity"},
    {"pagespeed*", "PageSpeed"},
    {"passenger*", "Passenger"},
    {"opentracing*", "the OpenTracing module"},
    {"opentelemetry*", "the OpenTelemetry module"},
    {"otel_*", "the OpenTelemetry module"},
    {"datadog_*", "the Datadog module"},
    {"rtmp*", "the RTMP module"},
    {"fancyindex*", "the fancyindex module"},
    {"subs_filter*", "the substitutions module"},
    {"replace_filter*", "the replace filter module"},
    {"auth_pam*", "the PAM module"},
    {"auth_ldap*", "the LDAP module"},
    {"auth_gss*", "the SPNEGO module"},
    {"dav_ext_*", "the DAV ext module"},
    {"upload_*", "the upload module"},
    {"srcache_*", "the srcache module"},
    {"memc_*", "the memc module"},
    {"redis*", "the redis module"},
    {"drizzle_*", "the drizzle module"},
    {"postgres_*", "the postgres module"},
    {"rds_json*", "the rds-json module"},
    {"xss_*", "the xss module"},
    {"array_*", "the array-var module"},
    {"encrypted_session_*", "the encrypted-session module"},
    {"iconv_*", "the iconv module"},
    {"form_input", "the form-input module"},
    {"set_form_input*", "the form-input module"},
    {"set_escape_uri", SET_MISC},
    {"set_unescape_uri", SET_MISC},
    {"set_encode_*", SET_MISC},
    {"set_decode_*", SET_MISC},
    {"set_if_empty", SET_MISC},
    {"set_quote_*", SET_MISC},
    {"set_hmac_*", SET_MISC},
    {"set_md5", SET_MISC},
    {"set_sha1", SET_MISC},
    {"set_random", SET_MISC},
    {"set_secure_random_*", SET_MISC},
    {"set_local_today", SET_MISC},
    {"set_hashed_upstream", SET_MISC},
    {"testcookie*", "the testcookie module"},
    {"proxy_connect*", "the proxy_connect module"},
    {"proxy_cache_purge", "NGINX Plus or the cache purge module"},
    {"*_cache_purge", "NGINX Plus or the cache purge module"},
    {"fair", "the upstream-fair module"},
    {"jdomain", "the jdomain module"},
    {"check", CHECK},
    {"check_http_*", CHECK},
    {"check_keepalive_requests", CHECK},
    {"check_shm_size", CHECK},
    {"check_status", CHECK},
    {"dyups*", CHECK},
    {"session_sticky*", CHECK},
    {"concat*", CHECK},
    {"trim*", CHECK},
    {"uploadprogress", "the upload progress module"},
    {"track_uploads", "the upload progress module"},
    {"report_uploads", "the upload progress module"},
    {"SecRulesEnabled", NAXSI},
    {"SecRulesDisabled", NAXSI},
    {"LearningMode", NAXSI},
    {"LibInjection*", NAXSI},
    {"DeniedUrl", NAXSI},
    {"CheckRule", NAXSI},
    {"BasicRule", NAXSI},
    {"MainRule", NAXSI},
    {"ssl_ct*", "the CT module"},
    {"quiche_*", "the quiche patch"},
    {"http3_*", "an nginx with HTTP/3"},
    {"quic_*", "an nginx with HTTP/3"},
    {"wasm_*", "the wasm module"},
    {"cookie_flag*", "the cookie-flag module"},
    {"set_cookie_flag", "the cookie-flag module"},
    {"sorted_querystring*", "the sorted querystring module"},
    {"limit_upload_*", "the limit-upload module"},
    {"google_perftools_profiles", "the Google perftools module"},
    {"crowdsec_*", "the CrowdSec module"},
    {"sysguard*", "the sysguard module"},
    {"vod*", "the VOD module"},
    {"live_*", "the live module"},
    {"hls*", PLUS},
    {"f4f*", PLUS},
    {"api", PLUS},
    {"auth_jwt*", PLUS},
    {"auth_oidc", PLUS},
    {"auth_require", PLUS},
    {"oidc_provider", PLUS},
    {"health_check*", PLUS},
    {"match", PLUS},
    {"keyval*", PLUS},
    {"internal_redirect", PLUS},
    {"mgmt", PLUS},
    {"mqtt*", PLUS},
    {"ntlm", PLUS},
    {"queue", PLUS},
    {"session_log*", PLUS},
    {"state", PLUS},
    {"status", PLUS},
    {"status_format", PLUS},
    {"status_zone", PLUS},
    {"upstream_conf", PLUS},
    {"zone_sync*", PLUS},
    {"license_token", PLUS},
    {"usage_report", PLUS},
    {"error_log_tag", PLUS},
    {"num_map", PLUS},
    {"mp4_limit_rate*", PLUS},
    {"*_allow_upstream", PLUS},
    {"*_bind_dynamic", PLUS},
    {"*_request_dynamic", PLUS},
    {"*_ssl_key_log", PLUS},
    {"ssl_key_log", PLUS},
    {"proxy_username", PLUS},
    {"proxy_password", PLUS},
    {"proxy_session_drop", PLUS},
    {"acme_*", ACME},
};

static bool fits(const char *name, const char *pattern)
{
  const char *star = strchr(pattern, '*'), *rest;
  size_t n = strlen(name), head, tail;
  if(!star)
    return strcmp(name, pattern) == 0;
  head = (size_t)(star - pattern);
  rest = star + 1;
  if(head == 0 && rest[0] && rest[strlen(rest) - 1] == '*') {
    const char *at = name;
    size_t middle = strlen(rest) - 1;
    for(; *at; at++) {
      if(strncmp(at, rest, middle) == 0)
        return true;
    }
    return false;
  }
  tail = strlen(rest);
  return n >= head + tail && strncmp(name, pattern, head) == 0 &&
         strcmp(name + n - tail, rest) == 0;
}

const char *conf_form_module(const char *name)
{
  /* No module's directive has other characters: a slip of the pen. */
  if(conf_form_next(name, NULL, NULL) ||
     name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
    return NULL;
  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    if(fits(name, rows[i].name))
      return rows[i].module;
  }
  return NULL;
}
