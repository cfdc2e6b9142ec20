#include "backends/muc/own_id.hpp"

#include "base/hmac.hpp"
#include "base/text.hpp"

namespace dragoman::backends::muc {

namespace {

constexpr std::size_t half_bytes = 8;

std::string half(std::string_view key, const std::string& text) {
  const auto digest = hmac_sha256(key, text);
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), half_bytes});
}

std::string proof_of(std::string_view key, std::string_view room, std::string_view first) {
  return half(key, "muc proof\n" + std::string{room} + '\n' + std::string{first});
}

}  // namespace

std::string make_own_id(std::string_view key, std::string_view room, std::string_view what) {
  const std::string first = half(key, "muc message\n" + std::string{what});
  return first + proof_of(key, room, first);
}

bool is_own_id(std::string_view key, std::string_view room, std::string_view id) {
  if (id.size() != 4 * half_bytes) return false;
  return id.substr(2 * half_bytes) == proof_of(key, room, id.substr(0, 2 * half_bytes));
}

}  // namespace dragoman::backends::muc
