"""What the server answers, and what it refuses, with which status."""

import asyncio
import json

import httpx
import numpy as np
import pytest

from book.serving import app, asking, folder
from book.serving.batching import Busy


class Client:
    """Asks an application without a network between."""

    def __init__(self, served, runner):
        self.served, self.runner = served, runner

    def get(self, path):
        return self.runner.run(self._ask("GET", path))

    def post(self, path, **body):
        return self.runner.run(self._ask("POST", path, **body))

    async def _ask(self, method, path, **body):
        transport = httpx.ASGITransport(self.served)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, f"http://served{path}", **body)


@pytest.fixture(scope="module")
def model(tmp_path_factory, small):
    return folder.load(small.save(tmp_path_factory.mktemp("served")))


@pytest.fixture
def client(model):
    served = app.application(model)
    with asyncio.Runner() as runner:
        lifespan = served.router.lifespan_context(served)
        runner.run(lifespan.__aenter__())
        yield Client(served, runner)
        runner.run(lifespan.__aexit__(None, None, None))


def test_it_answers_in_order_with_what_the_model_gives(client, small):
    answer = client.post("/languages", json={"words": [" Éa", "b", "aa"]})
    assert answer.status_code == 200
    found = answer.json()
    assert [one["word"] for one in found] == ["éa", "b", "aa"]
    for one in found:
        probabilities = small.expected(one["word"])
        assert list(one["probabilities"]) == small.languages
        given = list(one["probabilities"].values())
        np.testing.assert_allclose(given, probabilities, rtol=1e-6)
        assert one["language"] == small.languages[probabilities.argmax()]


def test_health_says_what_was_done(client):
    assert client.get("/health").json() == {"status": "ok", "calls": 0, "words": 0}
    client.post("/languages", json={"words": ["a", "b"]})
    health = client.get("/health").json()
    assert health["words"] == 2
    assert 1 <= health["calls"] <= 2


BAD = {
    "nothing": (b"", 400, "no JSON"),
    "no JSON": (b"haus", 400, "no JSON"),
    "cut off": (b'{"words": ["a"', 400, "no JSON"),
    "another encoding": ('{"words": ["é"]}'.encode("latin-1"), 400, "UTF-8"),
    "UTF-16": ('{"words": ["a"]}'.encode("utf-16"), 400, "UTF-8"),
    "nested too deep": (b"[" * 16_000, 400, "no JSON"),
    "a list": (b'["a"]', 400, "one field, words"),
    "another field": (b'{"word": "a"}', 400, "one field, words"),
    "a field too many": (b'{"words": ["a"], "n": 1}', 400, "one field, words"),
    "one text": (b'{"words": "a"}', 400, "no list of texts"),
    "a number": (b'{"words": ["a", 1]}', 400, "no list of texts"),
    "null": (b'{"words": [null]}', 400, "no list of texts"),
    "no words": (b'{"words": []}', 400, "there are 0 words"),
    "many words": (json.dumps({"words": ["a"] * 33}).encode(), 400, "33 words"),
    "empty word": (b'{"words": ["a", " "]}', 422, "word 1, counted from 0, is empty"),
    "long word": (b'{"words": ["aaaaaa"]}', 422, "has 6 characters. Expected 5"),
    "unknown letter": (b'{"words": ["a", "hz"]}', 422, r"['h', 'z']"),
    "half a character": (rb'{"words": ["\ud800"]}', 422, r"'\ud800'"),
    "a zero": (rb'{"words": ["a\u0000"]}', 422, r"'\x00'"),
    "long body": (b" " * (asking.MOST_BYTES + 1), 413, "longer than 16384 bytes"),
}


@pytest.mark.parametrize(("body", "status", "says"), BAD.values(), ids=list(BAD))
def test_bad_input_is_refused_and_never_reaches_the_model(client, body, status, says):
    answer = client.post("/languages", content=body)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert says in answer.json()["error"]
    assert client.get("/health").json()["words"] == 0
    assert client.post("/languages", json={"words": ["a"]}).status_code == 200


def test_other_ways_in_are_closed(client):
    assert client.get("/languages").status_code == 405
    assert client.get("/elsewhere").status_code == 404


def test_at_the_limits_it_still_answers(client):
    asked = {"words": ["aaaaa"] * asking.MOST_WORDS}
    assert len(client.post("/languages", json=asked).json()) == asking.MOST_WORDS
    filled = b'{"words": ["a"]}'.ljust(asking.MOST_BYTES)
    assert client.post("/languages", content=filled).status_code == 200


def test_a_busy_server_says_so(client, monkeypatch):
    async def ask(self, items):
        raise Busy("1024 words are waiting; try again later.")

    monkeypatch.setattr(app.Batcher, "ask", ask)
    answer = client.post("/languages", json={"words": ["a"]})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert "try again later" in answer.json()["error"]
