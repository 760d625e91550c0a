"""What those who run the server look at: health, metrics, the log, and the doctor."""
import json, pathlib, re, socket, subprocess, sys, tempfile, threading

import contract
from ringmaster import Server, ask, prepare, refused, wait_for

binary, replay = sys.argv[1:3]
FAST = {"setup_ms": [10, 50], "ring_ms": [20, 100], "no_answer_ms": [50, 100], "talk_ms": [50, 300]}


def metrics(server):
    """name{labels} -> value, and every name that was declared."""
    text = server.read("/metrics")
    values, declared = {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            declared.add(line.split()[2])
        elif not line.startswith("#"):
            found = re.fullmatch(r'([a-z_]+)(\{[^}]*\})? ([0-9.e+-]+|\+Inf)', line)
            assert found, line
            assert re.sub(r"_(bucket|sum|count)$", "", found[1]) in declared or found[1] in declared, line
            values[found[1] + (found[2] or "")] = float(found[3])
    return values


def check_metrics():
    with Server(binary) as server:
        ready = server.get("/readyz")
        assert ready["status"] == "ready" and all(it["passed"] for it in ready["checks"].values()), ready
        campaign = prepare(server, 8, 4, FAST, {"max_attempts": 1, "retry_interval_minutes": 0})
        server.post(f"/v1/campaigns/{campaign}/start")
        wait_for(lambda: server.get(f"/v1/campaigns/{campaign}/progress")["status"] == "completed")
        runs = server.get(f"/v1/campaigns/{campaign}/runs")["items"]
        seen = metrics(server)
        ended = {key: value for key, value in seen.items() if key.startswith("ringmaster_attempts_ended_total")}
        assert sum(ended.values()) == len(runs) == seen['ringmaster_events_total{type="contact.dialed.v1"}'] == 8, ended
        for outcome in {it["outcome"] for it in runs}:
            count = sum(it["outcome"] == outcome for it in runs)
            assert ended[f'ringmaster_attempts_ended_total{{outcome="{outcome}"}}'] == count, ended
        assert seen["ringmaster_lines_in_use"] == 0 and seen["ringmaster_campaigns_running"] == 0
        assert seen["ringmaster_log_position"] == server.get("/healthz")["position"]
        assert seen["ringmaster_views_lag_events"] == 0
        assert seen['ringmaster_commands_total{result="done"}'] >= 2
        assert seen['ringmaster_http_requests_total{method="POST",status="201"}'] == 4
        assert seen["ringmaster_log_commit_seconds_count"] == seen["ringmaster_log_batch_events_count"] > 0
        assert seen["ringmaster_http_connections"] >= 1
        before = len(seen)
        for number in range(50):  # whatever strangers ask, the number of series is bounded
            ask(server, f"M{number}", f"/v1/x{number}")
        assert len(metrics(server)) <= before + 4, "strangers make time series"
        board = json.loads((pathlib.Path(__file__).resolve().parents[2] / "docs" / "grafana.json").read_text())
        names = {re.sub(r"\{.*", "", key) for key in seen}
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                for name in re.findall(r"ringmaster_[a-z_]+", target["expr"]):
                    assert name in names, f"the dashboard shows {name}, which is not measured"
        shown = json.dumps(board)
        for name in {re.sub(r"_(bucket|sum|count)$", "", it) for it in names if it.startswith("ringmaster_")}:
            assert name in shown, f"the dashboard leaves out {name}"


class Lines(Server):
    """Keeps what the server logs."""

    def start(self):
        self.lines = []
        self.process = subprocess.Popen([self.binary, "serve", "--data", str(self.data), "--port", "0", *self.flags],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            self.lines.append(line)
            if found := re.search(r"serving on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
                self.reader.start()
                return self
        raise RuntimeError("the server ended")


def check_log():
    with Lines(binary, None, "--log-format", "json", "--log-level", "debug") as server:
        name = ask(server, "POST", "/v1/workflows", json.dumps({"name": "w", "agent": "a", "prompt": "p"}),
                   {"Content-Type": "application/json"}).headers["X-Request-Id"]
        for method, target in (("GET", "/v1/campaigns?limit=14155550100"), ("POST", "/v1/erasures/+14155550100"),
                               ("DELETE", "/v1/contact-lists/14155550100/rows/14155550100"),
                               ("POST", "/v1/campaigns/cmp_000000000001/start")):
            ask(server, method, target)
        assert server.stop() == 0
        server.reader.join()
        entries = [json.loads(line) for line in server.lines]
        assert [it["level"] for it in entries if it["message"].startswith("no API key:")] == ["warning"], entries
        posted = [it for it in entries if it.get("request") == name]
        assert len(posted) == 1, entries
        assert posted[0]["status"] == 201 and posted[0]["method"] == "POST" and posted[0]["path"] == "/v1/workflows"
        assert posted[0]["level"] == "info" and posted[0]["actor"] == "anonymous" and posted[0]["ms"] > 0
        told = subprocess.run([replay, "events", "--data", server.data, "--type", "workflow"],
                              capture_output=True, text=True, check=True, timeout=60).stdout
        assert f" request={name} " in told, (name, told)
        got = [it for it in entries if it.get("method") == "GET"]
        assert got and got[0]["level"] == "debug", entries
        paths = [it["path"] for it in entries if "path" in it]
        assert paths[2:] == ["-", "/v1/contact-lists/{contact_list_id}/rows/{row}", "/v1/campaigns/cmp_000000000001/start"], paths
        assert "14155550100" not in "".join(server.lines), "the log has what was asked for"


def check_waiting():
    """Who waits for what never comes holds no connection, whoever they are."""
    with Server(binary, None, "--max-connections", "50", "--max-connections-per-address", "30") as server:
        assert server.get(f"/v1/workflows?wait_for={server.get('/healthz')['position']}")["items"] == []
        refused(422, lambda: server.get("/v1/workflows?wait_for=999999999"))
        for target in ("/v1", "/healthz", "/readyz", "/docs", "/openapi.json", "/v1/workflows"):
            for _ in range(60):
                with socket.create_connection(("127.0.0.1", server.port), timeout=60) as one:
                    one.sendall(f"GET {target}?wait_for=999999999 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wait_for(lambda: metrics(server)["ringmaster_http_connections"] == 1, 20)


def doctor(*flags):
    done = subprocess.run([binary, *flags], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def check_doctor():
    with tempfile.TemporaryDirectory(prefix="ringmaster-") as name:
        home = pathlib.Path(name)
        status, said = doctor("doctor", "--data", str(home / "data"), "--port", "0")
        assert status == 0 and "will be made" in said and "none, so everybody" in said, said
        assert not (home / "data").exists(), "the doctor changed something"
        status, said = doctor("doctor", "--data", str(home / "data"), "--port", "0", "--address", "0.0.0.0")
        assert status == 1 and "FAIL  keys" in said and "keys create" in said, said
        status, said = doctor("doctor", "--data", str(home / "data"), "--port", "0",
                              "--tls-certificate", str(home / "none.pem"), "--tls-key", str(home / "none.pem"))
        assert status == 1 and f"FAIL  TLS certificate {home}/none.pem: No such file or directory" in said, said
        (home / "defaults.json").write_text('{"concurrency":0}')
        status, said = doctor("doctor", "--data", str(home / "data"), "--port", "0", "--allowed-origins", "https://a.example/,*",
                              "--campaign-defaults", str(home / "defaults.json"))
        assert status == 1 and "allowed origin https://a.example/ is none" in said and "allowed origin * is none" in said, said
        assert f"FAIL  campaign defaults {home}/defaults.json: " in said and "concurrency" in said, said
        (home / "defaults.json").write_text('{"concurrency":7}')
        status, said = doctor("doctor", "--data", str(home / "data"), "--port", "0", "--allowed-origins", "https://a.example:8443",
                              "--campaign-defaults", str(home / "defaults.json"))
        assert status == 0 and "ok    campaign defaults" in said, said
        (home / "file").write_text("")
        status, said = doctor("doctor", "--data", str(home / "file"), "--port", "0")
        assert status == 1 and "no directory" in said, said
        (home / "it.toml").write_text(f'[serve]\ndata = "{home}/data"\nport = 0\ntrusted-proxies = "ten"\n')
        status, said = doctor("--config", str(home / "it.toml"), "doctor")
        assert status == 1 and "trusted proxy ten" in said, said
        with Server(binary, str(home)) as server:
            status, said = doctor("doctor", "--data", str(server.data), "--port", str(server.port))
            assert status == 0 and "in use" in said and "events, the last of" in said, said


check_metrics()
check_log()
check_waiting()
check_doctor()
print("1 passed, 0 failed")
