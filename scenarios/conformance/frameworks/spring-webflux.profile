# spring-webflux
#
# TODO
