#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dragoman::backends::webhook {

/// Which events of a product are told, by their names (Posting::event).
///
///   ""                          all
///   "push, release.*"           these only
///   "*, !star.*, !push"         all but these; what stands later wins
///
/// "*" stands for any text; a name without a dot also means what is behind its dot: "issues" is "issues.opened" too.
class EventList {
 public:
  /// Fault::malformed for more than 64 words, or one of other signs than letters, digits, "_", "-", "." and "*".
  static Result<EventList> parse(std::string_view text);

  bool allows(std::string_view event) const;
  /// As it was written.
  const std::string& text() const { return text_; }

 private:
  struct Rule {
    std::string pattern;
    bool on = true;
  };
  std::string text_;
  std::vector<Rule> rules_;
};

}  // namespace dragoman::backends::webhook
