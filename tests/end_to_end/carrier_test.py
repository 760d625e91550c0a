"""kill -9 while calls are placed through a Twilio-compatible carrier over real HTTP: between
the intent and the carrier's answer, between the answer and its record, with answers lost and
calls that are placed though the carrier says 503. For no attempt does the carrier ever see two
calls, every unknown is settled or reported, and what the carrier did is what the log says."""
import collections, pathlib, random, sys, tempfile, time

from agreement import runs_of
from fake_carrier import FakeCarrier, free_port, prepare
from ringmaster import Server, closes, wait_for

ringmaster, fake_carrier, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed}")
dice = random.Random(seed)

FACTOR = "60"  # both clocks: a minute of ringing and talking is a second
CONTACTS = 40 * rounds
SETTINGS = {"seed": seed, "duplicate_rate": 0.1, "reorder_rate": 0.1, "late_rate": 0.1, "lost_answer_rate": 0.1,
            "lost_end_rate": 0.05, "not_now_rate": 0.05, "setup_ms": [100, 900], "ring_ms": [1000, 6000],
            "no_answer_ms": [8000, 12000], "talk_ms": [3000, 30000]}
SAYS = {"completed": {"completed"}, "busy": {"busy"}, "no-answer": {"no_answer"}, "failed": {"failed", "rejected", "no_answer"}}


def check(server, carrier, campaign, progress):
    assert closes(progress) and progress["in_flight"] == 0, progress
    assert progress["completed"] + progress["failed"] == CONTACTS, progress
    placed = carrier.placed()
    twice = [it for it, count in collections.Counter(it for it, _ in placed).items() if count > 1]
    assert not twice, f"called twice: {twice[:5]}"
    runs = runs_of(server, campaign)
    assert not {it for it, _ in placed} - set(runs), "the carrier placed calls that the log does not know"
    unheard = set(runs) - {it for it, _ in placed}
    strange = {runs[it] for it in unheard} - {"unknown", "cancelled"}  # the latter were held back
    assert not strange, f"calls the carrier never placed ended as {strange}"
    said = dict(carrier.statuses(sid for _, sid in placed))
    unsettled = 0
    for attempt, sid in placed:
        outcome = runs[attempt]
        unsettled += outcome == "unknown"
        assert outcome == "unknown" or outcome in SAYS[said[sid]], (attempt, outcome, said[sid])
    lost = sum(runs[it] == "unknown" for it in unheard)
    return (f"{len(runs)} attempts, {len(placed)} placed, none twice; {len(unheard) - lost} held back, "
            f"{lost} unknown that were never placed, {unsettled} unknown that were")


def strike(server, campaign):
    """Kills the server at a moment of chance, and starts it again."""
    time.sleep(dice.uniform(0.0, 1.8))  # when it strikes is the point; nothing waits for it
    server.kill()
    server.start()
    progress = server.get(f"/v1/campaigns/{campaign}/progress")
    assert closes(progress), progress
    return progress["status"] == "completed"


with tempfile.TemporaryDirectory(prefix="carrier-") as home:
    carrier = FakeCarrier(fake_carrier, pathlib.Path(home) / "calls.ledger", SETTINGS, "--time-factor", FACTOR,
                          "--answer-delay-ms", "3000", "--server-errors", "0.05", "--list-lag-seconds", "5")
    port = free_port()
    server = Server(ringmaster, None, "--time-factor", FACTOR, "--carriers-allow-private-addresses", "true",
                    "--public-base-url", f"http://127.0.0.1:{port}")
    server.wanted_port = port
    try:
        server.start()
        campaign = prepare(server, carrier.trunk, CONTACTS, 40)
        server.post(f"/v1/campaigns/{campaign}/start")
        kills = 0
        for _ in range(rounds):
            over = strike(server, campaign)
            kills += 1
            if over:
                break
        progress = wait_for(lambda: (it := server.get(f"/v1/campaigns/{campaign}/progress"))["status"] == "completed"
                            and it, 600)
        print(f"{kills} kills, {check(server, carrier, campaign, progress)}")
    finally:
        server.__exit__()
        carrier.stop()
