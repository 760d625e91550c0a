"""A campaign over a real SIP peer: what SIPp played is what the log says.

`sip_test.py BINARY REPLAY [CONTACTS]`. SIPp decides each call's fate by chance and writes it down with the
Call-ID, which is the run's id.
"""
import collections, subprocess, sys, tempfile, time

from ringmaster import Server, closes, wait_for
from sipp import Peer, prepare

binary, replay = sys.argv[1], sys.argv[2]
contacts = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000
LINES = 50


def runs_of(server, campaign):
    runs, cursor = [], ""
    while True:
        page = server.get(f"/v1/campaigns/{campaign}/runs?limit=500{cursor}")
        runs += page["items"]
        if not page["next_cursor"]:
            return runs
        cursor = f"&cursor={page['next_cursor']}"


def fate_of(run):
    return f"failed:{run['cause']}" if run["outcome"] == "failed" else run["outcome"]


def check_times(run):
    if run["outcome"] == "completed":
        assert run["answered_at"] and run["ringing_at"], run
    else:
        assert not run["answered_at"] and run["duration_ms"] in (0, None), run


def main():
    with tempfile.TemporaryDirectory(prefix="ringmaster-sip-") as home:
        ends = ["-m", str(contacts), "-timeout", "300s", "-timeout_error"]
        with Peer(home, "campaign.xml", *ends) as peer, Server(binary) as server:
            campaign = prepare(server, {"server": f"sip:127.0.0.1:{peer.port}", "ring_timeout_ms": 1_500, "hold_ms": 1_000},
                               contacts, LINES)
            began = time.monotonic()
            server.post(f"/v1/campaigns/{campaign}/start")
            done = wait_for(lambda: (it := server.get(f"/v1/campaigns/{campaign}/progress"))["status"] == "completed"
                            and it, 300)
            took = time.monotonic() - began
            assert closes(done) and done["attempts"] == contacts, done
            runs = runs_of(server, campaign)
            assert peer.process.wait(timeout=60) == 0, "a call did not go as SIPp plays it"
            played = peer.played()
            assert all(len(fates) == 1 for fates in played.values()), "a call was placed twice"
            assert {it["run_id"]: [fate_of(it)] for it in runs} == played, "the log says what was not played"
            for run in runs:
                check_times(run)
            counts = collections.Counter(fates[0] for fates in played.values())
            server.stop()
            subprocess.run([replay, "verify", "--data", str(server.data)], check=True, stdout=subprocess.DEVNULL)
    print(f"{contacts} calls in {took:.1f} s, {LINES} lines; SIPp played and the log has:", dict(counts))


main()
