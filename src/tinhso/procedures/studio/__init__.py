"""The process studio: a procedure's process and fee table as steps, changed as a draft, checked, compared in words.

`drawn` what a process says, step by step; `checking` the same checks as `tinhso pack check`; `comparing` what a draft
changes, in words; `exporting` a published version as a piece of the pack. Acts are in `procedures.actions`.
"""
