"""Sample dossiers by the hundred thousand: the same rows that the acts would have written, made in memory.

`imagined` is what each act does to a dossier, within its `frame` and on its `stage`; `conduct` decides what happens
next and when; `office` lets a year pass at one agency; `enacting` does the same acts with the real actions (the proof
that both write the same).
"""
