# Gin 1.12 on Go's net/http, c.Stream() and c.SSEvent()
#
# Nothing wrong.
