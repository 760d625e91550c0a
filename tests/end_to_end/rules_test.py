"""The rules of a campaign, as its operator meets them over the API."""
import datetime, os, sys, threading, time

from ringmaster import Refused, Server, closes, prepare, wait_for

binary = sys.argv[1]
LONG = {"mix": {"completed": 1}, "setup_ms": [0, 0], "ring_ms": [1, 1], "talk_ms": [3_600_000, 3_600_000]}
SHORT = {"setup_ms": [1, 5], "ring_ms": [1, 20], "no_answer_ms": [5, 20], "talk_ms": [5, 50], "late_ms": [1, 10]}


def progress(server, campaign):
    it = server.get(f"/v1/campaigns/{campaign}/progress")
    assert closes(it), it
    return it


def start(server, campaign):
    return server.post(f"/v1/campaigns/{campaign}/start")


def reach(server, campaign, status):
    return wait_for(lambda: (it := progress(server, campaign))["status"] == status and it)


def check_concurrency(server):
    """100 lines, 100 calls up; and two campaigns share them."""
    first = prepare(server, 150, 100, LONG, {"max_attempts": 1})
    start(server, first)
    up = wait_for(lambda: (it := progress(server, first))["in_flight"] == 100 and it)
    assert up["attempts"] == 100 and up["pending"] == 50, up
    settings = server.get(f"/v1/campaigns/{first}")
    second = server.post("/v1/campaigns", {
        "name": "second", "workflow_id": settings["workflow_id"], "contact_list_id": settings["contact_list_id"],
        "trunk_id": settings["trunk_id"], "concurrency": 100})["id"]
    start(server, second)
    up = [progress(server, it)["in_flight"] for it in (first, second)]
    assert sum(up) == 100, up
    try:
        server.post("/v1/campaigns", {
            "name": "too many", "workflow_id": settings["workflow_id"],
            "contact_list_id": settings["contact_list_id"], "trunk_id": settings["trunk_id"], "concurrency": 101})
        raise AssertionError("more lines than the trunk has")
    except Refused as why:
        assert why.status in (400, 422) and "concurrency" in str(why.body), why
    for each in (first, second):
        server.post(f"/v1/campaigns/{each}/pause", {"calls": "hang_up"})  # or nobody else could call these people
    wait_for(lambda: all(progress(server, it)["in_flight"] == 0 for it in (first, second)))


def cpu_seconds(server):
    fields = open(f"/proc/{server.process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_window(server):
    """Closed now: the exact next opening is shown, and nothing is burnt until then."""
    campaign = prepare(server, 20, 5, SHORT, {"max_attempts": 1})
    now = datetime.datetime.now(datetime.timezone.utc)
    opens = (now + datetime.timedelta(days=2)).replace(hour=9, minute=30, second=0, microsecond=0)
    server.call("PATCH", f"/v1/campaigns/{campaign}", {"schedule": {"timezone": "UTC", "time_slots": [
        {"day": opens.strftime("%A").lower(), "start": "09:30", "end": "17:00"}]}})
    start(server, campaign)
    it = progress(server, campaign)
    assert it["next_dial_reason"] == "waiting_for_window", it
    assert it["next_dial_at"] == opens.strftime("%Y-%m-%dT%H:%M:%SZ"), (it["next_dial_at"], opens)
    assert it["attempts"] == 0 and it["pending"] == 20, it
    why = server.get(f"/v1/campaigns/{campaign}/contacts/1")["why"]
    assert why["reason"] == "waiting_for_window" and why["until"] == it["next_dial_at"], why
    before, began = cpu_seconds(server), time.monotonic()
    time.sleep(2)  # what is measured is what happens in a while
    share = (cpu_seconds(server) - before) / (time.monotonic() - began)
    print(f"a campaign outside its hours uses {share:.1%} of a core")
    assert share < 0.03, share
    server.post(f"/v1/campaigns/{campaign}/pause")


def check_retries(server):
    """The budget is shared, and a retry knows what came before it."""
    campaign = prepare(server, 5, 5, SHORT, {"max_attempts": 3, "retry_interval_minutes": 1},
                       ",simulate", ',"busy,no_answer,completed"')
    start(server, campaign)
    waiting = wait_for(lambda: (it := progress(server, campaign))["waiting"] == 5 and it)
    assert waiting["next_dial_reason"] == "waiting_for_retry", waiting
    why = server.get(f"/v1/campaigns/{campaign}/contacts/3")["why"]
    assert why["reason"] == "waiting_for_retry" and why["until"], why
    server.kill()
    server.start()
    assert server.get(f"/v1/campaigns/{campaign}/contacts/3")["why"] == why
    done = reach(server, campaign, "completed")
    assert done["completed"] == 5 and done["attempts"] == 15, done
    assert done["outcomes"]["busy"] == done["outcomes"]["no_answer"] == done["outcomes"]["completed"] == 5, done
    history = server.get(f"/v1/campaigns/{campaign}/contacts/3")["history"]
    assert [it["outcome"] for it in history] == ["busy", "no_answer", "completed"], history
    assert history[0]["retry_at"] == why["until"]
    context = server.get(f"/v1/runs/{history[2]['run_id']}")["initial_context"]
    assert context["retry_attempt"] == "2" and context["last_outcome"] == "no_answer", context


def check_breaker(server):
    """Six of ten failed: the campaign pauses itself and says why; a resume forgives."""
    campaign = prepare(server, 400, 4, SHORT | {"mix": {"failed": 6, "completed": 4}, "seed": 5},
                       {"max_attempts": 1})
    server.call("PATCH", f"/v1/campaigns/{campaign}", {"circuit_breaker": {"enabled": True}})
    start(server, campaign)
    tripped = reach(server, campaign, "paused")["circuit_breaker"]
    trip = tripped["trip"]
    assert tripped["tripped"] and trip["calls"] >= 5 and trip["failures"] * 2 > trip["calls"], tripped
    settled = wait_for(lambda: (it := progress(server, campaign))["in_flight"] == 0 and it)
    assert settled["pending"] > 0 and settled["status"] == "paused", settled
    server.call("PATCH", f"/v1/campaigns/{campaign}", {"circuit_breaker": {"enabled": True, "min_calls_in_window": 10_000}})
    server.post(f"/v1/campaigns/{campaign}/resume")
    window = progress(server, campaign)["circuit_breaker"]["window"]
    assert window["calls"] <= progress(server, campaign)["attempts"] - settled["attempts"], (window, settled)
    reach(server, campaign, "completed")


def unless_completed(act):
    """The answer, or nothing when the last contact was done before we asked."""
    try:
        return act()
    except Refused as why:
        assert why.status == 409 and why.body["campaign_status"] == "completed", why.body


def check_pause(server):
    """Many pauses while calls start and end: none is dialled behind any of them."""
    campaign = prepare(server, 2_000, 50, SHORT, {"max_attempts": 2, "retry_interval_minutes": 0})
    start(server, campaign)
    over, looks = threading.Event(), []
    watcher = threading.Thread(target=lambda: [looks.append(progress(server, campaign)) for _ in iter(over.is_set, True)])
    watcher.start()
    pauses = 0
    try:
        while paused := unless_completed(lambda: server.post(f"/v1/campaigns/{campaign}/pause")):
            pauses += 1
            dialled = progress(server, campaign)["attempts"]
            quiet = wait_for(lambda: (it := progress(server, campaign))["in_flight"] == 0 and it)
            placed = len(server.ledger(campaign))
            assert paused["in_flight"] <= 50 and quiet["attempts"] == dialled == placed, (dialled, quiet, placed)
            unless_completed(lambda: server.post(f"/v1/campaigns/{campaign}/resume"))
    finally:
        over.set()
        watcher.join()
    done = reach(server, campaign, "completed")
    assert done["completed"] + done["failed"] == 2_000, done
    print(f"{pauses} pauses, {len(looks)} looks at counters that closed")
    assert pauses >= 3


with Server(binary) as server:
    check_concurrency(server)
    check_window(server)
    check_breaker(server)
    check_pause(server)
with Server(binary, None, "--time-factor", "60") as server:
    check_retries(server)
print("1 passed, 0 failed")
