// Who is in a channel: interned nicks, 4 bytes each, to know to which channels a QUIT or NICK belongs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace limit {

class Nicks {
 public:
  std::uint32_t id(std::string_view nick) {
    return ids_.try_emplace(std::string(nick), static_cast<std::uint32_t>(ids_.size())).first->second;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> ids_;
};

class Members {
 public:
  explicit Members(std::string_view channel) : name(channel) {}

  /// False when it was there already.
  bool add(std::uint32_t nick);
  /// False when it was not there.
  bool remove(std::uint32_t nick);
  void shrink() { nicks_.shrink_to_fit(); }

  std::string name;     // "#channel"
  bool joined = false;  // NAMES is complete

 private:
  std::vector<std::uint32_t> nicks_;  // sorted
};

}  // namespace limit
