// Any name: decode(encode(x)) is x with its ASCII letters in lower case, encode is stable, decode takes anything.

#include <string>

#include "backends/irc/address.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::irc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view name = fuzz::view(data, size);
  const std::string localpart = encode(name);
  CHECK_THAT(decode(localpart) == text::ascii_lower(name));
  CHECK_THAT(encode(decode(localpart)) == localpart);
  CHECK_THAT(text::is_valid_utf8(localpart));
  CHECK_THAT(text::without_controls(localpart, false) == localpart);
  CHECK_THAT(localpart.find(' ') == std::string::npos);
  if (const auto target = parse_target(name)) {
    // What may be an address can be one parameter of a command.
    const auto* room = std::get_if<chat::RoomId>(&*target);
    const std::string bytes = decode(room != nullptr ? room->text : std::get<chat::PersonId>(*target).text);
    CHECK_THAT(!bytes.empty() && bytes.find_first_of(std::string_view{"\0\r\n ,", 5}) == std::string::npos);
    CHECK_THAT(bytes.front() != ':' && (room == nullptr || bytes != "0"));  // JOIN 0 leaves all channels
  }
  return 0;
}
