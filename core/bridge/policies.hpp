#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

// What becomes at one leg of what not every network can do, as values: those of the bridge, or the leg's own.
namespace dragoman::bridge {

/// What becomes of something that not every network can do.
enum class Carry {
  native,   ///< as what it is where the network knows it, else as text
  as_text,  ///< always as text
  drop,     ///< not at all
};

struct EditPolicy {
  enum class How {
    native,  ///< the message changes
    suffix,  ///< a new message that ends in "(edited)"
    as_new,  ///< a new message
    drop,    ///< not at all
  };
  How how = How::native;
  /// In place of `native`, where the network knows no edits or the message is older than that; never native itself.
  How fallback = How::suffix;
  std::optional<Duration> window{};
  bool operator==(const EditPolicy&) const = default;
};

struct ReplyPolicy {
  Carry how = Carry::native;
  std::size_t quote_length = 0;  ///< in code points; 0: 80, and 30 where lines are messages
  bool operator==(const ReplyPolicy&) const = default;
};

/// Of texts for a network whose messages are lines, where it does not take them as one message.
struct LongText {
  enum class Overflow {
    paste,  ///< put where everybody can read it; where that cannot be, it is said with the number of its lines in front
    split,  ///< said line by line, up to what the network takes
    clip,   ///< its beginning
  };
  Overflow overflow = Overflow::paste;
  std::size_t lines = 0;       ///< a text of more is too long; 0: as the network says
  std::size_t characters = 0;  ///< the same in code points; 0: no limit
  bool operator==(const LongText&) const = default;
};

struct FilePolicy {
  std::uint64_t most_bytes = 0;   ///< a larger file is named only; 0: no limit
  bool links = true;              ///< on a network without files: its address, else its name and size alone
  std::vector<std::string> deny;  ///< patterns of names (text::matches) in lower case: such files are named only
  bool operator==(const FilePolicy&) const = default;
};

struct Policies {
  EditPolicy edits;
  ReplyPolicy replies;
  Carry reactions = Carry::native;
  LongText long_text;
  FilePolicy files;
  bool operator==(const Policies&) const = default;
};

}  // namespace dragoman::bridge
