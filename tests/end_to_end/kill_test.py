"""kill -9 at any time, start again: every acknowledged command is there, no contact
is lost, no attempt is dialled twice, and the carrier's own record agrees with the log."""
import random, sys, time

from agreement import check_agreement
from ringmaster import Refused, Server, closes, prepare, wait_for

binary, kills = sys.argv[1], int(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed}")
dice = random.Random(seed)

CONTACTS = 3000
SETTINGS = {"setup_ms": [5, 50], "ring_ms": [10, 100], "no_answer_ms": [50, 150], "talk_ms": [20, 200],
            "late_ms": [1, 50], "lost_answer_rate": 0.01, "lost_end_rate": 0.0}

added = 0
cancelled = {}  # row: attempts, when that was acknowledged


def operate():
    """One wish of an operator, which holds once it is answered."""
    global added
    at = f"/v1/campaigns/{campaign}"
    contact = f"{at}/contacts/{dice.randint(1, CONTACTS)}"
    wish = dice.choice(("first", "cancel", "call-at", "add", "edit"))
    try:
        if wish == "add":
            someone = {"phone_number": f"+1415556{1000 + added}", "customer_name": "New"}
            server.post(f"{at}/contacts", {"contacts": [someone], "place": dice.choice(("next", "last"))})
            added += 1
        elif wish == "edit":
            server.call("PATCH", at, {"concurrency": dice.randint(30, 40)})
        elif wish == "cancel":
            told = server.post(f"{contact}/cancel")
            if told["status"] == "cancelled":
                cancelled[told["row"]] = told["attempts"]
        else:
            server.post(f"{contact}/{wish}", {"at": "2020-01-01T00:00:00Z"} if wish == "call-at" else None)
    except Refused as why:
        assert why.status == 409, why


server = Server(binary)
server.start()
try:
    campaign = prepare(server, CONTACTS, 40, SETTINGS,
                       {"max_attempts": 3, "retry_interval_minutes": 0})
    acknowledged = server.post(f"/v1/campaigns/{campaign}/start")["position"]
    paused = False
    for kill in range(kills):
        time.sleep(dice.uniform(0.0, 0.25))  # when it strikes is the point; nothing waits for it
        for _ in range(dice.randint(0, 4)):
            operate()
        if dice.random() < 0.2:
            verb = "resume" if paused else "pause"
            how = {"calls": dice.choice(("drain", "hang_up"))} if verb == "pause" else None
            try:
                acknowledged = server.post(f"/v1/campaigns/{campaign}/{verb}", how)["position"]
                paused = not paused
            except Exception as why:  # already completed
                assert "409" in str(why), why
        server.kill()
        server.start()
        progress = server.get(f"/v1/campaigns/{campaign}/progress")
        assert closes(progress), progress
        assert progress["position"] >= acknowledged, (progress, acknowledged)
        if progress["status"] != "completed":
            assert progress["status"] == ("paused" if paused else "running"), (progress, paused)
    if paused and server.get(f"/v1/campaigns/{campaign}")["status"] == "paused":
        server.post(f"/v1/campaigns/{campaign}/resume")
    progress = wait_for(lambda: (it := server.get(f"/v1/campaigns/{campaign}/progress"))["status"] == "completed" and it)
    assert progress["total"] == CONTACTS + added, (progress, added)
    for row, attempts in cancelled.items():
        contact = server.get(f"/v1/campaigns/{campaign}/contacts/{row}")
        assert contact["status"] == "cancelled" and contact["attempts"] == attempts, contact
    print(f"{added} contacts added, {len(cancelled)} cancelled")
    print(f"{kills} kills, {check_agreement(server, campaign, CONTACTS + added, progress)}")
finally:
    server.__exit__()
