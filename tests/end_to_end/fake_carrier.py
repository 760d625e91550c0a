"""The fake carrier as a process, and what its record says."""
import base64, http.client, json, re, subprocess, sys, threading, urllib.parse


class FakeCarrier:
    def __init__(self, binary, ledger, settings, *flags):
        self.ledger, self.read_to, self.calls = ledger, 0, {}
        self.process = subprocess.Popen(
            [binary, "--port", "0", "--private-addresses", "--ledger", str(ledger),
             "--settings", json.dumps(settings), *flags], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if found := re.search(r"serving on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
            if line.startswith("{"):
                self.trunk = json.loads(line)
                break
        else:
            raise RuntimeError(f"the carrier ended with {self.process.wait()}")
        threading.Thread(target=sys.stdout.writelines, args=[self.process.stdout], daemon=True).start()

    def new_lines(self):
        """What it wrote down since it was asked last: (what, attempt, sid), as `crashes` reads it."""
        if not self.ledger.exists():
            return
        with self.ledger.open("rb") as file:
            file.seek(self.read_to)
            whole = file.read().rpartition(b"\n")[0] + b"\n"
        if whole == b"\n":
            return
        self.read_to += len(whole)
        for line in whole.decode().splitlines():
            what, fields = line.split(" ")[0], urllib.parse.parse_qs(line.split(" ")[1])
            if what == "placed":
                token = urllib.parse.urlparse(fields["callback"][0]).path.rsplit("/", 1)[1]
                attempt = re.search(r"cmp_[0-9a-z]{12}\.\d+\.\d+", token)[0]
                self.calls[fields["number"][0]] = attempt, fields["sid"][0]
            if what in ("placed", "answered", "lost"):
                yield what, *self.calls[fields["number"][0]]

    def statuses(self, sids):
        """What the carrier says of each call now."""
        account, token = self.trunk["settings"]["account"], self.trunk["secrets"]["auth_token"]
        key = base64.b64encode(f"{account}:{token}".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for sid in sids:
            connection.request("GET", f"/2010-04-01/Accounts/{account}/Calls/{sid}.json",
                               headers={"Authorization": f"Basic {key}"})
            yield sid, json.loads(connection.getresponse().read())["status"]
        connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def prepare(server, trunk, contacts, lines):
    """People, a trunk over the carrier, a workflow and a draft campaign; answers its id."""
    rows = "".join(f"+1415{5550000 + i},Customer {i}\n" for i in range(contacts))
    people = server.post("/v1/contact-lists?name=people", "phone_number,customer_name\n" + rows, "text/csv")
    line = server.post("/v1/trunks", {**trunk, "channels": lines})
    assert "secrets" not in line and line["secret_names"] == sorted(trunk["secrets"]), line
    workflow = server.post("/v1/workflows", {"name": "greet", "agent": "wss://agent.example/stream",
                                             "prompt": "Hello {{customer_name}}",
                                             "required_variables": ["customer_name"]})
    return server.post("/v1/campaigns", {
        "name": "campaign", "workflow_id": workflow["id"], "contact_list_id": people["id"], "trunk_id": line["id"],
        "concurrency": lines, "retry_config": {"max_attempts": 1, "retry_interval_minutes": 0},
        "circuit_breaker": {"enabled": False}})["id"]
