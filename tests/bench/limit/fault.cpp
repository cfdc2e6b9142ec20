#include "fault.hpp"

#include <utility>

namespace limit {

std::optional<Fault> parse_fault(std::string_view name) {
  if (name == "drop") return Fault::drop;
  if (name == "dup") return Fault::dup;
  if (name == "swap") return Fault::swap;
  if (name == "misroute") return Fault::misroute;
  return {};
}

void FaultyLine::pass(const std::string& line, const Send& send, const Send& send_astray) {
  if (!held_.empty()) {
    send(line);
    send(std::exchange(held_, {}));
    return;
  }
  if (++lines_ % 1000 != 0) {
    send(line);
    return;
  }
  switch (fault_) {
    case Fault::none:
      send(line);
      break;
    case Fault::drop:
      break;
    case Fault::dup:
      send(line);
      send(line);
      break;
    case Fault::swap:
      held_ = line;
      break;
    case Fault::misroute:
      send_astray(line);
      break;
  }
}

}  // namespace limit
