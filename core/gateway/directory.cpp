#include "gateway/directory.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "gateway/json_text.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {

constexpr const char* listing_kind = "listing";
constexpr const char* consent = "directory";
constexpr const char* plain_consent = "misc";  // the plain field of XEP-0077 that has no meaning of its own
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
  const Listing listing = listing_of(person);
  form.fields.push_back(consent_of(person));
  for (const Part& part : parts) {
    chat::Field field;
    field.name = part.name;
    field.label = part.label;
    field.description = "For the directory only; may stay empty";
    if (!(listing.*part.value).empty()) field.values = {listing.*part.value};
    form.fields.push_back(std::move(field));
  }
}

void Directory::add_consent(chat::Form& form, const std::string& person) const {
  const User* known = context_.find(person);
  if (context_.policy.directory && known != nullptr && known->registered()) form.fields.push_back(consent_of(person));
}

void Directory::add_plain_consent(xmpp::RegisterForm& form, const std::string& person) const {
  if (!context_.policy.directory) return;
  form.fields.emplace_back(plain_consent, listing_of(person).listed ? "yes" : "no");
  form.instructions +=
      " To be listed in the directory write \"yes\" into misc: others who use this gateway then find your address, "
      "your "
      "nickname and what you write into first, last and email.";
}

void Directory::read_answers(const chat::Fields& answers, const std::string& person) {
  if (!context_.policy.directory) return;
  const Listing before = listing_of(person);
  Listing after = before;
  if (answers.has(consent)) {
    after.listed = answers.flag(consent);
  } else if (answers.has(plain_consent)) {
    after.listed = text::ascii_iequals(text::trim(answers.get(plain_consent)), "yes");
  }
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

std::vector<Directory::Entry> Directory::search(const std::function<bool(const Entry& entry)>& fits) const {
  std::vector<Entry> found;
  if (!context_.policy.directory) return found;
  for (const auto& [person, listing] : listings_) {
    const User* known = context_.find(person);
    if (!listing.listed || known == nullptr || !known->registered()) continue;
    Entry entry{person, known->nickname(), listing};
    if (fits(entry)) found.push_back(std::move(entry));
  }
  std::sort(found.begin(), found.end(), [](const Entry& a, const Entry& b) { return a.jid < b.jid; });
  return found;
}

Directory::Listing Directory::listing_of(const std::string& person) const {
  const auto found = listings_.find(person);
  return found == listings_.end() ? Listing{} : found->second;
}

chat::Field Directory::consent_of(const std::string& person) const {
  chat::Field listed;
  listed.kind = chat::Field::Kind::boolean;
  listed.name = consent;
  listed.label = "List me in the directory";
  listed.description =
      "Others who use this gateway then find your address, your nickname and the name and e-mail address of your "
      "registration";
  listed.values = {listing_of(person).listed ? "1" : "0"};
  return listed;
}

}  // namespace dragoman::gateway
