"""Webhooks and pre-dial hooks over real sockets: every event arrives, signed and in its
campaign's order, whatever the receiver and the power do; and nobody is dialled whom the
hook did not let through."""
import base64, collections, hashlib, hmac, http.client, http.server, json, random, re, sys, threading, time

import contract
from ringmaster import Refused, Server, prepare, wait_for

binary = sys.argv[1]
seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
print(f"seed {seed}")
chance = random.Random(seed)
FAST = {"setup_ms": [1, 20], "ring_ms": [1, 50], "no_answer_ms": [10, 50], "talk_ms": [10, 200]}
INWARD = ("--webhooks-allow-private-addresses", "true")


class Receiver:
    """Answers as `answer(request)` says: a status and a body."""

    def __init__(self, answer):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, text = outer.answer(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.answer = answer
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def verify(secret, headers, body):
    """As docs/webhooks.md has it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    assert headers.get_all("User-Agent") == ["Ringmaster"], headers.get_all("User-Agent")
    assert hmac.compare_digest(headers["webhook-signature"], expected), "a signature is wrong"
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 300, "a timestamp is old"


class Inbox:
    """Takes events, after some trouble."""

    def __init__(self, trouble=0.0, slow=0.0):
        self.lock = threading.Lock()
        self.trouble, self.slow = trouble, slow
        self.secret = None
        self.status = 200
        self.taken = []  # (position, id, event), in the order in which we said yes
        self.failed = 0

    def __call__(self, headers, body):
        if self.secret:
            verify(self.secret, headers, body)
        time.sleep(self.slow)
        told = json.loads(body)
        with self.lock:
            if self.status != 200 or chance.random() < self.trouble:
                self.failed += 1
                return (self.status if self.status != 200 else 500), b""
            if told["type"] != "webhook.test":
                self.taken.append((told["data"]["position"], headers["webhook-id"], told["data"]))
            return 204, b""

    def positions(self):
        with self.lock:
            return [position for position, _, _ in self.taken]


def live_events(server, campaign, upto):
    """Every event of the campaign, as Server-Sent Events tell them."""
    generation = server.get("/v1")["generation"]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", f"/v1/campaigns/{campaign}/live?events=true", headers={
        "Accept": "text/event-stream", "Last-Event-ID": f"{generation}:0"})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.getheader("Content-Type").startswith("text/event-stream")
    found, position = [], 0
    for line in answer:
        if match := re.fullmatch(rb"id: ([0-9a-f]+):(\d+)\n", line):
            assert match[1].decode() == generation
            position = int(match[2])
        if line.startswith(b'data: {"type":"event"'):
            event = contract.check_message(line[6:].decode())
            assert event["position"] == position
            found.append(event["event"])
            if position >= upto:
                break
    connection.close()
    return found


def secrets_of(server, owner):
    return list(server.data.glob(f"vault/secrets/*{owner}*"))


def settled(server, at):
    it = server.get(at)["delivery"]
    return it["lag"] == 0 and it["waiting"] == 0 and it


def check_everything_arrives():
    """Failures, a slow receiver and kill -9 twice."""
    inbox = Inbox(trouble=0.2, slow=0.002)
    receiver = Receiver(inbox)
    with Server(binary, None, *INWARD, "--time-factor", "50") as server:
        before = prepare(server, 40, 8, FAST, {"max_attempts": 2})
        also = prepare(server, 40, 8, FAST, {"max_attempts": 2})
        made = server.post("/v1/webhooks", {"url": receiver.url})
        inbox.secret = made["secret"]
        at = f"/v1/webhooks/{made['id']}"
        assert "secret" not in server.get(at)
        for campaign in (before, also):
            server.post(f"/v1/campaigns/{campaign}/start")
        for _ in range(2):
            size = len(inbox.taken) + 40
            wait_for(lambda: len(inbox.taken) >= size)
            server.kill()
            server.start()
        for campaign in (before, also):
            wait_for(lambda: server.get(f"/v1/campaigns/{campaign}/progress")["status"] == "completed")
        wait_for(lambda: settled(server, at))
        for campaign in (before, also):
            events = live_events(server, campaign, max(
                p for p, _, e in inbox.taken if campaign in e["stream"]))
            expected = {e["position"]: e for e in events if e["position"] > made["position"]}
            taken = [(p, e) for p, _, e in inbox.taken if campaign in e["stream"]]
            assert set(expected) == {p for p, _ in taken}, "an event is missing, or was made up"
            assert all(e == expected[p] for p, e in taken)
            first = list(dict.fromkeys(p for p, _ in taken))
            assert first == sorted(first), "out of order"
        ids = collections.defaultdict(set)
        for position, name, _ in inbox.taken:
            ids[position].add(name)
        assert all(len(names) == 1 for names in ids.values()), "an event has two ids"
        print(f"  {len(ids)} events in {len(inbox.taken)} deliveries after {inbox.failed} failures")
        check_replay(server, inbox, at, min(ids))
        assert secrets_of(server, made["id"])
        server.call("DELETE", at)
        assert not secrets_of(server, made["id"]), "a removed webhook leaves its secret behind"
    receiver.close()


def check_replay(server, inbox, at, first):
    inbox.trouble = 0
    known = {(p, name) for p, name, _ in inbox.taken}
    inbox.taken.clear()
    server.post(f"{at}/replay", {"from_position": first})
    wait_for(lambda: settled(server, at) and {(p, name) for p, name, _ in inbox.taken} == known)
    try:
        server.post(f"{at}/replay", {"from_position": 10 ** 9})
        raise AssertionError("a replay left something out")
    except Refused as why:
        assert why.status == 422, why


def check_parking():
    """Nobody takes anything for a day; then somebody does."""
    inbox = Inbox()
    inbox.status = 503
    receiver = Receiver(inbox)
    with Server(binary, None, *INWARD, "--time-factor", "20000") as server:
        campaign = prepare(server, 1, 1, FAST, {"max_attempts": 1})
        made = server.post("/v1/webhooks", {"url": receiver.url, "events": ["campaign.started.v1"]})
        at = f"/v1/webhooks/{made['id']}"
        server.post(f"/v1/campaigns/{campaign}/start")
        wait_for(lambda: server.get(at)["delivery"]["parked"] == 1)
        parked = server.get(f"{at}/parked")["items"][0]
        assert parked["campaign_id"] == campaign and parked["why"] == "it answered 503", parked
        inbox.status = 200
        assert server.post(f"{at}/parked/retry")["retried"] == 1
        wait_for(lambda: inbox.positions() == [parked["position"]])
        assert server.get(at)["delivery"]["parked"] == 0
        assert server.post(f"{at}/test")["delivered"]
        inbox.status = 410
        again = prepare(server, 1, 1, FAST, {"max_attempts": 1})
        server.post(f"/v1/campaigns/{again}/start")
        gone = wait_for(lambda: not (it := server.get(at))["enabled"] and it)
        assert gone["disabled_because"] == "it answered 410 Gone", gone
        inbox.status = 200
        server.call("PATCH", at, {"enabled": True})
        wait_for(lambda: len(inbox.taken) == 2)
    receiver.close()


def check_reach():
    """A URL must not lead into our own network, by address or by name."""
    inbox = Inbox()
    receiver = Receiver(inbox)
    with Server(binary) as server:
        for host in ("127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "[::1]", "[fe80::1]", "[::ffff:127.0.0.1]"):
            try:
                server.post("/v1/webhooks", {"url": f"http://{host}:{receiver.port}/"})
                raise AssertionError(f"{host} was taken")
            except Refused as why:
                assert why.status == 422 and why.body["field"] == "/url", why
        made = server.post("/v1/webhooks", {"url": f"http://localhost:{receiver.port}/", "events": ["campaign."]})
        tried = server.post(f"/v1/webhooks/{made['id']}/test")
        assert not tried["delivered"] and tried["status"] is None, tried
        campaign = prepare(server, 1, 1, FAST, {"max_attempts": 1})
        server.post(f"/v1/campaigns/{campaign}/start")
        wait_for(lambda: server.get(f"/v1/webhooks/{made['id']}")["delivery"]["waiting"] > 0)
        assert not inbox.taken and not inbox.failed, "somebody was asked"
    receiver.close()


def check_pre_dial():
    """Only those whom the hook lets through are dialled, over kill -9; and a hook that
    is gone pauses the campaign."""
    asked = collections.Counter()
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()

    def judge(headers, body):
        verify(secret, headers, body)
        question = json.loads(body)
        assert question["initial_context"]["customer_name"] == f"Customer {question['row'] - 1}", question
        asked[question["row"]] += 1
        if question["row"] % 2 == 0:
            return 200, b'{"dial": false, "reason": "even", "retry_after_seconds": 86400}'
        return 200, b'{"dial": true}'

    receiver = Receiver(judge)
    with Server(binary, None, *INWARD) as server:
        campaign = prepare(server, 40, 4, FAST, {"max_attempts": 1})
        at = f"/v1/campaigns/{campaign}"
        server.call("PATCH", at, {"pre_dial_hook": {"url": receiver.url, "timeout_ms": 5000, "secret": secret}})
        assert server.get(at)["pre_dial_hook"]["signed"]
        server.post(f"{at}/start")
        wait_for(lambda: len(asked) > 10)
        server.kill()
        server.start()
        done = wait_for(lambda: (it := server.get(f"{at}/progress"))["waiting"] == 20 and it["in_flight"] == 0
                        and it["pending"] == 0 and it)
        assert done["attempts"] == 20, done
        rows = sorted(int(call.split(".")[1]) for call in server.ledger(campaign))
        assert rows == list(range(1, 41, 2)), rows
        why = server.get(f"{at}/contacts/2")["why"]
        assert why["reason"] == "waiting_for_hook" and "even" in why["text"], why
        second = prepare(server, 20, 4, FAST, {"max_attempts": 1})
        receiver.close()
        server.call("PATCH", f"/v1/campaigns/{second}", {"pre_dial_hook": {"url": receiver.url}})
        server.post(f"/v1/campaigns/{second}/start")
        paused = wait_for(lambda: (it := server.get(f"/v1/campaigns/{second}"))["status"] == "paused" and it)
        assert "pre-dial hook failed 5 times" in paused["status_reason"], paused
        assert not server.ledger(second)


for check in (check_everything_arrives, check_parking, check_reach, check_pre_dial):
    check()
    print(f"{check.__name__.removeprefix('check_').replace('_', ' ')}: ok")
print("4 passed, 0 failed")
