"""What `manage.py check` says of search: each fault by a name of its own, with its remedy."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from search import checks
from search.engines import get_engine
from search.errors import SearchUnavailable


@contextmanager
def server_that_answers(status, body, **headers):
    """An HTTP server that gives everybody the same answer; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = answer

        def log_message(self, *args):
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


ELASTIC = {"X_Elastic_Product": "Elasticsearch"}


@pytest.fixture(autouse=True)
def embedded(settings):
    settings.SEARCH_ENGINE = "embedded"


@pytest.fixture
def elasticsearch(settings, tmp_path):
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URLS = ["http://127.0.0.1:9"]
    settings.ELASTICSEARCH_TIMEOUT, settings.ELASTICSEARCH_PREFIX = 1.0, "throughgate"
    settings.ELASTICSEARCH_SHARDS, settings.ELASTICSEARCH_REPLICAS = 1, 1
    settings.ELASTICSEARCH_API_KEY = settings.ELASTICSEARCH_CA_FILE = ""
    return settings


def of_settings():
    return [(one.id, one.msg, one.hint) for one in checks.cluster_settings_make_sense(None)]


def asked():
    with checks.asking_the_engine():
        return [(one.id, one.msg) for one in checks.engine_answers(None)]


def test_an_engine_that_nobody_wrote_is_named(settings):
    settings.SEARCH_ENGINE = "sphinx"
    (found,) = checks.engine_is_known(None)
    assert (found.id, "sphinx" in found.msg) == ("search.E001", True)
    assert "embedded, elasticsearch" in found.hint
    assert asked() == []


def test_an_encoder_that_is_nowhere_is_named(settings):
    settings.ENCODER = "worker"
    (found,) = checks.encoder_is_known(None)
    assert (found.id, '"worker"' in found.msg, found.hint) == ("search.E007", True, "Set it to one of: here, workers.")
    settings.ENCODER = "workers"
    assert checks.encoder_is_known(None) == []


def test_sound_settings_are_left_in_peace(elasticsearch):
    elasticsearch.ELASTICSEARCH_URLS = ["https://one.example:9200", "https://two.example/search", "http://[::1]:9200"]
    assert of_settings() == []


@pytest.mark.parametrize(
    "urls, says",
    [
        ([], "names no address"),
        ([""], "names no address"),
        (["search.example:9200"], "neither http:// nor https://"),
        (["ftp://search.example"], "neither http:// nor https://"),
        (["https://"], "names no machine"),
        (["https://search.example:port"], "no address"),
        (["https://search.example:99999"], "no address"),
        (["https://search.example:"], "its port is missing"),
        (["https://search.example:9200?pretty"], "more in it"),
        (["https://good.example:9200", "https://bad example:9200"], "more in it"),
    ],
)
def test_an_address_that_is_none_is_named(elasticsearch, urls, says):
    elasticsearch.ELASTICSEARCH_URLS = urls
    ((id, message, hint),) = of_settings()
    assert (id, says in message) == ("search.E002", True)
    assert "https://name:9200" in hint


def test_a_password_in_an_address_is_refused_and_not_repeated(elasticsearch):
    elasticsearch.ELASTICSEARCH_URLS = ["https://elastic:pass@word@search.example:9200"]
    ((id, message, hint),) = of_settings()
    assert (id, "does not belong there" in message) == ("search.E002", True)
    assert "word" not in message.replace("password", "")
    assert "ELASTICSEARCH_API_KEY" in hint


@pytest.mark.parametrize("seconds, id", [(0.0, "E003"), (-1.0, "E003"), (float("nan"), "E003"), (5.0, "W003")])
def test_a_timeout_that_makes_no_sense_is_named(elasticsearch, seconds, id):
    elasticsearch.ELASTICSEARCH_TIMEOUT = seconds
    assert [one[0] for one in of_settings()] == [f"search.{id}"]


@pytest.mark.parametrize(
    "name, number",
    [("SHARDS", 0), ("SHARDS", 5000), ("REPLICAS", -1), ("REPLICAS", 100)],
)
def test_parts_and_copies_that_no_index_can_have_are_named(elasticsearch, name, number):
    setattr(elasticsearch, f"ELASTICSEARCH_{name}", number)
    ((id, message, _hint),) = of_settings()
    assert (id, f"ELASTICSEARCH_{name} is {number}" in message) == ("search.E004", True)


@pytest.mark.parametrize("prefix", ["", "Throughgate", "-gate", "through gate", "a*", "x" * 200])
def test_a_prefix_with_which_no_index_may_begin_is_named(elasticsearch, prefix):
    elasticsearch.ELASTICSEARCH_PREFIX = prefix
    assert [one[0] for one in of_settings()] == ["search.E005"]


def test_a_certificate_that_cannot_be_used_is_named(elasticsearch, tmp_path):
    elasticsearch.ELASTICSEARCH_CA_FILE = str(tmp_path / "gone.crt")
    ((id, message, _hint),) = of_settings()
    assert (id, "No such file" in message) == ("search.E006", True)
    (tmp_path / "empty.crt").write_text("nothing")
    elasticsearch.ELASTICSEARCH_CA_FILE = str(tmp_path / "empty.crt")
    ((id, message, _hint),) = of_settings()
    assert (id, "no certificate in it" in message) == ("search.E006", True)


def test_the_settings_of_a_cluster_do_not_matter_without_one(elasticsearch):
    elasticsearch.ELASTICSEARCH_URLS = []
    elasticsearch.SEARCH_ENGINE = "embedded"
    assert of_settings() == []


# The engine itself ---------------------------------------------------------------------------------------------------


def test_nobody_there_is_named(elasticsearch):
    ((id, message),) = asked()
    assert id == "search.E010"
    assert "cannot be reached" in message
    assert "ELASTICSEARCH_URLS" in message


@pytest.mark.parametrize(
    "status, body, headers, says",
    [
        (200, {"version": {"number": "7.17.29"}, "tagline": "You Know, for Search"}, ELASTIC, "7.17.29"),
        (400, {"error": {"type": "media_type_header_exception", "reason": "Invalid"}}, ELASTIC, "8.18"),
        (406, {"error": "Content-Type header is not supported", "status": 406}, ELASTIC, "8.18"),
        (200, {"hello": "world"}, {}, "not Elasticsearch"),
        (200, b"<html>It works!</html>", {"Content_Type": "text/html"}, "not Elasticsearch"),
        (404, b"<html>Not here</html>", {"Content_Type": "text/html"}, "not Elasticsearch"),
        (404, {"detail": "Not found"}, {}, "not Elasticsearch"),
        (401, {"error": {"type": "security_exception"}, "status": 401}, ELASTIC, "ELASTICSEARCH_API_KEY"),
        (403, {"error": {"type": "security_exception"}, "status": 403}, ELASTIC, "ELASTICSEARCH_API_KEY"),
        (503, {"error": {"type": "master_not_discovered_exception"}, "status": 503}, ELASTIC, "503"),
    ],
)
def test_a_server_that_will_not_do_is_named_with_its_remedy(elasticsearch, status, body, headers, says):
    with server_that_answers(status, body, **headers) as url:
        elasticsearch.ELASTICSEARCH_URLS = [url]
        ((id, message),) = asked()
    assert (id, says in message) == ("search.E010", True), message


def test_plain_http_behind_an_https_address_is_named(elasticsearch):
    with server_that_answers(200, {}) as url:
        elasticsearch.ELASTICSEARCH_URLS = [url.replace("http:", "https:")]
        ((id, message),) = asked()
    assert (id, "certificate" in message) == ("search.E010", True), message


def test_a_missing_index_is_an_error_where_it_is_not_made_in_place(monkeypatch):
    with checks.asking_the_engine():
        (found,) = checks.engine_answers(None)
    assert (found.id, "rebuild_index" in found.msg) == ("search.W011", True)
    monkeypatch.setattr(type(get_engine()), "makes_index_in_place", False)
    ((id, _message),) = asked()
    assert id == "search.E011"


def test_a_ready_index_is_left_in_peace():
    with get_engine().rebuild():
        pass
    assert asked() == []


def test_faulty_settings_are_put_right_before_the_engine_is_asked(elasticsearch):
    elasticsearch.ELASTICSEARCH_URLS = ["nowhere"]
    assert asked() == []


class TestCommand:
    @pytest.fixture
    def questions(self, monkeypatch):
        """How often the engine was asked for its state; it is away."""
        found = []

        def state(self):
            found.append(1)
            raise SearchUnavailable("The engine is away: start it.")

        monkeypatch.setattr(type(get_engine()), "state", state)
        return found

    def run(self, *arguments, **options):
        return call_command("check", *arguments, stdout=StringIO(), stderr=StringIO(), **options)

    def test_other_commands_and_a_plain_check_ask_no_engine(self, questions):
        self.run()
        self.run(tags=["models"])
        run_checks()  # what every command runs
        assert questions == []

    @pytest.mark.parametrize("arguments", [["--tag", "search"], ["--tag", "search", "--tag", "models"], ["--deploy"]])
    def test_asked_for_search_or_for_service_the_engine_is_asked(self, questions, arguments):
        with pytest.raises(SystemCheckError, match="start it"):
            self.run(*arguments)
        assert questions == [1]

    def test_it_is_asked_in_that_command_only(self, questions):
        with pytest.raises(SystemCheckError):
            self.run("--tag", "search")
        assert checks.engine_answers(None) == []


# In service ----------------------------------------------------------------------------------------------------------


def in_service():
    return [one.id for one in checks.cluster_is_fit_for_service(None)]


def test_several_nodes_without_copies_are_warned_of(elasticsearch):
    elasticsearch.ELASTICSEARCH_URLS = ["https://one.example:9200", "https://two.example:9200"]
    assert in_service() == []
    elasticsearch.ELASTICSEARCH_REPLICAS = 0
    assert in_service() == ["search.W012"]
    elasticsearch.ELASTICSEARCH_URLS = ["https://one.example:9200"]
    assert in_service() == []


@pytest.mark.parametrize("url", ["http://search.example:9200", "http://10.0.0.7:9200"])
def test_plain_http_to_another_machine_is_warned_of(elasticsearch, url):
    elasticsearch.ELASTICSEARCH_URLS = ["http://127.0.0.1:9200", "http://localhost:9200", "http://[::1]:9200"]
    assert in_service() == []
    elasticsearch.ELASTICSEARCH_URLS = [url]
    assert in_service() == ["search.W013"]


def test_the_embedded_engine_is_told_of_and_no_fault(settings):
    assert in_service() == ["search.I001"]
