"""API keys by the command: the first on a stopped server, the rest over the API."""
import json, os, subprocess, sys

import ringmaster
from ringmaster import Server

binary = sys.argv[1]


def run(*words, key=None, status=0):
    done = subprocess.run([binary, *words], capture_output=True, text=True, timeout=60,
                          env=os.environ | {"RINGMASTER_KEY": key or ""})
    assert done.returncode == status, done
    return done.stdout.strip() if status == 0 else done.stderr


def ask(server, method, target, key=None, body=None):
    headers = {"X-API-Key": key} if key else {}
    if body:
        headers["Content-Type"] = "application/json"
    answer = ringmaster.ask(server, method, target, json.dumps(body) if body else None, headers)
    return answer.status, json.loads(answer.text)


WORKFLOW = {"name": "w", "agent": "a", "prompt": "hi"}

with Server(binary, None, "--address", "127.0.0.1") as server:
    assert ask(server, "GET", "/v1/keys") == (200, {"items": [], "next_cursor": None})
    refusal = run("keys", "create", "jane", "--role", "admin", "--data", str(server.data), status=1)
    assert "lock" in refusal.lower() or "another" in refusal.lower(), refusal
    assert server.stop() == 0
    elsewhere = subprocess.run([binary, "serve", "--data", str(server.data), "--port", "0", "--address", "0.0.0.0"],
                               capture_output=True, text=True, timeout=60)
    assert elsewhere.returncode == 1 and "ringmaster keys create" in elsewhere.stdout + elsewhere.stderr, elsewhere
    assert "admin" in run("keys", "create", "eve", "--role", "viewer", "--data", str(server.data), status=1)
    admin = run("keys", "create", "jane", "--role", "admin", "--data", str(server.data))
    assert len(admin.split()) == 1, "something is said beside the secret"
    assert "made before" in run("keys", "create", "jane", "--role", "admin", "--data", str(server.data), status=1)
    server.flags = ()
    server.start()
    url = ["--url", f"http://127.0.0.1:{server.port}"]
    assert ask(server, "GET", "/v1/campaigns")[0] == 401
    assert ask(server, "GET", "/healthz")[0] == 200
    viewer = run("keys", "create", "bob", *url, key=admin)
    assert "made before" in run("keys", "create", "bob", *url, key=admin, status=1)
    assert "role" in run("keys", "create", "mallory", "--role", "admin", *url, key=viewer, status=1)
    assert ask(server, "GET", "/v1/campaigns", viewer)[0] == 200
    assert ask(server, "POST", "/v1/workflows", viewer, WORKFLOW)[0] == 403
    assert ask(server, "POST", "/v1/workflows", admin, WORKFLOW)[0] == 201
    listed = run("keys", "list", *url, key=admin)
    bob = next(line.split()[0] for line in listed.splitlines() if line.endswith("bob"))
    run("keys", "revoke", bob, *url, key=admin)
    assert ask(server, "GET", "/v1/campaigns", viewer)[0] == 401
    assert server.stop() == 0
    server.start()
    assert ask(server, "GET", "/v1/campaigns", viewer)[0] == 401, "a restart brought a revoked key back"
    assert ask(server, "GET", "/v1/keys", admin)[1]["items"][0]["created_by"] == "jane"
    assert server.stop() == 0
    replay = sys.argv[2]
    log = subprocess.run([replay, "events", "--data", str(server.data), "--json"], capture_output=True, text=True, timeout=60)
    assert log.returncode == 0, log
    actors = {it["type"]: it["actor"] for it in map(json.loads, log.stdout.splitlines())}
    assert actors["workflow.created.v1"] == "jane" and actors["api_key.revoked.v1"] == "jane", actors
    for secret in (admin, viewer):
        assert secret.split("_")[-1] not in log.stdout, "the log holds a secret"
print("1 passed, 0 failed")
