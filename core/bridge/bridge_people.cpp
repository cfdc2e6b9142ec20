#include <utility>

#include "base/log.hpp"
#include "bridge/bridge.hpp"

// People of one leg among those of another: as occupants of a room, and in private.

namespace dragoman::bridge {

namespace {

/// With more people on the other legs only who speaks comes in, whatever the policy says.
constexpr std::size_t most_for_all = 50;
/// An answer that comes later is nobody's.
constexpr Duration talk_lasts = std::chrono::hours{24};
constexpr std::size_t most_talks = 1000;

std::string user_of(const Leg& leg, const std::string& name) {
  const chat::Network* const network = leg.network();
  const auto person = network->person_in_room(leg.room_there(), name);
  return person ? network->format(*person) : name;
}

}  // namespace

Leg* Bridge::leg_at(const std::string& place) const {
  for (const auto& leg : legs_) {
    if (leg->place().str() == place) return leg.get();
  }
  return nullptr;
}

std::optional<Persona> Bridge::persona_of(const Source& source, const std::string& name,
                                          const std::string& domain) const {
  const Leg* const from = leg_at(source.name.place);
  if (from == nullptr || from->network() == nullptr || name.empty()) return std::nullopt;
  Persona who{source.name.place, source.user, domain, {}, name, from->network_name(), source.author};
  if (from->plan().is_xmpp) {
    who.origin = from->plan().label;
    return who;
  }
  const auto address = from->network()->parse(source.user);
  if (!address || !std::holds_alternative<chat::PersonId>(*address)) return std::nullopt;
  who.domain = from->plan().network;
  who.local = source.user;
  return who;
}

std::optional<Persona> Bridge::persona_named(const Leg& leg, const std::string& name) const {
  Source source;
  source.name.place = leg.place().str();
  source.user = user_of(leg, name);
  return persona_of(source, name, leg.plan().network);
}

void Bridge::on_roster(Leg& leg, const std::vector<std::string>& names) {
  if (!leg.plan().is_heard() || leg.network() == nullptr || leg.people() > most_for_all) return;
  for (const auto& each : legs_) {
    if (each.get() == &leg || !each->wants_all()) continue;
    for (const std::string& name : names) {
      const Rules::Verdict verdict = judge(leg, name, {});
      Source source;
      source.name.place = leg.place().str();
      source.user = user_of(leg, name);
      const auto who = persona_of(source, verdict.name, each->plan().network);
      // On a network that lends voices somebody without an address is named by what they say first.
      const bool unknown = who && who->local.empty() && each->lends_voices();
      if (who && !verdict.dropped && !unknown) each->appears(*who);
    }
  }
}

void Bridge::on_renamed(Leg& leg, const std::string& from, const std::string& to) {
  if (leg.network() == nullptr) return;
  const std::string place = leg.place().str();
  if (!waits_ && leg.plan().is_heard()) coming_and_going_.renamed(place, leg.plan().label, from, to);
  for (const auto& each : legs_) {
    if (each.get() != &leg && each->has_puppets()) {
      each->renamed(place, user_of(leg, from), user_of(leg, to), judge(leg, to, {}).name);
    }
  }
}

void Bridge::on_puppet_banned(Leg& leg, const Persona& who, const std::string& why) {
  const std::string reason = why.empty() ? std::string{"."} : ": " + why;
  ban_mirror_.on_banned(leg.place().str(), who, {}, why);
  Leg* const from = leg_at(who.place);
  if (from != nullptr) {
    from->announce(who.nick + " is banned from " + leg.plan().label + " and is not heard there any more" + reason);
  }
  const std::string &bridge = plan_.name, &room = leg.plan().address, &nick = who.nick;
  LOG_INFO("somebody of another leg is banned", bridge, room, nick);
}

void Bridge::on_puppet_barred(Leg& leg, const Persona& who, const std::string& why) {
  const bool ends = !why.empty() && std::string_view{".!?"}.find(why.back()) != std::string_view::npos;
  parts_.tell_operator(leg.plan().network, "Bridge " + plan_.name + ": " + who.nick + " cannot speak themselves in " +
                                               leg.plan().address + ": " + why + (ends ? "" : ".") +
                                               " The bot speaks for them.");
}

void Bridge::told_privately(Leg& leg, const Persona& who, const chat::MessageReceived& message) {
  const Talk talk{leg.place().str(), who.key(), message.conversation, parts_.timers.clock().now()};
  Leg* const to = leg_at(who.place);
  const auto address = to == nullptr || to->network() == nullptr
                           ? Result<chat::Network::Address>{failure(Fault::unavailable, "this network is not there")}
                           : to->network()->parse(who.user);
  if (!address || !std::holds_alternative<chat::PersonId>(*address)) {
    return answer_privately(talk, who.nick + " cannot be reached.");
  }
  chat::Content content = message.content;
  const std::string name = message.author.name.empty() ? std::string{"somebody"} : message.author.name;
  content.reply_to = {};
  content.shown_author.clear();
  content.spans.clear();
  content.text.insert(0, "<" + name + " in " + leg.plan().label + "> ");
  const auto id = to->say_privately({{}, std::get<chat::PersonId>(*address)}, content);
  if (!id) return answer_privately(talk, who.nick + " cannot be reached.");
  if (talks_.size() >= most_talks) talks_.clear();
  talks_.insert_or_assign(who.key(), talk);
  if (talking_.size() >= most_talks) talking_.clear();
  talking_.insert_or_assign({who.place, *id}, who.key());
}

void Bridge::answer_privately(const Talk& talk, const std::string& text) {
  if (Leg* const leg = leg_at(talk.place)) leg->say_privately(talk.with, chat::plain(text), talk.key);
}

void Bridge::on_private(Leg& leg, const chat::MessageReceived& message) {
  if (message.author.self || message.replayed || leg.network() == nullptr) return;
  if (message.content.kind == chat::Content::Kind::notice) return;
  const std::string user = leg.network()->format(message.author.person);
  const auto talk = talks_.find(leg.place().str() + '\n' + user);
  const Instant now = parts_.timers.clock().now();
  if (talk == talks_.end() || talk->second.last + talk_lasts < now) {
    const std::string& bridge = plan_.name;
    LOG_DEBUG("private message to a bridge", bridge, user);
    return;
  }
  talk->second.last = now;
  Leg* const back = leg_at(talk->second.place);
  chat::Content content = message.content;
  content.reply_to = {};
  if (back != nullptr && back->say_privately(talk->second.with, content, talk->second.key)) return;
  chat::Content no = chat::plain("Your answer could not be told: the room is not reached just now.");
  no.kind = chat::Content::Kind::notice;
  leg.say_privately(message.conversation, no);
}

void Bridge::private_failed(Leg& leg, const chat::Failed& failed) {
  const auto talk = talking_.extract({leg.place().str(), failed.command});
  if (talk.empty()) return;
  const auto known = talks_.find(talk.mapped());
  if (known != talks_.end()) answer_privately(known->second, "Your message could not be told: " + failed.text);
}

}  // namespace dragoman::bridge
