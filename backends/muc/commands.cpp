#include "backends/muc/handlers.hpp"
#include "xmpp/about.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::backends::muc {

namespace {

void set_presence(State& state, chat::CommandId id, const chat::SetPresence& set, Effects& effects) {
  state.availability = set.availability;
  state.status = set.status;
  for (const auto& [address, room] : state.rooms) {
    if (!state.up || room.phase != Room::Phase::present) continue;
    if (const auto ours = occupant_address(room, room.nick)) {
      static_cast<void>(effects.link.send(make_presence(state, ours->str())));
    }
  }
  effects.done(id);
}

void ping(State& state, chat::CommandId id, const chat::Ping& ping, Effects& effects) {
  xmpp::Element iq = make_iq(state, "get", ping.person.empty() ? state.shared.domain : ping.person.text);
  iq.add("ping", xmpp::ns::ping);
  ask(
      state, std::move(iq),
      [id](State&, const Answer& answer, Effects& then) {
        const auto result = result_of(answer);
        result ? then.done(id, chat::Reply{}) : then.refused(id, result.error().fault, result.error().text);
      },
      effects);
}

void ask_client(State& state, chat::CommandId id, const chat::AskClient& asked, Effects& effects) {
  if (asked.what != chat::AskClient::What::software) {
    return effects.refused(id, Fault::unsupported, "only the software of somebody can be asked for");
  }
  xmpp::Element iq = make_iq(state, "get", asked.person.text);
  iq.add("query", xmpp::version_ns);
  ask(
      state, std::move(iq),
      [id](State&, const Answer& answer, Effects& then) {
        const auto result = result_of(answer);
        if (!result) return then.refused(id, result.error().fault, result.error().text);
        const xmpp::Element* query = result->child("query", xmpp::version_ns);
        std::string text;
        for (const char* part : {"name", "version", "os"}) {
          const std::string said = query == nullptr ? std::string{} : query->child_text(part, xmpp::version_ns);
          if (!said.empty()) text += (text.empty() ? "" : " ") + said;
        }
        then.done(id, chat::Reply{std::move(text)});
      },
      effects);
}

/// One overload a command: a new one does not compile until somebody has decided.
struct Perform {
  State& state;
  chat::CommandId id;
  const chat::Command& command;
  Effects& effects;

  void operator()(const chat::JoinRoom& each) const { join(state, id, each, effects); }
  void operator()(const chat::LeaveRoom& each) const { leave(state, id, each, effects); }
  void operator()(const chat::SetStanding& each) const { set_standing(state, id, each, effects); }
  void operator()(const chat::SetTopic& each) const { set_topic(state, id, each, effects); }
  void operator()(const chat::SetNickname& each) const { set_nickname(state, id, each, effects); }
  void operator()(const chat::SetPresence& each) const { set_presence(state, id, each, effects); }
  void operator()(const chat::Invite& each) const { invite(state, id, each, effects); }
  void operator()(const chat::DeclineInvite& each) const { decline(state, id, each, effects); }
  void operator()(const chat::RequestVoice& each) const { request_voice(state, id, each, effects); }
  void operator()(const chat::SendMessage& each) const { send(state, id, command, each.conversation, effects); }
  void operator()(const chat::EditMessage& each) const { send(state, id, command, each.conversation, effects); }
  void operator()(const chat::RetractMessage& each) const { send(state, id, command, each.conversation, effects); }
  void operator()(const chat::React& each) const { send(state, id, command, each.conversation, effects); }
  void operator()(const chat::SetTyping& each) const { set_typing(state, id, each, effects); }
  void operator()(const chat::MarkRead& each) const { mark_read(state, id, each, effects); }
  void operator()(const chat::ListStandings& each) const { list_standings(state, id, each, effects); }
  void operator()(const chat::GetHistory& each) const { get_history(state, id, each, effects); }
  void operator()(const chat::Ping& each) const { ping(state, id, each, effects); }
  void operator()(const chat::AskClient& each) const { ask_client(state, id, each, effects); }

  void operator()(const chat::ConfigureRoom&) const { refuse("settings of a room are left to its owners"); }
  void operator()(const chat::GetRoomForm&) const { refuse("settings of a room are left to its owners"); }
  void operator()(const chat::SetProfile&) const { refuse_person(); }
  void operator()(const chat::AddContact&) const { refuse_person(); }
  void operator()(const chat::RemoveContact&) const { refuse_person(); }
  void operator()(const chat::AnswerContact&) const { refuse_person(); }
  void operator()(const chat::Block&) const { refuse_person(); }
  void operator()(const chat::GetProfile&) const { refuse_person(); }
  void operator()(const chat::GetPicture& each) const { get_picture(state, id, each, effects); }
  void operator()(const chat::SetPicture&) const { refuse_person(); }
  void operator()(const chat::ListRooms&) const { refuse("a bridge knows its rooms by their addresses"); }
  void operator()(const chat::SearchPeople&) const { refuse("a bridge knows people in its rooms only"); }
  void operator()(const chat::Run&) const { refuse("XMPP has no lines that could be sent"); }

 private:
  void refuse(const char* why) const { effects.refused(id, Fault::unsupported, why); }
  void refuse_person() const { refuse("a bridge has no contacts and no profile"); }
};

}  // namespace

void perform(State& state, chat::CommandId id, const chat::Command& command, Effects& effects) {
  std::visit(Perform{state, id, command, effects}, command);
}

}  // namespace dragoman::backends::muc
