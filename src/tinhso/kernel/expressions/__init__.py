"""A small language for conditions written in data files: parsed by us, never run as Python.

    parse("child.birth_date <= today() and outcome in ['accept', 'supplement']").evaluate(facts)

Comparisons, ``and``/``or``/``not``, ``in``, dates, durations and the functions of ``functions.FUNCTIONS``.
A missing fact is ``null``; logic is three-valued as in DMN (``null`` is neither true nor false).
"""

from tinhso.kernel.expressions.nodes import Expression, ExpressionError, Value
from tinhso.kernel.expressions.parser import parse

__all__ = ["Expression", "ExpressionError", "Value", "parse"]
