#include "admin/rates.hpp"

#include <set>

namespace dragoman::admin {

void Rates::start(const Facts& facts) {
  look(facts.networks());
  timer_.set_after(step, [this, &facts] { start(facts); });
}

void Rates::look(const std::vector<NetworkFacts>& networks) {
  std::set<std::string> there;
  for (const NetworkFacts& network : networks) {
    there.insert(network.overview.jid);
    auto& seen = seen_[network.overview.jid];
    const Counters now{network.overview.traffic.accepted, network.overview.accepted_for_people};
    // A gateway that was made anew counts from nothing.
    if (!seen.empty() && (now.to_network < seen.back().to_network || now.to_people < seen.back().to_people)) {
      seen.clear();
    }
    seen.push_back(now);
    if (seen.size() > steps + 1) seen.pop_front();
  }
  std::erase_if(seen_, [&](const auto& each) { return !there.contains(each.first); });
}

Rates::History Rates::history(const std::string& network) const {
  History history;
  const auto found = seen_.find(network);
  if (found == seen_.end()) return history;
  const auto& seen = found->second;
  for (std::size_t i = 1; i < seen.size(); ++i) {
    history.to_network.push_back(seen[i].to_network - seen[i - 1].to_network);
    history.to_people.push_back(seen[i].to_people - seen[i - 1].to_people);
  }
  return history;
}

}  // namespace dragoman::admin
