"""A platform of voice agents that calls nobody: a call is asked for by POST, told of by signed pushes, and can be asked about."""
import collections, hashlib, heapq, hmac, http.client, http.server, itertools, json, threading, time, urllib.parse

KEY, SECRET = "platform-key", "platform-secret"
WORDS = ("user_hangup", "busy", "no-answer", "failed", "voicemail_detected")


class AgentPlatform:
    """`pace`: its seconds in a real one. Its record is in memory: it outlives every server that asks it."""

    def __init__(self, dice, pace):
        self.dice, self.pace = dice, pace
        self.lock = threading.Condition()
        self.lines, self.read = collections.deque(), itertools.count(1)
        self.runs = {}  # by its own name: [attempt, word, over]
        self.due, self.order, self.stopping = [], itertools.count(), False  # what is to be pushed, and when
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.threads = [threading.Thread(target=self.server.serve_forever, daemon=True)]
        self.threads += [threading.Thread(target=self.push_what_is_due, daemon=True) for _ in range(4)]
        for it in self.threads:
            it.start()

    def trunk(self):
        return {"name": "agents", "provider": "agent_webhook", "caller_ids": ["+14155550199"],
                "settings": {"url": f"{self.url}/call", "status_url": f"{self.url}/runs/{{{{run_ref}}}}", "poll_seconds": 600},
                "secrets": {"api_key": KEY, "signing_secret": SECRET}}

    def new_lines(self):
        """What it did since it was asked last: (what, attempt, its name for the call)."""
        while self.lines:
            yield self.lines.popleft()

    def call(self, body):
        """Status and answer of a request for a call; no status: the connection is closed."""
        context = json.loads(body)["initial_context"]
        attempt = context["ringmaster_call_id"]
        with self.lock:
            chance, delay = self.dice.random(), self.dice.uniform(0.005, 0.05)
            if chance < 0.05:
                return 429, {}
            if chance < 0.07:
                return 503, {}
            run = len(self.runs) + 1
            word = self.dice.choices(WORDS, (60, 10, 15, 5, 10))[0]
            self.runs[run] = [attempt, word, False]
            self.lines.append(("placed", attempt, run))
            self.plan(run, context["ringmaster_callback_url"])
        time.sleep(delay)
        lost = chance > 0.85
        self.lines.append(("lost" if lost else "answered", attempt, run))
        if lost:
            return (503 if chance > 0.95 else None), {}
        return 200, {"workflow_run_id": run}

    def plan(self, run, url):
        """With the lock held: what becomes of the call, and what is told of it. Some ends have to be asked for."""
        _, word, _ = self.runs[run]
        at = time.monotonic() + self.dice.uniform(20, 100) / self.pace
        steps = [(at, {"event": "ringing"})]
        if word in ("user_hangup", "voicemail_detected"):
            at += self.dice.uniform(5, 60) / self.pace
            steps.append((at, {"event": "answered"}))
        end = {"event": "ended", "call_disposition": word, "duration_seconds": 20}
        at += self.dice.uniform(5, 120) / self.pace
        steps.append((at, end))
        if self.dice.random() < 0.1:
            steps.append((at + 1 / self.pace, end))  # once more
        silent = self.dice.random() < 0.1
        for when, what in steps:
            heapq.heappush(self.due, (when, next(self.order), run, None if silent else url, what, 5))
        self.lock.notify_all()

    def next_due(self):
        with self.lock:
            while not self.stopping:
                wait = self.due[0][0] - time.monotonic() if self.due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self.due)
                self.lock.wait(wait)

    def push_what_is_due(self):
        while it := self.next_due():
            _, _, run, url, what, tries = it
            if what["event"] == "ended":
                self.runs[run][2] = True
            if url and not pushed(url, what) and tries > 1:
                with self.lock:
                    heapq.heappush(self.due, (time.monotonic() + 0.3, next(self.order), run, url, what, tries - 1))

    def tell(self, run):
        if run not in self.runs:
            return 404, {}
        _, word, over = self.runs[run]
        return 200, {"is_completed": over, "gathered_context": {"call_disposition": word} if over else {}}

    def stop(self):
        with self.lock:
            self.stopping = True
            self.lock.notify_all()
        self.server.shutdown()
        self.server.server_close()
        for it in self.threads:
            it.join(timeout=30)


def pushed(url, what):
    """Whether somebody took it."""
    body, to = json.dumps(what), urllib.parse.urlparse(url)
    signature = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    connection = http.client.HTTPConnection(to.hostname, to.port, timeout=10)
    try:
        connection.request("POST", to.path, body, {"Content-Type": "application/json",
                                                   "X-Ringmaster-Signature": f"sha256={signature}"})
        return connection.getresponse().status < 500
    except OSError:
        return False
    except http.client.HTTPException:
        return False
    finally:
        connection.close()


def handler_of(platform):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.answer(lambda body: platform.call(body))

        def do_GET(self):
            self.answer(lambda _: platform.tell(int(self.path.rsplit("/", 1)[1])))

        def answer(self, how):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = how(body) if self.headers["X-API-Key"] == KEY else (401, {})
            if status is None:
                self.close_connection = True
                return
            text = json.dumps(said).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            except OSError:
                self.close_connection = True  # whoever asked is dead

        def handle(self):
            try:
                super().handle()
            except OSError:
                pass  # likewise

        def log_message(self, *_):
            pass

    return Handler
