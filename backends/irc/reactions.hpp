#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman::backends::irc {

/// Who has reacted to which message with what, as far as it was seen: IRC tells each change and XMPP whole sets. The
/// oldest are forgotten.
class ReactionBook {
 public:
  static constexpr std::size_t most = 1000, most_of_one = 20;

  /// Of one person (a folded nickname) to one message. The reference holds until the next call.
  std::vector<std::string>& of(const std::string& message, std::string_view who);
  const std::vector<std::string>& change(const std::string& message, std::string_view who, const std::string& emoji,
                                         bool added);

 private:
  std::unordered_map<std::string, std::vector<std::string>> sets_;
  std::vector<std::string> order_;  // a ring, once it is full
  std::size_t next_ = 0;
};

}  // namespace dragoman::backends::irc
