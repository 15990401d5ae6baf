"""Checklists, rounds, answers and evidence: the seven haves of a town, the five of a village."""
