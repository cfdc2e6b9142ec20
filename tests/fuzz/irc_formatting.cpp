// Any codes: spans lie inside the text, in order and on characters; text with spans is written, and read as the same.

#include <algorithm>
#include <string>

#include "backends/irc/formatting.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::irc;

namespace {
bool is_boundary(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = text::to_valid_utf8(fuzz::view(data, size));
  chat::Content content;
  read_formatting(text, content);
  CHECK_THAT(text::is_valid_utf8(content.text));
  std::string spaced = content.text;  // a TAB is a space on IRC
  std::replace(spaced.begin(), spaced.end(), '\t', ' ');
  CHECK_THAT(is_plain(spaced));
  CHECK_THAT(content.text == without_formatting(text));
  for (const chat::Span& span : content.spans) {
    CHECK_THAT(span.begin < span.end && span.end <= content.text.size());
    CHECK_THAT(is_boundary(content.text, span.begin) && is_boundary(content.text, span.end));
  }
  const std::string written = write_formatting(content.text, 0, content.spans);
  CHECK_THAT(written.size() <= content.text.size() + formatting_cost(0, content.text.size(), content.spans));
  CHECK_THAT(without_formatting(written) == spaced);
  return 0;
}
