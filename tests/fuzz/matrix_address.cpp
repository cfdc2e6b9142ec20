// Any identifier: from_localpart(to_localpart(x)) is x in lower-case ASCII; what people type is read or refused.

#include <algorithm>
#include <string>

#include "backends/matrix/address.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::matrix;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::view(data, size);
  for (const char sigil : {'@', '!', '#'}) {
    const std::string id = sigil + std::string{text};
    const std::string localpart = to_localpart(id);
    CHECK_THAT(from_localpart(localpart).value() == id);
    CHECK_THAT(std::all_of(localpart.begin(), localpart.end(),
                           [](char c) { return c >= ' ' && c < 0x7f && (c < 'A' || c > 'Z'); }));
    CHECK_THAT(text::trim(localpart) == localpart);
  }
  if (const auto address = parse_typed_address(text)) {
    CHECK_THAT(!address->id.empty() && address->id.size() <= 255);
    const auto again = parse_typed_address(to_link(address->id));
    CHECK_THAT(again && again->id == address->id && again->kind == address->kind);
    for (const std::string& server : address->via) CHECK_THAT(is_server_name(server));
  }
  return 0;
}
