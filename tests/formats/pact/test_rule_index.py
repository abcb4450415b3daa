from hypothesis import given
from hypothesis import strategies as st

from contracthub.formats.pact.expressions import ANY, Step, expression_from, steps
from contracthub.formats.pact.model import Matcher, MatchingRule
from contracthub.formats.pact.rule_index import body_rules, named_rules


def rule(expression: str, kind: str = "type", part: str = "body") -> MatchingRule:
    return MatchingRule(part, expression, "AND", (Matcher(kind, {}),))


def governing(rules: list[MatchingRule], *path: str | int) -> str | None:
    position = body_rules(rules)
    for step in path:
        position = position.step(step)
    return position.rule.expression if position.rule else None


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="'\"[]."), min_size=1, max_size=5).filter(
    lambda name: name != "*"
)


@given(st.lists(st.just(ANY) | names | st.integers(0, 999)))
def test_expressions_are_read_as_they_are_written(path: list[Step]) -> None:
    assert list(steps(expression_from(path))) == path


@given(st.text(alphabet="$.[]'\"*a0 ", max_size=30))
def test_any_text_is_an_expression(text: str) -> None:
    assert isinstance(steps(text), tuple)


def test_an_exact_step_goes_before_a_wildcard() -> None:
    rules = [rule("$.lines[*].sku"), rule("$.lines[0].sku"), rule("$.lines")]
    assert governing(rules, "lines", 0, "sku") == "$.lines[0].sku"
    assert governing(rules, "lines", 1, "sku") == "$.lines[*].sku"


def test_a_rule_governs_what_stands_below() -> None:
    rules = [rule("$.a")]
    assert governing(rules, "a", "b", 0) == "$.a"
    assert governing(rules, "b") is None


def test_a_rule_about_the_container_does_not() -> None:
    assert governing([rule("$.a", "values")], "a") == "$.a"
    assert governing([rule("$.a", "values")], "a", "b") is None


def test_rules_of_other_parts_do_not_count() -> None:
    assert governing([rule("$.a", part="header")], "a") is None


def test_a_rule_for_the_root_governs_everything() -> None:
    assert governing([rule("$")], "a", 0) == "$"


def test_names_are_found_however_they_are_written() -> None:
    rules = [rule(text, part="query") for text in ("a", "$.B", "c[0]", "$['d e'][*]", "$")]
    assert sorted(named_rules(rules, "query")) == ["", "a", "b", "c", "d e"]


def test_a_hostile_set_of_rules_stays_cheap() -> None:
    both = ["".join("[*]" if bits >> level & 1 else ".a" for level in range(12)) for bits in range(4_096)]
    position = body_rules([rule("$" + path) for path in both])
    for _ in range(12):
        position = position.step("a")
        assert len(position.branches) <= 16
    assert position.rule is not None
    assert position.rule.expression == "$" + ".a" * 12
