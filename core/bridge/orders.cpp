#include "bridge/orders.hpp"

#include <vector>

#include "base/text.hpp"

namespace dragoman::bridge {

namespace {

constexpr std::size_t longest_order = 64, longest_with_name = 300;

/// What stands behind the first word; names may have blanks in them.
std::optional<std::string> name_behind(std::string_view word, std::string_view text) {
  if (text.size() <= word.size() || !text::ascii_iequals(text.substr(0, word.size()), word)) return std::nullopt;
  if (text[word.size()] != ' ') return std::nullopt;
  return std::string{text::trim(text.substr(word.size()))};
}

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
  if (text.size() > longest_with_name || !text.starts_with('!')) return std::nullopt;
  for (const char* word : {"!unkick", "!bridge unkick"}) {
    const auto name = name_behind(word, text);
    if (name && !name->empty()) return Order{Order::Kind::let_in, {}, *name};
  }
  if (text.size() > longest_order) return std::nullopt;
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
