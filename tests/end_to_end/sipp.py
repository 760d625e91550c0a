"""SIPp as a trunk's other side, in a process of its own."""
import collections, pathlib, re, shutil, socket, subprocess, sys

from ports import free_port, is_taken
from ringmaster import wait_for

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "telephony/sipp"


class Peer:
    """Plays a scenario to whoever calls; `played` has the fates by Call-ID."""

    def __init__(self, home, scenario, *flags):
        if not shutil.which("sipp"):
            sys.exit("sipp is not installed: scripts/setup sip-tester")
        self.port, self.log = free_port(), pathlib.Path(home) / "played.log"
        self.process = subprocess.Popen(
            ["sipp", "-sf", SCENARIOS / scenario, "-i", "127.0.0.1", "-p", str(self.port), "-trace_logs",
             "-log_file", self.log, "-nostdin", "-rtcheck", "loose", *flags],
            cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        kind = socket.SOCK_STREAM if "tn" in flags else socket.SOCK_DGRAM
        wait_for(lambda: is_taken(self.port, kind))

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


def prepare(server, settings, contacts, lines):
    """People, a trunk over SIP, a workflow without an agent and a draft campaign; answers its id."""
    rows = "".join(f"+1415{5550000 + i},Customer {i}\n" for i in range(1, contacts + 1))  # i: its row
    people = server.post("/v1/contact-lists?name=people", f"phone_number,customer_name\n{rows}", "text/csv")
    trunk = server.post("/v1/trunks", {
        "name": "SIPp", "provider": "sip", "caller_ids": ["+14155550199"], "channels": lines,
        "settings": {"listen_address": "127.0.0.1", "options_interval_ms": 0, **settings}})
    workflow = server.post("/v1/workflows", {"name": "greet", "agent": "nobody", "prompt": "Hello {{customer_name}}",
                                             "required_variables": ["customer_name"]})
    return server.post("/v1/campaigns", {
        "name": "campaign", "workflow_id": workflow["id"], "contact_list_id": people["id"], "trunk_id": trunk["id"],
        "concurrency": lines, "retry_config": {"max_attempts": 1}, "circuit_breaker": {"enabled": False}})["id"]
