"""The HTTP client: what it sends, and how it parses replies."""

import pytest

from crawler.errors import (
    BadAnswerError,
    BadCredentialsError,
)
from crawler.http.client import user_agent
from tests.support.servers.faulty_source import FaultySource, answer, html
from tests.support.servers.http_client import OK, make_client


@pytest.fixture
def server():
    with FaultySource([OK]) as server:
        yield server


def test_a_reply_is_status_json_and_headers_and_the_query_arrives_as_given(server):
    reply = make_client(server).get_json("deezer", "/url", [("r", "a b"), ("r", "ü&")])
    assert (reply.status, reply.value) == (200, {"ok": True})
    assert reply.headers["content-TYPE"] == "application/json"
    assert (server.requests[0].path, server.requests[0].query) == (
        "/url",
        [("r", "a b"), ("r", "ü&")],
    )


def test_every_request_identifies_us_with_a_contact(server):
    make_client(server).get_json("deezer", "/")
    agent = server.requests[0].headers["user-agent"]
    assert agent == user_agent("me@example.invalid")
    assert agent.startswith("genregraph/")
    assert agent.endswith(" ( me@example.invalid )")


def test_a_contact_with_line_breaks_cannot_smuggle_a_header(server):
    make_client(server, contact="me\r\nX-Evil: 1").get_json("deezer", "/")
    assert "x-evil" not in server.requests[0].headers


def test_without_a_contact_the_user_agent_says_so():
    assert user_agent(None).endswith("( no contact set )")


def test_cookies_are_not_kept(server):
    server.script = [answer({}, Set_Cookie="id=7; Path=/"), OK]
    client = make_client(server)
    client.get_json("deezer", "/")
    client.get_json("deezer", "/")
    assert "cookie" not in server.requests[1].headers


def test_404_is_a_reply_and_its_value_is_none_unless_it_is_json(server):
    client = make_client(server)
    server.script = [answer({"error": "Not Found"}, 404), html(404)]
    assert client.get_json("deezer", "/").value == {"error": "Not Found"}
    assert client.get_json("deezer", "/").value is None
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadAnswerError),
        (401, BadCredentialsError),
        (403, BadCredentialsError),
        (418, BadAnswerError),
    ],
)
def test_another_4xx_is_an_error_at_once_and_quotes_the_body(server, status, error):
    server.script = [answer({"message": "no luck"}, status)]
    with pytest.raises(error, match=f"status {status}.*no luck"):
        make_client(server).get_json("deezer", "/artist/27")
    assert len(server.requests) == 1
