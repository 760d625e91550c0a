"""The `ringmaster` command: its settings, and every subcommand once."""
import json, os, pathlib, re, signal, subprocess, sys, tempfile

import fake_carrier
from ports import free_port
from ringmaster import Server

binary = sys.argv[1]
examples = pathlib.Path(__file__).resolve().parent.parent.parent / "examples"
home = tempfile.TemporaryDirectory(prefix="ringmaster-")
directory = pathlib.Path(home.name)


def serve(*flags, config=None, **environment):
    """Starts a server and answers it with the first line it says about serving."""
    command = [binary] + (["--config", str(config)] if config else []) + ["serve", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env=os.environ | environment, cwd=directory)
    said = []
    for line in process.stdout:
        said.append(line)
        if "serving on" in line:
            return process, line
    process.wait()
    return process, "".join(said)


def stop(process):
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0


def run(*words, expect=0, **environment):
    done = subprocess.run([binary, *words], capture_output=True, text=True, timeout=60, env=os.environ | environment)
    assert done.returncode == expect, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout if expect == 0 else done.stderr + done.stdout


def check_settings():
    """A flag wins over the environment, that over the file, that over the default."""
    in_file, in_environment, in_flag = free_port(), free_port(), free_port()
    config = directory / "ringmaster.toml"
    config.write_text(f'[serve]\nport = {in_file}\ndata = "from_file"\n')
    for flags, environment, port in (
            ([], {}, in_file),
            ([], {"RINGMASTER_PORT": str(in_environment)}, in_environment),
            (["--port", str(in_flag)], {"RINGMASTER_PORT": str(in_environment)}, in_flag)):
        process, line = serve(*flags, config=config, **environment)
        stop(process)
        assert f"127.0.0.1:{port}," in line and "from_file" in line, (line, port)
    for wrong in ("[serve]\nprot = 1\n", "[serve]\nport = 70000\n", "[serve]\ntime-factor = -1\n"):
        config.write_text(wrong)
        process, said = serve(config=config)
        assert process.returncode != 0, (wrong, said)
        assert re.search("prot|port|time-factor", said), said
    process, said = serve("--port", "http")
    assert process.returncode != 0 and "port" in said, said


def check_commands(url):
    def ask(*words):
        return json.loads(run(*words, "--json", "--url", url))

    def say(*words):
        return run(*words, RINGMASTER_URL=url)

    def body(name, content):
        path = directory / f"{name}.json"
        path.write_text(json.dumps(content))
        return str(path)

    people = directory / "first people.csv"  # a name that has to be escaped
    people.write_bytes((examples / "contacts.csv").read_bytes())
    made = ask("lists", "upload", str(people))
    assert made["rows_accepted"] == 200 and made["name"] == "first people", made
    assert made["id"] in say("lists", "list")
    refused = run("lists", "upload", str(examples / "contacts-with-mistakes.csv"), "--url", url, expect=1)
    assert ".:" not in refused, refused
    assert "line" in refused, refused
    skipped = ask("lists", "upload", str(examples / "contacts-with-mistakes.csv"), "--skip-invalid",
                  "--default-country", "US", "--name", "mended")
    assert skipped["rows_rejected"] > 0, skipped
    trunk = ask("trunks", "create", body("trunk", {
        "name": "line", "provider": "simulated", "settings": {"seed": 3}, "caller_ids": [], "channels": 20}))
    workflow = ask("workflows", "create", body("workflow", {"name": "greet", "agent": "agent", "prompt": "Hello"}))
    campaign = ask("campaigns", "create", body("campaign", {
        "name": "first", "workflow_id": workflow["id"], "contact_list_id": made["id"], "trunk_id": trunk["id"],
        "concurrency": 2, "circuit_breaker": {"enabled": False}}))["id"]
    assert trunk["id"] in say("trunks", "list") and workflow["id"] in say("workflows", "list")
    assert ask("campaigns", "show", campaign)["status"] == "draft"
    assert "not" in run("campaigns", "pause", campaign, "--url", url, expect=1)
    assert ask("campaigns", "start", campaign)["status"] == "running"
    assert "in_flight" in say("campaigns", "pause", campaign)
    assert ask("campaigns", "resume", campaign)["status"] == "running"
    assert "first" in say("campaigns", "list")
    last = run("watch", campaign, "--json", "--url", url).strip().splitlines()[-1]
    assert json.loads(last)["status"] == "completed", last
    assert ask("runs", campaign, "--outcome", "completed")["items"], "no runs"
    assert "completed" in say("runs", campaign)
    run("campaigns", "show", "cmp_000000000001", "--url", url, expect=1)
    run("campaigns", "list", "--url", f"http://127.0.0.1:{free_port()}", expect=1)
    assert run("campaigns", "fly", expect=106)


def check_running_campaigns():
    """A server that was started with less than a running campaign needs does not serve: it would fail."""
    mute = {"provider": "agent_webhook", "name": "agents", "caller_ids": [], "secrets": {},
            "settings": {"url": f"http://127.0.0.1:{free_port()}/call"}}
    data, flags = directory / "running", ("--port", "0", "--carriers-allow-private-addresses", "true")
    with Server(binary, data, *flags[2:], "--public-base-url", "http://127.0.0.1:1") as server:
        campaign = fake_carrier.prepare(server, mute, 3, 1)
        server.post(f"/v1/campaigns/{campaign}/start")
    process, said = serve(*flags, "--data", str(server.data))
    assert process.returncode == 1 and campaign in said and "public_base_url" in said, said
    assert f"FAIL  campaign {campaign} is running" in run("doctor", *flags, "--data", str(server.data), expect=1)
    with server:
        assert server.get(f"/v1/campaigns/{campaign}")["status"] == "running"
        server.post(f"/v1/campaigns/{campaign}/pause")
    process, _ = serve(*flags, "--data", str(server.data))  # to be mended
    stop(process)


with home:
    check_settings()
    check_running_campaigns()
    process, line = serve("--port", "0", "--time-factor", "600", "--data", "commands")
    try:
        check_commands(re.search(r"http://[0-9.:]+", line)[0])
    finally:
        stop(process)
print("1 passed, 0 failed")
