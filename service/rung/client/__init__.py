"""The client: a running Rung service behind the types of this package, for threads (``Client``) and for asyncio (``AsyncClient``).

    >>> from rung.client import Client
    >>> with Client("http://127.0.0.1:8000") as service:
    ...     service.classify("Group PM").track
    'manager'

The two have the same methods. A call changes nothing in the service, so it is retried if its answer was lost or the service was
full: after a growing random pause, or after what ``Retry-After`` names. Any other refusal (4xx) is never retried. Failures
are raised as the errors of ``rung.errors``; in ``classify_many`` a bad query fails only itself, as its outcome.
"""

from rung.client.answers import LadderSummary
from rung.client.tasks import AsyncClient
from rung.client.threads import Client

__all__ = ["AsyncClient", "Client", "LadderSummary"]
