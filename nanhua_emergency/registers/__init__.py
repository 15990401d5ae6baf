"""Posts, rescue teams, supplies, shelters, wake-up lists, trainings."""
