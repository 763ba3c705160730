# spring-mvc
#
# TODO
