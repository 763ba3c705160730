# go-sse
#
# TODO
