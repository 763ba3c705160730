/* SPDX-License-Identifier: MIT
 * Directives of the modules of http, as nginx 1.31.5
 * declares them; see form.h and form_rows.h. */
#include "nginxconf/form_rows.h"

static const struct conf_form http_access[] = {
    {"allow", HSL | LMT, T1, VALUE_FREE, false, 0, NULL},
    {"deny", HSL | LMT, T1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_addition_filter[] = {
    {"add_before_body", HSL, T1, VALUE_STR, true, 0, NULL},
    {"add_after_body", HSL, T1, VALUE_STR, true, 0, NULL},
    {"addition_types", HSL, M1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_auth_basic[] = {
    {"auth_basic", HSL | LMT, T1, VALUE_STR, true, 0, NULL},
    {"auth_basic_user_file", HSL | LMT, T1, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form http_auth_request[] = {
    {"auth_request", HSL, T1, VALUE_FREE, true, 0, NULL},
    {"auth_request_set", HSL, T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_autoindex[] = {
    {"autoindex", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"autoindex_format", HSL, T1, VALUE_ENUM, true, 0, "html json jsonp xml"},
    {"autoindex_localtime", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"autoindex_exact_size", HSL, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_browser[] = {
    {"modern_browser", HSL, T1 | T2, VALUE_FREE, false, 0, NULL},
    {"ancient_browser", HSL, M1, VALUE_FREE, false, 0, NULL},
    {"modern_browser_value", HSL, T1, VALUE_FREE, false, 0, NULL},
    {"ancient_browser_value", HSL, T1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_charset_filter[] = {
    {"charset", HSL | LIF, T1, VALUE_FREE, true, 0, NULL},
    {"source_charset", HSL | LIF, T1, VALUE_FREE, true, 0, NULL},
    {"override_charset", HSL | LIF, T1, VALUE_FLAG, true, 0, NULL},
    {"charset_types", HSL, M1, VALUE_FREE, false, 0, NULL},
    {"charset_map", H, BLOCK | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_dav[] = {
    {"dav_methods", HSL, M1, VALUE_MASK, false, 0,
     "off put delete mkcol copy move"},
    {"create_full_put_path", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"min_delete_depth", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"dav_access", HSL, T1 | T2 | T3, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form http_empty_gif[] = {
    {"empty_gif", L, T0, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_flv[] = {
    {"flv", L, T0, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_geo[] = {
    {"geo", H, BLOCK | T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_geoip[] = {
    {"geoip_country", H, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"geoip_org", H, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"geoip_city", H, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"geoip_proxy", H, T1, VALUE_FREE, false, 0, NULL},
    {"geoip_proxy_recursive", H, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_gunzip_filter[] = {
    {"gunzip", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"gunzip_buffers", HSL, T2, VALUE_BUFS, true, 0, NULL},
};

static const struct conf_form http_gzip_filter[] = {
    {"gzip", HSL | LIF, T1, VALUE_FLAG, true, 0, NULL},
    {"gzip_buffers", HSL, T2, VALUE_BUFS, true, 0, NULL},
    {"gzip_types", HSL, M1, VALUE_FREE, false, 0, NULL},
    {"gzip_comp_level", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"gzip_window", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"gzip_hash", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"postpone_gzipping", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"gzip_no_buffer", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"gzip_min_length", HSL, T1, VALUE_SIZE, true, 0, NULL},
};

static const struct conf_form http_gzip_static[] = {
    {"gzip_static", HSL, T1, VALUE_ENUM, true, 0, "off on always"},
};

static const struct conf_form http_headers_filter[] = {
    {"expires", HSL | LIF, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"add_header", HSL | LIF, T2 | T3, VALUE_FREE, false, 0, NULL},
    {"add_trailer", HSL | LIF, T2 | T3, VALUE_FREE, false, V(13, 2), NULL},
    {"add_header_inherit", HSL | LIF, T1, VALUE_ENUM, true, V(29, 3),
     "off on merge"},
    {"add_trailer_inherit", HSL | LIF, T1, VALUE_ENUM, true, V(29, 3),
     "off on merge"},
};

static const struct conf_form http_image_filter[] = {
    {"image_filter", L, T1 | T2 | T3, VALUE_FREE, false, 0, NULL},
    {"image_filter_jpeg_quality", HSL, T1, VALUE_FREE, false, 0, NULL},
    {"image_filter_webp_quality", HSL, T1, VALUE_FREE, false, 0, NULL},
    {"image_filter_sharpen", HSL, T1, VALUE_FREE, false, 0, NULL},
    {"image_filter_transparency", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"image_filter_interlace", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"image_filter_buffer", HSL, T1, VALUE_SIZE, true, 0, NULL},
};

static const struct conf_form http_index[] = {
    {"index", HSL, M1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_limit_conn[] = {
    {"limit_conn_zone", H, T2, VALUE_FREE, false, 0, NULL},
    {"limit_conn", HSL, T2, VALUE_FREE, true, 0, NULL},
    {"limit_conn_log_level", HSL, T1, VALUE_ENUM, true, 0,
     "info notice warn error"},
    {"limit_conn_status", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"limit_conn_dry_run", HSL, T1, VALUE_FLAG, true, V(17, 6), NULL},
};

static const struct conf_form http_limit_req[] = {
    {"limit_req_zone", H, T3, VALUE_FREE, false, 0, NULL},
    {"limit_req", HSL, T1 | T2 | T3, VALUE_FREE, true, 0, NULL},
    {"limit_req_log_level", HSL, T1, VALUE_ENUM, true, 0,
     "info notice warn error"},
    {"limit_req_status", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"limit_req_dry_run", HSL, T1, VALUE_FLAG, true, V(17, 1), NULL},
};

static const struct conf_form http_log[] = {
    {"log_format", H, M2, VALUE_FREE, false, 0, NULL},
    {"access_log", HSL | LIF | LMT, M1, VALUE_FREE, false, 0, NULL},
    {"open_log_file_cache", HSL, T1 | T2 | T3 | T4, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form http_map[] = {
    {"map", H, BLOCK | T2, VALUE_FREE, false, 0, NULL},
    {"map_hash_max_size", H, T1, VALUE_NUM, true, 0, NULL},
    {"map_hash_bucket_size", H, T1, VALUE_NUM, true, 0, NULL},
};

static const struct conf_form http_mirror[] = {
    {"mirror", HSL, T1, VALUE_FREE, true, 0, NULL},
    {"mirror_request_body", HSL, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_mp4[] = {
    {"mp4", L, T0, VALUE_FREE, false, 0, NULL},
    {"mp4_buffer_size", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"mp4_max_buffer_size", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"mp4_start_key_frame", HSL, T1, VALUE_FLAG, true, V(21, 4), NULL},
};

static const struct conf_form http_random_index[] = {
    {"random_index", L, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_realip[] = {
    {"set_real_ip_from", HSL, T1, VALUE_FREE, false, 0, NULL},
    {"real_ip_header", HSL, T1, VALUE_FREE, true, 0, NULL},
    {"real_ip_recursive", HSL, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_referer[] = {
    {"valid_referers", S | L, M1, VALUE_FREE, false, 0, NULL},
    {"referer_hash_max_size", S | L, T1, VALUE_NUM, true, 0, NULL},
    {"referer_hash_bucket_size", S | L, T1, VALUE_NUM, true, 0, NULL},
};

static const struct conf_form http_rewrite[] = {
    {"rewrite", S | SIF | L | LIF, T2 | T3, VALUE_FREE, false, 0, NULL},
    {"return", S | SIF | L | LIF, T1 | T2, VALUE_FREE, false, 0, NULL},
    {"break", S | SIF | L | LIF, T0, VALUE_FREE, false, 0, NULL},
    {"if", S | L, BLOCK | M1, VALUE_FREE, false, 0, NULL},
    {"set", S | SIF | L | LIF, T2, VALUE_FREE, false, 0, NULL},
    {"rewrite_log", H | S | SIF | L | LIF, T1, VALUE_FLAG, true, 0, NULL},
    {"uninitialized_variable_warn", H | S | SIF | L | LIF, T1, VALUE_FLAG,
     true, 0, NULL},
};

static const struct conf_form http_secure_link[] = {
    {"secure_link", HSL, T1, VALUE_STR, true, 0, NULL},
    {"secure_link_md5", HSL, T1, VALUE_STR, true, 0, NULL},
    {"secure_link_secret", HSL, T1, VALUE_STR, true, 0, NULL},
};

static const struct conf_form http_slice_filter[] = {
    {"slice", HSL, T1, VALUE_SIZE, true, 0, NULL},
};

static const struct conf_form http_split_clients[] = {
    {"split_clients", H, BLOCK | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_ssi_filter[] = {
    {"ssi", HSL | LIF, T1, VALUE_FLAG, true, 0, NULL},
    {"ssi_silent_errors", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"ssi_ignore_recycled_buffers", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"ssi_min_file_chunk", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"ssi_value_length", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"ssi_types", HSL, M1, VALUE_FREE, false, 0, NULL},
    {"ssi_last_modified", HSL, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_ssl[] = {
    {"ssl", H | S, T1, VALUE_FLAG, true, 0, NULL}, /* until 1.25.1 */
    {"ssl_certificate", H | S, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_certificate_key", H | S, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_certificate_cache", H | S, T1 | T2 | T3, VALUE_FREE, true, V(27, 4),
     NULL},
    {"ssl_ech_file", H | S, T1, VALUE_LIST, false, V(29, 4), NULL},
    {"ssl_password_file", H | S, T1, VALUE_FREE, true, 0, NULL},
    {"ssl_certificate_compression", H | S, T1, VALUE_FLAG, true, V(29, 1),
     NULL},
    {"ssl_dhparam", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_ecdh_curve", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_protocols", H | S, M1, VALUE_MASK, false, 0,
     "SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"},
    {"ssl_ciphers", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_buffer_size", H | S, T1, VALUE_SIZE, true, 0, NULL},
    {"ssl_verify_client", H | S, T1, VALUE_ENUM, true, 0,
     "off on optional optional_no_ca"},
    {"ssl_verify_depth", H | S, T1, VALUE_NUM, true, 0, NULL},
    {"ssl_client_certificate", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_trusted_certificate", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_prefer_server_ciphers", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_session_cache", H | S, T1 | T2, VALUE_FREE, false, 0, NULL},
    {"ssl_session_tickets", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_session_ticket_key", H | S, T1, VALUE_LIST, false, 0, NULL},
    {"ssl_session_timeout", H | S, T1, VALUE_SEC, true, 0, NULL},
    {"ssl_crl", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_ocsp", H | S, T1, VALUE_ENUM, true, V(19, 0), "off on leaf"},
    {"ssl_ocsp_responder", H | S, T1, VALUE_STR, true, V(19, 0), NULL},
    {"ssl_ocsp_cache", H | S, T1, VALUE_FREE, true, V(19, 0), NULL},
    {"ssl_stapling", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_stapling_file", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_stapling_responder", H | S, T1, VALUE_STR, true, 0, NULL},
    {"ssl_stapling_verify", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"ssl_early_data", H | S, T1, VALUE_FLAG, true, V(15, 3), NULL},
    {"ssl_conf_command", H | S, T2, VALUE_LIST, false, V(19, 4), NULL},
    {"ssl_reject_handshake", H | S, T1, VALUE_FLAG, true, V(19, 4), NULL},
};

static const struct conf_form http_stub_status[] = {
    {"stub_status", S | L, T0 | T1, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_sub_filter[] = {
    {"sub_filter", HSL, T2, VALUE_FREE, false, 0, NULL},
    {"sub_filter_types", HSL, M1, VALUE_FREE, false, 0, NULL},
    {"sub_filter_once", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"sub_filter_last_modified", HSL, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_try_files[] = {
    {"try_files", S | L, M2, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form http_tunnel[] = {
    {"tunnel_pass", S | L | LIF, T0 | T1, VALUE_FREE, true, 0, NULL},
    {"tunnel_bind", HSL, T1 | T2, VALUE_FREE, true, 0, NULL},
    {"tunnel_socket_keepalive", HSL, T1, VALUE_FLAG, true, 0, NULL},
    {"tunnel_socket_rcvbuf", HSL, T1, VALUE_SIZE, true, V(31, 3), NULL},
    {"tunnel_socket_sndbuf", HSL, T1, VALUE_SIZE, true, V(31, 3), NULL},
    {"tunnel_connect_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},
    {"tunnel_send_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},
    {"tunnel_send_lowat", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"tunnel_buffer_size", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"tunnel_read_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},
    {"tunnel_next_upstream", HSL, M1, VALUE_MASK, false, 0,
     "error timeout off"},
    {"tunnel_next_upstream_tries", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"tunnel_next_upstream_timeout", HSL, T1, VALUE_MSEC, true, 0, NULL},
};

static const struct conf_form http_upstream_hash[] = {
    {"hash", U, T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_upstream_ip_hash[] = {
    {"ip_hash", U, T0, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_upstream_keepalive[] = {
    {"keepalive", U, T1 | T2, VALUE_FREE, true, V(29, 7), NULL},
    {"keepalive", U, T1, VALUE_FREE, true, 0, NULL},
    {"keepalive_time", U, T1, VALUE_MSEC, true, 0, NULL},
    {"keepalive_timeout", U, T1, VALUE_MSEC, true, 0, NULL},
    {"keepalive_requests", U, T1, VALUE_NUM, true, 0, NULL},
};

static const struct conf_form http_upstream_least_conn[] = {
    {"least_conn", U, T0, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_upstream_least_time[] = {
    {"least_time", U, T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_upstream_random[] = {
    {"random", U, T0 | T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_upstream_sticky[] = {
    {"sticky", U, M2, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form http_upstream_zone[] = {
    {"zone", U, T1 | T2, VALUE_FREE, false, 0, NULL},
};

static const struct conf_form http_userid_filter[] = {
    {"userid", HSL, T1, VALUE_ENUM, true, 0, "off log v1 on"},
    {"userid_service", HSL, T1, VALUE_NUM, true, 0, NULL},
    {"userid_name", HSL, T1, VALUE_STR, true, 0, NULL},
    {"userid_domain", HSL, T1, VALUE_STR, true, 0, NULL},
    {"userid_path", HSL, T1, VALUE_STR, true, 0, NULL},
    {"userid_expires", HSL, T1, VALUE_FREE, true, 0, NULL},
    {"userid_flags", HSL, T1 | T2 | T3, VALUE_MASK, false, V(19, 3),
     "off secure httponly samesite=strict samesite=lax samesite=none"},
    {"userid_p3p", HSL, T1, VALUE_STR, true, 0, NULL},
    {"userid_mark", HSL, T1, VALUE_FREE, true, 0, NULL},
};

static const struct conf_form http_xslt_filter[] = {
    {"xml_entities", HSL, T1, VALUE_FREE, true, 0, NULL},
    {"xml_external_entities", HSL, T1, VALUE_FLAG, true, V(31, 3), NULL},
    {"xslt_stylesheet", L, M1, VALUE_FREE, false, 0, NULL},
    {"xslt_param", HSL, T2, VALUE_FREE, false, 0, NULL},
    {"xslt_string_param", HSL, T2, VALUE_FREE, false, 0, NULL},
    {"xslt_types", HSL, M1, VALUE_FREE, false, 0, NULL},
    {"xslt_last_modified", HSL, T1, VALUE_FLAG, true, 0, NULL},
};

static const struct conf_form http_copy_filter[] = {
    {"output_buffers", HSL, T2, VALUE_BUFS, true, 0, NULL},
};

static const struct conf_form http_upstream[] = {
    {"upstream", H, BLOCK | T1, VALUE_FREE, false, 0, NULL},
    {"server", U, M1, VALUE_FREE, false, 0, NULL},
    {"resolver", U, M1, VALUE_FREE, true, V(27, 3), NULL},
    {"resolver_timeout", U, T1, VALUE_MSEC, true, V(27, 3), NULL},
};

static const struct conf_form http_v2[] = {
    {"http2", H | S, T1, VALUE_FLAG, true, V(25, 1), NULL},
    {"http2_recv_buffer_size", H, T1, VALUE_SIZE, true, 0, NULL},
    {"http2_pool_size", H | S, T1, VALUE_SIZE, true, 0, NULL},
    {"http2_max_concurrent_streams", H | S, T1, VALUE_NUM, true, 0, NULL},
    {"http2_max_concurrent_pushes", H | S, T1, VALUE_FREE, false, V(13, 9),
     NULL},
    {"http2_max_requests", H | S, T1, VALUE_FREE, false, 0, NULL},
    {"http2_max_field_size", H | S, T1, VALUE_FREE, false, 0, NULL},
    {"http2_max_header_size", H | S, T1, VALUE_FREE, false, 0, NULL},
    {"http2_body_preread_size", H | S, T1, VALUE_SIZE, true, 0, NULL},
    {"http2_streams_index_size", H | S, T1, VALUE_NUM, true, 0, NULL},
    {"http2_recv_timeout", H | S, T1, VALUE_FREE, false, 0, NULL},
    {"http2_idle_timeout", H | S, T1, VALUE_FREE, false, 0, NULL},
    {"http2_chunk_size", HSL, T1, VALUE_SIZE, true, 0, NULL},
    {"http2_push_preload", HSL, T1, VALUE_FREE, false, V(13, 9), NULL},
    {"http2_push", HSL, T1, VALUE_FREE, false, V(13, 9), NULL},
};

static const struct conf_form http_v3[] = {
    {"http3", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"http3_hq", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"http3_max_concurrent_streams", H | S, T1, VALUE_NUM, true, 0, NULL},
    {"http3_stream_buffer_size", H | S, T1, VALUE_SIZE, true, 0, NULL},
    {"quic_retry", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"quic_gso", H | S, T1, VALUE_FLAG, true, 0, NULL},
    {"quic_host_key", H | S, T1, VALUE_FREE, true, 0, NULL},
    {"quic_active_connection_id_limit", H | S, T1, VALUE_NUM, true, 0, NULL},
};

const struct conf_forms conf_forms_http[] = {
    FORMS(http_access),
    FORMS(http_addition_filter),
    FORMS(http_auth_basic),
    FORMS(http_auth_request),
    FORMS(http_autoindex),
    FORMS(http_browser),
    FORMS(http_charset_filter),
    FORMS(http_dav),
    FORMS(http_empty_gif),
    FORMS(http_flv),
    FORMS(http_geo),
    FORMS(http_geoip),
    FORMS(http_gunzip_filter),
    FORMS(http_gzip_filter),
    FORMS(http_gzip_static),
    FORMS(http_headers_filter),
    FORMS(http_image_filter),
    FORMS(http_index),
    FORMS(http_limit_conn),
    FORMS(http_limit_req),
    FORMS(http_log),
    FORMS(http_map),
    FORMS(http_mirror),
    FORMS(http_mp4),
    FORMS(http_random_index),
    FORMS(http_realip),
    FORMS(http_referer),
    FORMS(http_rewrite),
    FORMS(http_secure_link),
    FORMS(http_slice_filter),
    FORMS(http_split_clients),
    FORMS(http_ssi_filter),
    FORMS(http_ssl),
    FORMS(http_stub_status),
    FORMS(http_sub_filter),
    FORMS(http_try_files),
    FORMS(http_tunnel),
    FORMS(http_upstream_hash),
    FORMS(http_upstream_ip_hash),
    FORMS(http_upstream_keepalive),
    FORMS(http_upstream_least_conn),
    FORMS(http_upstream_least_time),
    FORMS(http_upstream_random),
    FORMS(http_upstream_sticky),
    FORMS(http_upstream_zone),
    FORMS(http_userid_filter),
    FORMS(http_xslt_filter),
    FORMS(http_copy_filter),
    FORMS(http_upstream),
    FORMS(http_v2),
    FORMS(http_v3),
    {NULL, NULL, 0},
};
