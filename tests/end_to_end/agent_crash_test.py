"""kill -9 while a platform of voice agents is asked to place calls, over real HTTP with signed pushes: between the
intent and the platform's answer, between the answer and its record, and with answers lost. The platform never sees
two requests for one attempt, every unknown is settled or reported, and what it did is what the log says."""
import random, sys

from agent_platform import AgentPlatform
from crashes import Strikes
from fake_carrier import prepare
from ports import free_port
from ringmaster import Server

ringmaster, replay, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed}")

PACE = 1800  # half an hour is a second: calls of which nobody can say more are settled after four
CONTACTS = 40 * rounds
SAYS = {"user_hangup": {"completed"}, "busy": {"busy"}, "no-answer": {"no_answer"}, "failed": {"failed"},
        "voicemail_detected": {"voicemail"}}

platform = AgentPlatform(random.Random(seed), PACE)
port = free_port()
server = Server(ringmaster, None, "--time-factor", str(PACE), "--carriers-allow-private-addresses", "true",
                "--public-base-url", f"http://127.0.0.1:{port}")
server.wanted_port = port
try:
    server.start()
    campaign = prepare(server, platform.trunk(), CONTACTS, 20)
    server.post(f"/v1/campaigns/{campaign}/start")
    strikes = Strikes(server, campaign, platform, random.Random(seed + 1))
    progress = strikes.go_on(rounds, 600)
    said = {attempt: SAYS[word] for attempt, word, _ in platform.runs.values()}
    print(strikes.check(replay, CONTACTS, progress, lambda attempt: said[attempt]))
finally:
    server.__exit__()
    platform.stop()
