"""The file `.genregraph/config.toml`: its tables, and what each value may be.

The environment variables set the same keys, and are checked by the same rules.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, make_dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, StrictStr

from crawler.sources.entry import AccountSetting, ServiceEntry
from crawler.sources.registry import http_services, services
from crawler.toml_schema import Table, one_of, wrong
from graph.bolt.address import has_host, uri_mistake

# A year; more is a slip of the finger.
_LONGEST_WAIT = 365 * 86_400


def _store_address(address: str) -> str:
    """A folder, or a Bolt address without a password."""
    mistake = uri_mistake(address) if "://" in address else None
    if mistake is not None:
        raise wrong(*mistake)
    return address


def _service_url(url: str) -> str:
    if not url.startswith(("http://", "https://")) or not has_host(url):
        raise wrong(
            "is not an http:// or https:// address",
            "Write it whole, such as http://127.0.0.1:8080.",
        )
    if "@" in urlsplit(url).netloc:
        raise wrong("contains a user name or password", "Write it without.")
    return url.rstrip("/")


StoreAddress = Annotated[StrictStr, AfterValidator(_store_address)]
ServiceUrl = Annotated[StrictStr, AfterValidator(_service_url)]
Wait = Annotated[StrictFloat, Field(ge=0, le=_LONGEST_WAIT)]


@dataclass(frozen=True, slots=True)
class StoreTable(Table):
    """Where the graph is. Without an address: the embedded store's usual folder."""

    address: StoreAddress | None = None
    username: StrictStr | None = None
    password: StrictStr | None = field(default=None, repr=False)
    database: StrictStr | None = None
    wait_seconds: Wait | None = None


@dataclass(frozen=True, slots=True)
class ServiceSettings(Table):
    """Where a service is, and how fast it may be requested there.

    Without an address or a pace, those that its adapter knows.
    """

    url: ServiceUrl | None = None
    requests: Annotated[StrictInt, Field(ge=1)] | None = None
    seconds: Annotated[StrictFloat, Field(gt=0)] | None = None

    @property
    def pace(self) -> tuple[int, float] | None:
        """At most so many requests in any so many seconds; None where neither is set."""
        if self.requests is None and self.seconds is None:
            return None
        requests = 1 if self.requests is None else self.requests
        return requests, 1 if self.seconds is None else self.seconds


def _configurable() -> tuple[str, ...]:
    """The services on the web whose address and pace can be set."""
    return tuple(name for name, one in http_services().items() if one.variable)


@dataclass(frozen=True, slots=True)
class CommonTables(Table):
    """The tables that do not depend on a service."""

    contact: StrictStr | None = None
    store: StoreTable = StoreTable()
    sources: Mapping[Annotated[str, one_of(_configurable)], ServiceSettings] = field(
        default_factory=dict
    )


def _account_value(setting: AccountSetting) -> Any:
    """The type of one setting of an account."""

    def parse(text: str) -> str:
        try:
            return setting.parse(text)
        except ValueError as error:
            raise wrong(*error.args) from error

    return Annotated[StrictStr, AfterValidator(parse)]


def _account_table(entry: ServiceEntry) -> type[Table]:
    """The table of a service's account."""
    return make_dataclass(
        entry.title,
        [
            (
                one.key,
                _account_value(one),
                field(default=one.default, repr=not one.secret),
            )
            for one in entry.account
        ],
        bases=(Table,),
        frozen=True,
        slots=True,
    )


# The services that need an account have a table each, `[spotify]`.
_ACCOUNTS = {
    entry.name: _account_table(entry) for entry in services().values() if entry.account
}

# All settings that may be in the file.
ConfigFile: type[CommonTables] = make_dataclass(
    "ConfigFile",
    [(name, table, table()) for name, table in _ACCOUNTS.items()],
    bases=(CommonTables,),
    frozen=True,
    slots=True,
)


def accounts_in(config: CommonTables) -> Mapping[str, Mapping[str, str]]:
    """The settings of all accounts, by service."""
    return {name: asdict(getattr(config, name)) for name in _ACCOUNTS}


# The environment variables and the keys that they set; of several for one key the last.
VARIABLES: Mapping[str, tuple[str, ...]] = {
    "NEO4J_URI": ("store", "address"),
    "NEO4J_USERNAME": ("store", "username"),
    "NEO4J_PASSWORD": ("store", "password"),
    "NEO4J_DATABASE": ("store", "database"),
    "GENREGRAPH_STORE": ("store", "address"),
    "GENREGRAPH_STORE_WAIT_SECONDS": ("store", "wait_seconds"),
    "GENREGRAPH_CONTACT": ("contact",),
    **{
        service.variable: ("sources", name, "url")
        for name, service in http_services().items()
        if service.variable
    },
    **{
        setting.variable: (entry.name, setting.key)
        for entry in services().values()
        for setting in entry.account
    },
}
