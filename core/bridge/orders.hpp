#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::bridge {

/// What people in a room order the bot of a bridge.
struct Order {
  enum class Kind {
    agree,   ///< "!link K7QX2M": to the request with this code
    refuse,  ///< "!link no": to what is asked there
    leave,   ///< "!unlink": the room leaves its bridge
    let_in,  ///< "!unkick alice": somebody of another room may come in again as themselves
  };
  Kind kind = Kind::leave;
  std::string code{};  ///< in upper case
  std::string name{};  ///< as it was said
  bool operator==(const Order&) const = default;
};

/// "!link CODE", "!link no", "!unlink", "!unkick NAME", in any case; also with "!bridge " in place of the sign.
/// Nothing: it is no order. Example: read_order("!bridge link k7qx2m") -> agree, "K7QX2M"
std::optional<Order> read_order(std::string_view text);

/// Who ordered it where.
struct Ordered {
  std::string bridge, place, by;  ///< `by`: the nickname
  bool moderator = false;         ///< as the room itself shows them
  Order order;
};

}  // namespace dragoman::bridge
