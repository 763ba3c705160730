# SPDX-License-Identifier: MIT
"""What the clients of two models' APIs make of a server's streams: one line
of JSON, the text, end and tokens of each.  Argument: the server's URL."""
import json
import sys

import anthropic
import openai

URL = sys.argv[1]
ASKED = [{"role": "user", "content": "hello"}]
THEIRS = {"api_key": "none", "max_retries": 0, "timeout": 60}


def chat(client):
    with client.chat.completions.create(
            model="m", messages=ASKED, max_tokens=8, stream=True,
            stream_options={"include_usage": True}) as stream:
        chunks = list(stream)
    choices = [c.choices[0] for c in chunks if c.choices]
    return {"text": "".join(c.delta.content or "" for c in choices),
            "end": choices[-1].finish_reason,
            "tokens": chunks[-1].usage.completion_tokens}


def responses(client):
    with client.responses.stream(model="m", input="hello") as stream:
        deltas = [e.delta for e in stream
                  if e.type == "response.output_text.delta"]
        last = stream.get_final_response()
    return {"text": "".join(deltas), "end": last.status,
            "tokens": last.usage.output_tokens,
            "whole": last.output_text}


def messages(client):
    with client.messages.stream(model="m", messages=ASKED,
                                max_tokens=8) as stream:
        deltas = list(stream.text_stream)
        last = stream.get_final_message()
    return {"text": "".join(deltas), "end": last.stop_reason,
            "tokens": last.usage.output_tokens,
            "whole": last.content[0].text}


ours = openai.OpenAI(base_url=URL + "/v1", **THEIRS)
print(json.dumps({
    "chat": chat(ours), "responses": responses(ours),
    "messages": messages(anthropic.Anthropic(base_url=URL, **THEIRS))}))
