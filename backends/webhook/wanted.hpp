#pragma once

#include <set>
#include <string>

#include "backends/webhook/filter.hpp"
#include "backends/webhook/happening.hpp"
#include "backends/webhook/hook.hpp"
#include "base/result.hpp"

namespace dragoman::backends::webhook {

/// What of everything that happens a hook's other side wants to hear.
class Wanted {
 public:
  /// Of messages all, where `settings.events` names none. Fault::malformed: no such event, or no regular expression.
  static Result<Wanted> read(const Outgoing& settings);

  /// `hook`: its name, for those that want only what names it.
  bool wants(const Happening& happening, const std::string& hook) const;

 private:
  std::set<Happening::Type> types_;
  std::string prefix_;
  Filter pattern_;
  bool mention_only_ = false, ignore_bridged_ = false;
};

/// Whether a message calls the hook by this name: as a word of its own, whatever its case.
bool calls(const chat::Content& content, const std::string& name);

}  // namespace dragoman::backends::webhook
