"""Every operation of the contract, asked in each way that it says it refuses."""
import http.client, json, re, socket

import contract
from contract import DOCUMENT, METHODS
from ringmaster import Server, ask, prepare

FAST = {"setup_ms": [10, 50], "ring_ms": [20, 100], "no_answer_ms": [50, 100], "talk_ms": [50, 300]}
NOBODY = {"campaign_id": "cmp_000000000001", "contact_list_id": "lst_000000000001", "workflow_id": "wfl_000000000001",
          "trunk_id": "trk_000000000001", "webhook_id": "whk_000000000001", "api_key_id": "key_000000000001",
          "run_id": "cmp_000000000001.1.1", "row": "1", "provider": "twilio", "token": "none"}


class Operation:
    def __init__(self, path, method, it):
        self.path, self.method, self.name = path, method.upper(), it["operationId"]
        self.refusals = {int(status) for status in it["responses"] if status >= "4"}
        self.content = it.get("requestBody", {}).get("content", {})
        # Asked for a WebSocket without being one, it would say no more than that.
        self.headers = {"Accept": "text/event-stream"} if path.endswith("/live") else {}

    def target(self, ids):
        return re.sub(r"\{(\w+)\}", lambda it: ids[it[1]], self.path)

    def body(self):
        """Text and headers that its reader takes."""
        if "text/csv" in self.content:
            return "phone_number\n+14155550100\n", {"Content-Type": "text/csv"}
        for kind, it in self.content.items():
            return json.dumps(it.get("example", {})), {"Content-Type": kind}
        return None, {}


OPERATIONS = [Operation(path, method, methods[method]) for path, methods in DOCUMENT["paths"].items()
              for method in METHODS if method in methods]


def refusing(status):
    return [it for it in OPERATIONS if status in it.refusals]


def open_request(server, it, target, head, body=b""):
    """Sent so far and no further."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    fields = "".join(f"{name}: {value}\r\n" for name, value in (it.headers | head).items())
    line.sendall(f"{it.method} {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode() + body)
    return line


def hear(line, it, target):
    with line:
        answer = http.client.HTTPResponse(line, method=it.method)
        answer.begin()
        contract.check(it.method, target, answer.status, answer.getheader("Content-Type", ""), answer.read().decode())
        return answer.status


def say_it(server, it, ids, expected, body=None, head={}, query=""):
    target = it.target(ids) + query
    status = ask(server, it.method, target, body, it.headers | head).status
    assert status == expected, f"{it.method} {target} {head}: {status}, not {expected}"


def refuse_shapes(server, ids):
    """What is said of any request, whatever it is about."""
    for it in refusing(400):
        say_it(server, it, NOBODY, 400, query="?a=1&a=1")
    for it in refusing(403):
        say_it(server, it, NOBODY, 403, head={"Origin": "https://elsewhere.example"})
    for it in [it for it in refusing(404) if "{" in it.path]:
        body, head = it.body()
        say_it(server, it, NOBODY, 404, body, head)
    for it in refusing(413):
        target = it.target(ids)
        assert hear(open_request(server, it, target, {"Content-Type": "text/csv", "Content-Length": 1 << 40}), it, target) == 413
    for it in refusing(415):
        say_it(server, it, ids, 415, "x", {"Content-Type": "text/plain"})
    for it in refusing(426):
        assert ask(server, it.method, it.target(ids)).status == 426


def refuse_the_slow(server):
    lines = [(it, open_request(server, it, it.target(NOBODY), {"Content-Type": it.body()[1].get("Content-Type", "text/plain"),
                                                             "Content-Length": 5}, b"x")) for it in refusing(408)]
    for it, line in lines:
        assert hear(line, it, it.target(NOBODY)) == 408, it.name


def refuse_repeats(server):
    """A key that is under way with another request, and one that was."""
    commands = [it for it in refusing(409) if it.method != "GET"]
    upload = next(it for it in commands if it.name == "upload_contact_list")
    target = upload.target({})
    with open_request(server, upload, target, {"Content-Type": "text/csv", "Content-Length": 5, "Idempotency-Key": "busy"}):
        for it in commands:
            body, head = it.body()
            say_it(server, it, NOBODY, 409, body, head | {"Idempotency-Key": "busy"})
    ask(server, "POST", "/v1/workflows", "{}", {"Content-Type": "application/json", "Idempotency-Key": "used"})
    for it in [it for it in refusing(422) if it.method != "GET"]:
        body, head = it.body()
        say_it(server, it, NOBODY, 422, body, head | {"Idempotency-Key": "used"})
    for it in [it for it in refusing(422) if it.method == "GET"]:
        say_it(server, it, NOBODY, 422, query="?wait_for=999999999")


def refuse_the_outdated(server, ids):
    """They saw a version that is long gone."""
    contact = {"phone_number": "+442071838750", "customer_name": "Ann"}
    bodies = {"create_key": {"name": "other", "role": "admin"}, "add_contacts": {"contacts": [contact]},
              "redial_campaign": {"outcomes": ["not_called"]},
              "create_campaign": {"name": "other"} | {it: ids[it] for it in ("workflow_id", "contact_list_id", "trunk_id")}}
    for it in refusing(412):
        body, head = it.body()
        if it.name in bodies:
            body, head = json.dumps(bodies[it.name]), {"Content-Type": "application/json"}
        ids_of_it = ids | {"campaign_id": ids["over"]} if it.name == "redial_campaign" else ids
        say_it(server, it, ids_of_it, 412, body, head | {"If-Match": '"999"', "Authorization": f"Bearer {server.key}"})


def refuse_strangers(server):
    for it in refusing(401):
        head = {"Authorization": "Bearer key_none"} if it.name == "post_result" else {}
        say_it(server, it, NOBODY, 401, head=head)


def refuse_all(binary):
    with Server(binary, None, "--body-timeout-seconds", "1") as server:
        refuse_the_slow(server)
    with Server(binary) as server:
        over = prepare(server, 1, 1, FAST, {"max_attempts": 1})
        server.post(f"/v1/campaigns/{over}/cancel")
        campaign = prepare(server, 5, 5, FAST, {"max_attempts": 1})
        made = server.get(f"/v1/campaigns/{campaign}")
        hook = server.post("/v1/webhooks", {"url": "https://ringmaster.invalid/hook"})
        ids = NOBODY | {it: made[it] for it in ("contact_list_id", "workflow_id", "trunk_id")}
        ids |= {"campaign_id": campaign, "webhook_id": hook["id"], "run_id": f"{campaign}.1.1", "over": over}
        refuse_shapes(server, ids)
        refuse_repeats(server)
        key = server.post("/v1/keys", {"name": "root", "role": "admin"})
        refuse_strangers(server)
        server.key = key["secret"]
        refuse_the_outdated(server, ids | {"api_key_id": key["id"]})
    refuse_crowds(binary)


def refuse_crowds(binary):
    for flag, status in (("--max-connections-per-address", 429), ("--max-connections", 503)):
        with Server(binary, None, flag, "1") as server:
            with socket.create_connection(("127.0.0.1", server.port)):
                for it in refusing(status):
                    say_it(server, it, NOBODY, status)
