"""Acts with Matrix, on the scripted homeserver (tests/scenarios/matrix) and on Synapse (matrix_synapse_test.py).

The ten acceptance scenarios of matrix.md part 5:
    1 accounts            6 media
    2 volume              7 contacts
    3 rooms               8 volume
    4 history             9 (application service)
    5 messages           10 ../../bench
`api` and `troubles` are about the homeservers themselves, without a gateway.
"""
