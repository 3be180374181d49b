"""Deep links into Neo4j Browser: each opens a query with its values in the editor. Pure.

The format is that of the Browser's manual, "Browser URL parameters"
(https://neo4j.com/docs/browser/operations/browser-url-parameters, read in November 2026):
`dbms` and `preselectAuthMethod` fill the connection form, and `cmd=edit` fills the editor
without running the query. A link cannot set parameters, so the Cypher contains the values
as literals.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from queries.catalog import Query
from queries.cypher import with_parameters

# The browser queries in the order in which a newcomer should see them.
TOUR = (
    "what_is_here",
    "neighbours",
    "chosen_artists",
    "spanning_artists",
    "bridge_artists",
    "path_between",
    "path_from_seed",
    "collaborations_across_classes",
    "genre_artists",
    "most_listed_artists",
    "chosen_tracks",
)

# The Browser on the web, for databases with TLS such as Aura:
# https://neo4j.com/docs/browser/deployment-modes/web-application
WEB_BROWSER = "https://browser.neo4j.io/"
_HTTP_PORT, _HTTPS_PORT, _BOLT_PORT = 7474, 7473, 7687
_DEFAULT_DATABASE, _FIRST_USER = "neo4j", "neo4j"
_NO_WORD = re.compile(r"[^\w]")
# Characters that a Cypher string cannot hold as they are, or that a reader cannot see.
_ESCAPED = re.compile(r"[\\'\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")


@dataclass(frozen=True, slots=True)
class BrowserPlace:
    """Where a Neo4j Browser is, and the database that it should connect to.

    Attributes:
        page: The Browser's own address, with a slash at its end.
        dbms: The database's address with the user's name, never with a password.
        user: A user of the database.
        auth: "NATIVE" if the database requires a password, else "NO_AUTH".
        database: None for the server's default. A link must not name the default: the
            classic Browser cannot switch to a database before it is connected.
    """

    page: str
    dbms: str
    user: str
    auth: str
    database: str | None = None


def browser_place(
    uri: str,
    *,
    user: str | None,
    needs_password: bool,
    database: str | None = None,
    browser: str | None = None,
) -> BrowserPlace:
    """Where the Browser of a database is, from the database's Bolt address.

    A server serves its own Browser on port 7474, and on 7473 with a self-signed
    certificate (`+ssc`). For a trusted certificate (`+s`), such as Aura's, it is the one
    on the web. The argument `browser` overrides all these.
    """
    parts = urlsplit(uri)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    # Browser has no "+ssc": the web browser decides which certificates to trust.
    scheme = parts.scheme.replace("+ssc", "+s")
    name = user or _FIRST_USER
    return BrowserPlace(
        page=_with_slash(browser) if browser else _page(parts.scheme, str(host)),
        dbms=f"{scheme}://{quote(name, safe='')}@{host}:{parts.port or _BOLT_PORT}",
        user=name,
        auth="NATIVE" if needs_password else "NO_AUTH",
        database=None if database == _DEFAULT_DATABASE else database,
    )


def _page(scheme: str, host: str) -> str:
    if scheme.endswith("+s"):
        return WEB_BROWSER
    if scheme.endswith("+ssc"):
        return f"https://{host}:{_HTTPS_PORT}/browser/"
    return f"http://{host}:{_HTTP_PORT}/browser/"


def _with_slash(address: str) -> str:
    return address if address.endswith("/") else f"{address}/"


def deep_link(place: BrowserPlace, cypher: str) -> str:
    """Build the link that opens a Browser with a Cypher text in its editor."""
    fields = {"dbms": place.dbms, "preselectAuthMethod": place.auth}
    if place.database:
        fields["db"] = place.database
    fields |= {"cmd": "edit", "arg": cypher}
    # A blank must not be encoded as "+", because the editor would show a "+".
    return f"{place.page}?{urlencode(fields, quote_via=quote, safe='')}"


def with_literals(query: Query, values: Mapping[str, object]) -> str:
    """Return a query's question and Cypher with its values as literals.

    Raises:
        KeyError: A parameter has no value.
    """
    lines = query.text.splitlines()
    start = next(n for n, line in enumerate(lines) if not line.startswith("//"))
    body = "\n".join(lines[start:]).strip()
    cypher = with_parameters(body, lambda name: literal(values[name]))
    return f"// {query.question}\n{cypher}\n"


def literal(value: object) -> str:
    r"""Format a value as a Cypher literal.

    >>> literal(["it's", 0.15, -1, True, None, {"a b": "\\u0041"}])
    "['it\\'s', 0.15, (-1), true, null, {`a b`: '\\\\u0041'}]"

    Raises:
        TypeError: A value of a type that no parameter has.
    """
    if isinstance(value, str):
        return f"'{_ESCAPED.sub(_escape, value)}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, Mapping):
        pairs = (f"{_name(key)}: {literal(part)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if not isinstance(value, int | float | None):
        raise TypeError(f"{type(value).__name__} is not a type of a parameter")
    number = json.dumps(value, allow_nan=False)
    # Two minus signs begin a relation: `a - -1` reads as an arrow without a head.
    return f"({number})" if number.startswith("-") else number


def _escape(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0] in "\\'" else f"\\u{ord(found[0]):04x}"


def _name(key: object) -> str:
    text = str(key)
    return f"`{text.replace('`', '``')}`" if _NO_WORD.search(text) else text
