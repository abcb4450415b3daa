"""One answer to each request before there is any load: a wrong path is told as that, and not as a slow provider."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from contracthub.formats.slo.model import LoadRequest
from contracthub.verification.slo.exchange import Address, Connection, NoAnswer, NotReached, message_of

_TRIES = 3
_PAUSE = 0.2


class NotReady(Exception):
    """The provider does not answer a request as it should even without a load; the text says which, and how.

    ``is_away`` tells that nobody was reached, so that nothing is said of the provider.
    """

    def __init__(self, text: str, *, is_away: bool = False) -> None:
        super().__init__(text)
        self.is_away = is_away


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """Asks each request until it is answered rightly once, at most three times."""

    address: Address
    timeout: float

    def try_all(self, requests: Sequence[LoadRequest]) -> None:
        """Raises NotReady for the first request that never has its right answer."""
        asyncio.run(self._all(requests))

    async def _all(self, requests: Sequence[LoadRequest]) -> None:
        connection = Connection(self.address, self.address.tls)
        try:
            for request in requests:
                await self._one(connection, request)
        finally:
            connection.close()

    async def _one(self, connection: Connection, request: LoadRequest) -> None:
        why, is_away = "", False
        for left in reversed(range(_TRIES)):
            try:
                async with asyncio.timeout(self.timeout):
                    message = message_of(request, self.address)
                    status = await connection.send(message, is_head=request.method == "HEAD")
                if request.is_answered_by(status):
                    return
                why, is_away = f"answers {status}", False
            except TimeoutError:
                why, is_away = f"gives no answer within {self.timeout:g} s", False
            except NoAnswer as reason:
                why, is_away = f"gives no answer: {reason}", isinstance(reason, NotReached)
            except ValueError as error:
                raise NotReady(f"{request.method} {request.path} can't be sent: {error}.") from error
            if left:
                await asyncio.sleep(_PAUSE)
        raise NotReady(f"{request.method} {request.path} {why}, before there is any load.", is_away=is_away)
