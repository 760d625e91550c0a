"""A backup of a server that dials, and the server that is restored from it."""
import json, pathlib, subprocess, sys, tempfile

from ringmaster import Server, closes, prepare, wait_for

binary, replay = sys.argv[1:3]
FAST = {"setup_ms": [10, 50], "ring_ms": [20, 100], "no_answer_ms": [50, 100], "talk_ms": [50, 300]}


def run(*words):
    done = subprocess.run([binary, *map(str, words)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (words, done)
    return done.stdout


def verified(data):
    done = subprocess.run([replay, "verify", "--json", "--data", str(data)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done
    return json.loads(done.stdout)


with tempfile.TemporaryDirectory(prefix="ringmaster-") as directory:
    shelf = pathlib.Path(directory)
    with Server(binary) as server:
        campaign = prepare(server, 400, 20, FAST, {"max_attempts": 2, "retry_interval_minutes": 0})
        at = f"/v1/campaigns/{campaign}"
        server.post(f"{at}/start")
        backups = []
        while server.get(f"{at}/progress")["status"] == "running":
            reached = server.get(f"{at}/progress")
            backups.append((shelf / f"backup-{len(backups)}", reached))
            told = json.loads(run("backup", backups[-1][0], "--data", server.data, "--json"))
            assert told["position"] >= reached["position"] and told["bytes"] > 0, (told, reached)
        generation = reached["generation"]
        again = subprocess.run([binary, "backup", str(backups[0][0]), "--data", str(server.data)], capture_output=True, text=True)
        assert again.returncode != 0 and "exists already" in again.stderr, again
    assert len(backups) >= 2, "the campaign was over too soon"
    for backup, reached in (backups[0], backups[len(backups) // 2]):
        restored = shelf / f"from-{backup.name}"
        said = run("restore", backup, "--data", restored / "data")
        assert "1 running campaigns were paused" in said, said
        assert verified(restored / "data")["intact"]
        with Server(binary, restored) as server:
            progress = server.get(f"{at}/progress")
            assert progress["status"] == "paused" and closes(progress), progress
            assert "restored from a backup" in progress["status_reason"], progress
            assert progress["generation"] != generation, "a client could not tell it from the other"
            assert progress["attempts"] >= reached["attempts"], (progress, reached)
            wait_for(lambda: server.get(f"{at}/progress")["in_flight"] == 0)
            if server.get(f"{at}/progress")["status"] == "paused":  # somebody was still to be called
                server.post(f"{at}/resume")
            wait_for(lambda: server.get(f"{at}/progress")["status"] == "completed")
            progress = server.get(f"{at}/progress")
            assert closes(progress) and progress["completed"] + progress["failed"] == 400, progress
            called = server.ledger(campaign)
            assert len(called) == len(set(called)), "a call was placed twice"
            run_record = server.get(f"{at}/runs?limit=1&include=result")["items"][0]
            assert run_record["phone_number"].startswith("+1415555"), run_record
print("1 passed, 0 failed")
