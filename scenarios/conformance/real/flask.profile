# Flask 2.2 on gunicorn 20.1, 64 threads, a generator (harness/e2e/apps/flask_app.py)
#
# Nothing wrong on the wire: gunicorn drops the body of HEAD and ends the
# generator. What Flask's documentation does not say is Cache-Control. With
# fewer threads than readers (the default is one) all others wait without an
# answer.
#
# Each by hand, with URL the stream:

# curl -sN -D - URL: no Cache-Control
http.cache.no-store WARN no Cache-Control
