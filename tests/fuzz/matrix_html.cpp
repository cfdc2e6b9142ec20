// Any HTML: a text that XMPP can carry, with spans inside it; what is written of it is escaped and is read as the same
// text.

#include <string>

#include "backends/html_tokens.hpp"
#include "backends/matrix/html_read.hpp"
#include "backends/matrix/html_write.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::matrix;
using dragoman::backends::HtmlToken;
using dragoman::backends::HtmlTokens;
using dragoman::backends::resolve_references;

namespace {

/// Tags of ours are closed in their order.
void check_nesting(const std::string& html) {
  std::vector<std::string> open;
  HtmlTokens tokens{html};
  while (const auto token = tokens.next()) {
    if (token->kind == HtmlToken::Kind::open && token->text != "br" && token->text != "img")
      open.push_back(token->text);
    if (token->kind != HtmlToken::Kind::close) continue;
    CHECK_THAT(!open.empty() && open.back() == token->text);
    open.pop_back();
  }
  CHECK_THAT(open.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto content = read_html(fuzz::view(data, size));
  if (!content) return 0;
  CHECK_THAT(!content->text.empty());
  CHECK_THAT(text::to_xml_text(content->text) == content->text);
  CHECK_THAT(text::without_controls(content->text, true) == content->text);
  for (const chat::Span& span : content->spans) {
    CHECK_THAT(span.begin < span.end && span.end <= content->text.size());
    CHECK_THAT(text::is_valid_utf8(content->text.substr(span.begin, span.end - span.begin)));
  }
  check_nesting(write_html(*content, {}));
  // Without spans it is text and line breaks, and nothing of it is taken for markup.
  const std::string escaped = escape_html(content->text);
  CHECK_THAT(escaped.find('<') == std::string::npos);
  CHECK_THAT(resolve_references(escaped) == content->text);
  return 0;
}
