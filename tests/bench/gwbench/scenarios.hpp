// What is measured, in the order of a run.
#pragma once

namespace bench {

class Bench;

/// Runs the scenarios that the options ask for on a stage that has started; each reports for itself.
void run_scenarios(Bench& bench);

/// U connected users and nothing happens.
void run_idle(Bench& bench);
/// The warm-up, then every user joins a channel of its own.
void run_connect_own(Bench& bench);
/// All users join #all. True when all are in.
bool run_join_all(Bench& bench);
/// V users join #big with its M members; then its members change names, leave, come, and half of them split off.
void run_churn(Bench& bench);

}  // namespace bench
