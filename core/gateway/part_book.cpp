#include "gateway/part_book.hpp"

#include "gateway/json_text.hpp"

namespace dragoman::gateway {

namespace {
constexpr const char* part_kind = "part";
}

std::string write_part(const PartBook::Settings& settings) {
  nlohmann::json object;
  object["settings"] = nlohmann::json::object();
  for (const auto& [name, values] : settings.fields.all()) object["settings"][name] = values;
  if (!settings.password.empty()) object["password"] = settings.password.reveal();
  return dump(object);
}

void PartBook::load(store::Reader& reader) {
  reader.documents(part_kind, [this](const store::Document& document) {
    if (!document.owner.starts_with(gateway_ + ' ')) return;
    const nlohmann::json object = nlohmann::json::parse(document.value, nullptr, false);
    if (!object.is_object()) return;
    Settings settings;
    settings.password = Secret<std::string>{string_at(object, "password")};
    if (object.contains("settings") && object["settings"].is_object()) {
      for (const auto& [name, values] : object["settings"].items()) {
        settings.fields.set(name, strings_at(object["settings"], name.c_str()));
      }
    }
    people_[document.owner.substr(gateway_.size() + 1)][document.key] = std::move(settings);
  });
}

const PartBook::Settings* PartBook::find(std::string_view person, const std::string& part) const {
  const auto known = people_.find(std::string{person});
  if (known == people_.end()) return nullptr;
  const auto settings = known->second.find(part);
  return settings == known->second.end() ? nullptr : &settings->second;
}

void PartBook::set(std::string_view person, const std::string& part, Settings settings) {
  const std::string owner = gateway_ + ' ' + std::string{person};
  if (settings.fields.all().empty() && settings.password.empty()) {
    store_.erase(part_kind, owner, part);
    const auto known = people_.find(std::string{person});
    if (known != people_.end() && known->second.erase(part) > 0 && known->second.empty()) people_.erase(known);
    return;
  }
  store_.put_secret({part_kind, owner, part, write_part(settings)});
  people_[std::string{person}][part] = std::move(settings);
}

void PartBook::forget(std::string_view person) { people_.erase(std::string{person}); }

}  // namespace dragoman::gateway
