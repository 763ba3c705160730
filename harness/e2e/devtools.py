# SPDX-License-Identifier: MIT
"""A headless Chromium with one page, asked over its debugging pipe: what a
page shows, and what it complains of.  No library is needed."""
import fcntl
import json
import os
import shutil
import subprocess
import time

from weirtest import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
         "--disable-dev-shm-usage", "--disable-background-networking",
         "--disable-component-update", "--disable-sync",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
         "--remote-debugging-pipe")


def find_browser():
    return next(filter(None, map(shutil.which, NAMES)), None)


def _high(fd):
    """The same under a number that the shell's own do not meet."""
    copy = fcntl.fcntl(fd, fcntl.F_DUPFD, 50)
    os.close(fd)
    return copy


class Browser:
    """Ends with the test case that it is given."""

    def __init__(self, case, url):
        theirs_in, ours_out = map(_high, os.pipe())
        ours_in, theirs_out = map(_high, os.pipe())
        # The browser reads from descriptor 3 and writes to 4.
        self.program = subprocess.Popen(
            ["/bin/bash", "-c", 'exec "$@" 3<&%d 4>&%d' % (theirs_in,
                                                         theirs_out),
             "bash", find_browser(), *FLAGS,
             "--user-data-dir=" + case.path("browser"), "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "HOME": case.folder})
        os.close(theirs_in)
        os.close(theirs_out)
        self.to, self.of = ours_out, ours_in
        os.set_blocking(self.of, False)
        self.text, self.asked, self.session = b"", 0, None
        self.events = []
        case.addCleanup(self.stop)
        self.open(url)

    def stop(self):
        try:
            os.killpg(self.program.pid, 9)
        except ProcessLookupError:
            pass
        self.program.wait()
        os.close(self.to)
        os.close(self.of)

    def messages(self):
        """What has come in by now."""
        try:
            self.text += os.read(self.of, 1 << 20)
        except BlockingIOError:
            time.sleep(0.01)
        *whole, self.text = self.text.split(b"\0")
        return [json.loads(m) for m in whole]

    def ask(self, method, **params):
        self.asked += 1
        question = {"id": self.asked, "method": method, "params": params}
        if self.session:
            question["sessionId"] = self.session
        os.write(self.to, json.dumps(question).encode() + b"\0")
        end = time.monotonic() + 20 * PATIENCE
        while time.monotonic() < end:
            answer = None
            for message in self.messages():
                if message.get("id") == self.asked:
                    answer = message
                else:
                    self.events.append(message)
            if answer:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]
        raise AssertionError(f"the browser does not answer {method}")

    def open(self, url):
        pages = [t for t in self.ask("Target.getTargets")["targetInfos"]
                 if t["type"] == "page"]
        target = pages[0]["targetId"] if pages else self.ask(
            "Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target,
                                flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Page"):
            self.ask(domain + ".enable")
        self.ask("Page.navigate", url=url)

    def evaluate(self, expression):
        """The value of an expression; None where it threw."""
        return self.ask("Runtime.evaluate", expression=expression,
                        returnByValue=True)["result"].get("value")

    def complaints(self):
        """Errors of the page's script and of the browser about it, so far."""
        return [m["params"] for m in self.events
                if m["method"] == "Runtime.exceptionThrown" or
                (m["method"] == "Log.entryAdded" and
                 m["params"]["entry"]["level"] == "error")]
