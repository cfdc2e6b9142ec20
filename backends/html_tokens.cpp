#include "backends/html_tokens.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends {

namespace {

constexpr std::size_t most_attributes = 32;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_html_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool begins_tag(std::string_view text) {
  if (text.size() < 2 || text[0] != '<') return false;
  return is_letter(text[1]) || (text[1] == '/' && text.size() > 2 && is_letter(text[2]));
}
bool begins_comment(std::string_view text) {
  return text.starts_with("<!--") || text.starts_with("<?") ||
         (text.starts_with("<!") && text.size() > 2 && (is_letter(text[2]) || text[2] == '['));
}

/// What stands between "<" and ">", taken off from the front; `ended` is false when there was no ">".
class TagReader {
 public:
  explicit TagReader(std::string_view text) : text_(text) {}

  bool read(HtmlToken& token) {
    at_ = 1;
    if (text_[at_] == '/') {
      token.kind = HtmlToken::Kind::close;
      ++at_;
    } else {
      token.kind = HtmlToken::Kind::open;
    }
    token.text = text::ascii_lower(take_until("/>"));
    while (true) {
      skip_space();
      if (at_ >= text_.size()) return false;
      if (text_[at_] == '>') {
        ++at_;
        return true;
      }
      if (text_[at_] == '/') {
        ++at_;
        token.closed = at_ < text_.size() && text_[at_] == '>';
        continue;
      }
      if (!attribute(token)) return false;
    }
  }
  std::size_t size() const { return at_; }

 private:
  bool attribute(HtmlToken& token) {
    // HTML: an "=" in front is a part of the name.
    const std::size_t begin = at_++;
    take_until("/>=");
    std::string name = text::ascii_lower(text_.substr(begin, at_ - begin));
    skip_space();
    std::string value;
    if (at_ < text_.size() && text_[at_] == '=') {
      ++at_;
      skip_space();
      if (at_ >= text_.size()) return false;
      if (const char quote = text_[at_]; quote == '"' || quote == '\'') {
        const std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) return false;
        value = resolve_references(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
      } else {
        value = resolve_references(take_until(">"));
      }
    }
    if (token.attributes.size() < most_attributes) token.attributes.emplace_back(std::move(name), std::move(value));
    return true;
  }
  std::string_view take_until(std::string_view ends) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_html_space(text_[at_]) && ends.find(text_[at_]) == std::string_view::npos) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  void skip_space() {
    while (at_ < text_.size() && is_html_space(text_[at_])) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const std::string* HtmlToken::attribute(std::string_view name) const {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const auto& each) { return each.first == name; });
  return found == attributes.end() ? nullptr : &found->second;
}

std::optional<HtmlToken> HtmlTokens::next() {
  while (skip_comment()) {
  }
  if (rest_.empty()) return std::nullopt;
  if (begins_tag(rest_)) {
    if (auto token = tag()) return token;
    return text_until(rest_.size());
  }
  std::size_t end = rest_.find('<', 1);
  while (end != std::string_view::npos && !begins_tag(rest_.substr(end)) && !begins_comment(rest_.substr(end))) {
    end = rest_.find('<', end + 1);
  }
  return text_until(std::min(end, rest_.size()));
}

HtmlToken HtmlTokens::text_until(std::size_t end) {
  HtmlToken token;
  token.text = resolve_references(rest_.substr(0, end));
  rest_.remove_prefix(end);
  return token;
}

bool HtmlTokens::skip_comment() {
  if (!begins_comment(rest_)) return false;
  const bool comment = rest_.starts_with("<!--");
  // "<!-->" is a whole comment.
  const std::size_t end = comment ? rest_.find("-->", 2) : rest_.find('>');
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + (comment ? 3 : 1));
  return true;
}

std::optional<HtmlToken> HtmlTokens::tag() {
  TagReader reader{rest_};
  HtmlToken token;
  if (!reader.read(token)) return std::nullopt;
  rest_.remove_prefix(reader.size());
  return token;
}

}  // namespace dragoman::backends
