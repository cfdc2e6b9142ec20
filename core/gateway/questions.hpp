#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

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

}  // namespace dragoman::gateway
