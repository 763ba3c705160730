# SPDX-License-Identifier: MIT
"""Configurations for nginx_live_e2e.py: the trap that most walk into, and odd
ones that must get an answer all the same."""

# The most copied answer: it streams over http:// and holds over https://.
TRAP = """\
events {{ worker_connections 1024; }}
http {{
  server {{
    listen 443 ssl;  # clients of all kinds
    server_name app.example.org;
    ssl_certificate /nowhere/cert.pem;
    ssl_certificate_key /nowhere/key.pem;

    location /events {{
      proxy_pass http://app.internal:3000;
      proxy_http_version 1.1;
      proxy_set_header Connection "";{more}
      proxy_read_timeout {timeout};
      error_page 502 504 = @sse_retry;
    }}

    location @sse_retry {{
      default_type text/event-stream;
      add_header Cache-Control no-store;
      return 200 "retry: 5000\\n\\n";
    }}
  }}
}}
"""
UNBUFFERED = "\n      proxy_buffering off;"


# What people paste, and what is not all there.
ODD = {
    "pasted": ("/events", """\
location /events {
    proxy_pass http://localhost:3000;
    proxy_set_header Host $host;
}
"""),
    "mixed": ("/events", """\
upstream app { server app1:3000; server app2:3000; }
server_name app.example.org;
location /events { proxy_pass http://app; proxy_buffering off; }
"""),
    "template": ("/events", """\
server {
    listen ${NGINX_PORT};
    location ~ ^/events {
        resolver ${RESOLVER} valid=10s;
        set $backend "http://${BACKEND_HOST}:${BACKEND_PORT}";
        proxy_pass $backend;
        proxy_buffering off;
    }
}
"""),
    "php": ("/events.php", """\
events { }
http {
  server {
    listen 80;
    root /srv/www;
    location ~ \\.php$ {
      try_files $uri =404;
      fastcgi_pass unix:/run/php/php-fpm.sock;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      proxy_buffering off;
    }
  }
}
"""),
    "missing": ("/events", """\
load_module modules/ngx_http_nowhere_module.so;
user nobody-of-this-name;
events { }
http {
  include /nowhere/conf.d/site.conf;
  nowhere_zone zone=x:1m;
  server {
    listen 443 ssl;
    ssl_certificate /nowhere/cert.pem;
    ssl_certificate_key /nowhere/key.pem;
    ssl_dhparam /nowhere/dh.pem;
    auth_basic "private";
    auth_basic_user_file /nowhere/htpasswd;
    access_log /nowhere/access.log;
    location /events {
      nowhere on;
      proxy_pass https://app.internal;
      proxy_ssl_certificate /nowhere/client.pem;
      proxy_buffering off;
      proxy_read_timeout 1h;
    }
  }
}
"""),
}
