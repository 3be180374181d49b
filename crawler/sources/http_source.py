"""The base of all adapters that request a service over HTTP."""

from crawler.http.client import HttpClient
from crawler.http.urls import is_loopback
from crawler.sources.base import INVENTED_MUSIC, Source
from crawler.sources.entry import ServiceEntry


class HttpSource(Source):
    """A source whose name, capabilities and terms are those of its entry.

    At an address on this machine its terms are those of the stand-in service.
    """

    def __init__(self, entry: ServiceEntry, client: HttpClient) -> None:
        self.client = client
        self.name = entry.name
        self.capabilities = entry.capabilities
        self.access_varies = entry.access_varies
        address = client.service(entry.http[0].name).base_url
        self.terms = INVENTED_MUSIC if is_loopback(address) else entry.terms
