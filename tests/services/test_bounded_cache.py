"""What never changes is remembered, up to a size."""

from hypothesis import given
from hypothesis import strategies as st

from contracthub.services.bounded_cache import BoundedCache
from tests.storage.racing import at_once

SIZES = st.integers(1, 12)


def test_the_least_recently_used_goes_first() -> None:
    cache = BoundedCache[str, int](3)
    for number, name in enumerate("abc"):
        cache.put(name, number)
    assert cache.get("a") == 0
    cache.put("d", 3)
    assert [cache.get(name) for name in "abcd"] == [0, None, 2, 3]


@given(st.lists(st.tuples(st.integers(0, 5), SIZES)))
def test_it_never_holds_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    cache, last = BoundedCache[int, int](10), dict[int, int]()
    for key, size in puts:
        cache.put(key, size, size)
        last[key] = size
    held = [found for key in range(6) if (found := cache.get(key)) is not None]
    assert sum(held) <= 10
    assert all(cache.get(key) in {None, size} for key, size in last.items())
    if puts and puts[-1][1] <= 10:
        assert cache.get(puts[-1][0]) == puts[-1][1]


def test_threads_share_it() -> None:
    cache = BoundedCache[int, int](50)

    def job() -> None:
        for number in range(500):
            cache.put(number % 80, number % 80)
            assert cache.get(number % 80) in {None, number % 80}

    assert at_once([job] * 8) == []
    assert sum(cache.get(key) is not None for key in range(80)) == 50
