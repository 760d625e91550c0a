"""What a call costs through the real providers: `twilio` over real HTTP with signed callbacks, `sip` over UDP, and
beside the latter SIPp's own caller doing the same.

`carrier.py RINGMASTER FAKE_CARRIER [CALLS [ROUNDS]]`, with the release build. Short calls on fifty lines, as many in a
second as there can be, in rounds that take turns, of which the medians are printed; and once long ones, a thousand up at
once. Whoever is called shares the machine, and its own cost is printed beside.
"""
import collections, os, pathlib, statistics, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/end_to_end"))
import fake_carrier, sipp
from ports import free_port
from ringmaster import Server, wait_for

ringmaster, carrier_binary = sys.argv[1:3]
CALLS = int(sys.argv[3]) if len(sys.argv) > 3 else 4_000
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 3
Shape = collections.namedtuple("Shape", "calls rounds lines talk_ms ramp_up_seconds")
# A thousand lines are taken into use slowly, so that what is measured is not the burst of their beginning.
SHAPES = {"short": Shape(CALLS, ROUNDS, 50, 100, 0), "long": Shape(1_000, 1, 1_000, 40_000, 30)}

Cost = collections.namedtuple("Cost", "rate up ours theirs")  # calls/s, at once, CPU seconds per 1,000 calls


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def dial(server, campaign, shape, other):
    """Calls everybody; `other` is the process that is called."""
    calls = shape.calls
    server.call("PATCH", f"/v1/campaigns/{campaign}", {"ramp_up_seconds": shape.ramp_up_seconds})
    used = cpu_seconds(server.process.pid), cpu_seconds(other.pid)
    began, most_up = time.monotonic(), 0
    server.post(f"/v1/campaigns/{campaign}/start")

    def over():
        nonlocal most_up
        progress = server.get(f"/v1/campaigns/{campaign}/progress")
        most_up = max(most_up, progress["in_flight"])
        return progress["status"] == "completed" and progress

    progress = wait_for(over, 600)
    took = time.monotonic() - began
    assert progress["completed"] == calls, progress
    ours, theirs = (1000 * (cpu_seconds(it) - before) / calls
                    for it, before in zip((server.process.pid, other.pid), used))
    return Cost(calls / took, most_up, ours, theirs)


def over_http(home, shape):
    fates = {"seed": 1, "mix": {"completed": 1}, "setup_ms": [10, 50], "ring_ms": [10, 50], "talk_ms": [shape.talk_ms] * 2,
             "duplicate_rate": 0, "reorder_rate": 0, "late_rate": 0}
    carrier = fake_carrier.FakeCarrier(carrier_binary, home / "calls.ledger", fates)
    carrier.trunk["settings"]["machine_detection"] = "off"  # one callback more per call, of which the figures know nothing
    port = free_port()
    server = Server(ringmaster, home, "--carriers-allow-private-addresses", "true",
                    "--public-base-url", f"http://127.0.0.1:{port}")
    server.wanted_port = port
    try:
        with server:
            return dial(server, fake_carrier.prepare(server, carrier.trunk, shape.calls, shape.lines), shape, carrier.process)
    finally:
        carrier.stop()


def over_sip(home, shape):
    with sipp.Peer(home, "caller_hangs_up.xml") as peer, Server(ringmaster, home) as server:
        settings = {"server": f"sip:127.0.0.1:{peer.port}", "hold_ms": shape.talk_ms}
        return dial(server, sipp.prepare(server, settings, shape.calls, shape.lines), shape, peer.process)


def by_sipp(home, shape):
    with sipp.Peer(home, "caller_hangs_up.xml") as peer:
        before, began = cpu_seconds(peer.process.pid), time.monotonic()
        caller = subprocess.Popen(
            ["sipp", "-sn", "uac", "-i", "127.0.0.1", "-p", str(free_port()), "-m", str(shape.calls),
             "-l", str(shape.lines), "-r", str(shape.lines // shape.ramp_up_seconds if shape.ramp_up_seconds else 1_000),
             "-d", str(shape.talk_ms), "-nostdin", "-timeout", "300s", "-timeout_error", f"127.0.0.1:{peer.port}"],
            cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(caller.pid, 0)
        took = time.monotonic() - began
        assert os.waitstatus_to_exitcode(status) == 0, "SIPp's caller lost a call"
        return Cost(shape.calls / took, shape.lines, 1000 * (used.ru_utime + used.ru_stime) / shape.calls,
                    1000 * (cpu_seconds(peer.process.pid) - before) / shape.calls)


def median(costs):
    return Cost(*(statistics.median(it) for it in zip(*costs)))


WAYS = {"twilio, against fake-carrier": over_http, "sip, against SIPp": over_sip, "SIPp's caller, against SIPp": by_sipp}
costs = collections.defaultdict(list)
for number in range(max(ROUNDS, 1)):
    for kind, shape in SHAPES.items():
        for name, way in WAYS.items():
            if number < shape.rounds:
                with tempfile.TemporaryDirectory(prefix="carrier-") as home:
                    costs[kind, name].append(way(pathlib.Path(home), shape))
print()
for (kind, name), each in costs.items():
    it, shape = median(each), SHAPES[kind]
    print(f"{shape.calls} calls of {shape.talk_ms / 1000:g} s, {name}: {it.rate:.0f} calls/s, {it.up:.0f} up at once, "
          f"{it.ours:.2f} s CPU per 1,000 calls (whoever was called: {it.theirs:.2f} s)")
for kind in SHAPES:
    ours, theirs = median(costs[kind, "sip, against SIPp"]), median(costs[kind, "SIPp's caller, against SIPp"])
    print(f"{kind} calls, sip beside SIPp's caller: {ours.rate / theirs.rate:.2f} of its calls/s, "
          f"{ours.ours / theirs.ours:.1f} times its CPU")
