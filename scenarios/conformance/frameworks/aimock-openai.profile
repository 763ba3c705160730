# aimock 1.43, chat completions of OpenAI's API
#
# Nothing wrong.
