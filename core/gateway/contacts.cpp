#include "gateway/contacts.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "gateway/json_text.hpp"
#include "gateway/pictures.hpp"
#include "gateway/presence.hpp"
#include "xmpp/avatar.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/idle.hpp"

namespace dragoman::gateway {

namespace {

Showing gone() { return {chat::Availability::gone, {}}; }

/// Never 0: that is "nothing was told".
std::uint64_t digest_of(const Showing& showing, const std::string& picture) {
  const std::uint64_t text = std::hash<std::string>{}(showing.status) ^ (std::hash<std::string>{}(picture)*31);
  const std::uint64_t idle =
      showing.idle_since ? static_cast<std::uint64_t>(showing.idle_since->time_since_epoch().count()) : 0;
  return ((text + idle) * 8 + static_cast<std::uint64_t>(showing.availability)) | (std::uint64_t{1} << 63);
}

std::string_view to_show(chat::Availability availability) {
  switch (availability) {
    case chat::Availability::available:
    case chat::Availability::gone:
      return {};
    case chat::Availability::away:
      return "away";
    case chat::Availability::extended_away:
      return "xa";
    case chat::Availability::busy:
      return "dnd";
  }
  return {};
}

}  // namespace

std::uint64_t Contacts::digest(const Contact& contact, const Showing& showing) const {
  const bool shown = contact.person() != nullptr && showing.availability != chat::Availability::gone;
  return digest_of(showing, shown ? context_.pictures.hash({{}, *contact.person()}).value_or("?") : std::string{});
}

Contacts::Contacts(Context& context, const xmpp::Jid& owner, std::string documents)
    : context_(context), owner_(owner), documents_(std::move(documents)) {}

std::string Contacts::address(std::string_view localpart) const {
  const std::string& domain = context_.link.jid().str();
  return localpart.empty() ? domain : std::string{localpart} + '@' + domain;
}

Contacts::Contact* Contacts::find(std::string_view localpart) {
  const auto found = list_.find(localpart);
  return found == list_.end() ? nullptr : &found->second;
}

Contacts::Contact& Contacts::add(std::string_view localpart, Who who) {
  Contact& contact = list_[std::string{localpart}];
  contact.who = std::move(who);
  return contact;
}

void Contacts::restore(std::string_view localpart, Who who, const std::string& json) {
  const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
  const auto flag = [&](const char* key) {
    return object.is_object() && object.contains(key) && object[key].is_boolean() && object[key].get<bool>();
  };
  Contact& contact = add(localpart, std::move(who));
  contact.sees = flag("sees");
  contact.seen = flag("seen");
  contact.asked = flag("asked");
  contact.asks = flag("asks");
}

void Contacts::keep(std::string_view localpart) {
  const auto found = list_.find(localpart);
  if (found == list_.end()) return;
  const Contact& contact = found->second;
  if (!contact.sees && !contact.seen && !contact.asked) {
    context_.store.erase("contact", documents_, found->first);
    list_.erase(found);
    if (list_.empty()) keep_nickname({});
    return;
  }
  const nlohmann::json object{
      {"sees", contact.sees}, {"seen", contact.seen}, {"asked", contact.asked}, {"asks", contact.asks}};
  context_.store.put({"contact", documents_, found->first, dump(object)});
}

void Contacts::keep_nickname(const std::string& nickname) {
  if (nickname == nickname_) return;
  nickname_ = nickname;
  if (nickname.empty()) return context_.store.erase("nickname", documents_, {});
  context_.store.put({"nickname", documents_, {}, nickname});
}

bool Contacts::has_people(const std::string& part) const {
  return std::any_of(list_.begin(), list_.end(), [&](const auto& each) {
    return each.second.sees && each.second.person() != nullptr &&
           context_.network.part_of(*each.second.person()) == part;
  });
}

bool Contacts::has_people() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const auto& each) { return each.second.sees && each.second.person() != nullptr; });
}

std::string Contacts::prober() const {
  const std::string* seen_by = nullptr;
  for (const auto& [localpart, contact] : list_) {  // the gateway itself comes first
    if (seen_by == nullptr && contact.seen) seen_by = &localpart;
  }
  return address(seen_by == nullptr ? std::string{} : *seen_by);
}

std::vector<chat::PersonId> Contacts::people() const {
  std::vector<chat::PersonId> people;
  for (const auto& [localpart, contact] : list_) {
    if (contact.sees && contact.person() != nullptr) people.push_back(*contact.person());
  }
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

bool Contacts::wants(const chat::PersonId& person) const {
  return std::any_of(list_.begin(), list_.end(), [&](const auto& each) {
    return each.second.sees && each.second.person() != nullptr && *each.second.person() == person;
  });
}

Showing Contacts::current(const Contact& contact) const {
  if (!contact.known || contact.hidden || (contact.person() != nullptr && !shown_)) return gone();
  return contact.showing;
}

void Contacts::show_people(bool shown) {
  if (shown == shown_) return;
  shown_ = shown;
  for (auto& [localpart, contact] : list_) {
    if (contact.person() != nullptr && contact.sees && (contact.known || contact.told != 0)) update(localpart, contact);
  }
}

void Contacts::lose_people(const std::string& part) {
  for (auto& [localpart, contact] : list_) {
    if (contact.person() == nullptr || !contact.sees || context_.network.part_of(*contact.person()) != part) continue;
    contact.known = false;
    // Said also when nothing was said yet: clients may still show what they saw before a restart of ours.
    update(localpart, contact);
  }
}

void Contacts::on_presence(const chat::PresenceChanged& changed) {
  for (auto& [localpart, contact] : list_) {
    if (!contact.sees || contact.person() == nullptr || *contact.person() != changed.person) continue;
    contact.known = true;
    contact.showing = {changed.availability, changed.status, changed.idle_since};
    update(localpart, contact);
  }
}

void Contacts::on_picture(const chat::PersonId& person) {
  for (auto& [localpart, contact] : list_) {
    const bool shows = contact.sees && contact.known && contact.person() != nullptr;
    if (shows && *contact.person() == person) update(localpart, contact);
  }
}

void Contacts::hide(const chat::PersonId& person, bool hidden) {
  for (auto& [localpart, contact] : list_) {
    if (contact.person() == nullptr || *contact.person() != person) continue;
    contact.hidden = hidden;
    if (contact.sees) update(localpart, contact);
  }
}

void Contacts::update(const std::string& localpart, Contact& contact) {
  const Showing showing = current(contact);
  const std::uint64_t now = digest(contact, showing);
  if (now == contact.told || !context_.link.up()) return;
  contact.told = now;
  write(localpart, contact, owner_.str(), showing);
}

void Contacts::tell(std::string_view localpart, const std::string& to) {
  const auto found = list_.find(localpart);
  if (found == list_.end()) return;
  const Showing showing = current(found->second);
  if (to.empty()) found->second.told = digest(found->second, showing);
  write(found->first, found->second, to.empty() ? owner_.str() : to, showing);
}

void Contacts::link_up() {
  for (auto& [localpart, contact] : list_) {
    if (contact.sees && (contact.told != 0 || contact.known)) update(localpart, contact);
  }
}

void Contacts::write(const std::string& localpart, const Contact& contact, const std::string& to,
                     const Showing& showing) {
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("presence", address(localpart), to);
    if (showing.availability == chat::Availability::gone) {
      writer.attribute("type", "unavailable");
      if (!showing.status.empty()) writer.leaf("status", showing.status);
      return;
    }
    if (const std::string_view show = to_show(showing.availability); !show.empty()) writer.leaf("show", show);
    if (!showing.status.empty()) writer.leaf("status", showing.status);
    if (showing.idle_since) xmpp::write_idle(writer, *showing.idle_since);
    if (contact.person() == nullptr) return;  // what a room answers is not the same for everybody
    xmpp::write_caps(writer, context_.caps.person);
    if (const auto picture = context_.pictures.hash({{}, *contact.person()})) xmpp::write_photo(writer, *picture);
  });
}

void Contacts::shut_down() {
  const std::uint64_t nobody = digest_of(gone(), {});
  for (auto& [localpart, contact] : list_) {
    if (contact.told == 0 || contact.told == nobody || contact.who.index() == 0) continue;
    contact.told = nobody;
    write(localpart, contact, owner_.str(), gone());
  }
}

std::vector<std::string> Contacts::leave(bool quietly) {
  keep_nickname({});
  std::vector<std::string> left;
  for (const auto& [localpart, contact] : std::exchange(list_, {})) {
    context_.store.erase("contact", documents_, localpart);
    if (localpart.empty()) continue;
    left.push_back(localpart);
    if (!quietly) send_farewell(context_.link, address(localpart), owner_.str());
  }
  return left;
}

}  // namespace dragoman::gateway
