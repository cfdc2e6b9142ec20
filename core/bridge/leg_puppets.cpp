#include <utility>

#include "base/log.hpp"
#include "bridge/leg.hpp"
#include "bridge/speaker_account.hpp"

// Who speaks in a room: whoever says it, by a session of their own, or the bot for them.

namespace dragoman::bridge {

namespace {

constexpr std::size_t most_spoken = 1000;

/// The message that a command changes or takes back; nullptr: it does neither.
const chat::MessageId* changed_by(const chat::Command& command) {
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) return &edit->edited;
  if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) return &retract->retracted;
  return nullptr;
}

}  // namespace

std::optional<Persona> Leg::persona_of(const delivery::Entry& entry) const {
  if (!has_puppets()) return std::nullopt;
  const chat::MessageId* const changed = changed_by(entry.command);
  if (changed != nullptr && !changed->empty()) {
    // Only who has said something changes it (XEP-0308, XEP-0424).
    const auto known = counterparts_.find(entry.row);
    if (known == counterparts_.end()) return std::nullopt;
    const Counterpart& counterpart = known->second;
    if (counterpart.puppet) return host_.persona_of(*counterpart.puppet, counterpart.puppet_name, leg_.network);
    const auto spoken = spoken_by_.find(counterpart.row);
    return spoken == spoken_by_.end() ? std::nullopt : std::optional{spoken->second};
  }
  const Source source = read_source(entry.stanza_id);
  if (source.status || source.for_another || source.user.empty()) return std::nullopt;
  return host_.persona_of(source, entry.sender, leg_.network);
}

void Leg::types(const Persona& who, bool typing) {
  const std::string key = who.key();
  if (!is_joined() || !puppets_.is_there(key) || !capabilities().has(chat::Feature::typing)) return;
  puppets_.perform_unheard(key, chat::SetTyping{{leg_.room, {}}, typing});
}

std::string Leg::voice_address(const Persona& who) const {
  const auto person = network_->voice_of(account_of(bridge_, leg_, who, *network_, std::nullopt));
  return person ? person->text : std::string{};
}

std::optional<chat::CommandId> Leg::ask_picture(const std::string& picture) {
  if (!session_ || !is_joined() || !capabilities().has(chat::Feature::pictures)) return std::nullopt;
  const chat::CommandId id = next_command();
  session_->perform(id, chat::GetPicture{picture});
  return id;
}

bool Leg::is_ours(std::string_view name) const {
  if (leg_.connects) return puppets_.is_ours(name);
  if (!lends_voices()) return puppets_.is_named(name);
  const auto person = network_->person_in_room(room_there(), name);
  return person && network_->is_voice(*person);
}

bool Leg::was_ours(std::string_view name) const {
  return lends_voices() ? is_ours(name) : puppets_.is_ours(name) || puppets_.is_named(name);
}

bool Leg::says_itself(const chat::Author& author) const {
  if (leg_.connects) return puppets_.is_ours(author.name);
  return lends_voices() && network_->is_voice(author.person);
}

bool Leg::needs_absent(const delivery::Entry& entry) const {
  const chat::MessageId* const changed = changed_by(entry.command);
  return changed != nullptr && !changed->empty() && persona_of(entry).has_value();
}

void Leg::restore(const store::Message& row) {
  restored_.insert(row.id);
  outgoing_.restore(row);
}

bool Leg::prepare(const delivery::Entry& entry) {
  const auto persona = persona_of(entry);
  if (!persona) return paste(entry);
  std::optional<Timestamp> since;
  if (restored_.contains(entry.row)) since = entry.accepted;
  return puppets_.prepare(*persona, entry.row, since) == Puppets::Speaks::waits;
}

void Leg::puppet_settled(const std::vector<store::RowId>& rows) {
  for (const store::RowId row : rows) outgoing_.prepared({leg_.room, {}}, row, {});
}

void Leg::note_spoken(store::RowId row, const Persona& who) {
  if (spoken_by_.insert_or_assign(row, who).second) spoken_order_.push_back(row);
  while (spoken_order_.size() > most_spoken) {
    spoken_by_.erase(spoken_order_.front());
    spoken_order_.pop_front();
  }
}

std::string Leg::restated(const delivery::Entry& entry) {
  if (!spoken_by_.contains(entry.row)) return {};
  Source source = read_source(entry.stanza_id);
  source.puppet = true;
  return write_source(source);
}

void Leg::on_puppet_failed(const chat::Failed& failed) {
  if (private_.erase(failed.command) != 0) return host_.private_failed(*this, failed);
  settle(failed);
}

void Leg::puppet_in_doubt(const std::set<chat::CommandId>& given) {
  for (const chat::CommandId each : given) {
    if (performing_.contains(each)) doubtful_.insert(each);
  }
}

bool Leg::take_over(const std::vector<Persona>& people) {
  if (!takes_puppets() || !puppets_.take_over(people)) return false;
  if (is_joined()) puppets_.come_back();
  return true;
}

void Leg::puppets_network_goes(const std::string& domain) {
  puppets_.network_goes(domain);
  if (std::exchange(grounded_, false)) outgoing_.wake();
}

void Leg::on_puppet_done(const chat::Done& done) {
  if (private_.erase(done.command) == 0) settle(done);
}

void Leg::ended(chat::CommandId id) {
  performing_.erase(id);
  if (doubtful_.erase(id) != 0 && doubtful_.empty() && is_joined()) outgoing_.wake();
}

bool Leg::settle(const chat::Done& done) {
  const bool ours = outgoing_.on_done(done);
  if (ours) ended(done.command);
  return ours;
}

bool Leg::settle(const chat::Failed& failed) {
  if (!outgoing_.on_failed(failed)) return false;
  ended(failed.command);
  // Not at once: whom the room has lost may be back in a moment; else the bot says it for them.
  const bool again = failed.outcome != chat::Failed::Outcome::refused;
  if (again) say_again_.set_after(std::chrono::seconds{1}, [this] { outgoing_.wake(); });
  return true;
}

void Leg::on_puppet_banned(const Persona& who, const std::string& why) { host_.on_puppet_banned(*this, who, why); }

void Leg::on_puppet_barred(const Persona& who, const std::string& why) { host_.on_puppet_barred(*this, who, why); }

void Leg::told_privately(const Persona& who, const chat::MessageReceived& message) {
  host_.told_privately(*this, who, message);
}

void Leg::make_member(const std::string& key, const std::string& address) {
  if (!session_) return puppets_.granted(key, false);
  if (leg_.connects) return invite(key, address);
  const chat::CommandId id = next_command();
  membership_of_.emplace(id, key);
  chat::SetStanding member;
  member.room = leg_.room;
  member.mask = address;
  member.affiliation = chat::Affiliation::member;
  member.reason = "speaks here through a bridge";
  session_->perform(id, member);
}

void Leg::invite(const std::string& key, const std::string& nick) {
  const auto person = network_->person_in_room(leg_.room, nick);
  if (!person) return puppets_.granted(key, false);
  const chat::CommandId id = next_command();
  membership_of_.emplace(id, key);
  session_->perform(id, chat::Invite{leg_.room, *person, "speaks here through a bridge"});
}

std::optional<chat::CommandId> Leg::say_privately(const chat::Conversation& to, const chat::Content& content,
                                                  const std::string& as) {
  if (!session_ || (!as.empty() && !puppets_.is_there(as))) return std::nullopt;
  const chat::CommandId id = next_command();
  private_.insert(id);
  const chat::SendMessage say{to, content};
  as.empty() ? session_->perform(id, say) : puppets_.perform(as, id, say);
  return id;
}

void Leg::refuse_later(chat::CommandId id, Fault fault, const std::string& text) {
  refused_.push_back({id, chat::Failed::Outcome::refused, fault, text, {}});
  refuse_hook_.arm();
}

void Leg::end_refused() {
  for (const chat::Failed& each : std::exchange(refused_, {})) settle(each);
}

}  // namespace dragoman::bridge
