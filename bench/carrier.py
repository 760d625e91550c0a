"""What a call costs that is placed through the provider `twilio`, over real HTTP with signed callbacks.

`carrier.py RINGMASTER FAKE_CARRIER [CONTACTS]`, with the release build. The fake carrier shares the machine, and
its own cost is printed beside.
"""
import os, pathlib, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/end_to_end"))
from fake_carrier import FakeCarrier, free_port, prepare
from ringmaster import Server, wait_for

contacts = int(sys.argv[3]) if len(sys.argv) > 3 else 5_000
LINES = 400
SPANS = {"setup_ms": [100, 300], "ring_ms": [300, 600], "no_answer_ms": [500, 900], "talk_ms": [500, 1500]}


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


with tempfile.TemporaryDirectory(prefix="carrier-") as home:
    carrier = FakeCarrier(sys.argv[2], pathlib.Path(home) / "calls.ledger", {"seed": 1, **SPANS})
    port = free_port()
    server = Server(sys.argv[1], None, "--carriers-allow-private-addresses", "true", "--public-base-url", f"http://127.0.0.1:{port}")
    server.wanted_port = port
    try:
        server.start()
        campaign = prepare(server, carrier.trunk, contacts, LINES)
        used = cpu_seconds(server.process), cpu_seconds(carrier.process)
        began, most_up = time.monotonic(), 0
        server.post(f"/v1/campaigns/{campaign}/start")

        def over():
            global most_up
            progress = server.get(f"/v1/campaigns/{campaign}/progress")
            most_up = max(most_up, progress["in_flight"])
            return progress["status"] == "completed" and progress

        progress = wait_for(over, 600)
        took = time.monotonic() - began
        ours, theirs = (now - before for now, before in zip((cpu_seconds(server.process), cpu_seconds(carrier.process)), used))
        placed = len(carrier.placed())
        print(f"{placed} calls in {took:.1f} s: {placed / took:.0f} calls/s, {most_up} up at once, "
              f"{1000 * ours / placed:.2f} s CPU per 1,000 calls (the carrier: {1000 * theirs / placed:.2f} s)")
    finally:
        server.__exit__()
        carrier.stop()
