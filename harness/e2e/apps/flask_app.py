# SPDX-License-Identifier: MIT
"""A progress feed on Flask: a view that returns a generator.  Each reader gets
a count of its own."""
import itertools
import time

from flask import Flask, Response

app = Flask(__name__)


@app.route("/events")
def events():
    def generate():
        for number in itertools.count(1):
            yield f"event: progress\ndata: {number}\n\n"
            time.sleep(0.1)

    return Response(generate(), mimetype="text/event-stream")
