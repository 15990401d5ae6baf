"""Registers: who, what and where; posts, teams, supplies, shelters, risks, wake-up lists, trainings."""
