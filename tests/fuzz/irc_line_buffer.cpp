// Any bytes in any pieces: the same lines as in one piece, none of them with a line end, none longer than the limit.

#include <string>
#include <vector>

#include "backends/irc/line_buffer.hpp"
#include "check.hpp"

using namespace dragoman::backends::irc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = dragoman::fuzz::view(data, size);
  // A byte in front says how long the pieces are; many repetitions reach the limit.
  const std::size_t piece = dragoman::fuzz::take(input) % 32 + 1U;
  std::string bytes;
  for (int times = dragoman::fuzz::take(input) % 8 == 0 ? 70'000 / static_cast<int>(input.size() + 1) : 1; times > 0;
       --times) {
    bytes += input;
  }
  std::vector<std::string> lines, at_once;
  const auto add_to = [](std::vector<std::string>& list) {
    return [&list](std::string_view line) {
      CHECK_THAT(line.find('\n') == std::string_view::npos && !line.ends_with('\r'));
      CHECK_THAT(line.size() <= LineBuffer::most);
      list.emplace_back(line);
      return true;
    };
  };
  LineBuffer in_pieces, whole;
  bool fits = true;
  for (std::size_t at = 0; fits && at < bytes.size(); at += piece) {
    fits = in_pieces.feed(std::string_view{bytes}.substr(at, piece), add_to(lines));
  }
  const bool fits_whole = whole.feed(bytes, add_to(at_once));
  CHECK_THAT(fits == fits_whole);
  CHECK_THAT(lines == at_once);
  return 0;
}
