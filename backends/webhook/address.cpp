#include "backends/webhook/address.hpp"

#include "base/text.hpp"

namespace dragoman::backends::webhook {

Result<chat::Network::Address> parse_address(std::string_view text) {
  using Address = chat::Network::Address;
  text = text::trim(text);
  if (text.empty()) return Address{chat::Network::Console{}};
  const bool is_room = text.front() == '#';
  std::string name{is_room ? text.substr(1) : text};
  if (!is_hook_name(name)) {
    return failure(
        Fault::malformed,
        "A hook has a name of small letters, digits, '.', '_' and '-', at most 64, like ci or #ci for its room.");
  }
  if (is_room) return Address{room_of(name)};
  return Address{contact_of(name)};
}

}  // namespace dragoman::backends::webhook
