#include "backends/webhook/message_id.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace dragoman::backends::webhook {

std::string make_message_id(Timestamp now, Random& random) {
  static constexpr char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr int time_letters = 10, random_letters = 16;
  const auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  std::string id;
  for (int i = time_letters - 1; i >= 0; --i) id += crockford[(milliseconds >> (5 * i)) & 31];
  std::array<std::byte, random_letters> bytes{};
  random.fill(std::span{bytes});
  for (const std::byte each : bytes) id += crockford[std::to_integer<unsigned>(each) & 31];
  return id;
}

}  // namespace dragoman::backends::webhook
