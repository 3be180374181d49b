"""Journal, fetch log and graph digest, each on its own."""

from crawler.export.download.audio import AudioFault
from crawler.export.download.candidates import DownloadResult
from crawler.export.download.resume import Attempt, FetchLog, Journal
from crawler.export.files.lock import digest_of
from tests.support.worlds.export_world import AT


def node(label, key, **properties):
    return {"type": "node", "id": key, "labels": [label], "properties": properties}


def edge(label, start, end, **properties):
    return {
        "type": "relationship",
        "label": label,
        "start": {"id": start, "labels": ["Artist"]},
        "end": {"id": end, "labels": ["Genre"]},
        "properties": properties,
    }


MUSIC = [
    node("Artist", "deezer:1", name="Band", genres_at="2026-01-01T00:00:00Z"),
    node("Genre", "rock"),
    edge("HAS_GENRE", "deezer:1", "rock", votes=3, first_seen_at="2026-01-01"),
]


def test_graph_digest_depends_on_music_not_on_times():
    later = [
        node("Artist", "deezer:1", name="Band", genres_at="2027-07-07T00:00:00Z"),
        node("Genre", "rock"),
        edge("HAS_GENRE", "deezer:1", "rock", votes=3, first_seen_at="2027-07-07"),
    ]
    other = [*MUSIC[:2], edge("HAS_GENRE", "deezer:1", "rock", votes=4)]
    assert digest_of(later) == digest_of(MUSIC)
    assert digest_of(other) != digest_of(MUSIC)
    assert digest_of(MUSIC[:2]) != digest_of(MUSIC)


def test_graph_digest_ignores_selections_and_crawl_state():
    more = [
        *MUSIC,
        node("Selection", "other", policy="precedence"),
        node("Crawl", "small", round=7),
        edge("CLASSIFIED_AS", "deezer:1", "other/rock", share=1.0),
    ]
    assert digest_of(more) == digest_of(MUSIC)


def result(number, reason=None):
    fault = AudioFault(reason, "because") if reason else None
    return DownloadResult(f"deezer:{number}", isrc=f"ISRC{number}", fault=fault)


def test_torn_journal_returns_last_results(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.write(result(1, "silent"))
    journal.write(result(1))
    journal.write(result(2))
    journal.close()
    path.write_bytes(path.read_bytes() + b'{"id": "deez')
    again = Journal(path)
    again.write(result(3))
    again.close()
    read = Journal(path)
    assert list(read.results().values()) == [result(1), result(2), result(3)]
    read.close()


def test_torn_fetch_log_keeps_counting(tmp_path):
    path = tmp_path / "fetch-log.csv"

    def attempt(status):
        return Attempt(AT, "deezer:1", status, "ok", 0.25, 480)

    log = FetchLog(path)
    log.write(attempt(200))
    log.close()
    path.write_bytes(path.read_bytes() + b"2026-11-24T12:")
    log = FetchLog(path)
    log.write(attempt(None))
    log.close()
    assert path.read_text(encoding="utf-8").splitlines() == [
        "time,id,attempt,status,reason,seconds,bytes",
        "2026-11-24T12:00:00.000+00:00,deezer:1,1,200,ok,0.250,480",
        "2026-11-24T12:00:00.000+00:00,deezer:1,2,,ok,0.250,480",
    ]
