#include <algorithm>
#include <ctime>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/client_tags.hpp"
#include "backends/irc/ctcp.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/identity.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/mentions.hpp"
#include "backends/irc/people_search.hpp"
#include "backends/irc/queries.hpp"
#include "backends/irc/relaying.hpp"
#include "backends/irc/replay.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/tags.hpp"
#include "backends/irc/translate.hpp"
#include "backends/irc/typing.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Kind = chat::Content::Kind;

/// The server itself speaks: it has no user and host, or we are not registered yet.
bool is_server(const State& state, const Message& message) {
  if (message.source.find('!') != std::string_view::npos) return false;
  return message.source.empty() || message.source.find('.') != std::string_view::npos || state.stage != Stage::ready;
}

void tell_server_text(State& state, const Message& message, Effects& effects) {
  if (is_replayed(state, message)) return;
  std::string text = without_formatting(read_text(state, message.last(), message.param(0)));
  // "*** Looking up your hostname" is of use to nobody, at each connect.
  if (!state.link.welcomed_at && text.starts_with("*** ")) return;
  if (text.empty()) return;
  chat::Notice notice{read_name(state, message.source), std::move(text), {}};
  if (const Room* room = find_room(state, message.param(0))) notice.room = room->id;
  effects.tell(std::move(notice));
}

std::string time_for_people(Timestamp utc) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(utc);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts)};
}

void answer_ctcp(State& state, const Message& message, const Ctcp& ctcp, Effects& effects) {
  const std::string_view nick = split_source(message.source).nick;
  const std::string command = text::ascii_lower(ctcp.command);
  if (command == "dcc") {
    return effects.tell(
        chat::Notice{read_name(state, nick), describe_dcc(without_formatting(read_text(state, ctcp.text))), {}});
  }
  if (is_bot(state, message)) return;  // who asks by a program may answer by one, and neither would end
  const Shared::Ctcp& answers = state.shared.ctcp;
  if (!answers.on) return;
  std::string reply;
  if (command == "version") {
    reply = make_ctcp("VERSION", state.shared.software);
  } else if (command == "ping") {
    reply = make_ctcp("PING", text::cut(ctcp.text, 64));
  } else if (command == "time") {
    reply = make_ctcp("TIME", time_for_people(effects.utc));
  } else if (command == "source" && !answers.source.empty()) {
    reply = make_ctcp("SOURCE", answers.source);
  } else if (command == "clientinfo") {
    reply = make_ctcp("CLIENTINFO", answers.source.empty() ? "ACTION CLIENTINFO PING TIME VERSION"
                                                           : "ACTION CLIENTINFO PING SOURCE TIME VERSION");
  } else {
    return;
  }
  if (!state.link.ctcp_replies.take(effects.now)) return;
  send(state, effects, {.urgency = Urgency::background}, "NOTICE", {nick}, reply);
}

/// ircv3.net: channel-context: said to us alone, about a channel in which we both are.
void read_context(State& state, const Message& message, chat::Conversation& conversation) {
  const auto channel = read_tag(message, ClientTag::channel_context);
  const Room* room = channel ? find_room(state, std::string_view{*channel}) : nullptr;
  NameId name;
  if (room == nullptr || room->phase != Room::Phase::joined) return;
  if (find_source(state, *room, split_source(message.source).nick, name)) conversation.room = room->id;
}

void tell_message(State& state, const Message& message, Kind kind, std::string_view text, bool from_me,
                  Effects& effects) {
  std::string_view target = message.param(0);
  const Isupport& isupport = *state.link.isupport;
  while (!target.empty() && !isupport.is_channel(target) &&
         isupport.status_message.find(target.front()) != std::string::npos) {
    target.remove_prefix(1);  // "@#tea": for its operators, of whom we are one
  }
  chat::MessageReceived received;
  received.time = time_of(message);
  received.replayed = is_replayed(state, message, received.time);
  const Room* room = nullptr;
  if (isupport.is_channel(target)) {
    room = find_room(state, target);
    if (room == nullptr) return;  // after our PART
    if (state.login.deaf && !from_me) return;
    received.conversation.room = room->id;
    if (!from_me && !received.replayed) {
      state.link.heard_last.note(split_source(message.source));
      if (state.shared.typing_in_channels) {
        stopped_typing(state, received.conversation, state.person_id(split_source(message.source).nick));
      }
      read_author(state, message, effects);
    }
  } else {
    const std::string_view other = from_me ? target : split_source(message.source).nick;
    received.conversation.person = state.person_id(other);
    if (!from_me) read_context(state, message, received.conversation);
    if (!from_me && !received.replayed) {
      stopped_typing(state, {{}, received.conversation.person}, received.conversation.person);
    }
  }
  received.author = author_of(state, message);
  if (auto bot = relayer_of(message)) {
    received.author.relayed_by = read_name(state, *bot);
    received.author.self = state.is_me(*bot);
  }
  received.content = read_content(kind, text, encoding_in(state, room == nullptr ? std::string_view{} : room->name));
  if (room != nullptr) mark_mention(state, *room, received.content);
  if (!message.tags.empty()) {
    if (auto id = message.tag("msgid")) received.id.text = std::move(*id);
    if (auto reply = read_tag(message, ClientTag::reply)) received.content.reply_to.text = std::move(*reply);
    if (auto via = read_tag(message, ClientTag::via); via && via->size() <= longest_via) {
      received.content.via = text::without_controls(text::to_valid_utf8(*via), false);
    }
  }
  if (!is_answer(state, message, received)) effects.tell(std::move(received));
}

/// What we said ourselves comes back. True when it is the evidence for a line of ours.
bool is_echo(State& state, const Message& message, Effects& effects) {
  const auto label = label_of(message);
  if (!label) return false;
  Evidence::Echo echo;
  echo.text = message.param(1);
  if (auto id = message.tag("msgid")) echo.id.text = std::move(*id);
  echo.time = time_of(message);
  echo.encoding = encoding_out(state, message.param(0));
  state.link.evidence.echoed(*label, echo, effects);
  return true;  // late or unknown: ours all the same
}

void on_ack(State& state, const Message& message, Effects& effects) {
  const auto label = label_of(message);
  if (label && !history_acknowledged(state, *label, effects)) state.link.evidence.acknowledged(*label, effects);
}

void on_tagmsg(State& state, const Message& message, Effects& effects) {
  if (state.is_me(split_source(message.source).nick) && is_echo(state, message, effects)) return;
  on_tags(state, message, effects);
}

void on_wallops(State& state, const Message& message, Effects& effects) { tell_server_text(state, message, effects); }

constexpr Handler message_rows[] = {
    {"PRIVMSG", 2, on_privmsg}, {"NOTICE", 2, on_notice},   {"ACK", 0, on_ack},
    {"TAGMSG", 1, on_tagmsg},   {"WALLOPS", 1, on_wallops},
};

}  // namespace

void on_privmsg(State& state, const Message& message, Effects& effects) {
  const std::string_view nick = split_source(message.source).nick;
  const auto relayer = relayer_of(message);
  const bool relayed = relayer && state.is_me(*relayer), from_me = relayed || state.is_me(nick);
  if (from_me && is_echo(state, message, effects)) return;
  // On a server without labels: its evidence is the PONG.
  if (relayed && !is_replayed(state, message)) return;
  if (is_server(state, message)) return tell_server_text(state, message, effects);
  const auto ctcp = parse_ctcp(message.param(1));
  if (!ctcp) {
    // A message to ourselves comes as an echo and as a message: then it is one that we got.
    return tell_message(state, message, Kind::text, message.param(1), from_me && !state.is_me(message.param(0)),
                        effects);
  }
  if (text::ascii_iequals(ctcp->command, "ACTION")) {
    return tell_message(state, message, Kind::action, ctcp->text, from_me && !state.is_me(message.param(0)), effects);
  }
  const bool for_room = state.login.deaf && state.link.isupport->is_channel(message.param(0));
  if (!from_me && !relayer && !for_room && !is_replayed(state, message)) answer_ctcp(state, message, *ctcp, effects);
}

void on_notice(State& state, const Message& message, Effects& effects) {
  const std::string_view nick = split_source(message.source).nick;
  const bool from_me = state.is_me(nick);
  if (from_me && is_echo(state, message, effects)) return;
  if (is_server(state, message)) {
    if (search_was_cut(state, message.param(1))) return;
    return tell_server_text(state, message, effects);
  }
  // What they said to an earlier link is no answer to this login.
  if (!from_me && !is_in_history(state, message)) services_said(state, nick, message.param(1), effects);
  const auto ctcp = parse_ctcp(message.param(1));
  if (!ctcp) return tell_message(state, message, Kind::notice, message.param(1), from_me, effects);
  if (from_me || is_replayed(state, message)) return;
  if (ctcp_replied(state, nick, ctcp->command, ctcp->text, effects)) return;
  std::string text = decode_text(ctcp->command) + ": " + without_formatting(read_text(state, ctcp->text));
  effects.tell(chat::Notice{read_name(state, nick), std::move(text), {}});
}

HandlerTable message_handlers() { return {message_rows, std::size(message_rows)}; }

}  // namespace dragoman::backends::irc
