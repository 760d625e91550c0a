"""kill -9 while calls are placed through a Twilio-compatible carrier over real HTTP: between
the intent and the carrier's answer, between the answer and its record, with answers lost and
calls that are placed though the carrier says 503. For no attempt does the carrier ever see two
calls, every unknown is settled or reported, and what the carrier did is what the log says."""
import pathlib, random, sys, tempfile

from agreement import runs_of
from crashes import Strikes
from fake_carrier import FakeCarrier, prepare
from ports import free_port
from ringmaster import Server

ringmaster, replay, fake_carrier, rounds = *sys.argv[1:4], int(sys.argv[4])
seed = int(sys.argv[5]) if len(sys.argv) > 5 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed}")

FACTOR = "60"  # both clocks: a minute of ringing and talking is a second
CONTACTS = 40 * rounds
SETTINGS = {"seed": seed, "duplicate_rate": 0.1, "reorder_rate": 0.1, "late_rate": 0.1, "lost_answer_rate": 0.1,
            "lost_end_rate": 0.05, "not_now_rate": 0.05, "setup_ms": [100, 900], "ring_ms": [1000, 6000],
            "no_answer_ms": [8000, 12000], "talk_ms": [3000, 30000]}
SAYS = {"completed": {"completed", "voicemail"}, "busy": {"busy"}, "no-answer": {"no_answer"}, "failed": {"failed", "rejected", "no_answer"}}

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
        strikes = Strikes(server, campaign, carrier, random.Random(seed))
        progress = strikes.go_on(rounds, 600)
        said = dict(carrier.statuses(sid for _, sid in carrier.calls.values()))
        outcomes = {attempt: SAYS[said[sid]] for attempt, sid in carrier.calls.values()}
        print(strikes.check(replay, CONTACTS, progress, outcomes.get))
        assert "voicemail" in runs_of(server, campaign).values(), "the trunk that was printed hears no machines"
    finally:
        server.__exit__()
        carrier.stop()
