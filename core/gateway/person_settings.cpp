#include "gateway/person_settings.hpp"

#include <utility>

#include "gateway/json_text.hpp"

namespace dragoman::gateway {

namespace {

nlohmann::json parse(const std::map<std::string, std::string, std::less<>>& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? nlohmann::json{} : nlohmann::json::parse(found->second, nullptr, false);
}

}  // namespace

void PersonSettings::restore(std::string_view name, const std::string& json) { values_[std::string{name}] = json; }

std::optional<std::int64_t> PersonSettings::number(std::string_view name) const {
  const nlohmann::json value = parse(values_, name);
  return value.is_number_integer() ? std::optional{value.get<std::int64_t>()} : std::nullopt;
}

std::optional<bool> PersonSettings::flag(std::string_view name) const {
  const nlohmann::json value = parse(values_, name);
  return value.is_boolean() ? std::optional{value.get<bool>()} : std::nullopt;
}

std::optional<std::string> PersonSettings::text(std::string_view name) const {
  const nlohmann::json value = parse(values_, name);
  return value.is_string() ? std::optional{value.get<std::string>()} : std::nullopt;
}

void PersonSettings::set(std::string_view name, std::int64_t value) { keep(name, dump(value)); }
void PersonSettings::set(std::string_view name, bool value) { keep(name, dump(value)); }
void PersonSettings::set(std::string_view name, const std::string& value) { keep(name, dump(value)); }

void PersonSettings::keep(std::string_view name, std::string json) {
  values_[std::string{name}] = json;
  store_.put({std::string{kind}, owner_, std::string{name}, std::move(json)});
}

void PersonSettings::unset(std::string_view name) {
  const auto found = values_.find(name);
  if (found == values_.end()) return;
  store_.erase(std::string{kind}, owner_, found->first);
  values_.erase(found);
}

void PersonSettings::wipe() {
  for (const auto& [name, json] : std::exchange(values_, {})) store_.erase(std::string{kind}, owner_, name);
}

}  // namespace dragoman::gateway
