"""Sample readers: both branches of every merge field can be looked at, and nobody is real."""

from __future__ import annotations

from composer.issue.model import SubscriberField
from composer.output.sample_readers import sample_readers

OWN = {"city": SubscriberField(meaning="The city that the reader lives in.")}


def test_there_is_a_reader_with_everything_and_one_with_only_an_address() -> None:
    full, nameless, *_ = sample_readers("fr", OWN)
    assert full.fields["first_name"] == "Ana"
    assert full.fields["city"] == "The city that the reader lives in"
    assert set(nameless.fields) == {"email", "language"}
    assert nameless.name == ""


def test_a_field_with_a_type_has_a_value_of_it() -> None:
    typed: dict[str, dict[str, object]] = {
        "age": {"type": "number"},
        "renewed": {"type": "date"},
        "member": {"type": "yes/no"},
        "size": {"type": "choice", "choices": ["S", "M"]},
    }
    own = {name: SubscriberField.model_validate({"meaning": "M.", **field}) for name, field in typed.items()}
    values = sample_readers("en", own)[0].fields
    assert [values[name] for name in typed] == ["42", "2026-01-31", "yes", "S"]


def test_nobody_has_an_address_that_mail_could_reach() -> None:
    for reader in sample_readers("en", OWN):
        assert reader.fields["email"].endswith("example.org")


def test_typed_values_replace_and_empty_ones_take_away() -> None:
    reader = sample_readers("en", OWN)[0].with_values({"first_name": " Zoë ", "last_name": ""})
    assert reader.name == "Zoë"
    assert "last_name" not in reader.fields


def test_values_are_named_as_slots_are() -> None:
    values = sample_readers("en", OWN)[0].values({"links.browser": "x"})
    assert values["subscriber.name"] == "Ana Petrescu"
    assert values["subscriber.city"]
    assert values["links.browser"] == "x"
