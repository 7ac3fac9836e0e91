"""The tour: what `tinhso tour` does, step by step."""
