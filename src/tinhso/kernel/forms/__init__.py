"""Forms as data: JSON Schema 2020-12 in, sentences for people out; raw input made clean before it is stored."""

from tinhso.kernel.forms.cleaning import Cleaned, tidy
from tinhso.kernel.forms.formats import Formats, formats
from tinhso.kernel.forms.required import required_now
from tinhso.kernel.forms.validation import check_schema, validate

__all__ = ["Cleaned", "Formats", "check_schema", "formats", "required_now", "tidy", "validate"]
