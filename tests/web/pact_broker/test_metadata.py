import base64

from hypothesis import given
from hypothesis import strategies as st

from contracthub.web.pact_broker.metadata import Metadata, MetadataSelector, decode, encode

texts = st.text(max_size=5)
selectors = st.builds(
    MetadataSelector,
    branch=st.none() | texts,
    tag=st.none() | texts,
    latest=st.booleans(),
    environment=st.none() | texts,
    consumer_version_id=st.none() | st.integers(0, 10**18 - 1),
)
metadata = st.builds(
    Metadata,
    consumer_version_numbers=st.lists(texts, max_size=3).map(tuple),
    consumer_version_tags=st.lists(texts, max_size=3).map(tuple),
    wip=st.booleans(),
    pending=st.booleans(),
    selectors=st.lists(selectors, max_size=3).map(tuple),
)


@given(metadata)
def test_what_was_packed_is_unpacked(packed: Metadata) -> None:
    assert decode(encode(packed)) == packed


@given(metadata)
def test_it_is_one_url_segment(packed: Metadata) -> None:
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in encode(packed))


@given(st.text())
def test_garbage_is_ignored(text: str) -> None:
    assert isinstance(decode(text), Metadata)


@given(st.binary())
def test_garbage_that_is_base64_is_ignored(data: bytes) -> None:
    assert isinstance(decode(base64.urlsafe_b64encode(data).rstrip(b"=").decode()), Metadata)


def test_the_original_form_is_understood() -> None:
    query = b"s[][b]=main&s[][l]=true&s[][cv]=12&s[][t]=x&s[][cv]=13&w=true&cvn=1.2"
    text = base64.urlsafe_b64encode(query).rstrip(b"=").decode()

    assert decode(text) == Metadata(
        consumer_version_numbers=("1.2",),
        wip=True,
        selectors=(
            MetadataSelector(branch="main", tag="x", latest=True, consumer_version_id=12),
            MetadataSelector(consumer_version_id=13),
        ),
    )
