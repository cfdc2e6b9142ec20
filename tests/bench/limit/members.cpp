#include "members.hpp"

#include <algorithm>

namespace limit {

bool Members::add(std::uint32_t nick) {
  const auto place = std::lower_bound(nicks_.begin(), nicks_.end(), nick);
  if (place != nicks_.end() && *place == nick) return false;
  nicks_.insert(place, nick);
  return true;
}

bool Members::remove(std::uint32_t nick) {
  const auto place = std::lower_bound(nicks_.begin(), nicks_.end(), nick);
  if (place == nicks_.end() || *place != nick) return false;
  nicks_.erase(place);
  return true;
}

}  // namespace limit
