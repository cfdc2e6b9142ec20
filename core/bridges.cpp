#include "bridges.hpp"

#include <algorithm>
#include <utility>

#include "base/hmac.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "xmpp/jid.hpp"

namespace dragoman {

namespace {

/// Tells installations apart without telling their key.
std::string instance_name(const std::string& key) {
  const auto digest = hmac_sha256(key, "bridge via");
  return "dg-" + text::to_hex({reinterpret_cast<const char*>(digest.data()), 6});
}

store::Evidence held_row(store::RowId row) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.state = store::State::held;
  return evidence;
}

}  // namespace

Bridges::Bridges(net::Loop& loop, store::Store& store, Random& random, const std::string& key, Networks networks)
    : marks_(store, loop.gate()),
      parts_{store,
             marks_,
             loop.timers(),
             loop.gate(),
             std::move(networks.find),
             instance_name(key),
             std::move(networks.tell_admins),
             [serves = std::move(networks.serves)](const chat::Author& author) {
               const auto jid = xmpp::Jid::parse(author.identity);
               return jid && serves(std::string{jid->domain()});
             },
             std::move(networks.uploader_of),
             [this](const bridge::Ordered& order) { return on_order(order); },
             [this](const std::string&) {
               links_.changed();
               portals_.changed();
             },
             [this](const std::string& bridge, const bridge::LegPlan& leg, const std::vector<bridge::Persona>& people) {
               departures_.leave(bridge, leg, people);
             }},
      networks_(std::move(networks.all)),
      made_(store),
      tell_(std::move(networks.tell)),
      is_admin_(std::move(networks.is_admin)),
      hooks_changed_(loop.gate(), [this] { follow_hooks(); }),
      links_(loop.timers(), loop.gate(), random, *this),
      portals_(loop.timers(), loop.gate(), *this, std::move(networks.ask_room)),
      leave_soon_(loop.gate(),
                  [this] {
                    for (const bridge::Ordered& each : std::exchange(leaving_, {}))
                      leave(each.bridge, each.place, each.by);
                  }),
      departures_(parts_, [this](const std::string& place, const std::vector<bridge::Persona>& people) {
        return std::any_of(bridges_.begin(), bridges_.end(),
                           [&](const auto& each) { return each->take_over(place, people); });
      }) {}

Bridges::~Bridges() = default;

bridge::Bridge& Bridges::add(const bridge::Plan& plan) {
  for (const bridge::LegPlan& leg : plan.legs) departures_.comes_back(plan.name, leg);
  return *bridges_.emplace_back(std::make_unique<bridge::Bridge>(parts_, plan));
}

void Bridges::start(const std::vector<BridgeEntry>& entries, const LinkEntry& link) {
  may_link_ = link.allow;
  made_.load();
  for (const BridgeEntry& entry : entries) of_file_.push_back(entry.plan);
  for (const bridge::Plan& plan : wanted()) add(with_hooks(plan));
  restore();
  started_ = true;
  for (const auto& each : bridges_) each->start();
  departures_.find([this](const std::string& bridge, const std::string& place) {
    const bridge::Bridge* const known = find(bridge);
    const auto is_it = [&place](const bridge::LegPlan& leg) { return bridge::place_of(leg) == place; };
    return known != nullptr && std::any_of(known->plan().legs.begin(), known->plan().legs.end(), is_it);
  });
  if (const std::size_t bridges = bridges_.size(); bridges > 0) LOG_INFO("bridges started", bridges);
}

std::vector<bridge::Plan> Bridges::wanted() {
  made_.resolve(of_file_, networks_());
  std::vector<bridge::Plan> plans = all_but({});
  std::erase_if(plans, [](const bridge::Plan& each) { return !each.enabled; });
  return plans;
}

void Bridges::restore() {
  parts_.store.reader_now().open_messages([this](const store::Message& row) {
    if (!gateway::commands::is_bridge_owner(row.owner)) return;
    bridge::Bridge* known = find(row.owner.substr(bridge::owner_of({}).size()));
    if (row.state == store::State::queued && known != nullptr && known->restore(row)) return;
    if (row.state == store::State::queued && restore_elsewhere_ && restore_elsewhere_(row)) return;
    parts_.store.mark(held_row(row.id));
    const std::string& owner = row.owner;
    LOG_WARN("a message is held: its room is in no bridge any more", owner, row.network, row.id);
  });
}

void Bridges::apply(const std::vector<BridgeEntry>& entries, const LinkEntry& link) {
  may_link_ = link.allow;
  of_file_.clear();
  for (const BridgeEntry& entry : entries) of_file_.push_back(entry.plan);
  const std::vector<bridge::Plan> plans = wanted();
  links_.check_again();
  portals_.check_again();
  const auto is_wanted = [&](const std::string& name) {
    const auto is_it = [&name](const bridge::Plan& each) { return each.name == name; };
    return is_waiting(name) || std::any_of(plans.begin(), plans.end(), is_it);
  };
  for (auto each = bridges_.begin(); each != bridges_.end();) {
    const std::string bridge = (*each)->name();
    if (is_wanted(bridge)) {
      ++each;
      continue;
    }
    LOG_INFO("bridge removed", bridge);
    (*each)->end();
    each = bridges_.erase(each);
  }
  for (const bridge::Plan& plan : plans) run(plan);
}

void Bridges::run(const bridge::Plan& bare) {
  const bridge::Plan plan = with_hooks(bare);
  const std::string& bridge = plan.name;
  bridge::Bridge* known = find(bridge);
  if (known == nullptr) {
    LOG_INFO("bridge added", bridge);
    bridge::Bridge& added = add(plan);
    if (is_waiting(bridge)) added.wait_for_consent();
    added.start();
  } else if (known->plan() != plan) {
    LOG_INFO("bridge changed", bridge);
    for (const bridge::LegPlan& leg : plan.legs) departures_.comes_back(bridge, leg);
    known->take(plan);
  }
}

void Bridges::network_came(const std::string& jid) {
  for (const auto& each : bridges_) each->network_came(jid);
  departures_.network_came();
}

void Bridges::ground(const std::string& jid) {
  for (const auto& each : bridges_) each->ground(jid);
}

bool Bridges::is_answered(const std::string& jid) const {
  return std::all_of(bridges_.begin(), bridges_.end(), [&jid](const auto& each) { return each->is_answered(jid); });
}

void Bridges::network_goes(const std::string& jid) {
  portals_.network_goes(jid);
  for (const auto& each : bridges_) each->network_goes(jid);
  departures_.network_goes(jid);
}

void Bridges::stop() {
  for (const auto& each : bridges_) each->stop("The gateway stops");
  departures_.stop();
  marks_.flush();
}

std::vector<bridge::BridgeOverview> Bridges::overview() const {
  std::vector<bridge::BridgeOverview> all;
  for (const auto& each : bridges_) all.push_back(each->overview());
  return all;
}

bridge::Bridge* Bridges::find(const std::string& name) const {
  const auto found =
      std::find_if(bridges_.begin(), bridges_.end(), [&name](const auto& each) { return each->name() == name; });
  return found == bridges_.end() ? nullptr : found->get();
}

Result<bridge::Bridge*> Bridges::need(const std::string& name) const {
  if (bridge::Bridge* known = find(name)) return known;
  return failure(Fault::not_found, "There is no bridge \"" + name + "\".");
}

bool Bridges::release(const store::Message& row) {
  bridge::Bridge* known = find(row.owner.substr(bridge::owner_of({}).size()));
  store::Message again = row;
  // Its time was over.
  if (known == nullptr) {
    again.expires = parts_.timers.clock().utc() + std::chrono::hours{1};
    return restore_elsewhere_ && restore_elsewhere_(again);
  }
  again.expires =
      parts_.timers.clock().utc() + std::chrono::duration_cast<std::chrono::milliseconds>(known->plan().keep);
  return known->restore(again);
}

}  // namespace dragoman
