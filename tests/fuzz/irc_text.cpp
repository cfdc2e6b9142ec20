// Any text in any encoding: what comes is valid, what leaves fits its budget, nothing is lost where nothing need be.

#include <algorithm>
#include <string>

#include "backends/irc/charset.hpp"
#include "backends/irc/split.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::irc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::view(data, size);
  const auto encoding = static_cast<Encoding>(fuzz::take(input) % encoding_names().size());
  const std::size_t budget = fuzz::take(input) + 1U;
  const std::string text = decode_text(input, encoding);
  CHECK_THAT(text::is_valid_utf8(text));
  CHECK_THAT(encode_text(text, Encoding::utf_8) == text);

  bool lost = false;
  const std::string bytes = encode_text(text, encoding, &lost);
  CHECK_THAT(bytes.size() == encoded_size(text, encoding));

  std::string together;
  for (const std::string_view piece : split_text(text, budget)) {
    CHECK_THAT(!piece.empty() && piece.find('\n') == std::string_view::npos);
    CHECK_THAT(piece.size() <= std::max(budget, least_budget));
    CHECK_THAT(text::is_valid_utf8(piece));
    together += piece;
  }
  std::string without_lines = text;
  std::erase(without_lines, '\n');
  CHECK_THAT(together == without_lines);

  together.clear();
  const std::string start{text::cut(text, 2000)};
  const Measure measure = [encoding](std::string_view piece) { return encoded_size(piece, encoding); };
  for (const std::string_view piece : split_text(start, budget, measure)) {
    // One character may be more than the budget in what similar letters it becomes.
    CHECK_THAT(measure(piece) <= std::max(budget, least_budget) || text::length(piece) == 1);
    together += piece;
  }
  without_lines = start;
  std::erase(without_lines, '\n');
  CHECK_THAT(together == without_lines);
  return 0;
}
