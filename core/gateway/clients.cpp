#include "gateway/clients.hpp"

#include <charconv>

#include "base/text.hpp"
#include "xmpp/idle.hpp"

namespace dragoman::gateway {

namespace {

/// Longer than any network shows; the rest is not kept.
constexpr std::size_t status_limit = 512;

chat::Availability read_show(std::string_view show) {
  if (show.empty() || show == "chat") return chat::Availability::available;
  if (show == "away") return chat::Availability::away;
  if (show == "dnd") return chat::Availability::busy;
  return chat::Availability::extended_away;
}

/// RFC 6121 4.7.2.3: -128 to 127; what is none is as good as 0.
std::int8_t read_priority(const xmpp::Element& presence) {
  const std::string text = presence.child_text("priority", presence.ns);
  const std::string_view digits = text::trim(text);
  int priority = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), priority);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && priority >= -128 && priority <= 127 ? static_cast<std::int8_t>(priority) : std::int8_t{0};
}

/// Small is where the person is most likely to be: busy people are there.
int distance_of(chat::Availability availability) {
  switch (availability) {
    case chat::Availability::available:
      return 0;
    case chat::Availability::busy:
      return 1;
    case chat::Availability::away:
      return 2;
    case chat::Availability::extended_away:
      return 3;
    case chat::Availability::gone:
      return 4;
  }
  return 4;
}

}  // namespace

Showing read_showing(const xmpp::Element& presence) {
  Showing showing;
  showing.availability = read_show(text::trim(presence.child_text("show", presence.ns)));
  const std::string status = text::without_controls(presence.child_text("status", presence.ns), false);
  showing.status = text::cut(text::trim(status), status_limit);
  showing.idle_since = xmpp::read_idle(presence);
  return showing;
}

Clients::Client* Clients::find(std::string_view jid) {
  const auto found = std::find_if(list_.begin(), list_.end(), [&](const Client& client) { return client.jid == jid; });
  return found == list_.end() ? nullptr : &*found;
}

Clients::Client& Clients::add(std::string_view jid) {
  if (Client* known = find(jid)) return *known;
  Client& client = list_.emplace_back();
  client.jid = jid;
  return client;
}

Clients::Seen Clients::available(std::string_view jid, std::string_view localpart, const xmpp::Element& presence) {
  Client& client = add(jid);
  Seen seen;
  seen.came = !client.is_online();
  if (localpart.empty()) {
    // One that was doubted may have been away and know nothing of us.
    seen.at_service = !client.at_service || !client.confirmed;
    client.at_service = true;
    client.contacts = {};
  } else if (!client.at_service) {
    auto& contacts = client.contacts;
    if (std::find(contacts.begin(), contacts.end(), localpart) == contacts.end()) contacts.emplace_back(localpart);
  }
  client.confirmed = true;
  const Showing showing = read_showing(presence);
  const std::int8_t priority = read_priority(presence);
  seen.changed = seen.came || client.showing != showing || client.priority != priority;
  client.showing = showing;
  client.priority = priority;
  return seen;
}

bool Clients::in_room(std::string_view jid, const xmpp::Element& presence) {
  const Showing showing = read_showing(presence);
  if (showing == Showing{} && find(jid) == nullptr) return false;
  Client& client = add(jid);
  const bool changed = client.showing != showing;
  client.in_rooms = true;
  client.showing = showing;
  return changed;
}

bool Clients::unavailable(std::string_view jid, std::string_view localpart) {
  Client* client = find(jid);
  if (client == nullptr || !client->is_online()) return false;
  if (localpart.empty()) {
    client->at_service = false;
    client->contacts = {};
  } else {
    std::erase(client->contacts, localpart);
  }
  if (client->is_online()) return false;
  if (!client->in_rooms) std::erase_if(list_, [&](const Client& each) { return each.jid == jid; });
  return true;
}

bool Clients::leave_service() {
  const std::size_t before = online();
  for (Client& client : list_) client.at_service = false;
  std::erase_if(list_, [](const Client& client) { return !client.in_rooms && !client.is_online(); });
  return online() < before;
}

void Clients::log_out() {
  for (Client& client : list_) client.contacts = {};
  leave_service();
}

std::size_t Clients::online() const {
  return static_cast<std::size_t>(
      std::count_if(list_.begin(), list_.end(), [](const Client& client) { return client.is_online(); }));
}

bool Clients::knows(std::string_view jid) const {
  return std::any_of(list_.begin(), list_.end(),
                     [&](const Client& client) { return client.jid == jid && client.is_online(); });
}

Showing Clients::showing(bool others) const {
  if (list_.empty()) return {};
  const Client* best = nullptr;
  for (const Client& client : list_) {
    if (client.priority < 0) continue;
    const bool better = best == nullptr || client.priority > best->priority ||
                        (client.priority == best->priority &&
                         distance_of(client.showing.availability) < distance_of(best->showing.availability));
    if (better) best = &client;
  }
  if (others && (best == nullptr || best->priority <= 0)) return {};
  if (best == nullptr) return {chat::Availability::away, {}};
  // Networks show a text only with being away: one that goes with being there is not worth a command.
  if (best->showing.availability == chat::Availability::available) return {{}, {}, best->showing.idle_since};
  return best->showing;
}

void Clients::doubt() {
  for (Client& client : list_) client.confirmed = false;
}

bool Clients::forget_doubtful() {
  const std::size_t before = online();
  std::erase_if(list_,
                [](const Client& client) { return !client.confirmed && client.is_online() && !client.in_rooms; });
  for (Client& client : list_) {
    if (client.confirmed) continue;
    client.at_service = false;
    client.contacts = {};
  }
  return online() < before;
}

}  // namespace dragoman::gateway
