# SPDX-License-Identifier: MIT
"""News from a table on Django, in one file: a view that asks the table for
what came after the last id, again and again."""
import sys
import threading
import time

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import StreamingHttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

settings.configure(
    DEBUG=False, SECRET_KEY="for a test", ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"], USE_TZ=True,
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware",
                "django.middleware.common.CommonMiddleware"])

news = []  # stands for a table with an auto-increment key


def write_news():
    while True:
        news.append(f"news {len(news) + 1}")
        time.sleep(0.1)


def rows_after(last):
    return list(enumerate(news[last:], last + 1))


@require_GET
def events(request):
    try:
        last = max(0, int(request.headers["Last-Event-ID"]))
    except (KeyError, ValueError):
        last = len(news)

    def stream(last):
        yield "retry: 2000\n\n"
        while True:
            for key, text in rows_after(last):
                yield f"id: {key}\nevent: news\ndata: {text}\n\n"
                last = key
            time.sleep(0.05)

    response = StreamingHttpResponse(stream(last),
                                     content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    return response


urlpatterns = [path("events", events)]

if __name__ == "__main__":
    threading.Thread(target=write_news, daemon=True).start()
    execute_from_command_line([sys.argv[0], "runserver", "--noreload",
                               sys.argv[1]])
