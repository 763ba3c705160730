# gin
#
# TODO
