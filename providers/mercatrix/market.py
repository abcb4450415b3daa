"""What mercatrix remembers and decides, in memory. It knows neither GraphQL nor HTTP."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import RLock

from providers.mercatrix.breaks import ERRORS_WITHOUT_FIELD, FORGETS_ERRORS

HIGHEST_PRICE = 1_000_000
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """An essence for sale; once sold it is on offer no more."""

    id: str
    essence: str
    kind: str
    essence_coins: int
    seller: str
    sold: bool = False

    @property
    def lore(self) -> str:
        """What is told of the essence."""
        return f"{self.essence}, as {self.seller} tells it"

    @property
    def seal(self) -> str:
        """What the guild puts on the flask."""
        return f"seal of {self.id}"


@dataclass(frozen=True, slots=True)
class Wallet:
    """What somebody has to spend."""

    owner: str
    essence_coins: int

    @property
    def coins(self) -> int:
        """The same under another name."""
        return self.essence_coins


@dataclass(frozen=True, slots=True)
class UserError:
    """What a caller has to mend: the input field and why."""

    field: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a purchase came to; without errors there are an offer and a wallet."""

    offer: Offer | None = None
    wallet: Wallet | None = None
    errors: tuple[UserError, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """What an attempt to put something up for sale came to."""

    offer: Offer | None = None
    errors: tuple[UserError, ...] = ()


class Market:
    """Offers and wallets; safe to use from several threads."""

    def __init__(self, breaks: frozenset[str] = frozenset()) -> None:
        self._breaks = breaks
        self._lock = RLock()
        self.clear()

    def clear(self) -> None:
        """Forget everything and count from the beginning."""
        with self._lock:
            self._offers: dict[str, Offer] = {}
            self._wallets: dict[str, Wallet] = {}
            self._listed = 0

    def put_offer(self, offer: Offer) -> Offer:
        """Set an offer to exactly this."""
        with self._lock:
            self._offers[offer.id] = offer
            return offer

    def put_wallet(self, wallet: Wallet) -> Wallet:
        """Set a wallet to exactly this."""
        with self._lock:
            self._wallets[wallet.owner] = wallet
            return wallet

    def offer(self, offer_id: str) -> Offer | None:
        """The offer, sold or not, if there is one."""
        return self._offers.get(offer_id)

    def wallet(self, owner: str) -> Wallet | None:
        """The wallet of somebody who has one."""
        return self._wallets.get(owner)

    def offers(self, first: int, kind: str | None) -> list[Offer]:
        """What is for sale, in the order in which it was put up."""
        with self._lock:
            found = [each for each in self._offers.values() if not each.sold and kind in (None, each.kind)]
        return found[:first]

    def list_offer(self, essence: str, kind: str, price: int, seller: str) -> Listing:
        """Put an essence up for sale."""
        faults = _faults_of_listing(essence, price, seller)
        if faults:
            return Listing(errors=self._told(faults))
        with self._lock:
            self._listed += 1
            while f"of-{self._listed}" in self._offers:
                self._listed += 1
            return Listing(self.put_offer(Offer(f"of-{self._listed}", essence, kind, price, seller)))

    def buy(self, offer_id: str, buyer: str) -> Purchase:
        """Sell an offer to somebody who can pay for it."""
        with self._lock:
            offer, wallet = self._offers.get(offer_id), self._wallets.get(buyer)
            if offer is None or offer.sold:
                return self._refused("offer_id", f"Offer {offer_id} is not for sale.")
            if wallet is None:
                return self._refused("buyer", f"{buyer} has no wallet.")
            if wallet.essence_coins < offer.essence_coins:
                return self._refused(
                    "buyer", f"{buyer} has {wallet.essence_coins} of {offer.essence_coins} essence coins."
                )
            paid = self.put_wallet(replace(wallet, essence_coins=wallet.essence_coins - offer.essence_coins))
            return Purchase(self.put_offer(replace(offer, sold=True)), paid)

    def _refused(self, field: str, message: str) -> Purchase:
        return Purchase(errors=() if FORGETS_ERRORS in self._breaks else self._told([UserError(field, message)]))

    def _told(self, faults: Iterable[UserError]) -> tuple[UserError, ...]:
        return tuple(replace(each, field=None) if ERRORS_WITHOUT_FIELD in self._breaks else each for each in faults)


def _faults_of_listing(essence: str, price: int, seller: str) -> list[UserError]:
    faults = [
        UserError(field, f"A name has 1 to {LONGEST_NAME} characters.")
        for field, name in (("essence", essence), ("seller", seller))
        if not 1 <= len(name) <= LONGEST_NAME
    ]
    if not 1 <= price <= HIGHEST_PRICE:
        faults.append(UserError("essence_coins", f"A price is 1 to {HIGHEST_PRICE} essence coins."))
    return faults
