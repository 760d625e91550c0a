"""The README's tour, as it stands there, run by a shell."""
import pathlib, re, subprocess, sys

from ringmaster import Server

binary = sys.argv[1]
root = pathlib.Path(__file__).resolve().parent.parent.parent
readme = (root / "README.md").read_text()


def script(name):
    return re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", readme, re.S)[1]


with Server(binary, None, "--time-factor", "600") as server:
    url = f"http://127.0.0.1:{server.port}"
    text = "\n".join(script(name) for name in ("tour", "commands", "explain"))
    assert "http://127.0.0.1:8080" in text and "build/ringmaster" in text
    text = text.replace("http://127.0.0.1:8080", url).replace("build/ringmaster", binary)
    done = subprocess.run(["sh", "-eu"], input=text, cwd=root, text=True, timeout=120,
                          stdout=subprocess.PIPE, env={"PATH": "/usr/bin:/bin", "RINGMASTER_URL": url, "RINGMASTER_DATA": str(server.data)})
    print(done.stdout)
    assert done.returncode == 0, done.returncode
    assert "/problems/" not in done.stdout, "a request of the tour was refused"
    for expected in ('"status":"running"', '"status":"paused"', '"in_flight"', '"transcript"', '"why"', "200 contacts:",
                     "Contact 4 of campaign", "Attempt 1 was dialled over trunk", "The contact is done:"):
        assert expected in done.stdout.replace('": ', '":'), expected
