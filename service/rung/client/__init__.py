"""The client of a running Rung service: ``Client`` for threads, ``AsyncClient`` for asyncio.

    >>> from rung.client import Client
    >>> with Client("http://127.0.0.1:8000") as service:
    ...     service.classify("Group PM").track
    'manager'

The two have the same methods. No call changes anything in the service, so a call is retried if its answer was lost or the service
was full: after a growing random pause, or after the time in ``Retry-After``. Any other 4xx is not retried. Failures are raised as
the errors of ``rung.errors``; in ``classify_many``, the outcome of an invalid query is its error.
"""

from rung.client.answers import LadderSummary
from rung.client.tasks import AsyncClient
from rung.client.threads import Client

__all__ = ["AsyncClient", "Client", "LadderSummary"]
