#include "gateway/directory.hpp"

#include "base/text.hpp"
#include "gateway/json_text.hpp"

namespace dragoman::gateway {

namespace {

constexpr const char* listing_kind = "listing";
constexpr const char* consent = "directory";
constexpr std::size_t longest = 200;

struct Part {
  const char* name;
  const char* label;
  std::string Directory::Listing::*value;
};
constexpr Part parts[] = {
    {"first", "First name", &Directory::Listing::first},
    {"last", "Last name", &Directory::Listing::last},
    {"email", "E-mail address", &Directory::Listing::email},
};

}  // namespace

void Directory::restore(store::Reader& reader) {
  const std::string ours = owner("");
  reader.documents(listing_kind, [&](const store::Document& document) {
    if (!document.owner.starts_with(ours)) return;
    const nlohmann::json object = nlohmann::json::parse(document.value, nullptr, false);
    Listing& listing = listings_[document.owner.substr(ours.size())];
    listing.listed = string_at(object, "listed") == "yes";
    for (const Part& part : parts) listing.*part.value = string_at(object, part.name);
  });
}

void Directory::add_fields(chat::Form& form, const std::string& person) const {
  if (!context_.policy.directory) return;
  const auto found = listings_.find(person);
  const Listing listing = found == listings_.end() ? Listing{} : found->second;
  chat::Field listed;
  listed.kind = chat::Field::Kind::boolean;
  listed.name = consent;
  listed.label = "List me in the directory";
  listed.description = "Others who use this gateway then find your address, your nickname and what you write below";
  listed.values = {listing.listed ? "1" : "0"};
  form.fields.push_back(std::move(listed));
  for (const Part& part : parts) {
    chat::Field field;
    field.name = part.name;
    field.label = part.label;
    field.description = "For the directory only; may stay empty";
    if (!(listing.*part.value).empty()) field.values = {listing.*part.value};
    form.fields.push_back(std::move(field));
  }
}

void Directory::read_answers(const chat::Fields& answers, const std::string& person) {
  if (!context_.policy.directory) return;
  const auto found = listings_.find(person);
  const Listing before = found == listings_.end() ? Listing{} : found->second;
  Listing after = before;
  if (answers.has(consent)) after.listed = answers.flag(consent);
  for (const Part& part : parts) {
    if (!answers.has(part.name)) continue;
    after.*part.value = text::cut(text::trim(text::without_controls(answers.get(part.name), false)), longest);
  }
  if (after == before) return;
  listings_[person] = after;
  nlohmann::json object = nlohmann::json::object();
  object["listed"] = after.listed ? "yes" : "no";
  for (const Part& part : parts) object[part.name] = after.*part.value;
  context_.store.put({listing_kind, owner(person), "", dump(object)});
}

void Directory::forget(const std::string& person) {
  if (listings_.erase(person) != 0) context_.store.erase(listing_kind, owner(person), "");
}

void Directory::each_listed(const std::function<void(const std::string& person, const Listing& listing)>& each) const {
  if (!context_.policy.directory) return;
  for (const auto& [person, listing] : listings_) {
    if (listing.listed) each(person, listing);
  }
}

}  // namespace dragoman::gateway
