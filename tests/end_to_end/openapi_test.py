"""The contract is sound, every operation in it is served, and no other method is."""
import json, sys

import jsonschema

import contract
from contract import DOCUMENT, METHODS, resolve, validator
from refusals import refuse_all
from ringmaster import Server, ask, prepare, refused, wait_for

FAST = {"setup_ms": [10, 50], "ring_ms": [20, 100], "no_answer_ms": [50, 100], "talk_ms": [50, 300]}


def operations():
    for path, methods in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def references(what):
    if isinstance(what, dict):
        if "$ref" in what:
            yield what["$ref"]
        what = what.values()
    if not isinstance(what, str) and hasattr(what, "__iter__"):
        for it in what:
            yield from references(it)


def check_document():
    for pointer in set(references(DOCUMENT)):
        resolve({"$ref": pointer})
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [it["operationId"] for _, _, it in operations()]
    assert len(names) == len(set(names)), "an operationId is there twice"
    tags = {it["name"] for it in DOCUMENT["tags"]}
    for path, method, it in operations():
        assert set(it["tags"]) <= tags and it["summary"], (path, method)
        given = [resolve(p) for p in DOCUMENT["paths"][path].get("parameters", []) + it.get("parameters", [])]
        for part in path.split("/"):
            if part.startswith("{"):
                assert any(p["in"] == "path" and p["name"] == part[1:-1] for p in given), (path, method)
        if method != "get" and it.get("security") != []:  # carriers have tokens of their own
            assert any(p["name"] == "Idempotency-Key" for p in given), (path, method)
        for content in it.get("requestBody", {}).get("content", {}).values():
            if "example" in content and "$ref" in content["schema"]:
                validator(content["schema"]["$ref"]).validate(content["example"])
    check_examples()


def check_examples():
    """Each refusal and each thing that is shown has one."""
    for it in DOCUMENT["components"]["responses"].values():
        for content in it["content"].values():
            validator(content["schema"]["$ref"]).validate(content["example"])
    shown = {content["schema"].get("$ref") for _, _, it in operations() for status, answer in it["responses"].items()
             if status < "3" for content in answer.get("content", {}).values()} - {None}
    for pointer in shown:
        examples = resolve({"$ref": pointer}).get("examples")
        assert examples, f"{pointer} has no example"
        for each in examples:
            validator(pointer).validate(each)


def allowed_methods(server, path):
    """What a path says it knows when it is asked for what it does not."""
    answer = ask(server, "PUT", path)
    assert answer.status == 405, (path, answer.status)
    return {it.strip().lower() for it in answer.headers["Allow"].split(",")}


def visit_everything(server):
    campaign = prepare(server, 5, 5, FAST, {"max_attempts": 2, "retry_interval_minutes": 0})
    at = f"/v1/campaigns/{campaign}"
    for target in ("/healthz", "/v1", "/v1/contact-lists?limit=1", "/v1/workflows", "/v1/trunks", "/v1/campaigns", at):
        server.get(target)
    made = server.get(at)
    server.get(f"/v1/workflows/{made['workflow_id']}")
    server.get(f"/v1/trunks/{made['trunk_id']}")
    server.get(f"/v1/contact-lists/{made['contact_list_id']}")
    server.call("PATCH", at, {"concurrency": 3, "circuit_breaker": {}})
    draft = server.post("/v1/campaigns", {key: made[key] for key in ("name", "workflow_id", "contact_list_id", "trunk_id")})
    foreseen = server.post(f"/v1/campaigns/{draft['id']}/forecast")
    assert foreseen["finishes_at"] > foreseen["starts_at"], foreseen
    plan = {key: made[key] for key in ("contact_list_id", "trunk_id")}
    assert server.post("/v1/forecasts", plan)["contacts"] == foreseen["contacts"]
    changes = DOCUMENT["paths"]["/v1/campaigns/{campaign_id}/forecast"]["post"]["requestBody"]["content"]
    refused(422, lambda: server.post(f"{at}/forecast", changes["application/json"]["example"]))  # 5 channels
    server.call("DELETE", f"/v1/campaigns/{draft['id']}")
    dropped = server.post("/v1/campaigns", {key: made[key] for key in ("name", "workflow_id", "contact_list_id", "trunk_id")})
    one = f"/v1/campaigns/{dropped['id']}"
    clone = server.post(f"{one}/clone", {"not_before": "2030-01-01T00:00:00Z", "expires_at": "2031-01-01T00:00:00Z"})
    server.post(f"/v1/campaigns/{clone['id']}/archive")
    assert clone["id"] not in {it["id"] for it in server.get("/v1/campaigns")["items"]}
    assert clone["id"] in {it["id"] for it in server.get("/v1/campaigns?archived=true")["items"]}
    server.post(f"/v1/campaigns/{clone['id']}/unarchive")
    server.get("/v1/campaign-defaults")
    refused(409, lambda: server.post(f"{one}/redial"))
    more = [{"phone_number": "+442071838750", "customer_name": "Ann"}]
    assert server.post(f"{one}/contacts", {"contacts": more, "place": "next"})["contacts_added"] == 1
    refused(409, lambda: server.post(f"{one}/contacts", {"contacts": more}))
    server.post(f"{one}/contacts", "phone_number,customer_name\n+442071838751,Tom\n", "text/csv")
    server.post(f"{one}/contacts/1/first")
    server.post(f"{one}/contacts/2/call-at", {"at": "2030-01-01T00:00:00Z"})
    server.post(f"{one}/contacts/3/cancel", {"call": "hang_up"})
    refused(409, lambda: server.post(f"{one}/contacts/3/first"))
    assert server.post(f"{one}/cancel-waiting", {"contacts": "waiting"})["contacts_cancelled"] == 2
    server.post(f"{one}/cancel", {"calls": "hang_up"})
    assert server.post(f"{one}/redial", {"outcomes": ["not_called"], "name": "again"})["progress"]["total"] == 4
    refused(409, lambda: server.post(f"{one}/redial"))
    spare = server.post("/v1/trunks", {"name": "spare", "provider": "simulated", "channels": 1})
    edited = server.call("PATCH", f"/v1/trunks/{spare['id']}", {
        "channels": 2, "calls_per_second": 0.2, "rate_window_seconds": 5, "caller_ids": ["+14155550100"],
        "caller_id_limits": {"per_day": 9}})
    assert edited["calls_per_second"] == 0.2 and edited["channels"] == 2, edited
    assert server.get(f"/v1/trunks/{spare['id']}")["lines"]["in_use"] == 0
    server.call("DELETE", f"/v1/trunks/{spare['id']}")
    for verb in ("start", "pause", "resume"):
        server.post(f"{at}/{verb}")
    refused(409, lambda: server.call("DELETE", f"/v1/trunks/{made['trunk_id']}"))
    wait_for(lambda: server.get(f"{at}/progress")["status"] == "completed")
    assert sum(it["attempts"] for it in server.get(f"{at}/timeline")["items"]) == server.get(f"{at}/progress")["attempts"]
    assert server.read(f"{at}/report.csv?outcome=completed").startswith("run_id,")
    for target in ("runs?include=result", "runs?outcome=completed&order=oldest&limit=2",
                   "runs?sort=duration&disposition=completed", "runs?phone_number=%2B14155551000", "contacts", "contacts/1", "progress"):
        server.get(f"{at}/{target}")
    server.get(f"/v1/runs/{campaign}.1.1")
    server.post(f"/v1/runs/{campaign}.1.1/result", {"disposition": "confirmed"})
    patchy = server.post("/v1/contact-lists?invalid=skip", "phone_number\n+14155550100\n12\n", "text/csv")
    server.read(patchy["rejects_url"])
    assert server.call("DELETE", f"/v1/contact-lists/{patchy['id']}/rows/1")["erased"]
    refused(404, lambda: server.call("DELETE", f"/v1/contact-lists/{patchy['id']}/rows/2"))
    assert server.post("/v1/erasures", {"phone_number": "+442071838751"})["rows"][0]["row"] == 1
    assert json.loads(server.read("/openapi.json")) == DOCUMENT
    server.get("/readyz")
    server.read("/metrics")
    check_docs(server)
    refuse_everything(server, at)
    visit_webhooks(server)
    key = server.post("/v1/keys", {"name": "root", "role": "admin"})
    refused(401, lambda: server.get(at))
    server.key = key["secret"]
    server.get("/v1/keys")
    server.get(f"/v1/keys/{key['id']}")
    viewer = server.post("/v1/keys", {"name": "viewer", "role": "viewer"})
    server.key = viewer["secret"]
    refused(403, lambda: server.post(f"{at}/start"))
    server.key = key["secret"]
    server.call("DELETE", f"/v1/keys/{viewer['id']}")


def visit_webhooks(server):
    """One that nobody listens at."""
    hook = server.post("/v1/webhooks", {"url": "https://ringmaster.invalid/hook"})
    at = f"/v1/webhooks/{hook['id']}"
    server.get("/v1/webhooks")
    server.get(at)
    server.call("PATCH", at, {"events": ["campaign."]})
    server.get(f"{at}/parked")
    server.post(f"{at}/parked/retry")
    server.post(f"{at}/replay", {"from_position": 1})
    assert not server.post(f"{at}/test")["delivered"]
    refused(422, lambda: server.post("/v1/webhooks", {"url": "http://127.0.0.1/"}))
    assert server.call("DELETE", at)["removed"]
    refused(404, lambda: server.get(at))


def check_docs(server):
    """A page, and all that it asks for, from this very server."""
    page = server.read("/docs")
    assert "//" not in page, "the page asks another host for something"
    for name, kind in (("/docs", "text/html"), ("/docs.js", "text/javascript"), ("/docs.css", "text/css")):
        answer = ask(server, "GET", name)
        assert answer.status == 200 and answer.headers["Content-Type"].startswith(kind), name
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert name in ("/docs", ) or f'"{name}"' in page, name


def refuse_everything(server, at):
    """The documented ways of being wrong."""
    refused(400, lambda: server.get(f"{at}?what=1"))
    refused(400, lambda: server.post("/v1/workflows", "{"))
    refused(404, lambda: server.get("/v1/campaigns/cmp_000000000001/progress"))
    refused(404, lambda: server.get("/v1/nothing"))
    refused(409, lambda: server.post(f"{at}/pause"))
    refused(413, lambda: server.post("/v1/workflows", '"' + "x" * (1 << 20) + '"'))
    refused(415, lambda: server.post("/v1/workflows", "a", "text/plain"))
    refused(415, lambda: server.post("/v1/contact-lists", "{}"))
    refused(422, lambda: server.post("/v1/workflows", {"name": "w", "agent": "a", "prompt": "{{"}))
    refused(422, lambda: server.post("/v1/contact-lists", "phone_number\n12\n", "text/csv"))
    refused(426, lambda: server.get(f"{at}/live"))


check_document()
with Server(sys.argv[1]) as server:
    for path in DOCUMENT["paths"]:
        if not path.endswith("/live"):
            known = {method for method in METHODS if method in DOCUMENT["paths"][path]}
            assert allowed_methods(server, path.replace("{", "").replace("}", "")) == known, path
    visit_everything(server)
    untried = {it["operationId"] for _, _, it in operations()} - {"watch_campaign"}
    untried -= {"tell_of_a_call"}  # takes a carrier's own address: carrier_test
    untried -= {name for (name, status) in contract.seen if status < 300}
    assert not untried, f"never answered well: {untried}"
refuse_all(sys.argv[1])
elsewhere = {("create_campaign", 404): "of one that was deleted when the command came again: repeats_test"}
unmet = {(it["operationId"], int(status)) for _, _, it in operations() for status in it["responses"]
         if "400" <= status < "500"} - set(contract.seen) - set(elsewhere)
assert not unmet, f"refusals that never came: {sorted(unmet)}"
print(f"{sum(contract.seen.values())} answers are as the contract has them")
print("1 passed, 0 failed")
