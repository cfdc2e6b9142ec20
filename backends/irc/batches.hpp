#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/message.hpp"

namespace dragoman::backends::irc {

/// The batches that are open (ircv3.net: batch); one may stand in another.
class Batches {
 public:
  /// "BATCH +ref type ...", which may itself be part of a batch.
  void open(std::string_view reference, const Message& message);
  /// The type of the batch that ends; empty: there was none.
  std::string close(std::string_view reference);
  /// The batch of this type that the message is part of, at whatever depth; empty: of none.
  std::string_view enclosing(const Message& message, std::string_view type) const;
  bool has(const Message& message, std::string_view type) const { return !enclosing(message, type).empty(); }
  /// ircv3.net: labeled-response: several lines that answer one of ours (an echo, and that the other is away) are a
  /// batch, which alone has our label. 0: the message is part of no such batch.
  std::uint32_t label_around(const Message& message) const;
  bool empty() const { return open_.empty(); }

 private:
  struct Open {
    std::string reference, type, parent;
    std::uint32_t label = 0;
  };
  const Open* find(std::string_view reference) const;

  std::vector<Open> open_;
};

}  // namespace dragoman::backends::irc
