"""The real program on a machine that fails under it: killed, stopped, frozen, its sync refused, its disk filled, its clock
set. Afterwards what was acknowledged is there, nobody is lost or dialled twice, and the carrier's record agrees with the log.

usage: chaos_test.py RINGMASTER RINGMASTER_REPLAY FAULTS_LIBRARY STRIKES [SEED]
"""
import contextlib, os, pathlib, random, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from agreement import check_agreement
from ringmaster import Server, closes, prepare, wait_for

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


def frozen():
    server.process.send_signal(signal.SIGSTOP)
    time.sleep(dice.uniform(0.1, 1.0))
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


server.start()
over = threading.Event()
try:
    campaign = prepare(server, CONTACTS, 40, SETTINGS, {"max_attempts": 3, "retry_interval_minutes": 0})
    acknowledged = server.post(f"/v1/campaigns/{campaign}/start")["position"]
    looker = threading.Thread(target=ask_all_the_time, args=[campaign, over], daemon=True)
    looker.start()
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
    progress = wait_for(lambda: (it := server.get(f"/v1/campaigns/{campaign}/progress"))["status"] == "completed" and it)
    over.set()
    looker.join()
    print(", ".join(f"{count} {how}" for how, count in struck.items()))
    print(check_agreement(server, campaign, CONTACTS, progress))
    subprocess.run([replay, "verify", "--data", str(server.data)], check=True)
finally:
    over.set()
    server.__exit__()
    faults.cleanup()
