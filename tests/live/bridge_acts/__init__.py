"""What is played with a bridge between six rooms (bridge_stage.py): issue of who says what, what becomes of it where, and what becomes of the
bridge when rooms and servers are not there."""
