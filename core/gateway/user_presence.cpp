#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "gateway/announcements.hpp"
#include "gateway/presence.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"

// A person's clients come and go: what the network learns of it, and what they see of the gateway itself (XEP-0100 4.4,
// 4.5).

namespace dragoman::gateway {

namespace {
/// Changes of a person's availability reach the network at most this often: they must not eat what flood control
/// leaves for messages.
constexpr auto between_changes = std::chrono::seconds{2};
}  // namespace

void User::on_presence(const xmpp::Element& presence, const xmpp::Jid& resource, std::string_view localpart) {
  const bool to_service = localpart.empty();
  if (presence.get("type") == "unavailable") {
    const bool gone = clients_.unavailable(resource.str(), localpart);
    if (to_service) send_unavailable(context_.link, resource.str());
    if (gone) logged_out();
    return tidy_.arm();
  }
  if (!clients_.knows(resource.str()) && clients_.online() >= most(Quota::connections)) {
    if (!to_service) return;  // said once, by the gateway itself
    return refuse(presence, Fault::limited,
                  "you are connected " + std::to_string(clients_.online()) +
                      " times already, which is the limit here; log out with one of these clients first");
  }
  const bool was_online = is_online();
  const Clients::Seen seen = clients_.available(resource.str(), localpart, presence);
  if (!was_online) {
    for (const auto& each : uplinks_) each->refused.reset();  // somebody came who does not know yet
    logged_out_at_ = {};
    if (Contacts* contacts = subscriptions_.contacts()) contacts->show_people(true);
    logged_in();
  }
  const bool had_session = has_session();
  if (refusing() == nullptr) connect_if_needed();
  // A fan-out copy of a presence that we have answered is not answered again; connecting has told everybody already.
  if (seen.at_service && (had_session || !has_session())) send_presence(resource.str());
  if (seen.changed) tidy_.arm();
  if (Roster* roster = seen.came ? subscriptions_.roster() : nullptr) roster->retry();
}

void User::on_show_in_room(const xmpp::Element& presence, const xmpp::Jid& resource) {
  const std::string_view type = presence.get("type");
  if (type == "unavailable") return tidy_.arm();
  if (type.empty() && rooms_.has_client(resource.str()) && clients_.in_room(resource.str(), presence)) tidy_.arm();
}

bool User::has_client(std::string_view client) const { return clients_.knows(client) || rooms_.has_client(client); }

void User::logged_in() {
  if (account_.registered) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(context_.timers.clock().utc().time_since_epoch());
    context_.settings.set_number(owner_.str(), "last_login", now.count());
  }
  context_.announcements.on_login(owner_.str());
}

void User::leave_service() {
  if (clients_.leave_service()) logged_out();
}

void User::logged_out() {
  if (is_online()) return;
  LOG_DEBUG_OF(owner_.bare_view(), "the last client is gone", owner_, network());
  if (Contacts* contacts = subscriptions_.contacts()) contacts->show_people(false);
  logged_out_at_ = context_.timers.clock().now();
  for (const auto& each : uplinks_) each->last_private = {};  // to wait for an answer is what a client would do
}

void User::tell_availability() {
  clients_.tidy([this](const std::string& client) { return rooms_.has_client(client); });
  for (const auto& each : uplinks_) tell_availability(*each);
}

void User::tell_availability(Uplink& uplink) {
  if (!uplink.session || uplink.state != Uplink::State::ready) return;  // Ready looks again
  Showing showing = clients_.showing();
  if (!is_online() && !rooms_.has_clients() && (lingers() || !rooms_.empty())) showing = {chat::Availability::gone, {}};
  if (showing != Showing{} && has_quiet_client()) showing = clients_.showing(true);
  // Who only has become idle is no news for most networks.
  if (!context_.network.describe().capabilities.has(chat::Feature::idle_time)) showing.idle_since.reset();
  auto& told = uplink.told;
  if (!told) {
    if (showing == Showing{}) return;
    told = std::make_unique<Uplink::Told>(context_.timers);
  }
  const bool stale = std::exchange(told->stale, false) && showing != Showing{};
  if (showing == told->showing && !stale) return told->timer.clear();
  const Instant now = context_.timers.clock().now();
  if (now < told->next) {
    told->stale = stale;
    return told->timer.set(told->next, [this] { tidy_.arm(); });
  }
  told->next = now + between_changes;
  told->showing = showing;
  ask(&uplink, chat::SetPresence{showing.availability, std::move(showing.status), showing.idle_since},
      [](const chat::Done*, const chat::Failed*) {});
}

bool User::has_quiet_client() const {
  return std::any_of(rooms_.begin(), rooms_.end(), [this](const auto& each) {
    const auto& resources = each.second->resources();
    return std::any_of(resources.begin(), resources.end(),
                       [this](const Room::Resource& resource) { return !clients_.keeps(resource.jid); });
  });
}

void User::refuse_login(Uplink& uplink, Fault fault, const std::string& text) {
  uplink.refused = fault;
  uplink.is(Uplink::State::none, text, context_.timers.clock().utc());
  tell_presence();
}

const Uplink* User::refusing() const {
  if (context_.network.in_parts()) return nullptr;
  const Uplink& only = *uplinks_.front();
  return only.refused ? &only : nullptr;
}

std::string User::status() const {
  if (!context_.network.in_parts()) {
    const Uplink& only = *uplinks_.front();
    return only.refused || only.state != Uplink::State::none ? only.text : "not connected";
  }
  std::string all;
  for (const auto& each : uplinks_) {
    if (each->text.empty()) continue;
    if (!all.empty()) all += "; ";
    all += each->part + ": " + each->text;
  }
  return all.empty() ? "not connected" : all;
}

std::string User::status_text() const {
  if (context_.network.in_parts()) return status();
  const Uplink& only = *uplinks_.front();
  if (only.state != Uplink::State::none) return only.text;
  return account_.registered ? "not connected" : "not registered";
}

void User::send_presence(const std::string& to) const {
  if (const Uplink* by = refusing()) return send_refusal(to, *by);
  const bool lost = std::any_of(uplinks_.begin(), uplinks_.end(),
                                [](const auto& each) { return each->state == Uplink::State::lost; });
  send_available(context_, to, lost && !connected() ? "xa" : "", status_text());
}

void User::tell_subscriber() const {
  if (refusing() != nullptr) return send_unavailable(context_.link, owner_.str());  // why was said to each client
  send_presence(owner_.str());
}

void User::send_refusal(const std::string& to, const Uplink& refusing) const {
  // XEP-0100 4.4.2: the login failed, and so the gateway is not there for this person.
  xmpp::Element error{"presence", xmpp::ns::component};
  error.set("from", context_.link.jid().str()).set("to", to).set("type", "error");
  error.add(xmpp::make_error(xmpp::to_stanza_error(*refusing.refused, refusing.text)));
  context_.link.send(error);
  send_unavailable(context_.link, to);
}

void User::tell_presence() const {
  clients_.each_at_service([this](const std::string& client) { send_presence(client); });
}

std::string User::other_client(const chat::RoomId& room, std::string_view asking) {
  const Room* known = this->room(room);
  if (known == nullptr) return {};
  for (const Room::Resource& resource : known->resources()) {
    if (resource.jid != asking) return resource.jid;
  }
  return {};
}

std::string User::prober() const {
  const Contacts* contacts = subscriptions_.contacts();
  if (!account_.registered && contacts == nullptr && rooms_.empty()) return {};
  return contacts != nullptr ? contacts->prober() : context_.link.jid().str();
}

void User::forget_silent_clients() {
  // A server that may not answer is silent about those who are there, too.
  if (!subscriptions_.may_probe()) return;
  if (!clients_.forget_doubtful()) return;
  logged_out();
  tidy_.arm();
}

}  // namespace dragoman::gateway
