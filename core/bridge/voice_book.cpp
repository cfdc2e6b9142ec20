#include "bridge/voice_book.hpp"

#include <utility>

#include "base/text.hpp"

namespace dragoman::bridge {

namespace {

constexpr char between_fields = '\x1f';  // names of people have no controls (backends clean them)
constexpr std::size_t fields = 7;
constexpr std::string_view key_begins = "voices in ";

std::string write_persona(const Persona& who) {
  std::string line;
  for (const std::string* each :
       {&who.place, &who.user, &who.domain, &who.local, &who.nick, &who.origin, &who.identity}) {
    if (&who.place != each) line += between_fields;
    line += *each;
  }
  return line;
}

bool read_persona(std::string_view line, Persona& who) {
  const auto parts = text::split(line, between_fields);
  if (parts.size() != fields) return false;
  std::size_t next = 0;
  for (std::string* each : {&who.place, &who.user, &who.domain, &who.local, &who.nick, &who.origin, &who.identity}) {
    *each = std::string{parts[next++]};
  }
  return !who.place.empty() && !who.user.empty();
}

}  // namespace

VoiceBook::VoiceBook(store::Store& store, std::string owner, const std::string& place)
    : store_(store), owner_(std::move(owner)), key_(std::string{key_begins} + place) {
  const auto kept = store_.reader_now().document(document_kind, owner_, key_);
  if (!kept) return;
  for (const Persona& who : read(*kept)) people_.emplace(who.key(), who);
}

VoiceBook::VoiceBook(store::Store& store, std::string owner, const std::string& place,
                     const std::vector<Persona>& people)
    : store_(store), owner_(std::move(owner)), key_(std::string{key_begins} + place) {
  for (const Persona& who : people) people_.emplace(who.key(), who);
}

std::optional<std::string> VoiceBook::place_in(std::string_view key) {
  if (!key.starts_with(key_begins)) return std::nullopt;
  return std::string{key.substr(key_begins.size())};
}

std::vector<Persona> VoiceBook::read(std::string_view document) {
  std::vector<Persona> people;
  for (const std::string_view line : text::split(document, '\n')) {
    Persona who;
    if (read_persona(line, who)) people.push_back(std::move(who));
  }
  return people;
}

void VoiceBook::keep() {
  if (people_.empty()) return store_.erase(document_kind, owner_, key_);
  std::string lines;
  for (const auto& [key, who] : people_) lines += write_persona(who) + '\n';
  store_.put({document_kind, owner_, key_, lines});
}

void VoiceBook::came(const Persona& who) {
  people_.insert_or_assign(who.key(), who);
  keep();
}

void VoiceBook::went(const std::string& key) {
  if (people_.erase(key) != 0) keep();
}

std::vector<Persona> VoiceBook::people() const {
  std::vector<Persona> all;
  for (const auto& [key, who] : people_) all.push_back(who);
  return all;
}

}  // namespace dragoman::bridge
