#include "bridge_names.hpp"

#include "base/text.hpp"

namespace dragoman {

namespace {

constexpr std::size_t longest_made_name = 24;

}  // namespace

std::string bridge_name_for(const std::string& room, const std::function<bool(const std::string&)>& is_free) {
  std::string base;
  for (const char c : text::ascii_lower(room.substr(0, room.find_first_of("@:")))) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (fits && base.size() < longest_made_name) base += c;
  }
  if (base.empty()) base = "link";
  std::string name = base;
  for (int number = 2; !is_free(name); ++number) name = base + '-' + std::to_string(number);
  return name;
}

}  // namespace dragoman
