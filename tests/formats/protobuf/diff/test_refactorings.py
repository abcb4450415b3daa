"""Rewritings of Protobuf files that change nothing: no change is told of them."""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.protobuf.diff.engine import changes_between
from contracthub.formats.protobuf.parse import parse

HEAD = 'syntax = "proto3";\npackage shop;\n'
BLOCKS = [
    """message Money {
  int64 units = 1;
  string currency = 2 [deprecated = true, json_name = "cur"];
}
""",
    """message Order {
  Money price = 1;
  repeated Line lines = 2;
  map<string, Money> taxes = 3;
  oneof payment {
    string card = 4;
    Money cash = 5;
  }
  reserved 7, 9;
}
""",
    """message Line {
  option deprecated = true;
  string sku = 1;
  State state = 2;
}
""",
    """enum State {
  UNKNOWN = 0;
  OPEN = 1;
  DONE = 2;
}
""",
    """service Orders {
  rpc Place (Order) returns (Line);
}
""",
]
ORIGINAL = HEAD + "".join(BLOCKS)


def ordered(text: str, random: Random) -> str:
    """Definitions in another order."""
    blocks = [each for each in BLOCKS if each in text]
    random.shuffle(blocks)
    return HEAD + "".join(blocks) if len(blocks) == len(BLOCKS) else text


def commented(text: str, random: Random) -> str:
    """Comments between lines and at their ends."""
    marks = ["\n", " // said; {\n", "\n/* said\n   } */\n", "\n// said\n"]
    return "".join(line + random.choice(marks) for line in text.split("\n"))


def spaced(text: str, random: Random) -> str:
    """Other white space around signs."""
    return re.sub(r" ?([{}=;]) ?", lambda sign: random.choice([r"{}", " {} ", "\n{}\t"]).format(sign[1]), text)


def qualified(text: str, random: Random) -> str:
    """Types by their full names."""
    name = random.choice(["shop.Money", ".shop.Money"])
    return re.sub(r"(?<!message )\bMoney (?=\w+ =)", f"{name} ", text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([qualified, spaced, commented]), max_size=3, unique=True),
    st.randoms(use_true_random=False),
)
def test_another_way_to_write_a_file_is_no_change(rewritings: list[object], random: Random) -> None:
    text = ordered(ORIGINAL, random)
    # Comments to the end of a line come last: what follows them must stay on another one.
    for rewrite in sorted([qualified, spaced, commented], key=lambda each: each is commented):
        if rewrite in rewritings:
            text = rewrite(text, random)
    assert changes_between(parse(ORIGINAL), parse(text)) == ()


def test_an_option_is_written_in_either_way() -> None:
    old = parse(HEAD + 'option java_package = "a.b"; message A { string b = 1 [deprecated = true, packed = false]; }')
    new = parse(HEAD + "message A { string b = 1 [ packed=false , deprecated=true ]; } option java_package = 'a.b';")
    assert changes_between(old, new) == ()
