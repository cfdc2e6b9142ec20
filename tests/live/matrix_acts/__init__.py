"""Acts with Matrix, on the scripted homeserver (tests/scenarios/matrix) and on Synapse (matrix_synapse_test.py).

The ten acceptance scenarios of matrix.md part 5, and what proves them:
    1 accounts: what_there_is_comes_with_the_registration, by_steps_of_a_command, a_wrong_password_is_said_and_nothing_is_kept,
      who_leaves_is_logged_out
    2 volume: kills_lose_and_double_nothing
    3 rooms: a_crowd_is_entered_quickly
    4 history: what_was_missed_is_in_the_archive
    5 messages: edits, retractions, moderation, replies, reactions go both ways, threads_keep_their_root
    6 media, all of them
    7 contacts: two_quick_messages_make_one_room, an_invitation_is_a_request_for_a_subscription, a_request_that_is_declined_leaves
    8 volume: a_strict_homeserver_gets_everything_in_order; on Synapse ../matrix_strict_test.py
    9 service, all of them
   10 ../../crowd/matrix_people_test.py; what idle accounts cost: ../../bench/matrix_accounts
`voices` is about bridges of an application service, `relay` is about the account of a bridge, `api` and `troubles` about the homeservers themselves, without a gateway.
"""
