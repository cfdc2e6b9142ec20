#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/content.hpp"

namespace dragoman::backends {

/// Text that grows as a browser lays it out: white space is one space, blocks begin on lines of their own, nothing
/// stands before the first or behind the last word. Line breaks and spaces wait for the next word.
class HtmlText {
 public:
  std::string text;
  std::vector<chat::Span> spans;

  /// The next word begins a line of its own (1), or one with an empty line in front (2).
  void want_lines(std::size_t lines) {
    if (!behind_marker_) wanted_ = std::max(wanted_, lines);
  }
  /// What was wanted by what has ended counts no more.
  void want_only(std::size_t lines) {
    if (!text.empty() && !behind_marker_) wanted_ = lines;
  }
  void break_line() { ++breaks_; }
  /// Writes what waits, so that the next thing stands at text.size().
  void settle() {
    behind_marker_ = false;
    if (!text.empty()) {
      const std::size_t lines = std::max(wanted_, breaks_);
      text.append(lines, '\n');
      if (lines == 0 && space_ && text.back() != ' ' && text.back() != '\n') text += ' ';
    }
    wanted_ = breaks_ = 0;
    space_ = false;
  }
  /// Words with white space of any amount. `begins` is called before the first of them is written.
  template <class Begins>
  void add_words(std::string_view words, Begins begins) {
    for (const char c : words) {
      if (is_white(c)) {
        space_ = true;
        continue;
      }
      if (space_ || wanted_ != 0 || breaks_ != 0) settle();
      begins();
      behind_marker_ = false;
      text += c;
    }
  }
  /// Lines as they are, but for empty ones at the end.
  template <class Begins>
  void add_lines(std::string_view lines, Begins begins) {
    for (const char c : lines) {
      if (c == '\n') {
        break_line();
        continue;
      }
      space_ = false;
      if (wanted_ != 0 || breaks_ != 0) settle();
      begins();
      behind_marker_ = false;
      text += c;
    }
  }
  /// "- " of a list: what follows stands beside it, also a block.
  void add_marker(std::string_view marker) {
    settle();
    text += marker;
    behind_marker_ = true;
  }
  void end_marker() { behind_marker_ = false; }
  void mark(chat::Span::Kind kind, std::size_t begin, std::string value = {}) {
    if (begin < text.size() && spans.size() < most_spans) {
      spans.push_back({kind, begin, text.size(), std::move(value)});
    }
  }

 private:
  static constexpr std::size_t most_spans = 1000;  // of one message
  static bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n'; }

  std::size_t wanted_ = 0, breaks_ = 0;
  bool space_ = false, behind_marker_ = false;
};

}  // namespace dragoman::backends
