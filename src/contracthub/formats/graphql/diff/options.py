"""What a user may ask of a comparison; none of it changes severities by rule, which is the policy's part."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What is compared, and how bluntly it is judged.

    ``ignores_descriptions``, ``ignores_directives``: texts, or directives in use, are not compared; those of the
    specification (``@deprecated``, ``@oneOf`` …) always are.
    ``corrects``: says what is known better than graphql-inspector says it (diff-rules §8): a default that is dropped
    where null is refused, and a directive that may no longer be repeated, break; a new value of an enum
    that only consumers send breaks nobody. False judges all of this as that tool does.
    ``softens_one_sided``: what nobody outside can have used is not called breaking: a value that goes from an enum
    which only the provider sends, and directives that are for the schema's own text. Parts of schemas, which have no
    query type, are never softened.
    ``softens_unreachable``: types that nothing leads to may go.
    ``softens_deprecated``: what was deprecated may go, and is called dangerous then.
    """

    ignores_descriptions: bool = False
    ignores_directives: bool = False
    corrects: bool = True
    softens_one_sided: bool = False
    softens_unreachable: bool = False
    softens_deprecated: bool = False
