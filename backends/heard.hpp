#pragma once

#include <vector>

#include "base/names.hpp"
#include "chat/event.hpp"

namespace dragoman::backends {

/// What is to be heard by the owner of a session, and the names that the events mention: held until they have been
/// delivered, although their room may have forgotten them by then.
struct Heard {
  std::vector<chat::Event> events;
  std::vector<NameRef> names;

  bool empty() const { return events.empty() && names.empty(); }
};

}  // namespace dragoman::backends
