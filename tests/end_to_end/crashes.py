"""kill -9 of a server amid calls, aimed by what its carrier writes down, and what must be so of the calls afterwards.

A carrier here has `new_lines()`: what it wrote down since it was asked last, as (what, attempt, its name for the call),
where `what` is "placed" before it answers, then "answered", or "lost" where it placed the call and we are not told so.
"""
import bisect, collections, json, math, os, signal, subprocess, time

from agreement import runs_of
from ringmaster import closes, wait_for

Kill = collections.namedtuple("Kill", "before after")  # lines on the carrier's record when it was sent, and when all was still
look_interval = 0.0005  # a carrier takes longer to answer
AIMS = ("placed", "answered", "lost", "chance")
MOMENTS = {
    "unheard": "after the intent and before the carrier heard of it",
    "placed": "between the intent and the carrier's answer",
    "answered": "between the answer and its record",
    "lost": "with the carrier's answer lost",
}


class Record:
    """A carrier's own record, and where in it each call stands."""

    def __init__(self, carrier):
        self.carrier, self.size = carrier, 0
        self.placed = collections.defaultdict(dict)  # by attempt: line by the carrier's name for a call
        self.told = {}  # by attempt: (line, "answered" or "lost")

    def read(self):
        """What is new, as in `new_lines`."""
        lines = list(self.carrier.new_lines())
        for what, attempt, name in lines:
            if what == "placed":
                self.placed[attempt].setdefault(name, self.size)
            else:
                self.told.setdefault(attempt, (self.size, what))
            self.size += 1
        return lines

    def wait_for(self, wanted, until):
        """The attempt that is the next to be written down so; none when `until` is so first."""
        while not until():
            for what, attempt, _ in self.read():
                if what == wanted:
                    return attempt
            time.sleep(look_interval)
        return None


class Strikes:
    """Kills a server over and over, and knows afterwards what each kill hit."""

    def __init__(self, server, campaign, carrier, dice):
        self.server, self.campaign, self.dice = server, campaign, dice
        self.record, self.kills = Record(carrier), []

    def strike(self, aim):
        """One kill and a new start; says whether the campaign was over by then."""
        if aim == "chance":
            time.sleep(self.dice.uniform(0.0, 0.8))  # when it strikes is the point; nothing waits for it
        else:
            self.halt_at(aim)
        self.record.read()
        before = self.record.size
        self.server.kill()
        if aim == "chance":  # a server that does not run was told nothing more
            self.record.read()
        self.kills.append(Kill(before, self.record.size))
        self.server.start()
        progress = self.server.get(f"/v1/campaigns/{self.campaign}/progress")
        assert closes(progress), progress
        return progress["status"] == "completed"

    def halt_at(self, wanted):
        """Halts the server, which then records nothing more, once the carrier has a call; until that call is `wanted`."""
        gives_up = time.monotonic() + 5  # nothing to aim at: that is as good as chance
        until = lambda: time.monotonic() > gives_up
        while not until():
            attempt = self.record.wait_for("placed", until)
            self.halt()
            self.record.read()
            if attempt and attempt not in self.record.told:
                if wanted == "placed":
                    return
                while attempt not in self.record.told and not until():
                    time.sleep(look_interval)
                    self.record.read()
                if self.record.told.get(attempt, (0, ""))[1] == wanted:
                    return
            self.server.process.send_signal(signal.SIGCONT)

    def halt(self):
        self.server.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.server.process.pid, os.WUNTRACED)

    def go_on(self, rounds, seconds):
        """Strikes so many times, fewer if everybody was called by then, and waits for the campaign's end."""
        for number in range(rounds):
            if self.strike(AIMS[number % len(AIMS)]):
                break
        progress = wait_for(
            lambda: (it := self.server.get(f"/v1/campaigns/{self.campaign}/progress"))["status"] == "completed" and it,
            seconds)
        self.record.read()
        return progress

    def check(self, replay, contacts, progress, says):
        """Holds the carrier's record against the log. `says`: the outcomes that a call may have that was placed. A summary."""
        assert closes(progress) and progress["in_flight"] == 0, progress
        assert progress["completed"] + progress["failed"] == contacts, progress
        placed = self.record.placed
        twice = [it for it, calls in placed.items() if len(calls) > 1]
        assert not twice, f"called twice: {twice[:5]}"
        runs = runs_of(self.server, self.campaign)
        assert len(runs) == progress["attempts"] and all(runs.values()), "an attempt is neither settled nor reported"
        assert not set(placed) - set(runs), "the carrier placed calls that the log does not know"
        unheard = [runs[it] for it in runs if it not in placed]
        assert set(unheard) <= {"unknown", "cancelled"}, f"calls the carrier never placed ended as {set(unheard)}"
        unsettled = 0
        for attempt in placed:
            unsettled += runs[attempt] == "unknown"
            assert runs[attempt] == "unknown" or runs[attempt] in says(attempt), (attempt, runs[attempt], says(attempt))
        hits = self.hits(Log(replay, self.server, self.campaign))
        for moment in ("placed", "answered", "lost"):
            assert hits[moment], f"no kill struck {MOMENTS[moment]}"
        struck = "".join(f"\n  {hits[it]} calls struck {said}" for it, said in MOMENTS.items())
        return (f"{len(self.kills)} kills, {len(runs)} attempts, {len(placed)} placed, none twice; "
                f"{unheard.count('cancelled')} held back, {unheard.count('unknown')} unknown that were never placed, "
                f"{unsettled} unknown that were, {sum(told == 'lost' for _, told in self.record.told.values())} answers lost"
                + struck)

    def hits(self, log):
        """How many calls were struck at each moment: of those whose intent was on disk, and nothing more."""
        assert len(log.starts) == len(self.kills) + 1, (log.starts, len(self.kills))
        count = collections.Counter()
        for attempt, dialed in log.dialed.items():
            number = bisect.bisect(log.starts, dialed) - 1  # of the process that dialled
            if number < len(self.kills) and log.heard.get(attempt, math.inf) > log.starts[number + 1]:
                count[self.standing(attempt, self.kills[number])] += 1
        return count

    def standing(self, attempt, kill):
        """How far the carrier was with a call when a kill came, for certain."""
        line, told = self.record.told.get(attempt, (None, None))
        if told and line < kill.before:
            return told
        if told and line < kill.after:
            return "amid"  # it answered while the kill was on its way
        return "placed" if any(line < kill.after for line in self.record.placed.get(attempt, {}).values()) else "unheard"


class Log:
    """What the log has of a campaign's calls, by position."""

    def __init__(self, replay, server, campaign):
        self.starts, self.dialed, self.heard = [], {}, {}
        text = subprocess.run([replay, "events", "--json", "--data", str(server.data)], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        for event in map(json.loads, text.splitlines()):
            if event["type"] == "engine.started.v1":
                self.starts.append(event["position"])
            elif event["stream"].startswith(f"contact/{campaign}/") and "attempt" in event["data"]:
                attempt = f"{campaign}.{event['stream'].rsplit('/', 1)[1]}.{event['data']['attempt']}"
                where = self.heard if attempt in self.dialed else self.dialed
                where.setdefault(attempt, event["position"])
