#include <algorithm>
#include <utility>

#include "backends/irc/address.hpp"
#include "backends/irc/client_tags.hpp"
#include "backends/irc/contacts.hpp"
#include "backends/irc/ctcp.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/history.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/nickname.hpp"
#include "backends/irc/own_profile.hpp"
#include "backends/irc/people_search.hpp"
#include "backends/irc/queries.hpp"
#include "backends/irc/read_marker.hpp"
#include "backends/irc/redaction.hpp"
#include "backends/irc/room_form.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/saying.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/speaker.hpp"
#include "backends/irc/standing.hpp"
#include "backends/irc/tags.hpp"
#include "backends/irc/translate.hpp"
#include "backends/irc/typing.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Outcome = chat::Failed::Outcome;

/// One overload for each command: a new one does not compile until it is here.
class Performer {
 public:
  Performer(State& state, chat::CommandId id, Effects& effects)
      : state_(state), link_(state.link), id_(id), effects_(effects) {}

  void operator()(const chat::JoinRoom& join) { join_room(state_, id_, join, effects_); }
  void operator()(const chat::LeaveRoom& leave) { leave_room(state_, id_, leave, effects_); }
  void operator()(const chat::SetStanding& wish) {
    if (Room* room = joined(wish.room)) set_standing(state_, *room, id_, wish, effects_);
  }
  void operator()(const chat::SetTopic& set) {
    Room* room = joined(set.room);
    if (room == nullptr) return;
    const std::string topic = encode_text(single_line(set.topic), encoding_out(state_, room->name));
    const std::size_t most = link_.isupport->topic_length;
    if (most != 0 && topic.size() > most) {
      return effects_.refused(id_, Fault::too_long,
                              "the topic may have " + std::to_string(most) + " bytes on this network");
    }
    ask("TOPIC", room->name, {room->name}, topic);
  }
  void operator()(const chat::SetNickname& set) {
    if (!ready()) return;
    const std::size_t most = link_.isupport->nick_length == 0 ? first_nick_length : link_.isupport->nick_length;
    const std::string nickname = wished_nickname(state_.login, set.nickname, most);
    if (nickname == link_.nickname) return effects_.done(id_);
    const auto slot = open(Concerns::nickname, Evidence::Answer::nothing, "NICK", {}, nickname);
    link_.nickname_asked = nickname;
    finish(slot, send(state_, effects_, {.slot = slot}, "NICK", {nickname}));
  }
  void operator()(const chat::SetPresence& presence) {
    if (!ready()) return;
    std::string text;
    switch (presence.availability) {
      case chat::Availability::available:
        break;
      case chat::Availability::away:
        text = "away";
        break;
      case chat::Availability::extended_away:
        text = "away for long";
        break;
      case chat::Availability::busy:
        text = "busy";
        break;
      case chat::Availability::gone:
        text = "not connected";
        break;
    }
    if (!text.empty() && !presence.status.empty()) text = single_line(presence.status);
    const std::size_t most = link_.isupport->away_length == 0 ? 200 : link_.isupport->away_length;
    text = text::cut(text, most);
    if (text == state_.away) return effects_.done(id_);
    state_.away = text;
    state_.absent = presence.availability == chat::Availability::gone && presence.status.empty();
    const auto slot = open(Concerns::command, Evidence::Answer::nothing, "AWAY", {});
    finish(slot, text.empty() ? send(state_, effects_, {.slot = slot}, "AWAY", {})
                              : send(state_, effects_, {.slot = slot}, "AWAY", {}, away_text(state_)));
  }
  void operator()(const chat::Invite& invite) {
    Room* room = joined(invite.room);
    if (room == nullptr) return;
    const auto nick = nickname(invite.person);
    if (!nick) return effects_.refused(id_, nick.error().fault, nick.error().text);
    const auto slot = open(Concerns::command, Evidence::Answer::nothing, "INVITE", room->name, *nick);
    finish(slot, send(state_, effects_, {.slot = slot}, "INVITE", {*nick, room->name}));
  }
  void operator()(const chat::SendMessage& message) {
    if (!message.conversation.person.empty()) {
      if (const auto to = target_of(message.conversation)) say(state_, id_, message, *to, nullptr, effects_);
    } else if (Room* room = joined(message.conversation.room)) {
      room->spoken_at = effects_.now;
      say(state_, id_, message, room->name, room, effects_);
    }
  }
  void operator()(const chat::ListRooms& list) {
    if (!ready()) return;
    constexpr std::size_t most = 5000;
    ListAnswer answer;
    answer.limit = list.limit == 0 ? 1000 : std::min(list.limit, most);
    answer.filter = text::ascii_lower(list.filter);
    const bool mask = link_.isupport->list_by_mask && !answer.filter.empty() &&
                      answer.filter.find_first_of(" ,") == std::string::npos;
    const std::string pattern = '*' + answer.filter + '*';
    const auto sent = mask ? send(state_, effects_, {}, "LIST", {pattern}) : send(state_, effects_, {}, "LIST", {});
    inquire(sent, {}, std::move(answer));
  }
  void operator()(const chat::SearchPeople& search) {
    if (ready()) search_people(state_, id_, search, effects_);
  }
  void operator()(const chat::ListStandings& list) {
    Room* room = joined(list.room);
    if (room == nullptr) return;
    if (list.affiliation == chat::Affiliation::outcast) {
      return inquire(
          send(state_, effects_, {.target = fold(link_.isupport->casemap, room->name)}, "MODE", {room->name, "b"}),
          room->name, BansAnswer{});
    }
    effects_.done(id_, standings_of(state_, *room, list));
  }
  void operator()(const chat::GetProfile& get) {
    if (!ready()) return;
    const auto nick = nickname(get.person);
    if (!nick) return effects_.refused(id_, nick.error().fault, nick.error().text);
    // Asked of the person's own server, which alone knows how long there was silence.
    inquire(send(state_, effects_, {}, "WHOIS", {*nick, *nick}), *nick, WhoisAnswer{});
  }
  void operator()(const chat::Ping& ping) {
    if (!ready()) return;
    if (ping.person.empty()) {
      // The PING that stands for what was written before it is all that is needed.
      const auto slot = open(Concerns::command, Evidence::Answer::reply, "PING", {});
      return link_.evidence.written(slot, link_.bytes, 0, {}, effects_.now);
    }
    ask_client(ping.person, "PING", std::to_string(static_cast<std::uint64_t>(id_)));
  }
  void operator()(const chat::AskClient& ask) {
    if (!ready()) return;
    switch (ask.what) {
      case chat::AskClient::What::software:
        return ask_client(ask.person, "VERSION", {});
      case chat::AskClient::What::time:
        return ask_client(ask.person, "TIME", {});
    }
  }
  void operator()(const chat::ConfigureRoom& configure) {
    if (Room* room = joined(configure.room)) configure_room(state_, *room, id_, configure.fields, effects_);
  }
  void operator()(const chat::GetRoomForm& get) {
    if (Room* room = joined(get.room)) get_room_form(state_, *room, id_, effects_);
  }
  void operator()(const chat::RequestVoice& request) {
    Room* room = joined(request.room);
    if (room == nullptr) return;
    NameId self;
    if (find_source(state_, *room, link_.nickname, self) && room->members.find(self)->prefixes != 0) {
      return effects_.refused(id_, Fault::unacceptable, "you have the right to speak in this channel already");
    }
    if (link_.isupport->status_message.find('@') == std::string::npos) {
      return effects_.refused(id_, Fault::unsupported,
                              "this IRC server passes nothing on to the operators of a channel only; ask one of them");
    }
    const std::string operators = '@' + room->name;
    const auto slot =
        open(Concerns::message | Concerns::command, Evidence::Answer::nothing, "NOTICE", room->name, operators);
    finish(slot, send(state_, effects_, {.slot = slot, .labelled = true}, "NOTICE", {operators},
                      link_.nickname + " asks for permission to speak"));
  }
  void operator()(const chat::DeclineInvite& decline) {
    if (!ready()) return;
    const auto nick = nickname(decline.inviter);
    if (!nick) return effects_.refused(id_, nick.error().fault, nick.error().text);
    std::string text = link_.nickname + " declines the invitation to " + decode_text(state_.name_of(decline.room));
    if (!decline.reason.empty()) text += ": " + single_line(text::cut(decline.reason, 200));
    const auto slot = open(Concerns::message | Concerns::command, Evidence::Answer::nothing, "NOTICE", *nick);
    finish(slot, send(state_, effects_, {.slot = slot, .labelled = true}, "NOTICE", {*nick},
                      encode_text(single_line(text), encoding_out(state_))));
  }
  void operator()(const chat::AddContact& add) { add_contact(state_, id_, add.person, effects_); }
  void operator()(const chat::RemoveContact& remove) { remove_contact(state_, id_, remove.person, effects_); }
  void operator()(const chat::Block& block) {
    // The gateway keeps the messages away itself; a server with SILENCE saves them the way.
    if (state_.stage != Stage::ready || !link_.isupport->silence) return effects_.done(id_);
    const auto nick = nickname(block.person);
    if (!nick) return effects_.refused(id_, nick.error().fault, nick.error().text);
    const std::string mask = (block.blocked ? '+' : '-') + *nick + "!*@*";
    const auto sent = send(state_, effects_, {.urgency = Urgency::background}, "SILENCE", {mask});
    if (!sent) return effects_.refused(id_, sent.error().fault, sent.error().text);
    effects_.done(id_);
  }
  void operator()(const chat::Run& run) {
    if (!ready()) return;
    Message line;
    if (run.line.find_first_of(std::string_view{"\0\r\n", 3}) != std::string::npos || !parse(run.line, line) ||
        !line.source.empty() || !line.tags.empty()) {
      return effects_.refused(id_, Fault::malformed, "not one IRC command");
    }
    const std::string verb = text::ascii_lower(line.command);
    if (verb == "cap" || verb == "authenticate" || verb == "pass" || verb == "user" || verb == "quit") {
      return effects_.refused(id_, Fault::unacceptable, "the gateway does this itself");
    }
    // Wished, so that it is not taken for something that happened to us.
    if (verb == "nick" && line.count > 0) return (*this)(chat::SetNickname{decode_text(line.param(0))});
    const auto slot = open(Concerns::command, Evidence::Answer::text, line.command, line.param(0));
    const bool text = line.count > 0 && &run.line[0] + run.line.size() == line.last().data() + line.last().size() &&
                      line.last().data() > run.line.data() && line.last().data()[-1] == ':';
    const std::span parameters{line.params.data(), line.count - (text ? 1 : 0)};
    finish(slot, send(state_, effects_, {.slot = slot}, line.command, parameters,
                      text ? std::optional{line.last()} : std::nullopt));
  }

  void operator()(const chat::React& wish) {
    if (!ready()) return;
    if (!link_.caps.has(Cap::message_tags) || wish.message.empty()) return unsupported("reactions here");
    if (const auto to = target_of(wish.conversation)) react(state_, id_, wish, *to, effects_);
  }
  void operator()(const chat::GetHistory& get) {
    if (!ready()) return;
    if (!has_history(link_.caps)) return unsupported("a history here");
    const bool of_everybody = get.conversation.room.empty() && get.conversation.person.empty();
    if (of_everybody) return get_history(state_, id_, get, {}, effects_);
    if (const auto of = target_of(get.conversation)) get_history(state_, id_, get, *of, effects_);
  }
  void operator()(const chat::RetractMessage& wish) {
    if (!ready()) return;
    if (!link_.caps.has(Cap::message_redaction) || wish.retracted.empty())
      return unsupported("retracting messages here");
    if (const auto to = target_of(wish.conversation)) redact(state_, id_, wish, *to, effects_);
  }
  void operator()(const chat::SetTyping& typing) {
    if (!ready()) return;
    if (const auto to = target_of(typing.conversation)) set_typing(state_, id_, typing, *to, effects_);
  }

  void operator()(const chat::MarkRead& mark) {
    if (!ready()) return;
    if (!marks_what_is_read(link_.caps)) return unsupported("read marks here");
    if (const auto to = target_of(mark.conversation)) mark_read(state_, id_, mark, *to, effects_);
  }

  // What IRC does not have, or what comes later.
  void operator()(const chat::SetProfile& set) { set_profile(state_, id_, set, effects_); }
  void operator()(const chat::GetPicture&) { unsupported("pictures"); }
  void operator()(const chat::SetPicture&) { unsupported("pictures"); }
  void operator()(const chat::AnswerContact&) { unsupported("requests to be a contact"); }
  void operator()(const chat::EditMessage&) { unsupported("editing messages"); }

 private:
  void unsupported(std::string_view what) {
    effects_.refused(id_, Fault::unsupported, "IRC does not have " + std::string{what});
  }
  bool ready() {
    if (state_.stage == Stage::ready) return true;
    effects_.failed(id_, Outcome::not_sent, Fault::unavailable,
                    state_.trouble.empty() ? "not connected to the IRC server yet" : state_.trouble);
    return false;
  }
  /// The room if we are in it; else the command has ended.
  Room* joined(const chat::RoomId& id) {
    if (!ready()) return nullptr;
    Room* room = find_room(state_, id);
    if (room != nullptr && room->phase == Room::Phase::joined) return room;
    if (room != nullptr && room->known) {
      effects_.failed(id_, Outcome::not_sent, Fault::unavailable, "the channel is being joined again");
    } else {
      effects_.refused(id_, Fault::unacceptable, "you are not in this channel");
    }
    return nullptr;
  }
  /// The channel, if we are in it, or the nickname; else the command has ended.
  std::optional<std::string> target_of(const chat::Conversation& conversation) {
    if (!ready()) return std::nullopt;
    if (conversation.person.empty()) {
      const Room* room = joined(conversation.room);
      return room == nullptr ? std::nullopt : std::optional{room->name};
    }
    auto nick = nickname(conversation.person);
    if (nick) return std::move(*nick);
    effects_.refused(id_, nick.error().fault, nick.error().text);
    return std::nullopt;
  }
  Result<std::string> nickname(const chat::PersonId& person) const {
    std::string nick = state_.name_of(person);
    if (const auto valid = check_nickname(nick); !valid) return valid.error();
    return nick;
  }
  Evidence::Slot open(Concerns kind, Evidence::Answer answer, std::string_view verb, std::string_view target,
                      std::string_view other = {}) {
    const auto slot = link_.evidence.open({id_, kind, answer, std::string{verb}, fold(link_.isupport->casemap, target),
                                           fold(link_.isupport->casemap, other)},
                                          1);
    link_.evidence.set_deadline(slot, effects_.now + answer_deadline);
    return slot;
  }
  void finish(Evidence::Slot slot, const Result<void>& sent) {
    if (!sent) link_.evidence.refuse(slot, sent.error().fault, sent.error().text, effects_);
  }
  /// A command without an answer of its own: it has succeeded when no error came before the next PONG.
  void ask(std::string_view verb, std::string_view target, std::initializer_list<std::string_view> middles,
           std::optional<std::string_view> text = std::nullopt) {
    const auto slot = open(Concerns::command, Evidence::Answer::nothing, verb, target);
    const std::string folded = fold(link_.isupport->casemap, target);
    finish(slot, send(state_, effects_, {.target = folded, .slot = slot}, verb, middles, text));
  }
  template <class Kind>
  void inquire(const Result<void>& sent, std::string_view target, Kind answer) {
    if (!sent) return effects_.refused(id_, sent.error().fault, sent.error().text);
    ask_query(state_, id_, target, std::move(answer), effects_);
  }
  void ask_client(const chat::PersonId& person, std::string_view command, std::string token) {
    const auto nick = nickname(person);
    if (!nick) return effects_.refused(id_, nick.error().fault, nick.error().text);
    const auto sent = send(state_, effects_, {}, "PRIVMSG", {*nick}, make_ctcp(command, token));
    inquire(sent, *nick, CtcpAnswer{std::string{command}, std::move(token)});
  }

  State& state_;
  Link& link_;
  chat::CommandId id_;
  Effects& effects_;
};

}  // namespace

void perform(State& state, chat::CommandId id, const chat::Command& command, Effects& effects) {
  std::visit(Performer{state, id, effects}, command);
}

}  // namespace dragoman::backends::irc
