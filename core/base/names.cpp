#include "base/names.hpp"

#include <utility>

namespace dragoman {

NameId Names::acquire(std::string_view text, std::string_view folded, std::string_view resource,
                      std::string_view occupant_id) {
  if (const auto found = by_text_.find(text); found != by_text_.end()) {
    ++names_[found->second].uses;
    return {found->second};
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
  for (int number = 2; by_resource_.contains(name.resource); ++number) {
    name.resource = std::string{resource} + " (" + std::to_string(number) + ')';
  }
  name.occupant_id = free_occupant_id(occupant_id);
  name.uses = 1;
  by_text_.emplace(name.text, index);
  by_resource_.emplace(name.resource, index);
  return {index};
}

bool Names::find(std::string_view text, NameId& id) const {
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return false;
  id = {found->second};
  return true;
}

bool Names::find_resource(std::string_view resource, NameId& id) const {
  const auto found = by_resource_.find(resource);
  if (found == by_resource_.end()) return false;
  id = {found->second};
  return true;
}

std::string Names::free_occupant_id(std::string_view wished) const {
  std::string id{wished};
  for (int number = 2; inherited_.contains(id); ++number) id = std::string{wished} + '.' + std::to_string(number);
  return id;
}

void Names::disinherit(Name& name) {
  if (!std::exchange(name.inherited, false)) return;
  const auto count = inherited_.find(name.occupant_id);
  if (--count->second == 0) inherited_.erase(count);
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
  ++inherited_[heir.occupant_id];
}

void Names::identify(NameId id, std::string_view account, std::string_view occupant_id, bool came) {
  Name& name = names_[id.index];
  if (name.account == account) return;
  name.account = account;
  if (name.shown && !(came && name.of_account)) return;
  disinherit(name);
  // Several may be logged in to one account: they are one person, and have one id.
  name.of_account = !account.empty();
  name.occupant_id = name.of_account ? std::string{occupant_id} : free_occupant_id(occupant_id);
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
  by_text_.erase(name.text);
  by_resource_.erase(name.resource);
  name = Name{};
  free_.push_back(id.index);
}

}  // namespace dragoman
