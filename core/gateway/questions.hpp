#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "chat/capabilities.hpp"
#include "xmpp/data_form.hpp"

namespace dragoman::gateway {

/// What discovery shows of a table of questions (Service, RoomService, PersonService): the namespace of each row, once.
/// So a feature is announced exactly where it is answered (XEP-0030 3.1).
template <class Row, std::size_t count>
std::vector<std::string> features_of(const Row (&rows)[count]) {
  std::vector<std::string> features;
  for (const Row& row : rows) {
    if (std::find(features.begin(), features.end(), row.ns) == features.end()) features.emplace_back(row.ns);
  }
  return features;
}

/// What discovery shows because a network can carry it, and how it does (message_features.cpp): of rooms and people.
std::vector<std::string> message_features(const chat::Capabilities& can);
/// XEP-0444 2.2: how many reactions a network takes.
xmpp::DataForm reaction_limits(const chat::Capabilities& can);

}  // namespace dragoman::gateway
