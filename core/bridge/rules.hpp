#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bridge/pattern.hpp"
#include "bridge/plan.hpp"

namespace dragoman::bridge {

/// The rules of a bridge, compiled: they are looked at in their order, and the first one that fits ends it, unless it
/// says `next`.
class Rules {
 public:
  /// What is to be judged: where it was said, by whom, what.
  struct Said {
    std::string_view kind;     ///< of the network: "irc"
    std::string_view network;  ///< its domain
    std::string_view address;  ///< of the leg
    std::string name;
    std::string text;
  };
  struct Verdict {
    bool dropped = false;
    std::string name, text;            ///< as they are told to the others
    std::vector<std::size_t> matched;  ///< numbers of the rules, from 1
  };

  Rules() = default;
  /// Fault::malformed: which rule cannot be read.
  static Result<Rules> compile(const std::vector<RulePlan>& plans);
  Verdict judge(const Said& said) const;

 private:
  struct Rule {
    RulePlan plan;
    std::optional<Pattern> nick, text;
  };
  static bool fits(const Rule& rule, const Said& said, const Verdict& so_far);
  std::vector<Rule> rules_;
};

}  // namespace dragoman::bridge
