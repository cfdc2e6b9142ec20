#include "guests.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "bridges.hpp"
#include "xmpp/jid.hpp"

namespace dragoman {

namespace {

/// What they say waits so long for a room that cannot be reached.
constexpr Duration guest_patience = std::chrono::hours{24};
constexpr std::size_t most_waiting = 1000;

}  // namespace

/// The guests of one network.
class Guests::Desk final : public backends::RoomDesk, private bridge::Guest::Host {
 public:
  Desk(Guests& guests, std::string jid, backends::HasGuests& host)
      : guests_(guests), jid_(std::move(jid)), host_(&host), sweep_(guests.loop_.timers()) {}

  void set_host(backends::HasGuests* host) { host_ = host; }
  backends::HasGuests* host() const { return host_; }

  Result<Found> find(const std::string& address) const override {
    const auto plan = leg_for(address);
    if (!plan) return plan.error();
    return Found{plan->address, plan->is_xmpp};
  }

  Result<void> may_bridge(const std::string& bridge, const std::string& guest, const std::string& by) const override {
    return guests_.bridges_.takes_hook({bridge, by, own_leg(guest)});
  }

  void enter(const backends::Visit& visit, const Entry& entry) override {
    if (const std::string bridge = backends::bridge_in(visit.room); !bridge.empty()) {
      return guests_.bridges_.bring_hook({bridge, entry.owner, own_leg(visit.guest), !entry.welcome});
    }
    if (find_guest(visit) != nullptr) return;
    auto leg = leg_for(visit.room);
    if (!leg) {
      if (host_ != nullptr) host_->on_shut_out(visit, leg.error().text);
      return;
    }
    leg->nickname = visit.guest;
    leg->voice = leg->is_xmpp ? visit.guest : std::string{};
    leg->password = entry.password;
    bridge::Guest::Options options;
    options.name = visit.guest + '@' + jid_ + ' ' + visit.room;
    options.place = jid_ + ' ' + visit.guest;
    options.thing = "the hook " + visit.guest;
    options.plan.name = options.name;
    options.plan.keep = guest_patience;
    options.plan.most = most_waiting;
    options.leg = *leg;
    options.welcome = entry.welcome;
    auto made =
        std::make_unique<bridge::Guest>(guests_.parts_, static_cast<bridge::Guest::Host&>(*this), std::move(options));
    bridge::Guest& guest = *made;
    inside_.insert_or_assign(visit, std::move(made));
    if (!entry.inviter.empty()) guest.invited({entry.inviter, entry.through_room});
    if (!leg->is_xmpp && guests_.networks_.moderates(entry.owner, leg->network, leg->room)) guest.vouched(entry.owner);
    if (guests_.started_) guest.set_network(guests_.parts_.network_of(guest.leg_plan()));
  }

  bool invited(const backends::Visit& visit, const std::string& inviter, bool through_room) override {
    bridge::Guest* guest = find_guest(visit);
    if (guest == nullptr) return false;
    guest->invited({inviter, through_room});
    return true;
  }

  void leave(const backends::Visit& visit) override {
    if (!backends::bridge_in(visit.room).empty()) return guests_.bridges_.take_hook_away(own_leg(visit.guest));
    auto guest = inside_.extract(visit);
    if (guest.empty()) return;
    // It may be what tells us so: it goes when it has said all.
    gone_.push_back(std::move(guest.mapped()));
    sweep_.set_after(Duration{}, [this] {
      for (const auto& each : std::exchange(gone_, {})) each->end();
    });
  }

  void say(const backends::Visit& visit, const Words& words) override {
    bridge::Guest* guest = find_guest(visit);
    if (guest != nullptr) guest->say({words.command, words.id, words.about, words.answers, words.alone});
  }

  std::string state_of(const backends::Visit& visit) const override {
    const auto found = inside_.find(visit);
    return found == inside_.end() ? std::string{} : found->second->overview().text;
  }

  void start() {
    for (const auto& [visit, guest] : inside_) guest->set_network(guests_.parts_.network_of(guest->leg_plan()));
  }
  /// Whether a guest is there by this network.
  bool concerns(const bridge::Guest& guest, const std::string& domain) const {
    return guest.leg_plan().network == domain || jid_ == domain;
  }
  void ground(const std::string& domain) {
    for (const auto& [visit, guest] : inside_) {
      if (concerns(*guest, domain)) guest->ground();
    }
  }
  bool is_answered(const std::string& domain) const {
    return std::all_of(inside_.begin(), inside_.end(),
                       [&](const auto& each) { return !concerns(*each.second, domain) || each.second->is_answered(); });
  }
  void network_is(const std::string& domain, bool here) {
    for (const auto& [visit, guest] : inside_) {
      if (!concerns(*guest, domain)) continue;
      guest->set_network(here ? guests_.parts_.network_of(guest->leg_plan()) : nullptr);
    }
  }
  void stop() {
    sweep_.clear();
    for (const auto& each : std::exchange(gone_, {})) each->end();
    for (const auto& [visit, guest] : inside_) guest->stop("The gateway stops");
  }
  bool restore(const store::Message& row) {
    for (const auto& [visit, guest] : inside_) {
      if (row.owner == bridge::owner_of(guest->name())) return guest->restore(row);
    }
    return false;
  }

 private:
  bridge::Guest* find_guest(const backends::Visit& visit) const {
    const auto found = inside_.find(visit);
    return found == inside_.end() ? nullptr : found->second.get();
  }

  Result<bridge::LegPlan> leg_for(const std::string& text) const {
    const auto jid = xmpp::Jid::parse(text);
    if (!jid || !jid->is_bare() || jid->local().empty()) {
      return failure(Fault::malformed, "'" + text + "' is not the address of a room, like dev@conference.example.org");
    }
    bridge::LegPlan leg;
    leg.address = leg.label = jid->str();
    const std::string domain{jid->domain()};
    if (domain == jid_) return failure(Fault::not_allowed, "this room is one of the hooks themselves");
    chat::Network* const own = guests_.networks_.reading(domain);
    if (own == nullptr) {
      leg.is_xmpp = true;
      leg.network = jid_;
      leg.room = chat::RoomId{jid->str()};
      return leg;
    }
    const auto address = own->parse(xmpp::unescape_local(jid->local()));
    if (!address) return address.error();
    const auto* room = std::get_if<chat::RoomId>(&*address);
    if (room == nullptr) return failure(Fault::malformed, "'" + text + "' is not the address of a room");
    leg.network = domain;
    leg.room = *room;
    return leg;
  }

  /// The room in which the guest is heard, as a leg of a bridge.
  bridge::LegPlan own_leg(const std::string& guest) const {
    bridge::LegPlan leg;
    leg.network = jid_;
    leg.label = "the hook " + guest;
    chat::Network* const own = guests_.networks_.reading(jid_);
    if (const auto* sends = dynamic_cast<const backends::SendsGuests*>(own)) leg.room = sends->room_of_guest(guest);
    const auto jid = xmpp::Jid::make(xmpp::escape_local(leg.room.text), jid_, {});
    leg.address = jid ? jid->str() : leg.room.text;
    return leg;
  }

  backends::Visit visit_of(const bridge::Guest& guest) const {
    const std::string& name = guest.name();
    return {name.substr(0, name.find('@')), name.substr(name.find(' ') + 1)};
  }

  // bridge::Guest::Host
  void on_welcome(bridge::Guest& guest, const std::string& by) override {
    if (host_ != nullptr) host_->on_welcome(visit_of(guest), by);
  }
  void on_shut_out(bridge::Guest& guest, const std::string& why) override {
    const backends::Visit visit = visit_of(guest);
    leave(visit);
    if (host_ != nullptr) host_->on_shut_out(visit, why);
  }
  void on_no_voice(bridge::Guest& guest) override {
    if (host_ == nullptr) return;
    const std::string network = guest.leg_plan().is_xmpp ? "xmpp" : guest.network()->describe().kind;
    host_->on_no_voice(visit_of(guest), guest.nickname(), network);
  }
  void on_presence(bridge::Guest& guest, const std::string& nickname, bool here) override {
    if (host_ != nullptr) host_->on_came_or_went(visit_of(guest), nickname, here);
  }
  void on_topic(bridge::Guest& guest, const chat::TopicChanged& topic) override {
    if (host_ != nullptr) host_->on_topic(visit_of(guest), topic.author.name, topic.topic);
  }
  void on_said(bridge::Guest& guest, const chat::Event& event, bool to_guest) override {
    if (host_ == nullptr) return;
    backends::HeardInRoom heard{event, {}, {}, {}, guest.nickname(), to_guest};
    const bridge::LegPlan& leg = guest.leg_plan();
    heard.network = leg.is_xmpp ? "xmpp" : guest.network()->describe().kind;
    std::visit(
        [&](const auto& each) {
          if constexpr (requires { each.author; }) identify(heard, each.author, leg, *guest.network());
        },
        event);
    host_->on_heard(visit_of(guest), heard);
  }

  static void identify(backends::HeardInRoom& heard, const chat::Author& author, const bridge::LegPlan& leg,
                       const chat::Network& network) {
    if (leg.is_xmpp) {
      const auto jid = xmpp::Jid::parse(author.identity);
      const bool is_account = jid && jid->is_bare() && !jid->local().empty();
      (is_account ? heard.address : heard.occupant_id) = author.identity;
      return;
    }
    if (!author.person.empty()) {
      const auto jid = xmpp::Jid::make(xmpp::escape_local(network.format(author.person)), leg.network, {});
      if (jid) heard.address = jid->str();
    }
    heard.occupant_id = author.identity;
  }

  Guests& guests_;
  std::string jid_;
  backends::HasGuests* host_;  // nullptr: its network does not run
  std::map<backends::Visit, std::unique_ptr<bridge::Guest>> inside_;
  std::vector<std::unique_ptr<bridge::Guest>> gone_;
  Timer sweep_;
};

Guests::Guests(net::Loop& loop, store::Store& store, Bridges& bridges, Networks networks)
    : marks_(store, loop.gate()),
      loop_(loop),
      bridges_(bridges),
      networks_(std::move(networks)),
      parts_{store,
             marks_,
             loop.timers(),
             loop.gate(),
             networks_.find,
             bridges.instance(),
             [](const std::string&, const std::string&) {},  // its owner is told, by its own network
             [serves = networks_.serves](const chat::Author& author) {
               const auto jid = xmpp::Jid::parse(author.identity);
               return jid && serves(std::string{jid->domain()});
             },
             networks_.uploader_of} {}

Guests::~Guests() = default;

void Guests::add(const std::string& jid, chat::Network& network) {
  auto* sends = dynamic_cast<backends::SendsGuests*>(&network);
  if (sends == nullptr) return;
  auto& desk = desks_[jid];
  if (!desk) desk = std::make_unique<Desk>(*this, jid, sends->guests());
  desk->set_host(&sends->guests());
  sends->set_desk(*desk);
}

void Guests::network_came(const std::string& jid) {
  if (!started_) return;
  for (const auto& [domain, desk] : desks_) desk->network_is(jid, true);
}

void Guests::ground(const std::string& jid) {
  for (const auto& [domain, desk] : desks_) desk->ground(jid);
}

bool Guests::is_answered(const std::string& jid) const {
  return std::all_of(desks_.begin(), desks_.end(), [&jid](const auto& each) { return each.second->is_answered(jid); });
}

void Guests::network_goes(const std::string& jid) {
  for (const auto& [domain, desk] : desks_) {
    desk->network_is(jid, false);
    if (domain == jid) desk->set_host(nullptr);
  }
}

bool Guests::restore(const store::Message& row) {
  return std::any_of(desks_.begin(), desks_.end(), [&row](const auto& each) { return each.second->restore(row); });
}

void Guests::start() {
  started_ = true;
  for (const auto& [domain, desk] : desks_) desk->start();
}

void Guests::stop() {
  for (const auto& [domain, desk] : desks_) desk->stop();
  marks_.flush();
}

}  // namespace dragoman
