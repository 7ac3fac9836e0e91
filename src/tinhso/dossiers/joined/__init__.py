"""Joined-up procedures (liên thông): one filing that runs processes at several agencies, in parallel and in sequence.

spec      what a joined procedure is: `joined/<key>/joined.yaml` of the pack
pack      its mistakes, by file and line
form      one form out of the parts' own forms; shared answers are asked once
standing  where each part stands and what follows from it: a pure function
moving    does what follows; called by every event of a part, any number of times
"""
