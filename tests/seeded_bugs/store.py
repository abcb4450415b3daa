"""What the bookshop knows, and the provider states that its consumers start from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATE_PATH = "/_pact/provider-states"


@dataclass(slots=True)
class Store:
    """Books are there always; orders and customers come with states or requests."""

    books: tuple[str, ...] = ("bk-17", "bk-18")
    old: tuple[str, ...] = ("bk-17",)
    skus: tuple[str, ...] = ("BK-0042", "BK-0043")
    readers: tuple[str, ...] = ("rd-ada",)
    customers: set[str] = field(default_factory=set)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    set_up: set[str] = field(default_factory=set)
    number: int = 1000

    def book(self, name: str, currency: str) -> dict[str, Any]:
        """One book as it is shown."""
        return {"id": name, "title": f"Book {name}", "price": 12.5, "currency": currency}

    def add_order(self, customer: str, *, keep: bool = True) -> dict[str, Any]:
        """A new order; one that is not kept is lost."""
        self.number += 1
        made = {"id": f"ord-{self.number}", "status": "open", "customer": customer, "tracking": f"tr-{self.number}"}
        if keep:
            # A fuzzer makes thousands.
            if len(self.orders) > 500:
                self.orders.clear()
            self.orders[made["id"]] = made
        return made

    def begin(self, state: str, params: Mapping[str, Any]) -> bool:
        """Sets a provider state up; whether there is such a state."""
        if state in ("an order is open", "an order is paid"):
            name = str(params.get("order_id", "ord-1"))
            status = state.rpartition(" ")[2]
            self.orders[name] = {"id": name, "status": status, "customer": "ada", "tracking": "tr-1"}
            self.set_up.add(name)
        elif state == "a customer exists":
            self.customers.add(str(params.get("customer_id", "cus-ada")))
        elif state:
            return False
        return True

    def forget(self) -> None:
        """Empties the shop."""
        self.orders.clear()
        self.customers.clear()
        self.set_up.clear()
