"""What must be so once a campaign is over, whatever happened to the server on the way."""
import collections

from ringmaster import closes


def runs_of(server, campaign):
    """Outcome by run id."""
    runs, cursor = {}, None
    while True:
        page = server.get(f"/v1/campaigns/{campaign}/runs?limit=1000" + (f"&cursor={cursor}" if cursor else ""))
        runs.update((run["run_id"], run["outcome"]) for run in page["items"])
        if not (cursor := page["next_cursor"]):
            return runs


def check_agreement(server, campaign, contacts, progress):
    """Nobody is lost, no attempt was dialled twice, and the carrier's own record agrees with the log. Answers a summary."""
    assert closes(progress) and progress["in_flight"] == 0, progress
    assert progress["completed"] + progress["failed"] + progress["cancelled"] == contacts, progress

    ledger = server.ledger()
    twice = [call for call, count in collections.Counter(ledger).items() if count > 1]
    assert not twice, f"dialled twice: {twice[:5]}"

    runs = runs_of(server, campaign)
    assert len(runs) == progress["attempts"], (len(runs), progress["attempts"])
    assert not set(ledger) - set(runs), "the carrier placed calls that the log does not know"
    unheard = set(runs) - set(ledger)
    strange = {runs[it] for it in unheard} - {"unknown", "cancelled"}
    assert not strange, f"calls the carrier never placed ended as {strange}"
    return f"{len(runs)} attempts, {len(ledger)} placed, {len(unheard)} never reached the carrier"
