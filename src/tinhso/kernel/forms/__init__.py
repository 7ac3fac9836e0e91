"""Forms as data: JSON Schema 2020-12 in, sentences for people out; raw input made clean before it is stored."""

from tinhso.kernel.forms.cleaning import Cleaned, FieldLike, clean, tidy
from tinhso.kernel.forms.validation import Formats, formats, validate

__all__ = ["Cleaned", "FieldLike", "Formats", "clean", "formats", "tidy", "validate"]
