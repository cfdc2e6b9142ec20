#include "base/names.hpp"

#include <utility>

namespace dragoman {

Names::Names() { realms_.emplace_back(); }

template <std::string Names::Name::*field>
std::uint32_t Names::number_of(const HashIndex& index, RealmId realm, std::string_view text) const {
  return index.find(HashIndex::hash(text, realm.index), [&](std::uint32_t number) {
    const Name& name = names_[number];
    return name.realm == realm && name.*field == text;
  });
}

RealmId Names::enter(std::string_view realm) {
  RealmId id = find_realm(realm);
  if (id == nowhere) {
    if (free_realms_.empty()) {
      id.index = static_cast<std::uint32_t>(realms_.size());
      realms_.emplace_back();
    } else {
      id.index = free_realms_.back();
      free_realms_.pop_back();
    }
    realms_[id.index].text = realm;
    by_realm_.emplace(realm, id.index);
  }
  retain(id);
  return id;
}

void Names::release(RealmId id) {
  Realm& realm = realms_[id.index];
  if (--realm.uses > 0 || realm.text.empty()) return;
  by_realm_.erase(realm.text);
  realm = Realm{};
  free_realms_.push_back(id.index);
}

RealmId Names::find_realm(std::string_view realm) const {
  if (realm.empty()) return {};
  const auto found = by_realm_.find(realm);
  return found == by_realm_.end() ? nowhere : RealmId{found->second};
}

NameId Names::acquire(RealmId realm, std::string_view text, std::string_view folded, std::string_view resource,
                      std::string_view occupant_id) {
  if (const std::uint32_t found = number_of<&Name::text>(by_text_, realm, text); found != HashIndex::none) {
    ++names_[found].uses;
    return {found};
  }
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(names_.size());
    names_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Name& name = names_[index];
  name.text = text;
  name.folded = folded;
  name.resource = resource;
  for (int number = 2; number_of<&Name::resource>(by_resource_, realm, name.resource) != HashIndex::none; ++number) {
    name.resource = std::string{resource} + " (" + std::to_string(number) + ')';
  }
  name.occupant_id = free_occupant_id(realm, occupant_id);
  name.uses = 1;
  name.realm = realm;
  retain(realm);
  by_text_.insert(HashIndex::hash(name.text, realm.index), index);
  by_resource_.insert(HashIndex::hash(name.resource, realm.index), index);
  return {index};
}

bool Names::find(RealmId realm, std::string_view text, NameId& id) const {
  const std::uint32_t found = number_of<&Name::text>(by_text_, realm, text);
  if (found == HashIndex::none) return false;
  id = {found};
  return true;
}

bool Names::find_resource(RealmId realm, std::string_view resource, NameId& id) const {
  const std::uint32_t found = number_of<&Name::resource>(by_resource_, realm, resource);
  if (found == HashIndex::none) return false;
  id = {found};
  return true;
}

std::string Names::free_occupant_id(RealmId realm, std::string_view wished) const {
  const auto& inherited = realms_[realm.index].inherited;
  std::string id{wished};
  for (int number = 2; inherited.contains(id); ++number) id = std::string{wished} + '.' + std::to_string(number);
  return id;
}

void Names::disinherit(Name& name) {
  if (!std::exchange(name.inherited, false)) return;
  auto& inherited = realms_[name.realm.index].inherited;
  const auto count = inherited.find(name.occupant_id);
  if (--count->second == 0) inherited.erase(count);
}

void Names::inherit(NameId from, NameId to) {
  Name& heir = names_[to.index];
  if (from == to) return;
  heir.account = names_[from.index].account;
  heir.of_account = names_[from.index].of_account;
  heir.shown = names_[from.index].shown;
  if (names_[from.index].occupant_id.empty()) return;
  disinherit(heir);
  heir.occupant_id = names_[from.index].occupant_id;
  heir.inherited = true;
  ++realms_[heir.realm.index].inherited[heir.occupant_id];
}

void Names::identify(NameId id, std::string_view account, std::string_view occupant_id, bool came) {
  Name& name = names_[id.index];
  if (name.account == account) return;
  name.account = account;
  if (name.shown && !(came && name.of_account)) return;
  disinherit(name);
  // Several may be logged in to one account: they are one person, and have one id.
  name.of_account = !account.empty();
  name.occupant_id = name.of_account ? std::string{occupant_id} : free_occupant_id(name.realm, occupant_id);
}

void Names::set_address(NameId id, std::string_view user, std::string_view host) {
  std::string& address = names_[id.index].address;
  // Asked with every message, and nearly always the same.
  if (address.size() == user.size() + 1 + host.size() && address.starts_with(user) && address.ends_with(host)) return;
  ((address = user) += '@') += host;
}

void Names::release(NameId id) {
  Name& name = names_[id.index];
  if (--name.uses > 0) return;
  disinherit(name);
  by_text_.erase(HashIndex::hash(name.text, name.realm.index), id.index);
  by_resource_.erase(HashIndex::hash(name.resource, name.realm.index), id.index);
  const RealmId realm = name.realm;
  name = Name{};
  free_.push_back(id.index);
  release(realm);
}

}  // namespace dragoman
