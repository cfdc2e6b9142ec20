#pragma once

#include <string>
#include <string_view>

#include "chat/content.hpp"

// XEP-0393 between a body and what it means. Spans are byte offsets; signs are not part of a content's text.
namespace dragoman::gateway {

/// Reads the signs of a body: content.text becomes what stands between them, content.spans what they mean (bold,
/// italic, strike, code, code_block, quote). False when the result could not be written as exactly this body again;
/// then nothing is changed, and the body is a text without spans. The body may be content.text itself.
/// Example: "*a* b" -> "a b", bold [0, 1).
bool read_styling(std::string_view body, chat::Content& content);

/// Whether any span is more than a mention, and stands in a body as signs.
bool has_styles(const chat::Content& content);
/// A body that is read as the same text with the same spans, as far as signs can say it; spans that they cannot (a part
/// of a word, a colour) are left out. `literal`: there are signs in the text that mean nothing, and clients must be
/// told so.
struct StyledBody {
  std::string text;
  bool literal = false;
};
StyledBody write_styling(const chat::Content& content);
/// Whether somebody who knows styling would see any in this text.
bool looks_styled(std::string_view text);

}  // namespace dragoman::gateway
