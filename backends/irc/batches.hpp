#pragma once

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
  /// The message is part of a batch of this type, at whatever depth.
  bool has(const Message& message, std::string_view type) const;
  bool empty() const { return open_.empty(); }

 private:
  struct Open {
    std::string reference, type, parent;
  };
  const Open* find(std::string_view reference) const;

  std::vector<Open> open_;
};

}  // namespace dragoman::backends::irc
