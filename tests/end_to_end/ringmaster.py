"""A real server in a directory of its own, and what a client needs to talk to it."""
import collections, http.client, json, pathlib, re, signal, subprocess, sys, tempfile, threading, time

import contract


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


def refused(status, act):
    try:
        act()
    except Refused as why:
        assert why.status == status, why
        return why.body
    raise AssertionError(f"not refused with {status}")


Answer = collections.namedtuple("Answer", "status headers text")


def ask(server, method, target, body=None, headers={}, context=None, timeout=60, **how):
    """One request, as it is told and over TLS if there is a context; and the answer, which the
    contract must have."""
    if context:
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        connection.request(method, target, body, headers, **how)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    contract.check(method, target, answer.status, answer.getheader("Content-Type", ""), text)
    return Answer(answer.status, answer.headers, text)


class Server:
    """Starts `binary serve`; `kill` is kill -9, `stop` is SIGTERM."""

    def __init__(self, binary, data=None, *flags):
        self.binary = binary
        self.home = None if data else tempfile.TemporaryDirectory(prefix="ringmaster-")
        self.data = pathlib.Path(data or self.home.name) / "data"
        self.flags = flags
        self.process = None
        self.environment = None  # instead of ours
        self.wanted_port = 0  # any free one
        self.key = None  # a secret that requests are made with

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", str(self.data), "--port", str(self.wanted_port), *self.flags],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment)
        for line in self.process.stdout:
            if found := re.search(r"serving on https?://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                # A pipe that nobody empties would stop the server once it is full.
                threading.Thread(target=sys.stdout.writelines, args=[self.process.stdout], daemon=True).start()
                return self
            print(line, end="")
        raise RuntimeError(f"the server ended with {self.process.wait()}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        try:
            assert self.stop() in (0, None), "the server did not end well"
        finally:
            if self.home:
                self.home.cleanup()

    def call(self, method, target, body=None, kind="application/json"):
        return json.loads(self.read(target, method, body, kind))

    def read(self, target, method="GET", body=None, kind="application/json"):
        """The answer's text, as the contract has it, or Refused."""
        payload = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        headers = {"Content-Type": kind} if payload is not None else {}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        answer = ask(self, method, target, payload, headers)
        if answer.status >= 300:
            raise Refused(answer.status, json.loads(answer.text))
        return answer.text

    def get(self, target):
        return self.call("GET", target)

    def post(self, target, body=None, kind="application/json"):
        return self.call("POST", target, body, kind)

    def ledger(self, campaign=r"cmp_[0-9a-z]{12}"):
        """The carrier's own record: every call id it ever placed."""
        calls = []
        for path in sorted((self.data / "carrier").glob("*.ledger")):
            calls += re.findall(campaign + r"\.\d+\.\d+", "\n".join(
                line for line in path.read_text().splitlines() if "hung_up" not in line))
        return calls


COUNTERS = ("pending", "waiting", "in_flight", "completed", "failed", "cancelled")


def closes(progress):
    return sum(progress[name] for name in COUNTERS) == progress["total"]


def prepare(server, contacts, concurrency, settings, retry, columns="", value=""):
    """A list, a trunk, a workflow and a draft campaign; answers its id."""
    rows = "".join(f"+1415555{1000 + i},Customer {i}{value}\n" for i in range(contacts))
    made = server.post("/v1/contact-lists?name=people", f"phone_number,customer_name{columns}\n{rows}", "text/csv")
    trunk = server.post("/v1/trunks", {"name": "line", "provider": "simulated", "settings": settings,
                                       "caller_ids": ["+14155550199"], "channels": concurrency})
    workflow = server.post("/v1/workflows", {"name": "greet", "agent": "agent",
                                             "prompt": "Hello {{customer_name}}",
                                             "required_variables": ["customer_name"]})
    return server.post("/v1/campaigns", {
        "name": "campaign", "workflow_id": workflow["id"], "contact_list_id": made["id"],
        "trunk_id": trunk["id"], "concurrency": concurrency, "retry_config": retry,
        "circuit_breaker": {"enabled": False}})["id"]


def wait_for(condition, seconds=120):
    """Asks until it is true. The server decides when; a bound ends a hang."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if result := condition():
            return result
        time.sleep(0.05)
    raise AssertionError("waited in vain")
