#include "backends/webhook/address.hpp"

#include "base/text.hpp"

namespace dragoman::backends::webhook {

Result<chat::Network::Address> parse_address(std::string_view text) {
  using Address = chat::Network::Address;
  text = text::trim(text);
  if (text.empty()) return Address{chat::Network::Console{}};
  if (const auto speaker = read_speaker(chat::PersonId{std::string{text}}); speaker && is_hook_name(speaker->first)) {
    const std::string& nickname = speaker->second;
    if (!nickname.empty() && text::without_controls(nickname, false) == nickname) {
      return Address{speaker_of(speaker->first, nickname)};
    }
  }
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

chat::PersonId speaker_of(const std::string& hook, const std::string& nickname) {
  return chat::PersonId{hook + '/' + nickname};
}

std::optional<std::pair<std::string, std::string>> read_speaker(const chat::PersonId& person) {
  const std::size_t slash = person.text.find('/');  // no hook has one in its name
  if (slash == std::string::npos) return std::nullopt;
  return std::pair{person.text.substr(0, slash), person.text.substr(slash + 1)};
}

}  // namespace dragoman::backends::webhook
