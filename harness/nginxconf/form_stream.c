/* SPDX-License-Identifier: MIT
 * Directives of stream and mail, as nginx 1.31.5
 * declares them; see form.h and form_rows.h. */
#include "nginxconf/form_rows.h"

static const struct conf_form mail[] = {
    {"mail", M, BLOCK | T0, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form mail_auth_http[] = {
    {"auth_http", ML | MS, T1, VALUE_FREE, false, 0, NULL},
    {"auth_http_timeout", ML | MS, T1, VALUE_MSEC, true, 0, NULL},
    {"auth_http_header", ML | MS, T2, VALUE_FREE, false, 0, NULL},
    {"auth_http_pass_client_cert", ML | MS, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form mail_core[] = {
    {"server", ML, BLOCK | T0, VALUE_FREE, false, 0, NULL},
    {"listen", MS, M1, VALUE_FREE, false, 0, NULL},
    {"protocol", MS, T1, VALUE_FREE, false, 0, NULL},
    {"timeout", ML | MS, T1, VALUE_MSEC, true, 0, NULL},
    {"server_name", ML | MS, T1, VALUE_STR, true, 0, NULL},
    {"error_log", ML | MS, M1, VALUE_FREE, false, 0, NULL},
    {"resolver", ML | MS, M1, VALUE_FREE, true, 0, NULL},
    {"resolver_timeout", ML | MS, T1, VALUE_MSEC, true, 0, NULL},
    {"max_errors", ML | MS, T1, VALUE_NUM, true, V(21, 0), NULL},
};

static const struct conf_form mail_imap[] = {
    {"imap_client_buffer", ML | MS, T1, VALUE_SIZE, true, 0, NULL},
    {"imap_capabilities", ML | MS, M1, VALUE_FREE, false, 0, NULL},
    {"imap_auth", ML | MS, M1, VALUE_MASK, false, 0,
     "plain login cram-md5 external"},
};

static const struct conf_form mail_pop3[] = {
    {"pop3_capabilities", ML | MS, M1, VALUE_FREE, false, 0, NULL},
    {"pop3_auth", ML | MS, M1, VALUE_MASK, false, 0,
     "plain apop cram-md5 external"},
};

static const struct conf_form mail_proxy[] = {
    {"proxy", ML | MS, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_buffer", ML | MS, T1, VALUE_SIZE, true, 0, NULL},
    {"proxy_timeout", ML | MS, T1, VALUE_MSEC, true, 0, NULL},
    {"proxy_pass_error_message", ML | MS, T1, VALUE_FLAG, true, 0, NULL},
    {"xclient", ML | MS, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_smtp_auth", ML | MS, T1, VALUE_FLAG, true, V(19, 4), NULL},
    {"proxy_protocol", ML | MS, T1, VALUE_ENUM, true, V(19, 8), "off on v2"},
};

static const struct conf_form mail_realip[] = {
    {"set_real_ip_from", ML | MS, T1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form mail_smtp[] = {
    {"smtp_client_buffer", ML | MS, T1, VALUE_SIZE, true, 0, NULL},
    {"smtp_greeting_delay", ML | MS, T1, VALUE_MSEC, true, 0, NULL},
    {"smtp_capabilities", ML | MS, M1, VALUE_FREE, false, 0, NULL},
    {"smtp_auth", ML | MS, M1, VALUE_MASK, false, 0,
     "plain login cram-md5 external none"},
};

static const struct conf_form mail_ssl[] = {
    {"starttls", ML | MS, T1, VALUE_FREE, false, 0, NULL},
    {"ssl_certificate", ML | MS, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_certificate_key", ML | MS, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_password_file", ML | MS, T1, VALUE_FREE, true, 0, NULL},
    {"ssl_certificate_compression", ML | MS, T1, VALUE_FLAG, true, V(29, 1),
     NULL},
    {"ssl_dhparam", ML | MS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_ecdh_curve", ML | MS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_protocols", ML | MS, M1, VALUE_MASK, false, 0,
     "SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
    {"ssl_ciphers", ML | MS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_prefer_server_ciphers", ML | MS, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_session_cache", ML | MS, T1 | T2, VALUE_FREE, false, 0, NULL},
    {"ssl_session_tickets", ML | MS, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_session_ticket_key", ML | MS, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_session_timeout", ML | MS, T1, VALUE_SEC, true, 0, NULL},
    {"ssl_verify_client", ML | MS, T1, VALUE_ENUM, true, 0,
     "off on optional optional_no_ca"},
    {"ssl_verify_depth", ML | MS, T1, VALUE_NUM, true, 0, NULL},
    {"ssl_client_certificate", ML | MS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_trusted_certificate", ML | MS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_crl", ML | MS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_conf_command", ML | MS, T2, VALUE_LIST, false, V(19, 4), NULL},
};

static const struct conf_form stream[] = {
    {"stream", M, BLOCK | T0, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form stream_access[] = {
    {"allow", ST | SS, T1, VALUE_FREE, false, 0, NULL},
    {"deny", ST | SS, T1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_core[] = {
    {"variables_hash_max_size", ST, T1, VALUE_NUM, true, 0, NULL},
    {"variables_hash_bucket_size", ST, T1, VALUE_NUM, true, 0, NULL},
    {"server_names_hash_max_size", ST, T1, VALUE_NUM, true, V(25, 5), NULL},
    {"server_names_hash_bucket_size", ST, T1, VALUE_NUM, true, V(25, 5), NULL},
    {"server", ST, BLOCK | T0, VALUE_FREE, false, 0, NULL},
    {"listen", SS, M1, VALUE_FREE, false, 0, NULL},
    {"server_name", SS, M1, VALUE_FREE, false, V(25, 5), NULL},
    {"error_log", ST | SS, M1, VALUE_FREE, false, 0, NULL},
    {"resolver", ST | SS, M1, VALUE_FREE, true, 0, NULL},
    {"resolver_timeout", ST | SS, T1, VALUE_MSEC, true, 0, NULL},
    {"proxy_protocol_timeout", ST | SS, T1, VALUE_MSEC, true, 0, NULL},
    {"tcp_nodelay", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"preread_buffer_size", ST | SS, T1, VALUE_SIZE, true, 0, NULL},
    {"preread_timeout", ST | SS, T1, VALUE_MSEC, true, 0, NULL},
};

static const struct conf_form stream_geo[] = {
    {"geo", ST, BLOCK | T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_geoip[] = {
    {"geoip_country", ST, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"geoip_org", ST, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"geoip_city", ST, T1 | T2, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form stream_limit_conn[] = {
    {"limit_conn_zone", ST, T2, VALUE_FREE, false, 0, NULL},
    {"limit_conn", ST | SS, T2, VALUE_FREE, true, 0, NULL},
    {"limit_conn_log_level", ST | SS, T1, VALUE_ENUM, true, 0,
     "info notice warn error"},
    {"limit_conn_dry_run", ST | SS, T1, VALUE_FLAG, true, V(17, 6), NULL},
};

static const struct conf_form stream_log[] = {
    {"log_format", ST, M2, VALUE_FREE, false, 0, NULL},
    {"access_log", ST | SS, M1, VALUE_FREE, false, 0, NULL},
    {"open_log_file_cache", ST | SS, T1 | T2 | T3 | T4, VALUE_FREE, true, 0,
     NULL},
};

static const struct conf_form stream_map[] = {
    {"map", ST, BLOCK | T2, VALUE_FREE, false, 0, NULL},
    {"map_hash_max_size", ST, T1, VALUE_NUM, true, 0, NULL},
    {"map_hash_bucket_size", ST, T1, VALUE_NUM, true, 0, NULL},
};

static const struct conf_form stream_pass[] = {
    {"pass", SS, T1, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form stream_proxy[] = {
    {"proxy_pass", SS, T1, VALUE_FREE, true, 0, NULL},
    {"proxy_bind", ST | SS, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"proxy_socket_keepalive", ST | SS, T1, VALUE_FLAG, true, V(15, 6), NULL},
    {"proxy_socket_rcvbuf", ST | SS, T1, VALUE_SIZE, true, V(31, 3), NULL},
    {"proxy_socket_sndbuf", ST | SS, T1, VALUE_SIZE, true, V(31, 3), NULL},
    {"proxy_connect_timeout", ST | SS, T1, VALUE_MSEC, true, 0, NULL},
    {"proxy_timeout", ST | SS, T1, VALUE_MSEC, true, 0, NULL},
    {"proxy_buffer_size", ST | SS, T1, VALUE_SIZE, true, 0, NULL},
    {"proxy_downstream_buffer", ST | SS, T1, VALUE_SIZE, true, 0, NULL},
    {"proxy_upstream_buffer", ST | SS, T1, VALUE_SIZE, true, 0, NULL},
    {"proxy_upload_rate", ST | SS, T1, VALUE_FREE, false, 0, NULL},
    {"proxy_download_rate", ST | SS, T1, VALUE_FREE, false, 0, NULL},
    {"proxy_requests", ST | SS, T1, VALUE_NUM, true, V(15, 7), NULL},
    {"proxy_responses", ST | SS, T1, VALUE_NUM, true, 0, NULL},
    {"proxy_next_upstream", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_next_upstream_tries", ST | SS, T1, VALUE_NUM, true, 0, NULL},
    {"proxy_next_upstream_timeout", ST | SS, T1, VALUE_MSEC, true, 0, NULL},
    {"proxy_protocol", ST | SS, T1, VALUE_ENUM, true, 0, "off on v2"},
    {"proxy_half_close", ST | SS, T1, VALUE_FLAG, true, V(21, 4), NULL},
    {"proxy_ssl", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_ssl_session_reuse", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_ssl_protocols", ST | SS, M1, VALUE_MASK, false, 0,
     "SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
    {"proxy_ssl_ciphers", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"proxy_ssl_name", ST | SS, T1, VALUE_FREE, true, 0, NULL},
    {"proxy_ssl_server_name", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_ssl_alpn", ST | SS, M1, VALUE_FREE, true, V(31, 0), NULL},
    {"proxy_ssl_verify", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"proxy_ssl_verify_depth", ST | SS, T1, VALUE_NUM, true, 0, NULL},
    {"proxy_ssl_trusted_certificate", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"proxy_ssl_crl", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"proxy_ssl_certificate", ST | SS, T1, VALUE_FREE, true, 0, NULL},
    {"proxy_ssl_certificate_key", ST | SS, T1, VALUE_FREE, true, 0, NULL},
    {"proxy_ssl_certificate_cache", ST | SS, T1 | T2 | T3, VALUE_FREE, true,
     V(27, 4), NULL},
    {"proxy_ssl_password_file", ST | SS, T1, VALUE_FREE, true, 0, NULL},
    {"proxy_ssl_conf_command", ST | SS, T2, VALUE_LIST, false, V(19, 4), NULL},
};

static const struct conf_form stream_realip[] = {
    {"set_real_ip_from", ST | SS, T1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_return[] = {
    {"return", SS, T1, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form stream_set[] = {
    {"set", SS, T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_split_clients[] = {
    {"split_clients", ST, BLOCK | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_ssl[] = {
    {"ssl_handshake_timeout", ST | SS, T1, VALUE_MSEC, true, 0, NULL},
    {"ssl_certificate", ST | SS, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_certificate_key", ST | SS, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_certificate_cache", ST | SS, T1 | T2 | T3, VALUE_FREE, true,
     V(27, 4), NULL},
    {"ssl_ech_file", ST | SS, T1, VALUE_LIST, false, V(29, 4), NULL},
    {"ssl_password_file", ST | SS, T1, VALUE_FREE, true, 0, NULL},
    {"ssl_certificate_compression", ST | SS, T1, VALUE_FLAG, true, V(29, 1),
     NULL},
    {"ssl_dhparam", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_ecdh_curve", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_protocols", ST | SS, M1, VALUE_MASK, false, 0,
     "SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
    {"ssl_ciphers", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_verify_client", ST | SS, T1, VALUE_ENUM, true, 0,
     "off on optional optional_no_ca"},
    {"ssl_verify_depth", ST | SS, T1, VALUE_NUM, true, 0, NULL},
    {"ssl_client_certificate", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_trusted_certificate", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_prefer_server_ciphers", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_session_cache", ST | SS, T1 | T2, VALUE_FREE, false, 0, NULL},
    {"ssl_session_tickets", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_session_ticket_key", ST | SS, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_session_timeout", ST | SS, T1, VALUE_SEC, true, 0, NULL},
    {"ssl_crl", ST | SS, T1, VALUE_STR, true, 0, NULL},
    {"ssl_ocsp", ST | SS, T1, VALUE_ENUM, true, V(27, 2), "off on leaf"},
    {"ssl_ocsp_responder", ST | SS, T1, VALUE_STR, true, V(27, 2), NULL},
    {"ssl_ocsp_cache", ST | SS, T1, VALUE_FREE, true, V(27, 2), NULL},
    {"ssl_stapling", ST | SS, T1, VALUE_FLAG, true, V(27, 2), NULL},
    {"ssl_stapling_file", ST | SS, T1, VALUE_STR, true, V(27, 2), NULL},
    {"ssl_stapling_responder", ST | SS, T1, VALUE_STR, true, V(27, 2), NULL},
    {"ssl_stapling_verify", ST | SS, T1, VALUE_FLAG, true, V(27, 2), NULL},
    {"ssl_conf_command", ST | SS, T2, VALUE_LIST, false, V(19, 4), NULL},
    {"ssl_reject_handshake", ST | SS, T1, VALUE_FLAG, true, V(25, 5), NULL},
    {"ssl_alpn", ST | SS, M1, VALUE_FREE, true, V(21, 4), NULL},
};

static const struct conf_form stream_ssl_preread[] = {
    {"ssl_preread", ST | SS, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form stream_upstream[] = {
    {"upstream", ST, BLOCK | T1, VALUE_FREE, false, 0, NULL},
    {"server", SU, M1, VALUE_FREE, false, 0, NULL},
    {"resolver", SU, M1, VALUE_FREE, true, V(27, 3), NULL},
    {"resolver_timeout", SU, T1, VALUE_MSEC, true, V(27, 3), NULL},
};

static const struct conf_form stream_upstream_hash[] = {
    {"hash", SU, T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_upstream_least_conn[] = {
    {"least_conn", SU, T0, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_upstream_least_time[] = {
    {"least_time", SU, T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_upstream_random[] = {
    {"random", SU, T0 | T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form stream_upstream_zone[] = {
    {"zone", SU, T1 | T2, VALUE_FREE, false, 0, NULL},
};

const struct conf_forms conf_forms_stream[] = {
    FORMS(mail),
    FORMS(mail_auth_http),
    FORMS(mail_core),
    FORMS(mail_imap),
    FORMS(mail_pop3),
    FORMS(mail_proxy),
    FORMS(mail_realip),
    FORMS(mail_smtp),
    FORMS(mail_ssl),
    FORMS(stream),
    FORMS(stream_access),
    FORMS(stream_core),
    FORMS(stream_geo),
    FORMS(stream_geoip),
    FORMS(stream_limit_conn),
    FORMS(stream_log),
    FORMS(stream_map),
    FORMS(stream_pass),
    FORMS(stream_proxy),
    FORMS(stream_realip),
    FORMS(stream_return),
    FORMS(stream_set),
    FORMS(stream_split_clients),
    FORMS(stream_ssl),
    FORMS(stream_ssl_preread),
    FORMS(stream_upstream),
    FORMS(stream_upstream_hash),
    FORMS(stream_upstream_least_conn),
    FORMS(stream_upstream_least_time),
    FORMS(stream_upstream_random),
    FORMS(stream_upstream_zone),
    {NULL, NULL, 0},
};
