//! The tagging room (its modules are linked once they compile against the rooms to the left).
