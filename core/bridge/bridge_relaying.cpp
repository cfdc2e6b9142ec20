#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "bridge/bridge.hpp"
#include "bridge/unwrapped.hpp"

// What is said on one leg, on its way to the others.

namespace dragoman::bridge {

namespace {

/// A message that came through more gateways goes in a circle.
constexpr std::size_t most_hops = 3;

chat::Conversation room_of(const LegPlan& leg) { return {leg.room, {}}; }

/// The command for another leg: the same in its room.
chat::Command moved(chat::Command command, const LegPlan& to) {
  if (auto* send = std::get_if<chat::SendMessage>(&command)) send->conversation = room_of(to);
  if (auto* edit = std::get_if<chat::EditMessage>(&command)) edit->conversation = room_of(to);
  if (auto* retract = std::get_if<chat::RetractMessage>(&command)) retract->conversation = room_of(to);
  if (auto* react = std::get_if<chat::React>(&command)) react->conversation = room_of(to);
  return command;
}

const std::string& identity_of(const chat::Author& author) {
  return author.identity.empty() ? author.name : author.identity;
}

bool is_for_another(const chat::Author& author, const chat::Content& content) {
  return !content.shown_author.empty() && content.shown_author != author.name;
}

}  // namespace

void Bridge::on_said(Leg& leg, const chat::Event& event) {
  if (const auto* message = std::get_if<chat::MessageReceived>(&event)) return hear(leg, *message);
  if (const auto* edit = std::get_if<chat::MessageEdited>(&event)) return hear(leg, *edit);
  if (const auto* retraction = std::get_if<chat::MessageRetracted>(&event)) return hear(leg, *retraction);
  if (const auto* reactions = std::get_if<chat::ReactionsChanged>(&event)) return hear(leg, *reactions);
}

bool Bridge::is_for_others(const Leg& from, const chat::Conversation& conversation, const chat::Author& author) const {
  if (conversation != room_of(from.plan()) || !from.plan().is_heard()) return false;
  return !author.self && !from.says_itself(author) && !(from.plan().is_xmpp && parts_.is_ours(author));
}

bool Bridge::is_order(Leg& from, const chat::MessageReceived& event) const {
  // Whose standing the room vouches for: said now, and not by a bot on behalf of somebody.
  const bool own_words = event.content.shown_author.empty() && event.author.relayed_by.empty() && !event.replayed;
  const auto order = own_words ? read_order(event.content.text) : std::nullopt;
  const std::string& by = event.author.name;
  if (order && order->kind == Order::Kind::let_in) {
    if (!from.is_moderator(by) || !from.let_in(order->name)) return false;
    from.announce(order->name + " may come in again.");
    return true;
  }
  return order && parts_.ordered && parts_.ordered({plan_.name, from.place().str(), by, from.is_moderator(by), *order});
}

bool Bridge::came_round(const std::string& via) const {
  if (via.empty()) return false;
  const auto names = text::split(via, ' ');
  return names.size() > most_hops || std::find(names.begin(), names.end(), parts_.instance) != names.end();
}

Rules::Verdict Bridge::judge(const Leg& from, const std::string& name, const std::string& text) const {
  const std::string kind = from.network() == nullptr ? std::string{} : from.network()->describe().kind;
  return rules_.judge({from.plan().is_xmpp ? "xmpp" : kind, from.plan().network, from.plan().address, name, text});
}

std::optional<chat::Content> Bridge::for_others(const Leg& from, const chat::Content& content, std::string& speaker) {
  Rules::Verdict verdict = judge(from, speaker, content.text);
  if (verdict.dropped) return std::nullopt;
  chat::Content told = content;
  if (verdict.text != told.text) {
    told.text = std::move(verdict.text);
    told.spans.clear();  // they are places in the text that was said
  }
  speaker = std::move(verdict.name);
  told.shown_author = speaker;
  told.reply_to = {};
  told.via += (told.via.empty() ? "" : " ") + parts_.instance;
  return told;
}

Source Bridge::source_of(const Leg& from, const chat::Author& author, const chat::MessageId& id, Timestamp said) const {
  Source source;
  source.name = {from.place().str(), id.text};
  source.author = identity_of(author);
  source.user =
      author.person.empty() || from.network() == nullptr ? author.name : from.network()->format(author.person);
  source.said = said;
  return source;
}

bool Bridge::goes_round(const Leg& from, const chat::Author& author, const std::string& speaker,
                        const std::string& text) {
  const Instant now = parts_.timers.clock().now();
  const std::string place = from.place().str();
  const std::string& bridge = plan_.name;
  const auto judgement = foreign_bots_.judge(now, place, identity_of(author), speaker, text);
  if (judgement != ForeignBots::Judgement::fine) ++echoes_;
  if (judgement == ForeignBots::Judgement::first_echo) {
    const std::string& room = from.plan().address;
    LOG_WARN("another bot bridges the same rooms", bridge, room, speaker);
    parts_.tell_operator(from.plan().network,
                         "Bridge " + bridge + ": " + speaker + " in " + room +
                             " is a bot that says again what was said in another of its rooms. That is not told "
                             "again; one of the two bridges is too many.");
  }
  if (breaker_.trips(now, place, text)) {
    ++storms_;
    pause("the same messages go round between its rooms");
    const std::string told = "The bridge is paused: the same messages go round between its rooms.";
    for (const auto& leg : legs_) leg->announce(told);
    parts_.tell_operator(from.plan().network, "Bridge " + bridge +
                                                  " is paused, the same messages go round between its rooms. Find the "
                                                  "other bridge, then say \"bridge resume " +
                                                  bridge + "\".");
    return true;
  }
  if (judgement != ForeignBots::Judgement::fine) return true;
  foreign_bots_.note(now, place, identity_of(author), speaker, text);
  return false;
}

void Bridge::hear(Leg& from, const chat::MessageReceived& event) {
  if (!is_for_others(from, event.conversation, event.author) || !from.is_new(event)) return;
  if (is_order(from, event)) return;
  if (is_silent() || event.content.kind == chat::Content::Kind::notice || came_round(event.content.via)) return;
  std::string speaker = event.content.shown_author.empty() ? event.author.name : event.content.shown_author;
  if (speaker.empty()) speaker = from.network_name();
  coming_and_going_.spoke(from.place().str(), event.author.name);
  if (goes_round(from, event.author, speaker, event.content.text)) return;
  auto content = for_others(from, event.content, speaker);
  if (!content) return;
  Source source = source_of(from, event.author, event.id, event.time.value_or(parts_.timers.clock().utc()));
  if (source.name.empty()) source.name.id = made_name(parts_.timers.clock().utc(), ++made_names_);
  source.for_another = is_for_another(event.author, event.content);
  if (!event.content.reply_to.empty()) source.about = {from.place().str(), event.content.reply_to.text};
  tell_others({from, chat::SendMessage{{}, std::move(*content)}, std::move(source), std::move(speaker)});
}

void Bridge::hear(Leg& from, const chat::MessageEdited& event) {
  if (!is_for_others(from, event.conversation, event.author) || is_silent() || came_round(event.content.via)) return;
  std::string speaker = event.content.shown_author.empty() ? event.author.name : event.content.shown_author;
  if (goes_round(from, event.author, speaker, event.content.text)) return;
  auto content = for_others(from, event.content, speaker);
  if (!content) return;
  Source source = source_of(from, event.author, event.id, parts_.timers.clock().utc());
  source.for_another = is_for_another(event.author, event.content);
  source.about = {from.place().str(), event.edited.text};
  tell_others({from, chat::EditMessage{{}, {}, std::move(*content)}, std::move(source), std::move(speaker)});
}

void Bridge::hear(Leg& from, const chat::MessageRetracted& event) {
  if (!is_for_others(from, event.conversation, event.author) || is_silent()) return;
  Source source = source_of(from, event.author, {}, parts_.timers.clock().utc());
  source.about = {from.place().str(), event.retracted.text};
  tell_others({from, chat::RetractMessage{{}, {}, event.reason}, std::move(source), event.author.name});
}

void Bridge::hear(Leg& from, const chat::ReactionsChanged& event) {
  if (!is_for_others(from, event.conversation, event.author) || is_silent()) return;
  const Rules::Verdict verdict = judge(from, event.author.name, {});
  if (verdict.dropped) return;
  Source source = source_of(from, event.author, {}, parts_.timers.clock().utc());
  source.about = {from.place().str(), event.message.text};
  tell_others({from, chat::React{{}, {}, event.emoji}, std::move(source), verdict.name});
}

void Bridge::tell_others(const Said& said) {
  for (const auto& leg : legs_) {
    if (leg.get() == &said.from || !leg->plan().is_told()) continue;
    if (is_told(said.command, leg->capabilities(), leg->plan().policies)) {
      leg->tell(moved(said.command, leg->plan()), said.source, said.speaker);
    }
  }
}

Result<Bridge::Explained> Bridge::explain(const std::string& address, const std::string& name,
                                          const std::string& text) const {
  const auto from =
      std::find_if(legs_.begin(), legs_.end(), [&](const auto& leg) { return leg->plan().address == address; });
  if (from == legs_.end()) return failure(Fault::not_found, "The bridge " + plan_.name + " has no " + address + '.');
  Explained explained;
  const Rules::Verdict verdict = judge(**from, name, text);
  explained.rules = verdict.matched;
  if (paused_) explained.refused = "The bridge is paused: " + paused_text_ + '.';
  if (!(*from)->plan().is_heard()) explained.refused = "What is said there is not told to others (direction = out).";
  if (verdict.dropped) explained.refused = "Rule " + std::to_string(verdict.matched.back()) + " drops it.";
  if (!explained.refused.empty()) return explained;
  chat::SendMessage said{{}, chat::plain(verdict.text)};
  said.content.shown_author = verdict.name;
  const Source source = source_of(**from, {}, {}, parts_.timers.clock().utc());
  for (const auto& leg : legs_) {
    if (leg == *from || !leg->plan().is_told()) continue;
    const chat::Command told = leg->as_told(said, source, verdict.name, {}, leg->has_puppets());
    const chat::Content& content = std::get<chat::SendMessage>(told).content;
    std::string by = content.shown_author.empty() ? std::string{} : content.shown_author + " (as the author): ";
    if (leg->has_puppets()) {
      by = verdict.name +
           (leg->plan().connects ? " (over a connection of their own): " : " (an occupant of their own): ");
    }
    explained.legs.push_back({leg->plan().address, by + content.text});
  }
  return explained;
}

}  // namespace dragoman::bridge
