# Django 3.2 on its runserver, polling a table (harness/e2e/apps/django_app.py)
#
# Asking a table for all rows behind the last id resumes without a gap. Behind
# an id from before the table was emptied the stream is open and silent until
# the counter is there again: compare it with the newest row.
#
# Each by hand, with URL the stream:

# curl -i -H 'Last-Event-ID: 999999999' URL: 200, "retry: 2000", then nothing
resume.future-id WARN no row is newer than an id from the future
# curl -sN -D - URL: HTTP/1.1, "Connection: close", neither Content-Length nor
# Transfer-Encoding
http.framing.self-delimited WARN runserver (wsgiref) ends the body by closing
