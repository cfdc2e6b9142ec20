// What the command line says.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct Options {
  std::string profile;
  std::string dir;                     // of the gateway's files; empty: a new one under /tmp, removed at the end
  std::string json_out;                // the results are appended to this file too
  std::string attach;                  // command of a profiler
  std::string label;                   // stands in the results for the profile's name
  std::vector<std::string> scenarios;  // empty: all
  std::size_t users = 100;
  std::size_t window = 64;       // messages in flight over all users
  std::size_t fan_window = 4;    // the same for fanout
  std::size_t members = 2000;    // IRC-only members of #big
  std::size_t observers = 10;    // gateway users in #big
  std::size_t size = 80;         // bytes of a body
  std::size_t join_window = 64;  // joins in progress at once
  double seconds = 3;            // of a message scenario
  double idle = 10;              // seconds
  double timeout = 180;          // seconds a join or a warm-up may take
  int pin_gateway = -1;          // core; -1: any
  int pin_self = -1;
  bool keep = false;  // the work folder
  bool verbose = false;
  bool quickack = false;

  /// Was this scenario asked for by name, or is it one of all?
  bool wants(std::string_view scenario) const;
};

/// Prints what is wrong and how to call it, and exits with 2, when the arguments make no sense.
Options parse_options(int argc, char** argv);

}  // namespace bench
