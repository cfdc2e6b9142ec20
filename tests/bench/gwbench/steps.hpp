// The stanzas of a profile's setup (once) and warm-up (for every user), each with the answer it waits for.
#pragma once

namespace bench {

class Bench;

/// User 0 sends them. Says which step got no answer, and goes on.
void run_setup_steps(Bench& bench);

/// All users' warm-ups, --join-window of them at a time; false, after saying how far it came, when --timeout is over.
bool run_warmup(Bench& bench);

}  // namespace bench
