"""What only Elasticsearch has: servers that go away, blocks, names that are taken, answers that refuse."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from search.engines.elastic import Connection, ElasticEngine
from search.engines.elastic_errors import EngineAway, EngineSlow
from search.engines.elastic_index import synonyms
from search.engines.patience import patience
from search.errors import DocumentRefused, IndexMissing, SearchUnavailable
from tests.engines.engines import ENGINES, PhrasesInMemory, document, query, remove_indices

SERVERS = sorted(set(ENGINES) - {"embedded"})
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens


@pytest.fixture(params=SERVERS)
def engine(request, tmp_path):
    engine = ENGINES[request.param](tmp_path)
    with engine.rebuild():
        pass
    yield engine
    remove_indices(engine)


def settings_of(engine, **settings):
    engine.client.indices.put_settings(index=engine.alias("candidate"), settings=settings)


def test_an_index_that_is_not_ours_is_named_and_left_alone(engine):
    engine.remove()
    engine.client.indices.create(index=engine.alias("candidate"), mappings={"properties": {"id": {"type": "keyword"}}})
    assert engine.alias("candidate") in engine.state()
    assert "ELASTICSEARCH_PREFIX" in engine.state()
    with pytest.raises(SearchUnavailable, match="did not make"), engine.rebuild():
        pass
    assert engine.client.indices.exists(index=engine.alias("candidate"))


def test_an_index_of_another_mapping_asks_for_a_rebuild(engine):
    meta = {"throughgate": {"format": "another"}}
    engine.client.indices.put_mapping(index=engine.alias("job"), meta=meta)
    assert "rebuild_index" in engine.state()
    with engine.rebuild():
        pass
    assert engine.state() == ""


def test_a_deleted_index_is_missing_and_no_write_makes_another(engine):
    engine.put([document("1")])
    engine.remove()
    with pytest.raises(IndexMissing):
        engine.search(query())
    with pytest.raises(IndexMissing):
        engine.put([document("2")])
    assert not engine.client.indices.exists(index=engine.alias("candidate"))


def test_a_block_says_that_the_disk_is_full_and_loses_nothing(engine):
    engine.put([document("1")])
    settings_of(engine, **{"index.blocks.read_only_allow_delete": True})
    with pytest.raises(SearchUnavailable, match="disk") as refused:
        engine.put([document("2")])
    assert not isinstance(refused.value, DocumentRefused)
    assert engine.search(query()).ids == ("1",)
    settings_of(engine, **{"index.blocks.read_only_allow_delete": None})
    engine.put([document("2")])
    assert engine.ids("candidate") == {"1", "2"}


def test_a_field_that_the_mapping_does_not_know_is_refused(engine):
    with pytest.raises(DocumentRefused):
        engine.put([document("1", keywords={"offence": frozenset({"x"})})])
    assert engine.ids("candidate") == set()


def test_a_node_that_is_down_is_passed_over(engine):
    engine.put([document("1")])
    connection = Connection((NOBODY, *engine.connection.urls), engine.connection.prefix, timeout=20)
    other = ElasticEngine(connection, engine.phrases)
    for _time in range(4):
        assert other.search(query()).ids == ("1",)


def test_the_names_of_a_credential_find_each_other(engine):
    engine.put([document("by card", "holds a cscs card"), document("other", "cut hair")])
    found = engine.search(query("drive", words=("construction", "skills", "certification", "scheme")))
    assert found.ids[0] == "by card"


def test_no_synonym_line_is_broken():
    assert len(synonyms()) > 100
    assert all("=>" not in line and ", " in line and not line.startswith(",") for line in synonyms())


def test_nobody_there_is_said_at_once_and_then_not_asked_again():
    engine = ElasticEngine(Connection((NOBODY,)), PhrasesInMemory())
    with pytest.raises(EngineAway, match="ELASTICSEARCH_URLS"):
        engine.search(query())
    with pytest.raises(SearchUnavailable):
        engine.search(query())
    assert engine.breaker.why_not()
    with pytest.raises(SearchUnavailable, match="tried again"):
        engine.search(query())


class Answering:
    """A server that answers every request alike, counting them, or takes its time."""

    def __init__(self, status, body, seconds=0.0):
        self.asked = 0
        self.hold = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler):
                self.asked += 1
                handler.rfile.read(int(handler.headers.get("content-length", 0)))
                if seconds:
                    self.hold.wait(seconds)
                content = json.dumps(body).encode()
                handler.send_response(status)
                handler.send_header("content-type", "application/json")
                handler.send_header("x-elastic-product", "Elasticsearch")
                handler.send_header("content-length", str(len(content)))
                handler.end_headers()
                handler.wfile.write(content)

            do_GET = do_PUT = do_HEAD = do_POST

            def log_message(handler, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return ElasticEngine(
            Connection((f"http://127.0.0.1:{self.server.server_port}",), timeout=0.2), PhrasesInMemory()
        )

    def __exit__(self, *error):
        self.hold.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_a_server_with_too_much_to_do_is_left_in_peace():
    busy = Answering(429, {"error": {"type": "es_rejected_execution_exception", "reason": "queue full"}})
    with busy as engine:
        for _time in range(10):
            with pytest.raises(SearchUnavailable):
                engine.search(query())
    assert busy.asked == 2


def test_a_server_that_hangs_costs_one_time_out():
    slow = Answering(200, {}, seconds=5)
    with slow as engine:
        with pytest.raises(EngineSlow):
            engine.search(query())
        for _time in range(5):
            with pytest.raises(SearchUnavailable, match="tried again"):
                engine.search(query())
    assert slow.asked == 1


def test_a_page_that_has_waited_long_enough_asks_no_more():
    never = Answering(200, {})
    with never as engine, patience(0.0), pytest.raises(SearchUnavailable, match="long enough"):
        engine.search(query())
    assert never.asked == 0


def test_a_key_that_is_refused_is_named():
    refusing = Answering(401, {"error": {"type": "security_exception", "reason": "no"}})
    with refusing as engine, pytest.raises(SearchUnavailable, match="ELASTICSEARCH_API_KEY"):
        engine.state()


def test_an_old_server_is_named_with_what_is_needed():
    old = Answering(200, {"version": {"number": "7.17.9"}, "tagline": "You Know, for Search"})
    with old as engine, pytest.raises(SearchUnavailable, match=r"7\.17\.9.*8\.18"):
        engine.state()
