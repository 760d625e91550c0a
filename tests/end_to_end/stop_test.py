"""SIGTERM amid calls: the server ends well every time, and goes on where it was."""
import random, sys

from ringmaster import Server, closes, prepare, wait_for

binary, stops = sys.argv[1], int(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed}", flush=True)
chance = random.Random(seed)
# Mostly busy lines: calls are placed all the time, and a stop meets some on their way.
QUICK = {"setup_ms": [10, 50], "ring_ms": [20, 100], "no_answer_ms": [50, 100], "talk_ms": [50, 300],
         "mix": {"busy": 9, "completed": 1}}

with Server(binary) as server:
    campaign = prepare(server, 8_000, 30, QUICK, {"max_attempts": 10, "retry_interval_minutes": 0})
    server.post(f"/v1/campaigns/{campaign}/start")
    attempts = 0
    for _ in range(stops):
        wanted = attempts + chance.randrange(60)
        progress = wait_for(lambda: (it := server.get(f"/v1/campaigns/{campaign}/progress"))["attempts"] >= wanted and it)
        assert closes(progress) and progress["status"] == "running", progress
        attempts = progress["attempts"]
        assert server.stop() == 0, "the server did not end well"
        server.start()
    called = server.ledger(campaign)
    assert len(called) == len(set(called)), "a call was placed twice"
print("1 passed, 0 failed")
