"""Word files in and out: a .docx read as a plan's text, and a plan's text written as a .docx."""

from nanhua_emergency.plans.word.people import PersonFound
from nanhua_emergency.plans.word.reading import Note, Picture, WordDraft, WordRefused, read_word
from nanhua_emergency.plans.word.writing import write_word

__all__ = [
    "Note",
    "PersonFound",
    "Picture",
    "WordDraft",
    "WordRefused",
    "read_word",
    "write_word",
]
