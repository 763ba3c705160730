# r3labs-sse
#
# TODO
