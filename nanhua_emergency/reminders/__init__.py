"""Messages about what is due, each sent once, and the heartbeat of the timetable."""
