#include "gateway/settings_book.hpp"

#include "gateway/json_text.hpp"

namespace dragoman::gateway {

namespace {

constexpr const char* settings_kind = "settings";

std::string history_name(const std::string& part) {
  return part.empty() ? "history_on_join" : "history_on_join " + part;
}

}  // namespace

void SettingsBook::load(store::Reader& reader) {
  reader.documents(settings_kind, [this](const store::Document& document) {
    if (!document.owner.starts_with(gateway_ + ' ')) return;
    const nlohmann::json value = nlohmann::json::parse(document.value, nullptr, false);
    Values& values = people_[document.owner.substr(gateway_.size() + 1)];
    note_chosen(document.key);
    if (value.is_boolean()) values[document.key] = value.get<bool>() ? 1 : 0;
    if (value.is_number_integer()) values[document.key] = value.get<std::int64_t>();
  });
}

const std::int64_t* SettingsBook::find(std::string_view person, std::string_view name) const {
  const auto known = people_.find(person);
  if (known == people_.end()) return nullptr;
  const auto value = known->second.find(name);
  return value == known->second.end() ? nullptr : &value->second;
}

std::int64_t SettingsBook::number(std::string_view person, std::string_view name, std::int64_t fallback) const {
  const std::int64_t* value = find(person, name);
  return value == nullptr ? fallback : *value;
}

bool SettingsBook::flag(std::string_view person, std::string_view name, bool fallback) const {
  return number(person, name, fallback ? 1 : 0) != 0;
}

bool SettingsBook::flag_in(std::string_view room, std::string_view person, std::string_view name, bool fallback) const {
  if (!chosen_.contains(name)) return fallback;  // asked for with every message, and nearly nobody chooses
  const auto known = people_.find(person);
  if (known == people_.end()) return fallback;
  const Values& values = known->second;
  auto value = values.end();
  if (!room.empty()) value = values.find(std::string{name} + ' ' + std::string{room});
  if (value == values.end()) value = values.find(name);
  return value == values.end() ? fallback : value->second != 0;
}

void SettingsBook::set(std::string_view person, std::string_view name, std::int64_t value, std::string json) {
  const std::int64_t* known = find(person, name);
  if (known != nullptr && *known == value) return;
  note_chosen(name);
  people_[std::string{person}][std::string{name}] = value;
  store_.put({settings_kind, gateway_ + ' ' + std::string{person}, std::string{name}, std::move(json)});
}

void SettingsBook::note_chosen(std::string_view name) {
  name = name.substr(0, name.find(' '));
  if (!chosen_.contains(name)) chosen_.emplace(name);
}

void SettingsBook::set_number(std::string_view person, std::string_view name, std::int64_t value) {
  set(person, name, value, std::to_string(value));
}

void SettingsBook::set_flag(std::string_view person, std::string_view name, bool value) {
  set(person, name, value ? 1 : 0, value ? "true" : "false");
}

void SettingsBook::clear(std::string_view person, std::string_view name) {
  const auto known = people_.find(person);
  if (known == people_.end() || known->second.erase(std::string{name}) == 0) return;
  if (known->second.empty()) people_.erase(known);
  store_.erase(settings_kind, gateway_ + ' ' + std::string{person}, std::string{name});
}

std::int64_t SettingsBook::history_on_join(std::string_view person, const std::string& part,
                                           std::int64_t fallback) const {
  const std::int64_t everywhere = number(person, history_name({}), fallback);
  return part.empty() ? everywhere : number(person, history_name(part), everywhere);
}

void SettingsBook::set_history_on_join(std::string_view person, const std::string& part, std::int64_t value,
                                       std::int64_t fallback) {
  const std::int64_t unset = part.empty() ? fallback : history_on_join(person, {}, fallback);
  value == unset ? clear(person, history_name(part)) : set_number(person, history_name(part), value);
}

void SettingsBook::forget(std::string_view person) {
  const auto known = people_.extract(std::string{person});
  if (known.empty()) return;
  for (const auto& [name, value] : known.mapped())
    store_.erase(settings_kind, gateway_ + ' ' + std::string{person}, name);
}

}  // namespace dragoman::gateway
