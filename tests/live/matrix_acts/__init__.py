"""Acts with Matrix, on the scripted homeserver (tests/scenarios/matrix) and on Synapse (matrix_synapse_test.py)."""
