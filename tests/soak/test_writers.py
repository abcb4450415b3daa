"""Half a minute of eight writers on a real hub: nothing is refused, nothing is lost."""

import threading

import pytest

from contracthub.storage.engine import open_database
from tests.faults.hub_process import serving
from tests.faults.publishing import Stream, check, check_soundness

SECONDS = 30
WRITERS = 8


@pytest.mark.soak
def test_eight_writers_for_half_a_minute(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(database_url) as hub:
        stream = Stream(hub.url, seed=1, label="soak", writers=WRITERS)
        stream.start()
        threading.Event().wait(SECONDS)
        stream.join()
        assert hub.terminate() == 0
        assert hub.said() == ""
    assert {each.status for each in stream.sent} == {200}
    database = open_database(database_url)
    assert check(database, stream.sent) == len(stream.sent)
    check_soundness(database)
    with capsys.disabled():
        kind = database.engine.dialect.name
        print(f"\n{len(stream.sent)} publishes by {WRITERS} writers in {SECONDS} s on {kind}: all 200, none lost")  # noqa: T201
    database.close()
