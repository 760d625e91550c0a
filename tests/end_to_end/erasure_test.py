"""A person is erased: from every byte under the data directory, while the server serves; and nobody calls them again."""
import json, pathlib, subprocess, sys, tempfile

from ringmaster import Refused, Server, closes, wait_for

binary, replay = sys.argv[1:3]
FAST = {"setup_ms": [5, 20], "ring_ms": [5, 20], "no_answer_ms": [20, 40], "talk_ms": [20, 60]}
SLOW = FAST | {"talk_ms": [600_000, 600_000], "mix": {"completed": 1}, "reorder_rate": 0, "late_rate": 0}
NUMBER, NAME = "+14155550123", "Zebedee Quillfeather"
TRACES = [b"4155550123", b"Zebedee", b"Quillfeather", b"555-0123"]
CONTACTS = 40


def people():
    rows = [f"+1415555{2000 + i},Customer {i}" for i in range(CONTACTS - 1)]
    rows.insert(20, f"{NUMBER},{NAME}")
    rows += [f"(415) 555-0123,{NAME}", "12,Nobody"]  # a duplicate, and no number at all: rejects
    return "phone_number,customer_name\n" + "\n".join(rows) + "\n"


def traces_under(directory):
    found = []
    for path in sorted(pathlib.Path(directory).rglob("*")):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:  # the database tidies up
            continue
        found += [(path.name, trace) for trace in TRACES if trace in content]
    return found


def campaign_over(server, name, list_id, settings, **more):
    trunk = server.post("/v1/trunks", {"name": name, "provider": "simulated", "settings": settings,
                                       "caller_ids": ["+14155550199"], "channels": 50})["id"]
    workflow = server.post("/v1/workflows", {"name": name, "agent": "agent", "prompt": "Hello {{customer_name}}"})["id"]
    return server.post("/v1/campaigns", {
        "name": name, "workflow_id": workflow, "contact_list_id": list_id, "trunk_id": trunk, "concurrency": 50,
        "retry_config": {"max_attempts": 1}, "circuit_breaker": {"enabled": False}} | more)["id"]


def progress_of(server, campaign):
    return server.get(f"/v1/campaigns/{campaign}/progress")


with tempfile.TemporaryDirectory(prefix="ringmaster-") as home:
    with Server(binary, home) as server:
        made = server.post("/v1/contact-lists?name=people&default_country=US&invalid=skip", people(), "text/csv")
        row = 21
        called = campaign_over(server, "called", made["id"], FAST | {"mix": {"completed": 1}})
        draft = campaign_over(server, "draft", made["id"], FAST | {"mix": {"completed": 1}})
        up = campaign_over(server, "up", made["id"], SLOW)
        server.post(f"/v1/campaigns/{called}/start")
        wait_for(lambda: progress_of(server, called)["status"] == "completed")
        server.post(f"/v1/campaigns/{up}/start")
        wait_for(lambda: progress_of(server, up)["answered"] == CONTACTS)
        run = f"/v1/runs/{called}.{row}.1"
        before = server.get(run)
        assert before["phone_number"] == NUMBER and NAME in json.dumps(before), before
        assert traces_under(server.data), "the test looks in the wrong place"

        erased = server.call("DELETE", f"/v1/contact-lists/{made['id']}/rows/{row}")
        assert erased["erased"], erased
        again = server.call("DELETE", f"/v1/contact-lists/{made['id']}/rows/{row}")
        assert again["erased"], again
        wait_for(lambda: not traces_under(server.data), 10)

        after = server.get(run)
        assert NAME not in json.dumps(after) and NUMBER not in json.dumps(after), after
        assert after["outcome"] == before["outcome"], "that there was a call is no secret"
        rejects = server.read(f"/v1/contact-lists/{made['id']}/rejects.csv")
        assert "too_short" in rejects and "0123" not in rejects, rejects
        waiting = server.get(f"/v1/campaigns/{draft}/contacts/{row}")
        assert waiting["status"] == "cancelled", waiting
        wait_for(lambda: server.get(f"/v1/campaigns/{up}/contacts/{row}")["status"] != "in_flight")
        assert server.get(f"/v1/runs/{up}.{row}.1").get("gathered_context") in (None, {}), "kept"

        server.post(f"/v1/campaigns/{up}/pause", {"calls": "hang_up"})  # or nobody else could call these people
        wait_for(lambda: progress_of(server, up)["in_flight"] == 0)
        late = campaign_over(server, "late", made["id"], FAST | {"mix": {"completed": 1}})
        for campaign in (draft, late):
            server.post(f"/v1/campaigns/{campaign}/start")
            progress = wait_for(lambda: (it := progress_of(server, campaign))["status"] == "completed" and it)
            assert closes(progress) and progress["cancelled"] == 1 and progress["completed"] == CONTACTS - 1, progress
            assert f"{campaign}.{row}.1" not in server.ledger(campaign), "an erased person was called"
        try:
            server.call("DELETE", f"/v1/contact-lists/{made['id']}/rows/{CONTACTS + 1}")
            raise AssertionError("a row that never was")
        except Refused as no:
            assert no.status == 404, no

        up = campaign_over(server, "up again", made["id"], SLOW)
        server.post(f"/v1/campaigns/{up}/start")
        wait_for(lambda: progress_of(server, up)["in_flight"] > 0)

        # By the number, over all lists, one of them not called yet.
        second = server.post("/v1/contact-lists?name=second&default_country=US", f"phone_number,customer_name\n{NUMBER},{NAME}\n", "text/csv")
        said = subprocess.run([binary, "erase", "--number", NUMBER, "--url", f"http://127.0.0.1:{server.port}"],
                              capture_output=True, text=True, timeout=60)
        assert said.returncode == 0 and f"erased row 1 of {second['id']}" in said.stdout, said
        wait_for(lambda: not traces_under(server.data), 10)
        assert progress_of(server, up)["status"] == "running"
    assert not traces_under(home), traces_under(home)

    verified = subprocess.run([replay, "verify", "--data", home + "/data"], capture_output=True, text=True, timeout=60)
    assert verified.returncode == 0 and "chain intact" in verified.stdout, verified
    same = subprocess.run([replay, "diff", "--data", home + "/data"], capture_output=True, text=True, timeout=60)
    assert same.returncode == 0, same
    told = subprocess.run([replay, "explain", draft, str(row), "--data", home + "/data"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0 and "erased" in told.stdout, told

    # What a crash leaves begun is gone through again at the next start.
    with Server(binary, home) as server:
        third = server.post("/v1/contact-lists?name=third&default_country=US", f"phone_number,customer_name\n{NUMBER},{NAME}\n", "text/csv")
        server.kill()
        (server.data / "vault" / "erasures" / f"{third['id']}-1").write_text("key:auditor")
        server.start()
        wait_for(lambda: not traces_under(server.data), 30)
        wait_for(lambda: not list((server.data / "vault" / "erasures").iterdir()), 10)
print("1 passed, 0 failed")
