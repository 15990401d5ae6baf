"""Pages of the registers."""

from flask import Blueprint

from nanhua_emergency.registers import catalogue  # noqa: F401

bp = Blueprint("registers", __name__)
