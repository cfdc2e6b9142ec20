#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/connect.hpp"

namespace dragoman::verbs {

/// What `dragoman init` wants to know.
struct Answers {
  enum class Server { prosody, ejabberd };
  Server server = Server::prosody;
  net::Endpoint component_port;
  std::string domain;  ///< of the component, prepared
  enum class Network { irc, matrix };
  Network network = Network::irc;
  net::Endpoint irc;
  bool irc_tls = true;
  std::string homeserver;          ///< a server name or a URL; empty: each person names theirs
  std::vector<std::string> allow;  ///< domains and bare JIDs, prepared; "*"
  std::string database;            ///< an absolute path
};

/// What the proposals are made from.
struct Surroundings {
  std::string host_name;                           ///< of this machine, with its domain if it has one
  bool has_prosody = false, has_ejabberd = false;  ///< its folder below /etc is there
  std::string data_folder;                         ///< without / at the end
  std::string stem;                                ///< of the configuration file: "irc" for irc.toml
};

/// One of them. An answer is read into the answers, or refused with a sentence that says why and what it should be.
struct Question {
  int number;          ///< two of one number belong together
  const char* option;  ///< answers it on the command line
  const char* words;
  /// What an empty answer stands for; empty: there is nothing to propose.
  std::string (*proposal)(const Surroundings& around, const Answers& so_far);
  Result<void> (*read)(std::string_view answer, Answers& answers);
  /// Whether it is asked after what was said before; nullptr: always.
  bool (*is_asked)(const Answers& so_far) = nullptr;
};

/// In the order in which they are asked: the proposal of one is made from answers before it.
std::span<const Question> questions();

}  // namespace dragoman::verbs
