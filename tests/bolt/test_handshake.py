"""First contact with a store's address: the usual mistakes are distinguished, and soon."""

import socket
import ssl
import threading
from contextlib import contextmanager, suppress

import pytest

from graph.bolt.handshake import ProbeResult, probe
from tests.support.neo4j.server import free_port
from tests.support.servers.certificates import make_certificates


@contextmanager
def answering_server(answer, context=None):
    """Run a server that sends `answer` to each client and disconnects; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve_all():
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    if context is not None:
                        connection = context.wrap_socket(
                            connection, server_side=True, do_handshake_on_connect=False
                        )
                    with suppress(OSError), connection:
                        connection.recv(1024)
                        connection.sendall(answer)

        thread = threading.Thread(target=serve_all, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """What a server that made its own certificate shows."""
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "public.crt", folder / "private.key")
    return context


def found(scheme, port, host="127.0.0.1"):
    return probe(f"{scheme}://{host}:{port}")[0]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+ssc"])
def test_a_free_port_does_not_answer(scheme):
    assert found(scheme, free_port()) is ProbeResult.NO_ANSWER


def test_an_unknown_host_name_is_reported():
    assert found("bolt", 7687, "nobody.invalid") is ProbeResult.NO_HOST


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "bolt+ssc"])
def test_a_web_server_is_recognised(scheme):
    with answering_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert found(scheme, port) is ProbeResult.HTTP


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s"])
@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\0", b""])
def test_another_kind_of_server_is_not_bolt(scheme, answer):
    with answering_server(answer) as port:
        assert found(scheme, port) is ProbeResult.NOT_BOLT


@pytest.mark.parametrize(
    ("scheme", "contact"),
    [
        ("bolt", ProbeResult.GOOD),
        ("bolt+s", ProbeResult.NO_TLS),
        ("neo4j+ssc", ProbeResult.NO_TLS),
    ],
)
def test_unencrypted_and_encrypted_servers_are_distinguished(scheme, contact):
    with answering_server(b"\0\0\x08\x05") as port:
        assert found(scheme, port) is contact


@pytest.mark.parametrize(
    ("scheme", "contact"),
    [
        ("bolt", ProbeResult.TLS_ONLY),
        ("neo4j+s", ProbeResult.UNTRUSTED),
        ("bolt+ssc", ProbeResult.GOOD),
    ],
)
def test_a_server_that_accepts_only_encrypted_connections_is_recognised(
    scheme, contact, tls
):
    with answering_server(b"\0\0\x08\x05", tls) as port:
        assert found(scheme, port) is contact


def test_a_server_that_accepts_but_never_answers_is_silent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert found("bolt", listener.getsockname()[1]) is ProbeResult.SILENT
