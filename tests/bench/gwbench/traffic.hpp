// Messages in one direction for some seconds, each followed from end to end.
#pragma once

#include <cstddef>
#include <string>

namespace bench {

class Bench;

enum class Direction {
  x2i,         // each user says something in its own channel
  i2x,         // the bot says something in each user's channel
  fanout,      // the bot says something in #all: one line, a stanza for every user
  direct_x2i,  // each user writes to the bot
  direct_i2x,  // the bot writes to each user
};

struct TrafficPlan {
  std::string scenario;
  Direction direction;
  std::size_t window;  // messages in flight over all users
  std::size_t users;   // the first so many take turns; in fanout: how many are in #all
  double seconds;
};

/// Runs the plan, waits until all has arrived (or nothing has for 5 s) and reports.
void run_traffic(Bench& bench, const TrafficPlan& plan);

}  // namespace bench
