# axum 0.8.9, Sse with its keep-alive
#
# Nothing wrong.
