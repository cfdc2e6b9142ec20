#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman::backends {

/// A piece of HTML: text with its references resolved, the begin of an element, or the end of one.
struct HtmlToken {
  enum class Kind { text, open, close };
  Kind kind = Kind::text;
  std::string text;                                               ///< or the name of the element, in lower case
  std::vector<std::pair<std::string, std::string>> attributes{};  ///< names in lower case, at most 32
  bool closed = false;                                            ///< <br/>

  /// The value of the first attribute of this name; nullptr: none.
  const std::string* attribute(std::string_view name) const;
};

/// Divides HTML as a browser would, as far as it matters for text: comments, doctypes and processing instructions are
/// left out, names and attributes are read however they are written, a "<" that begins nothing is text, and so is
/// everything behind a tag that does not end. One pass: the time is linear in the text.
class HtmlTokens {
 public:
  explicit HtmlTokens(std::string_view html) : rest_(html) {}

  /// Nothing at the end.
  std::optional<HtmlToken> next();

 private:
  HtmlToken text_until(std::size_t end);
  /// Whether a comment or the like was left out at the front.
  bool skip_comment();
  std::optional<HtmlToken> tag();

  std::string_view rest_;
};

/// Resolves "&amp;", "&#38;" and "&#x26;" in a text; what is no reference that is known stays as it is.
/// HTML, "Character reference state"; names as in HTML 4, which are those that people and editors write.
std::string resolve_references(std::string_view text);

}  // namespace dragoman::backends
