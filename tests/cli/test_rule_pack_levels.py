"""Rule packs from several places: what counts, and where it was said."""

from contracthub.cli.rule_pack_levels import Level, counting, together

WORKSPACE = Level("workspace", {"packs": ["default"], "errors": {"style": "problem"}, "waivers": [1], "most-items": 5})
PROVIDER = Level("provider", {"only": ["errors.style"], "errors": {"members": ["a"]}, "waivers": [2]})
FILE = Level("file", {"packs": ["health"], "most_items": 7, "errors": {"style": "any"}})


def test_what_is_nearer_counts_more() -> None:
    assert together([WORKSPACE, PROVIDER, FILE]) == {
        "packs": ["health"],
        "errors": {"style": "any", "members": ["a"]},
        "waivers": [1, 2],
        "most-items": 7,
    }


def test_who_says_which_rules_says_it_of_packs_too() -> None:
    found = together([WORKSPACE, PROVIDER])
    assert found["only"] == ["errors.style"]
    assert "packs" not in found


def test_what_says_nothing_of_packs_leaves_them() -> None:
    assert together([WORKSPACE, Level("file", {"packs": [], "only": []})])["packs"] == ["default"]


def test_where_each_setting_that_counts_was_said() -> None:
    told = [(name, source) for name, _, source in counting([WORKSPACE, PROVIDER, FILE])]
    assert told == [
        ("errors", "workspace"),
        ("waivers", "workspace"),
        ("errors", "provider"),
        ("waivers", "provider"),
        ("packs", "file"),
        ("most-items", "file"),
        ("errors", "file"),
    ]
