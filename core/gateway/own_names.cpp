#include "gateway/own_names.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "gateway/json_text.hpp"
#include "gateway/overview.hpp"
#include "gateway/user.hpp"
#include "xmpp/nick.hpp"

namespace dragoman::gateway {

namespace {
constexpr const char* own_name_kind = "own_name";
}  // namespace

void OwnNames::load(store::Reader& reader) {
  const std::string prefix = context_.link.jid().str() + ' ';
  reader.documents(own_name_kind, [&](const store::Document& document) {
    if (!document.owner.starts_with(prefix)) return;
    const auto name = nlohmann::json::parse(document.value, nullptr, false);
    if (name.is_string()) people_[document.owner.substr(prefix.size())].told[document.key] = name.get<std::string>();
  });
}

bool OwnNames::supported() const { return context_.network.describe().capabilities.has(chat::Feature::set_profile); }

bool OwnNames::receive(const xmpp::Element& message, const xmpp::Jid& from) {
  auto name = xmpp::read_nick_news(message);
  if (!name) return false;
  // From somebody else's address it would be that one's name.
  User* person = from.is_bare() ? context_.find(from.bare_view()) : nullptr;
  if (!supported() || person == nullptr || !person->registered()) return true;
  people_[from.str()].wanted = std::string{text::trim(text::cut(*name, longest_own_name))};
  for (const UplinkOverview& each : person->uplinks()) go_on(*person, each.part);
  return true;
}

void OwnNames::on_ready(User& person, const std::string& part) {
  if (people_.contains(person.jid().str())) go_on(person, part);
}

void OwnNames::forget(std::string_view person) { people_.erase(std::string{person}); }

void OwnNames::go_on(User& person, const std::string& part) {
  const Name& name = people_[person.jid().str()];
  if (!name.wanted || !person.is_ready(part)) return;
  const auto known = name.told.find(part);
  // Who has never had one takes none away.
  if (*name.wanted == (known == name.told.end() ? std::string{} : known->second)) return;
  chat::SetProfile set;
  set.profile.nickname = *name.wanted;
  person.ask_in(part, set,
                [this, owner = person.jid().str(), part, said = *name.wanted](const chat::Done* done,
                                                                              const chat::Failed* failed) {
                  // What the network refuses it would refuse again; otherwise the next connection tries it.
                  const bool refused = failed != nullptr && failed->outcome == chat::Failed::Outcome::refused;
                  if (refused) LOG_INFO("the network does not take the name of a person", owner, failed->text);
                  if ((done != nullptr || refused) && people_.contains(owner)) chosen(owner, part, said);
                });
}

std::string OwnNames::told_to(const std::string& person, const std::string& part) const {
  const auto found = people_.find(person);
  if (found == people_.end()) return {};
  const auto known = found->second.told.find(part);
  return known == found->second.told.end() ? std::string{} : known->second;
}

void OwnNames::chosen(const std::string& person, const std::string& part, const std::string& name) {
  people_[person].told[part] = name;
  context_.store.put({own_name_kind, context_.link.jid().str() + ' ' + person, part, dump(name)});
}

}  // namespace dragoman::gateway
