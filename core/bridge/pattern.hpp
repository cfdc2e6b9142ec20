#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dragoman::bridge {

/// A regular expression of the configuration (ICU's syntax: Perl's, with "(?i)" in front for any case), compiled once.
/// One that would take too long on a text does not fit it.
class Pattern {
 public:
  /// Fault::malformed says where it is wrong.
  static Result<Pattern> compile(std::string_view regex);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  bool is_found_in(std::string_view text) const;
  /// Every place that fits is replaced; "$1" in `with` is the first group.
  std::string replaced(std::string_view text, std::string_view with) const;

 private:
  struct Compiled;
  explicit Pattern(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace dragoman::bridge
