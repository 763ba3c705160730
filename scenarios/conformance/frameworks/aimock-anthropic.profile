# aimock 1.43, messages of Anthropic's API
#
# Nothing wrong.
