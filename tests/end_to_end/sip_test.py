"""A campaign over a real SIP peer: what SIPp played is what the log says.

`sip_test.py BINARY REPLAY [CONTACTS]`. SIPp decides each call's fate by chance and writes it down with the
Call-ID, which is the run's id.
"""
import collections, json, pathlib, re, shutil, socket, subprocess, sys, tempfile, time

from ringmaster import Server, closes, wait_for

binary, replay = sys.argv[1], sys.argv[2]
contacts = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000
SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "telephony/sipp"
LINES = 50


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def is_taken(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as it:
        try:
            it.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


class Peer:
    """SIPp, until so many calls are over; `played` by then has a fate for each Call-ID."""

    def __init__(self, home, calls):
        self.port, self.log = free_port(), home / "played.log"
        self.process = subprocess.Popen(
            ["sipp", "-sf", SCENARIOS / "campaign.xml", "-i", "127.0.0.1", "-p", str(self.port),
             "-m", str(calls), "-trace_logs", "-log_file", self.log, "-nostdin", "-rtcheck", "loose",
             "-timeout", "300s", "-timeout_error"],
            cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: is_taken(self.port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def played(self):
        """By Call-ID: every fate that a call of that name met."""
        fates = collections.defaultdict(list)
        for call, fate in re.findall(r"^played (\S+) (\S+)$", self.log.read_text(), re.MULTILINE):
            fates[call].append(fate)
        return fates


def prepare(server, peer):
    rows = "".join(f"+1415555{1000 + i},Customer {i}\n" for i in range(contacts))
    people = server.post("/v1/contact-lists?name=people", f"phone_number,customer_name\n{rows}", "text/csv")
    trunk = server.post("/v1/trunks", {
        "name": "SIPp", "provider": "sip", "caller_ids": ["+14155550199"], "channels": LINES,
        "settings": {"server": f"sip:127.0.0.1:{peer.port}", "listen_address": "127.0.0.1", "options_interval_ms": 0,
                     "ring_timeout_ms": 1_500, "hold_ms": 100}})
    workflow = server.post("/v1/workflows", {"name": "greet", "agent": "nobody", "prompt": "Hello {{customer_name}}",
                                             "required_variables": ["customer_name"]})
    return server.post("/v1/campaigns", {
        "name": "campaign", "workflow_id": workflow["id"], "contact_list_id": people["id"], "trunk_id": trunk["id"],
        "concurrency": LINES, "retry_config": {"max_attempts": 1}, "circuit_breaker": {"enabled": False}})["id"]


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
    if not shutil.which("sipp"):
        sys.exit("sipp is not installed: scripts/setup sip-tester")
    with tempfile.TemporaryDirectory(prefix="ringmaster-sip-") as home:
        with Peer(pathlib.Path(home), contacts) as peer, Server(binary) as server:
            campaign = prepare(server, peer)
            began = time.monotonic()
            server.post(f"/v1/campaigns/{campaign}/start")
            done = wait_for(lambda: (it := server.get(f"/v1/campaigns/{campaign}/progress"))["status"] == "completed"
                            and it, 300)
            took = time.monotonic() - began
            assert closes(done) and done["attempts"] == contacts, done
            runs = runs_of(server, campaign)
            # 1: SIPp counts what ends by a CANCEL as failed. What each call came to is compared below.
            assert peer.process.wait(timeout=60) in (0, 1), "SIPp did not play to its end"
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
