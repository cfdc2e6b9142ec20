// Any bytes in: exactly one line out, which reads back as what went in, or a typed error and nothing.

#include <string>
#include <vector>

#include "backends/irc/line_writer.hpp"
#include "backends/irc/message.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::irc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::view(data, size);
  const std::uint8_t shape = fuzz::take(input);
  const std::string_view command = fuzz::take_piece(input);
  LineOptions options;
  if ((shape & 1) != 0) options.label = fuzz::take_piece(input);
  if ((shape & 2) != 0) options.tags = fuzz::take_piece(input);
  std::vector<std::string_view> middles;
  for (int count = shape >> 4; count > 0; --count) middles.push_back(fuzz::take_piece(input));
  std::optional<std::string_view> text;
  if ((shape & 4) != 0) text = input;

  const std::string before = "PING :before\r\n";
  std::string out = before;
  const auto written = write_line(out, command, middles, text, options);
  CHECK_THAT(out.starts_with(before));
  const std::string_view line = std::string_view{out}.substr(before.size());
  if (!written) {
    CHECK_THAT(line.empty());
    CHECK_THAT(written.error().fault == Fault::malformed || written.error().fault == Fault::too_long);
    return 0;
  }
  CHECK_THAT(line.ends_with("\r\n"));
  const std::string_view body = line.substr(0, line.size() - 2);
  CHECK_THAT(body.find_first_of(std::string_view{"\0\r\n", 3}) == std::string_view::npos);
  Message message;
  CHECK_THAT(parse(body, message));
  CHECK_THAT(message.source.empty() && message.command == command);
  if (options.label.empty() && options.tags.empty()) CHECK_THAT(line.size() <= line_limit);
  CHECK_THAT(message.count == middles.size() + (text ? 1U : 0U));
  for (std::size_t i = 0; i < middles.size(); ++i) CHECK_THAT(message.params[i] == middles[i]);
  if (text) CHECK_THAT(message.last() == *text);

  const std::string single = single_line(input);
  CHECK_THAT(single.find_first_of(std::string_view{"\0\r\n", 3}) == std::string::npos);
  CHECK_THAT(single_line(single) == single);
  return 0;
}
