"""A campaign over the public API and the live feed, as a client meets it."""
import asyncio, json, sys

import websockets

import contract
from ringmaster import Server, ask, closes, prepare, refused, wait_for

FAST = {"setup_ms": [10, 50], "ring_ms": [20, 100], "no_answer_ms": [50, 100], "talk_ms": [50, 300]}

CHECKED = 100  # messages of a feed, once it is over: it is slow


async def follow(server, campaign, query, until):
    """Messages of the live feed until one satisfies `until`."""
    heard, seen = [], []
    url = f"ws://127.0.0.1:{server.port}/v1/campaigns/{campaign}/live{query}"
    async with websockets.connect(url) as feed:
        while not (seen and until(seen[-1])):
            heard.append(await asyncio.wait_for(feed.recv(), 60))
            seen.append(json.loads(heard[-1]))
    for text in heard[:CHECKED]:
        contract.check_message(text)
    return seen


def events_of(messages):
    return [it["event"]["position"] for it in messages if it["type"] == "event"]


def is_completed(message):
    return message["type"] == "event" and message["event"]["type"] == "campaign.completed.v1"


def refused_with_tag(server, at):
    """Of two who saw the same draft, one changes it, and the other hears of it."""
    def change(name, tag):
        answer = ask(server, "PATCH", at, json.dumps({"name": name}), {"Content-Type": "application/json", "If-Match": tag})
        return answer.status, answer.headers["ETag"]

    status, tag = change("first", "*")
    assert status == 200, status
    assert change("second", tag)[0] == 200
    assert change("third", tag)[0] == 412
    assert change("third", "second")[0] == 400
    assert server.get(at)["name"] == "second"


with Server(sys.argv[1]) as server:
    campaign = prepare(server, 300, 30, FAST, {"max_attempts": 2, "retry_interval_minutes": 0})
    at = f"/v1/campaigns/{campaign}"
    assert server.get(at)["status"] == "draft"
    assert refused(409, lambda: server.post(f"{at}/pause"))["status"] is not None
    first = asyncio.run(follow(server, campaign, "?events=true", lambda it: it["type"] == "snapshot"))[0]
    refused_with_tag(server, at)
    server.post(f"{at}/start")
    half = asyncio.run(follow(server, campaign, f"?events=true&after={first['position']}&generation={first['generation']}",
                              lambda it: it["type"] == "event" and it["event"]["type"] == "contact.answered.v1"))
    paused = server.post(f"{at}/pause")
    assert paused["in_flight"] <= 30, paused
    wait_for(lambda: server.get(f"{at}/progress")["in_flight"] == 0)
    attempts = server.get(f"{at}/progress")["attempts"]
    assert len(server.ledger()) == attempts
    server.post(f"{at}/resume")
    last = events_of(half)[-1]
    rest = asyncio.run(follow(server, campaign, f"?events=true&after={last}&generation={first['generation']}", is_completed))
    seen = events_of(half) + events_of(rest)
    assert seen == sorted(set(seen)), "repeated or out of order"
    whole = asyncio.run(follow(server, campaign, f"?events=true&after={first['position']}&generation={first['generation']}", is_completed))
    assert events_of(whole) == seen, "a resumed feed lost something"
    progress = server.get(f"{at}/progress")
    assert closes(progress) and progress["pending"] == 0 and progress["status"] == "completed", progress
    run = next(it for it in server.get(f"{at}/runs?outcome=completed&limit=1000")["items"])
    whole_run = server.get(f"/v1/runs/{run['run_id']}")
    assert whole_run["transcript"] and whole_run["initial_context"]["customer_name"], whole_run
    assert server.get(f"{at}/contacts/{run['row']}")["history"]
    refused(404, lambda: server.get("/v1/campaigns/cmp_000000000001"))
    assert server.stop() == 0
    server.start()
    again = server.get(f"{at}/progress")
    assert {k: v for k, v in again.items() if k != "position"} == {k: v for k, v in progress.items() if k != "position"}
print("1 passed, 0 failed")
