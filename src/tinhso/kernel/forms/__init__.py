"""Forms as data: JSON Schema 2020-12 in, sentences for people out; raw input made clean before it is stored."""

from tinhso.kernel.forms.cleaning import Cleaned, FieldLike, clean, tidy
from tinhso.kernel.forms.formats import Formats, formats
from tinhso.kernel.forms.required import required_now
from tinhso.kernel.forms.validation import check_schema, validate

__all__ = ["Cleaned", "FieldLike", "Formats", "check_schema", "clean", "formats", "required_now", "tidy", "validate"]
