#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "backends/matrix/call.hpp"

namespace dragoman::backends::matrix {

/// Who has reacted to what. XMPP tells the whole set of a person (XEP-0444), Matrix each reaction alone and takes it
/// away by a redaction of its event: so the gateway has to know the sets.
struct Reactions {
  struct Of {
    std::string room;  ///< id
    /// By sender, the emoji and the event of each.
    std::map<std::string, std::map<std::string, std::string>> by_sender;
    bool complete = false;  ///< the homeserver was asked, or what was said is from after that
    bool asking = false;
    std::vector<std::function<void(State&, Effects&)>> waiting{};  ///< for the answer
    bool changing = false;                                         ///< a set of the owner is on its way
    std::vector<std::function<void(State&, Effects&)>> changes{};  ///< sets of the owner that wait until it is there
    std::list<std::string>::iterator age{};
  };
  static constexpr std::size_t most = 500;  ///< messages whose reactions are kept in memory

  std::map<std::string, Of> of;  ///< by the event id of the message
  std::list<std::string> ages;   ///< the one that was used last stands last
};

}  // namespace dragoman::backends::matrix
