# axum
#
# TODO
