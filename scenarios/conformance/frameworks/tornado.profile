# Tornado 6.6 on its own server, write() and flush()
#
# Nothing wrong in the framework.
#
# Each by hand, with URL the stream:

# curl -sN -H 'Last-Event-ID: 5' URL begins with the event that it begins with
# without the header
resume.offered WARN the application numbers its events and never reads Last-Event-ID
