"""The real program on a machine that fails under it: killed, stopped, frozen, its sync refused, its disk filled, its clock
set, while operators pause, resume and edit, and a client follows the live feed. Afterwards what was acknowledged is there, nobody
is lost or dialled twice, the carrier's record agrees with the log, and the client heard the log, each event once.

usage: chaos_test.py RINGMASTER RINGMASTER_REPLAY FAULTS_LIBRARY STRIKES [SEED]
"""
import contextlib, http.client, json, os, pathlib, random, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from agreement import check_agreement
from ringmaster import Refused, Server, closes, prepare, wait_for
from follower import Follower

binary, replay, library, strikes = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
seed = int(sys.argv[5]) if len(sys.argv) > 5 else random.SystemRandom().randrange(1 << 32)
print(f"seed {seed}", flush=True)
dice = random.Random(seed)

CONTACTS = 3000
SETTINGS = {"setup_ms": [5, 50], "ring_ms": [10, 100], "no_answer_ms": [50, 150], "talk_ms": [20, 200],
            "late_ms": [1, 50], "lost_answer_rate": 0.01, "lost_end_rate": 0.0}

seconds_off = 0
faults = tempfile.TemporaryDirectory(prefix="ringmaster-faults-")
server = Server(binary)
fault, clock = (pathlib.Path(faults.name, it) for it in ("fault", "clock"))
server.environment = os.environ | {"LD_PRELOAD": library, "RINGMASTER_FAULT": str(fault), "RINGMASTER_CLOCK": str(clock)}


def ends_by_itself(how):
    """The disk fails: the process must end rather than go on with what it does not know."""
    fault.with_suffix(".new").write_text(how)
    fault.with_suffix(".new").rename(fault)
    try:
        with contextlib.suppress(Exception):  # something to write, should all calls be over
            server.post("/v1/workflows", {"name": "another", "agent": "agent", "prompt": "Hello"})
        assert server.process.wait(timeout=60) != 0, f"the server took {how} for a reason to leave in peace"
    finally:
        fault.unlink()


# Long enough for every timeout between the server and its clients, once in a long run.
freezes = iter([30.0] if strikes >= 100 else [])


def frozen():
    server.process.send_signal(signal.SIGSTOP)
    time.sleep(next(freezes, dice.uniform(0.1, 1.0)))
    server.process.send_signal(signal.SIGCONT)


def set_clock(seconds_off):
    clock.write_text(str(seconds_off))


def clock_set():
    """The engine reads the wall clock when it starts, and does not start before the last event of its log."""
    global seconds_off
    server.kill()
    seconds_off += dice.choice([5, 3600])
    set_clock(seconds_off - 86_400)
    try:
        server.start()
        raise AssertionError("the server runs before its own past")
    except RuntimeError:
        set_clock(seconds_off)


def stopped():
    assert server.stop() == 0, "the server did not end well"


STRIKES = {"killed": lambda: server.kill(), "stopped": stopped, "frozen": frozen, "clock": clock_set,
           "sync": lambda: ends_by_itself("sync EIO /journal/"),
           "full": lambda: ends_by_itself("write ENOSPC /journal/")}


def ask_all_the_time(campaign, until):
    """Load from somebody who looks on; a server that is away is no news."""
    while not until.wait(0.01):
        try:
            progress = server.get(f"/v1/campaigns/{campaign}/progress")
        except Exception:
            continue
        assert closes(progress), progress


def operate_all_the_time(campaign, until, answered):
    """Somebody who cannot leave it alone. What is answered is kept: kind and position."""
    hand = random.Random(seed + 1)
    at = f"/v1/campaigns/{campaign}"
    orders = {"pause": lambda: server.post(f"{at}/pause"), "resume": lambda: server.post(f"{at}/resume"),
              "edit": lambda: server.call("PATCH", at, {"concurrency": hand.randint(20, 40)})}
    while not until.wait(hand.uniform(0.05, 0.4)):
        for kind in (hand.choice(["pause", "edit"]), "resume"):
            with contextlib.suppress(OSError, Refused, json.JSONDecodeError, http.client.HTTPException):
                answered.append((kind, orders[kind]()["position"]))


def log_of(campaign):
    """Position and event of all that is the campaign's, as an auditor reads it."""
    told = subprocess.run([replay, "events", "--data", str(server.data), "--campaign", campaign, "--json"],
                          capture_output=True, text=True, check=True)
    return {it["position"]: it for it in map(json.loads, told.stdout.splitlines())}


def check_what_was_told(follower, answered, log, head):
    """The feed told the campaign's events from where it began, each once; what was answered to a command is on disk."""
    assert not follower.wrong, follower.wrong
    first = min(follower.heard)
    expected = {position: event for position, event in log.items() if position >= first}
    missing = [it for it in expected if it not in follower.heard]
    assert not missing, f"the feed never told of {missing[:5]}, of {len(expected)}"
    strange = [it for it, event in follower.heard.items() if log.get(it) != event]
    assert not strange, f"the feed told of {strange[:5]} otherwise than the log"
    ahead = [(kind, it) for kind, it in answered if it > head]
    assert not ahead, f"answered, and not in the log: {ahead[:5]}"
    return f"{len(follower.heard)} events over {follower.connections} connections, {len(answered)} orders answered"


server.start()
over = threading.Event()
try:
    campaign = prepare(server, CONTACTS, 40, SETTINGS, {"max_attempts": 3, "retry_interval_minutes": 0})
    acknowledged = server.post(f"/v1/campaigns/{campaign}/start")["position"]
    follower, answered, quiet = Follower(server, campaign), [], threading.Event()
    people = [threading.Thread(target=ask_all_the_time, args=[campaign, over], daemon=True),
              threading.Thread(target=operate_all_the_time, args=[campaign, quiet, answered], daemon=True)]
    for it in people:
        it.start()
    struck = dict.fromkeys(STRIKES, 0)
    order = []
    for _ in range(strikes):
        if not order:  # each as often as the others
            order = dice.sample(list(STRIKES), len(STRIKES))
        time.sleep(dice.uniform(0.0, 0.25))  # when it strikes is the point; nothing waits for it
        how = order.pop()
        STRIKES[how]()
        struck[how] += 1
        if server.process.poll() is not None:
            server.start()
        progress = server.get(f"/v1/campaigns/{campaign}/progress")
        assert closes(progress), progress
        assert progress["position"] >= acknowledged, (how, progress, acknowledged)
        acknowledged = progress["position"]
    quiet.set()
    people[1].join()
    with contextlib.suppress(Refused):  # completed, or not paused
        server.post(f"/v1/campaigns/{campaign}/resume")
    progress = wait_for(lambda: (it := server.get(f"/v1/campaigns/{campaign}/progress"))["status"] == "completed" and it)
    over.set()
    people[0].join()
    log = log_of(campaign)
    wait_for(lambda: follower.wrong or follower.last >= max(log))
    follower.stop()
    print(", ".join(f"{count} {how}" for how, count in struck.items()))
    print(check_agreement(server, campaign, CONTACTS, progress))
    print(check_what_was_told(follower, answered, log, progress["position"]))
    subprocess.run([replay, "verify", "--data", str(server.data)], check=True)
finally:
    over.set()
    server.__exit__()
    faults.cleanup()
