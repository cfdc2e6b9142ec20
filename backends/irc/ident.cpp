#include "backends/irc/ident.hpp"

#include <cstddef>

#include "base/hmac.hpp"

namespace dragoman::backends::irc {

std::string ident(std::string_view key, std::string_view owner) {
  const auto hash = hmac_sha256(key, owner);
  std::string name;
  unsigned bits = 0, value = 0;
  for (std::size_t i = 0; name.size() < 9; ++i) {
    value = (value << 8 | unsigned{hash[i]}) & 0xffff;
    bits += 8;
    while (bits >= 5 && name.size() < 9) {
      name += "abcdefghijklmnopqrstuvwxyz234567"[value >> (bits - 5) & 31];
      bits -= 5;
    }
  }
  if (name[0] < 'a') name[0] = static_cast<char>('a' + (name[0] - '2'));
  return name;
}

}  // namespace dragoman::backends::irc
