#pragma once

#include <memory>
#include <vector>

#include "backends/irc/isupport.hpp"

namespace dragoman::backends::irc {

/// What the links to one server were told by it.
class IsupportBook {
 public:
  std::shared_ptr<const Isupport> share(Isupport told);

 private:
  std::vector<std::weak_ptr<const Isupport>> shared_;  // a few: servers say it in some lines, the same to everybody
};

/// What one link has been told. A server tells all of them the same, so that equal ones are kept once: it is 700 bytes
/// a person. Counted (shared_ptr), because links come and go in any order.
class KnownIsupport {
 public:
  const Isupport& operator*() const { return told_ ? *told_ : nothing(); }
  const Isupport* operator->() const { return &**this; }
  /// As Isupport::apply.
  bool apply(const Message& message, IsupportBook& book);

 private:
  static const Isupport& nothing();

  std::shared_ptr<const Isupport> told_;
};

}  // namespace dragoman::backends::irc
