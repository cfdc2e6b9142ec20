// What gwbench must know of one gateway: how to start it, how to join through it, how its addresses look.
#pragma once

#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// {name} -> value, in the order given; the first of equal names counts.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// Replaces each {name} that `variables` knows and leaves the others as they are.
std::string substitute(const std::string& text, const Variables& variables);

/// A stanza to send and, if `name` is not empty, the answer to wait for.
struct Step {
  std::string send;
  std::string name;
  std::string type;     // "*": any
  std::string from;     // a prefix
  double timeout = 10;  // seconds
};

/// Keys and their meaning: README.md, "Profiles".
struct Profile {
  std::string name;
  std::string domain;
  std::string secret;
  std::string irc_host;
  std::string channel_jid;
  std::string user_jid;
  std::string join;
  std::string irc_caps;
  unsigned short component_port = 0;  // 0: any free one
  unsigned short irc_port = 0;
  std::vector<std::pair<std::string, std::string>> files;  // name, text
  std::vector<std::string> prepare;
  std::vector<std::string> command;
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<Step> setup;
  std::vector<Step> warmup;
  bool reflects = true;
  int stop_signal = SIGTERM;
};

/// Throws with the reason when the file is not a profile.
Profile load_profile(const std::string& path);

}  // namespace bench
