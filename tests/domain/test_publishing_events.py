from contracthub.domain.publishing_events import events_of_tagged, events_of_untagged


def told(events: object) -> str:
    return ", ".join(f"{each.name}({each.comment})" for each in events)  # type: ignore[attr-defined]


def test_untagged() -> None:
    changed = "contract_published(None), contract_content_changed"
    assert told(events_of_untagged("a", None)) == f"{changed}(first time untagged pact published)"
    assert told(events_of_untagged("a", "b")) == f"{changed}(pact content has changed since previous untagged version)"
    assert told(events_of_untagged("a", "a")) == "contract_published(pact content was unchanged)"


def test_only_the_tags_that_changed_are_told() -> None:
    events = events_of_tagged("a", {"same": "a", "other": "b", "new": None})

    assert told(events) == (
        "contract_published(None), contract_content_changed(pact content has changed since the last consumer version "
        "tagged with other, first time any pact published for this consumer with consumer version tagged new)"
    )


def test_known_content_under_known_tags_is_no_change() -> None:
    same = "contract_published(pact content is the same as previous version"
    end = " and no new tags were applied)"
    assert told(events_of_tagged("a", {"x": "a"})) == f"{same} with tag x{end}"
    assert told(events_of_tagged("a", {"x": "a", "y": "a"})) == f"{same}s with tags x, y{end}"
