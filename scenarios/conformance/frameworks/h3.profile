# h3 2.0 on Node, createEventStream()
#
# Nothing wrong.
