#include "backends/webhook/dead_letters.hpp"

#include <utility>
#include <vector>

#include "backends/webhook/hub.hpp"

namespace dragoman::backends::webhook {

Result<std::size_t> send_again(Hub& hub, const std::string& hook, const std::string& which) {
  Feed* feed = hub.feed(hook);
  if (feed == nullptr) return failure(Fault::not_found, "There is no such webhook.");
  Courier* courier = feed->answering().courier();
  if (courier == nullptr) return failure(Fault::not_allowed, "This webhook sends nothing.");
  std::vector<std::string> ids;
  for (const Queue::Dead& each : courier->queue().dead()) {
    if (which == "all" || which == each.id) ids.push_back(each.id);
  }
  if (ids.empty() && which != "all") return failure(Fault::not_found, "It was sent again already, or is gone.");
  if (courier->queue().disabled() && !ids.empty()) {
    Hook enabled = feed->hook();
    enabled.outgoing->disabled.clear();
    hub.change(std::move(enabled));
    courier = feed->answering().courier();
  }
  for (const std::string& id : ids) {
    if (const auto replayed = courier->replay(id); !replayed) return replayed.error();
  }
  return ids.size();
}

}  // namespace dragoman::backends::webhook
