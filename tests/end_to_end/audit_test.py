"""The auditor's command beside a server: while it dials, after kill -9, and on damage."""
import csv, io, json, os, pty, re, subprocess, sys

from ringmaster import Server, prepare

binary, replay = sys.argv[1:3]
FAST = {"setup_ms": [10, 50], "ring_ms": [20, 100], "no_answer_ms": [50, 100], "talk_ms": [50, 300]}


def ask(server, *words, status=0):
    done = subprocess.run([replay, *words, "--data", str(server.data), "--json"], capture_output=True, text=True)
    assert done.returncode == status, (words, done)
    return [json.loads(line) for line in done.stdout.splitlines()]


def shows_progress(*words):
    """Whether somebody who waits at a terminal sees how far it is, and no trace of it afterwards."""
    screen, terminal = pty.openpty()
    subprocess.run(words, stdout=subprocess.PIPE, stderr=terminal, check=True)
    os.close(terminal)
    seen = b""
    try:
        while piece := os.read(screen, 4096):
            seen += piece
    except OSError:  # nobody has the terminal any more
        pass
    os.close(screen)
    return re.search(rb"\w+ \[[#-]{24}\] +\d+%", seen) and seen.endswith(b"\r\x1b[K")


with Server(binary) as server:
    campaign = prepare(server, 300, 30, FAST, {"max_attempts": 2, "retry_interval_minutes": 0})
    following = subprocess.Popen(
        [replay, "events", "--follow", "--json", "--campaign", campaign, "--data", str(server.data)],
        stdout=subprocess.PIPE, text=True)
    server.post(f"/v1/campaigns/{campaign}/start")
    seen = []
    for line in following.stdout:
        seen.append(json.loads(line))
        if len(seen) % 100 == 1:
            [report] = ask(server, "verify")
            assert report["intact"] and report["head"]["position"] >= seen[-1]["position"], report
        if seen[-1]["type"] == "campaign.completed.v1":
            break
    following.terminate()
    following.wait()
    wanted = ask(server, "events", "--campaign", campaign)
    assert seen == wanted[:len(seen)], "following and reading differ"
    [before] = ask(server, "verify")
    [agreement] = ask(server, "diff")
    assert agreement["differences"] == 0, agreement
    run = server.get(f"/v1/campaigns/{campaign}/runs?limit=1")["items"][0]
    [story] = ask(server, "explain", campaign, str(run["row"]))
    assert story["phone_number"] == run["phone_number"], story
    assert ask(server, "explain", "--number", run["phone_number"]) == [story]
    [state] = ask(server, "state", campaign)
    assert state["progress"]["completed"] == server.get(f"/v1/campaigns/{campaign}/progress")["completed"], state
    progress = server.get(f"/v1/campaigns/{campaign}/progress")
    calls = ask(server, "export", "--campaign", campaign)
    assert len(calls) == progress["attempts"], (len(calls), progress)
    [call] = [it for it in calls if it["call_id"] == run["run_id"]]
    assert (call["called_number"], call["outcome"], call["duration_ms"]) == (
        run["phone_number"], run["outcome"], run["duration_ms"]), (call, run)
    table = subprocess.run([replay, "export", "--data", str(server.data)], capture_output=True, text=True, check=True)
    rows = list(csv.DictReader(io.StringIO(table.stdout, newline="")))
    assert [it["call_id"] for it in rows] == [it["call_id"] for it in calls]
    [told] = ask(server, "what-if", campaign, "--set", "concurrency=10")
    assert told["recorded"]["attempts"] == progress["attempts"], told["recorded"]
    assert told["what_if"]["most_at_once"] == 10 and told["what_if"]["finishes_at"] > told["as_it_is"]["finishes_at"]
    foreseen = server.post(f"/v1/campaigns/{campaign}/forecast", {"concurrency": 10})
    for member in ("attempts", "outcomes", "completed", "policy", "assumptions"):
        assert foreseen[member] == told["what_if"][member], (member, foreseen, told["what_if"])
    server.kill()
    [after] = ask(server, "verify")
    assert after == before, (before, after)
    head = f"{after['head']['position']}:{after['head']['hash']}"
    server.start()
    [again] = ask(server, "verify", "--expect-head", head)
    assert again["intact"] and again["events"] > after["events"], again
    server.stop()
    at = ["--data", str(server.data)]
    for words in (["verify"], ["events"], ["state", campaign], ["diff"], ["export"], ["what-if", campaign]):
        assert shows_progress(replay, *words, *at), words
    for words in (["rebuild-views"], ["backup", str(server.data / "copy")]):
        assert shows_progress(binary, *words, *at), words
    rebuilt = subprocess.run([binary, "rebuild-views", "--data", str(server.data), "--json"],
                             capture_output=True, text=True, check=True)
    [last] = ask(server, "verify")
    assert json.loads(rebuilt.stdout).items() >= {"events": last["events"], "same_as_before": True}.items(), rebuilt
    public = server.data / "public.pem"
    public.write_text(subprocess.run([binary, "keys", "export-public", "--data", str(server.data)],
                                     capture_output=True, text=True, check=True).stdout)
    [signed] = ask(server, "verify", "--public-key", str(public))
    assert signed["signed_heads"]["last_position"] == signed["events"] - 1, signed
    [last] = ask(server, "events", "--from", str(signed["events"]))
    assert last["type"] == "engine.head_signed.v1" and last["data"]["public_key"] in signed["signed_heads"]["public_keys"]
    again = signed
    reached = server.data / "journal" / "reached"
    reached.write_bytes((again["events"] + 10_000).to_bytes(8, "little"))
    [damaged] = ask(server, "verify", status=1)
    assert damaged["damage"]["fault"] == "missing", damaged
    assert not (ask(server, "events", "--campaign", "cmp_nonsense", status=2))
print("1 passed, 0 failed")
