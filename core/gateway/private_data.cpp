#include "gateway/private_data.hpp"

#include <memory>

#include "gateway/json_text.hpp"
#include "xmpp/private_xml.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/writer.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::gateway {

namespace {
constexpr const char* private_kind = "private";
constexpr auto kept = std::chrono::seconds{10};
}  // namespace

void PrivateData::receive_iq(const xmpp::Element& iq, const xmpp::Jid& from) {
  const auto action = xmpp::read_query_action(iq, strict_by_default);
  if (!action) return refuse(iq, action.error().fault, action.error().text);
  const auto root = xmpp::read_private(*iq.first_element());
  if (!root) return refuse(iq, root.error().fault, root.error().text);
  const std::string name{from.bare_view()};
  Person& person = people_[name];
  if (person.read) return answer(name, person, iq);
  person.waiting.push_back(iq);
  if (person.waiting.size() == 1) load(name);
}

void PrivateData::load(const std::string& person) {
  tidy_.set_after(kept, [this] { tidy(); });
  // Made by the reader's thread, used on ours when it is done: shared because the store keeps both functions.
  auto json = std::make_shared<std::string>();
  context_.store.read_settled(
      [json, owner = owner(person)](store::Reader& reader) {
        if (auto stored = reader.document(private_kind, owner, "")) *json = std::move(*stored);
      },
      [this, json, person] { loaded(person, *json); });
}

void PrivateData::loaded(const std::string& name, const std::string& json) {
  const auto found = people_.find(name);
  if (found == people_.end() || found->second.read) return;  // unregistered meanwhile
  Person& person = found->second;
  person.read = true;
  const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
  if (object.is_object()) {
    for (const auto& [key, xml] : object.items()) {
      if (xml.is_string()) person.values.emplace(key, xml.get<std::string>());
    }
  }
  for (const xmpp::Element& iq : std::exchange(person.waiting, {})) answer(name, person, iq);
}

void PrivateData::answer(const std::string& name, Person& person, const xmpp::Element& iq) {
  person.used = context_.timers.clock().now();
  const xmpp::Element& root = **xmpp::read_private(*iq.first_element());
  const auto action = *xmpp::read_query_action(iq, strict_by_default);
  const std::string key = xmpp::private_key(root);
  const bool exists = person.values.contains(key);
  if (!action) {
    if (iq.get("type") == "get") return show(person.values, iq, root, exists);
    if (store(name, person, iq, root)) context_.link.send(xmpp::make_result(iq));
    return;
  }
  if (const auto fault = xmpp::obstacle(*action, exists)) {
    return refuse(iq, *fault, exists ? "These data are here already." : "There are no such data here.");
  }
  switch (action->kind) {
    case xmpp::QueryAction::Kind::read:
      return show(person.values, iq, root, exists);
    case xmpp::QueryAction::Kind::create:
    case xmpp::QueryAction::Kind::update:
      if (!store(name, person, iq, root)) return;
      break;
    case xmpp::QueryAction::Kind::remove:
      if (person.values.erase(key) != 0) save(name, person.values);
      break;
  }
  context_.link.send(xmpp::make_result(iq));
}

void PrivateData::show(const Values& values, const xmpp::Element& iq, const xmpp::Element& root, bool exists) {
  // XEP-0049 2.2: what was never stored comes back empty.
  xmpp::Element empty{root.name, root.ns};
  const auto stored = exists ? xmpp::parse_element(values.at(xmpp::private_key(root)), "") : nullptr;
  xmpp::Element result = xmpp::make_private(iq, stored ? *stored : std::move(empty));
  xmpp::repeat_query_action(iq, result);
  context_.link.send(result);
}

bool PrivateData::store(const std::string& name, Person& person, const xmpp::Element& iq, const xmpp::Element& root) {
  const std::string key = xmpp::private_key(root);
  std::string xml = xmpp::to_xml(root);
  std::size_t bytes = key.size() + xml.size();
  for (const auto& [other, value] : person.values) bytes += other == key ? 0 : other.size() + value.size();
  if (bytes > most_bytes) {
    refuse(iq, Fault::unacceptable,
           "You may keep " + std::to_string(most_bytes / 1024) + " KiB here, and with this it would be more.");
    return false;
  }
  if (!context_.store.has_room()) {
    refuse(iq, Fault::storage, "The gateway's disk is full; try again later.");
    return false;
  }
  std::string& stored = person.values[key];
  if (stored == xml) return true;
  stored = std::move(xml);
  save(name, person.values);
  return true;
}

void PrivateData::save(const std::string& name, const Values& values) {
  if (values.empty()) return context_.store.erase(private_kind, owner(name), "");
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [key, xml] : values) object[key] = xml;
  context_.store.put_secret({private_kind, owner(name), "", dump(object)});
}

void PrivateData::forget(const std::string& person) {
  context_.store.erase(private_kind, owner(person), "");
  const auto found = people_.find(person);
  if (found == people_.end()) return;
  found->second.values.clear();
  // Whoever still waits for the store is answered as of now: what it reads is of yesterday.
  found->second.read = true;
  for (const xmpp::Element& iq : std::exchange(found->second.waiting, {})) answer(person, found->second, iq);
}

void PrivateData::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  context_.link.send(xmpp::make_error_reply(iq, xmpp::to_stanza_error(fault, text)));
}

void PrivateData::tidy() {
  const Instant now = context_.timers.clock().now();
  std::erase_if(people_, [now](const auto& each) { return each.second.read && each.second.used + kept <= now; });
  if (!people_.empty()) tidy_.set_after(kept, [this] { tidy(); });
}

}  // namespace dragoman::gateway
