import pytest

from contracthub.formats.protobuf.compatibility import reads
from contracthub.formats.protobuf.parse import parse
from contracthub.formats.protobuf.text import canonical_text
from contracthub.formats.protobuf.well_known import WELL_KNOWN, needed_for

TYPES = {
    "google/type/calendar_period.proto": "google.type.CalendarPeriod",
    "google/type/color.proto": "google.type.Color",
    "google/type/date.proto": "google.type.Date",
    "google/type/datetime.proto": "google.type.DateTime",
    "google/type/dayofweek.proto": "google.type.DayOfWeek",
    "google/type/decimal.proto": "google.type.Decimal",
    "google/type/expr.proto": "google.type.Expr",
    "google/type/fraction.proto": "google.type.Fraction",
    "google/type/interval.proto": "google.type.Interval",
    "google/type/latlng.proto": "google.type.LatLng",
    "google/type/localized_text.proto": "google.type.LocalizedText",
    "google/type/money.proto": "google.type.Money",
    "google/type/month.proto": "google.type.Month",
    "google/type/phone_number.proto": "google.type.PhoneNumber",
    "google/type/postal_address.proto": "google.type.PostalAddress",
    "google/type/quaternion.proto": "google.type.Quaternion",
    "google/type/timeofday.proto": "google.type.TimeOfDay",
    "google/protobuf/timestamp.proto": "google.protobuf.Timestamp",
    "confluent/type/decimal.proto": "confluent.type.Decimal",
    "confluent/meta.proto": "confluent.Meta",
}


@pytest.mark.parametrize("path", TYPES)
def test_it_is_imported_without_a_reference(path: str) -> None:
    schema = parse(f'syntax = "proto3"; import "{path}"; message A {{ {TYPES[path]} a = 1; }}')

    assert schema.resolved.message_type[0].field[0].type_name == f".{TYPES[path]}"


def test_only_what_is_imported_is_there() -> None:
    schema = parse('syntax = "proto3"; import "google/type/datetime.proto"; message A { google.type.DateTime a = 1; }')

    assert set(schema.imports) == {"google/protobuf/duration.proto", "google/type/datetime.proto"}
    assert parse('syntax = "proto3"; message A {}').imports == {}


def test_every_file_comes_after_those_that_it_imports() -> None:
    order = [*needed_for(WELL_KNOWN)]

    assert len(order) == len(WELL_KNOWN) == 30
    assert order.index("google/protobuf/descriptor.proto") < order.index("confluent/meta.proto")


def test_a_reference_that_imports_them_brings_them_along() -> None:
    money = parse('syntax = "proto3"; import "google/type/money.proto"; message Price { google.type.Money m = 1; }')
    schema = parse('syntax = "proto3"; import "price.proto"; message A { Price p = 1; }', {"price.proto": money})

    assert "google/type/money.proto" in schema.imports


def test_options_of_the_registry_are_kept_and_not_lost() -> None:
    text = """syntax = "proto3";
import "confluent/meta.proto";
message A {
  string card = 1 [(confluent.field_meta).tags = "PII"];
}
"""
    assert '(confluent.field_meta).tags = "PII"' in canonical_text(parse(text))


def test_another_type_of_a_field_is_noticed_within_them() -> None:
    def of(name: str) -> str:
        return (
            f'syntax = "proto3"; import "google/type/{name}.proto"; message A {{ google.type.{name.title()} a = 1; }}'
        )

    assert reads(parse(of("money")), parse(of("date")))
    assert not reads(parse(of("money")), parse(of("money")))
