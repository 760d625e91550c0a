"""Commands with an Idempotency-Key, sent again after kill -9 at any time: each is done
once, and whoever had an answer gets the same again."""
import http.client, json, random, shutil, sys, threading, time

from ringmaster import Server, ask

seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
print(f"seed {seed}")
chance = random.Random(seed)
KILLS, AT_ONCE, EACH = 12, 4, 25


def send(server, key, method, target, body, kind="application/json"):
    """Status, body and whether it was replayed; nothing if the connection broke."""
    try:
        answer = ask(server, method, target, body, {"Content-Type": kind, "Idempotency-Key": key})
        return answer.status, answer.text, answer.headers["Idempotent-Replayed"]
    except (OSError, http.client.HTTPException):
        return None


def workflow(number):
    return json.dumps({"name": f"workflow {number}", "agent": "a", "prompt": "hi"})


def listed(server, target):
    items, cursor = [], ""
    while cursor is not None:
        page = server.get(f"{target}?limit=1000{cursor}")
        items += page["items"]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    return items


def survive_kills(server):
    answers = {}
    for turn in range(KILLS):
        def work(first):
            for number in range(first, first + EACH):
                answer = send(server, f"key {number}", "POST", "/v1/workflows", workflow(number))
                if answer is None:
                    return
                answers[number] = answer
        first = turn * AT_ONCE * EACH
        threads = [threading.Thread(target=work, args=[first + at * EACH]) for at in range(AT_ONCE)]
        for it in threads:
            it.start()
        killer = threading.Timer(chance.uniform(0.005, 0.15), server.kill)
        killer.start()
        for it in threads:
            it.join()
        killer.join()
        server.start()
        for number in range(first, first + AT_ONCE * EACH):
            again = send(server, f"key {number}", "POST", "/v1/workflows", workflow(number))
            assert again[0] == 201, again
            assert json.loads(again[1])["name"] == f"workflow {number}", again
            if number in answers:
                assert again[:2] == answers[number][:2], (again, answers[number])
                assert again[2] == "true", again
    names = [it["name"] for it in listed(server, "/v1/workflows")]
    assert sorted(names) == sorted(f"workflow {number}" for number in range(KILLS * AT_ONCE * EACH)), \
        f"{len(names)} workflows, {len(set(names))} names"
    print(f"{len(answers)} of {len(names)} had an answer before a kill")


def without(answer, *names):
    body = json.loads(answer)
    return {key: value for key, value in body.items() if key not in names}


def survive_lost_answers(server):
    """As if the power went between the event and the answer."""
    made = json.loads(send(server, "w", "POST", "/v1/workflows", workflow("last"))[1])
    commands = [
        ("t", "POST", "/v1/trunks", json.dumps({"name": "t", "provider": "simulated", "channels": 2})),
        ("l", "POST", "/v1/contact-lists?invalid=skip", "phone_number\n+14155550100\n12\n", "text/csv"),
    ]
    first = {it[0]: send(server, *it) for it in commands}
    ids = {key: json.loads(it[1])["id"] for key, it in first.items()}
    campaign = json.dumps({"name": "c", "workflow_id": made["id"], "contact_list_id": ids["l"], "trunk_id": ids["t"]})
    more = [("c", "POST", "/v1/campaigns", campaign), ("d", "POST", "/v1/campaigns", campaign)]
    for it in more:
        first[it[0]] = send(server, *it)
        ids[it[0]] = json.loads(first[it[0]][1])["id"]
    last = [
        ("p", "PATCH", f"/v1/campaigns/{ids['c']}", json.dumps({"name": "renamed"})),
        ("x", "DELETE", f"/v1/campaigns/{ids['d']}", None),
    ]
    for it in last:
        first[it[0]] = send(server, *it)
    assert all(it[0] in (200, 201) for it in first.values()), first
    assert server.stop() == 0
    shutil.rmtree(server.data / "vault" / "answers")
    server.start()
    for it in commands + more + last:
        again = send(server, *it)
        if it[0] == "d":  # was made, and is gone by now; another is not made for it
            assert again[0] == 404, again
            continue
        assert again[0] == first[it[0]][0], (it, again)
        rest = ("rejects", "progress", "name", "created_at", "lines")
        assert without(again[1], *rest) == without(first[it[0]][1], *rest), (again, first[it[0]])


def check_key(server):
    """The same secret, though it is kept nowhere, also behind a kill."""
    secret = server.post("/v1/keys", {"name": "jane", "role": "admin"})["secret"]

    def make(name):
        answer = ask(server, "POST", "/v1/keys", json.dumps({"name": name, "role": "viewer"}), {
            "Content-Type": "application/json", "Idempotency-Key": "k2", "Authorization": f"Bearer {secret}"})
        return answer.status, json.loads(answer.text)

    first = make("john")
    assert first[0] == 201 and make("john") == first, first
    server.kill()
    server.start()
    assert make("john") == first, first
    assert make("eve")[0] == 422
    made = first[1]["secret"]
    for path in server.data.rglob("*"):
        if path.is_file():
            assert made.encode() not in path.read_bytes(), path
            assert bytes.fromhex(made[-64:]) not in path.read_bytes(), path


with Server(sys.argv[1]) as server:
    survive_kills(server)
    survive_lost_answers(server)
    check_key(server)
print("1 passed, 0 failed")
