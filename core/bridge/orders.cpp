#include "bridge/orders.hpp"

#include <vector>

#include "base/text.hpp"

namespace dragoman::bridge {

namespace {

constexpr std::size_t longest_order = 64;

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

}  // namespace

std::optional<Order> read_order(std::string_view text) {
  text = text::trim(text);
  if (text.size() > longest_order || !text.starts_with('!')) return std::nullopt;
  std::vector<std::string> words;
  for (const std::string_view each : text::split(text.substr(1), ' ')) {
    if (!each.empty()) words.push_back(upper(each));
  }
  if (!words.empty() && words.front() == "BRIDGE") words.erase(words.begin());
  if (words.size() == 1 && words[0] == "UNLINK") return Order{Order::Kind::leave};
  if (words.size() != 2 || words[0] != "LINK") return std::nullopt;
  if (words[1] == "NO") return Order{Order::Kind::refuse};
  return Order{Order::Kind::agree, words[1]};
}

}  // namespace dragoman::bridge
