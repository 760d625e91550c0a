"""Asks every operation of the contract for what it may and may not be asked for: no
answer is a 5xx, every answer is as the contract has it, and the server lives on."""
import json, random, sys, time, urllib.parse

import contract
import ringmaster
from contract import DOCUMENT, METHODS, resolve
from ringmaster import Server, prepare

seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 2500
print(f"seed {seed}")
chance = random.Random(seed)
FAST = {"setup_ms": [1, 5], "ring_ms": [1, 5], "no_answer_ms": [5, 10], "talk_ms": [1, 5]}
ODD_TEXTS = ["", " ", "\0", "é" * 300, "x" * 5000, "{{", "{{a}}", "../../etc/passwd", "=1+1", "-1", "1e999", "null",
             "9" * 40, "2026-13-45T99:99:99Z", "2026-11-23T09:00:00Z", "+14155550100", "America/New_York", "\ud83d\ude00"]
ODD_VALUES = [None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 1.5, 1e308, [], {}, [[]], {"a": {"a": {}}}, "x"]


def odd_text():
    return chance.choice(ODD_TEXTS)


def value_of(schema, depth=0):
    """Something that the schema allows, most of the time."""
    schema = resolve(schema)
    if chance.random() < 0.06 or depth > 8:
        return chance.choice(ODD_VALUES + [odd_text()])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    for name in ("oneOf", "anyOf"):
        if name in schema:
            return value_of(chance.choice(schema[name]), depth + 1)
    kind = schema.get("type", "string")
    kind = chance.choice(kind) if isinstance(kind, list) else kind
    if kind == "object":
        needed = set(schema.get("required", []))
        made = {name: value_of(it, depth + 1) for name, it in schema.get("properties", {}).items()
                if (name in needed) != (chance.random() < 0.1) or chance.random() < 0.3}
        if chance.random() < 0.05:
            made[odd_text()] = chance.choice(ODD_VALUES)
        return made
    if kind == "array":
        return [value_of(schema.get("items", {}), depth + 1) for _ in range(chance.choice([0, 1, 1, 2, 5]))]
    if kind == "integer":
        least, most = schema.get("minimum", 0), schema.get("maximum", 100)
        return chance.choice([least, most, least - 1, most + 1, chance.randint(least, max(least, min(most, least + 50)))])
    if kind == "number":
        return chance.choice([0, 0.5, 100, -1, 1e308])
    if kind == "boolean":
        return chance.random() < 0.5
    if kind == "null":
        return None
    return chance.choice(ids) if chance.random() < 0.4 else odd_text()


def body_of(operation):
    content = resolve(operation.get("requestBody", {})).get("content", {})
    if not content or chance.random() < 0.05:
        return chance.choice([(None, None), (b"\xff\xfe{", "application/json"), (b"[" * 2000, "application/json")])
    kind, it = chance.choice(list(content.items()))
    if "json" not in kind:
        lines = [chance.choice(["phone_number", "phone_number,name", odd_text()])]
        lines += [chance.choice(["+14155550100", "12", '"', '"a","b"', odd_text()]) for _ in range(chance.randint(0, 5))]
        return chance.choice(["\n", "\r\n", "\r"]).join(lines).encode("utf-8", "surrogatepass"), kind
    if "example" in it and chance.random() < 0.3:
        made = it["example"]
    else:
        made = value_of(it["schema"])
    text = json.dumps(made).encode()
    if chance.random() < 0.05:
        text = text[:chance.randint(0, len(text))]
    return text, kind if chance.random() < 0.97 else "text/plain"


def target_of(path, parameters):
    for it in parameters:
        if it["in"] == "path":
            value = chance.choice(ids) if chance.random() < 0.9 else odd_text()
            path = path.replace("{" + it["name"] + "}", urllib.parse.quote(str(value).encode("utf-8", "surrogatepass"), safe=""))
    query = {it["name"]: value_of(it.get("schema", {})) for it in parameters
             if it["in"] == "query" and chance.random() < 0.3}
    if chance.random() < 0.03:
        query[odd_text()] = odd_text()
    return path + ("?" + urllib.parse.urlencode(query, errors="surrogatepass") if query else "")


def ask(server, method, target, body, kind):
    headers = {"Content-Type": kind} if kind else {}
    if method != "GET" and chance.random() < 0.3:
        headers["Idempotency-Key"] = chance.choice(["a", "b", "c", str(chance.random()), "x" * 300])
    if method != "GET" and chance.random() < 0.1:
        headers["If-Match"] = chance.choice(['"1"', '"2"', "*", "1", '"x"'])
    return ringmaster.ask(server, method, target, body, headers, timeout=20), headers  # longer than anything may wait


def leaves_keyless(path, method):
    """A key would end what everybody at this machine may do."""
    return not (path == "/v1/keys" and method == "post")


def gather(text):
    try:
        found = json.loads(text)
    except ValueError:
        return
    for name in ("id", "run_id"):
        if isinstance(found, dict) and isinstance(found.get(name), str) and len(ids) < 400:
            ids.append(found[name])


with Server(sys.argv[1]) as server:
    ids = ["1", "0", "cmp_000000000001"]
    campaign = prepare(server, 20, 5, FAST, {"max_attempts": 2, "retry_interval_minutes": 0})
    made = server.get(f"/v1/campaigns/{campaign}")
    ids += [campaign, campaign + ".1.1"] + [made[it] for it in ("workflow_id", "contact_list_id", "trunk_id")]
    server.post(f"/v1/campaigns/{campaign}/start")
    operations = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in METHODS
                  if method in methods and leaves_keyless(path, method)]
    for _ in range(rounds):
        path, method = chance.choice(operations)
        operation = DOCUMENT["paths"][path][method]
        given = [resolve(it) for it in DOCUMENT["paths"][path].get("parameters", []) + operation.get("parameters", [])]
        target = target_of(path, given)
        body, kind = body_of(operation) if method != "get" else (None, None)
        what = f"seed {seed}: {method.upper()} {target} {body!r}"
        try:
            answer, headers = ask(server, method.upper(), target, body, kind)
        except (AssertionError, OSError) as why:
            raise AssertionError(f"{what}: {why}") from None
        assert answer.status < 500, f"{what} {headers} answered {answer.status} {answer.text[:500]}"
        gather(answer.text)
    assert server.process.poll() is None
    tried = {name for name, _ in contract.seen}
    print(f"{rounds} requests over {len(tried)} operations, {sum(n for (_, s), n in contract.seen.items() if s < 300)} of them answered well")
print("1 passed, 0 failed")
