#include "backends/muc/handlers.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::backends::muc {

void ask(State& state, xmpp::Element iq, Then then, Effects& effects, Duration patience) {
  const QuestionId id = ++state.last_question;
  state.questions.emplace(id, std::move(then));
  effects.questions.push_back({id, std::move(iq), patience});
}

void await_server(State& state, Then then, Effects& effects) {
  const QuestionId id = ++state.last_question;
  state.questions.emplace(id, std::move(then));
  effects.barriers.push_back(id);
}

xmpp::Element make_iq(const State& state, std::string_view type, std::string_view to) {
  xmpp::Element iq{"iq", xmpp::ns::component};
  iq.set("type", type).set("from", state.voice.address.str()).set("to", to);
  return iq;
}

Result<xmpp::Element> result_of(const Answer& answer) {
  if (answer && answer->get("type") == "error") return xmpp::read_error(*answer);
  return answer;
}

Then ends(chat::CommandId command) {
  return [command](State&, const Answer& answer, Effects& effects) {
    const auto result = result_of(answer);
    if (result) return effects.done(command);
    const bool lost = !answer && answer.error().fault == Fault::closed;
    const auto outcome = lost ? chat::Failed::Outcome::unsure : chat::Failed::Outcome::refused;
    effects.failed(command, outcome, result.error().fault, result.error().text);
  };
}

Room* room_for(State& state, const chat::RoomId& id, chat::CommandId command, Effects& effects) {
  Room* room = state.find(id.text);
  if (room != nullptr && room->phase == Room::Phase::present && state.up) return room;
  effects.not_sent(command, Fault::unavailable, state.up ? "not in this room" : "the XMPP server is not connected");
  return nullptr;
}

Result<xmpp::Jid> occupant_address(const Room& room, std::string_view nick) {
  return room.address.with_resource(xmpp::safe_resource(nick));
}

NameId hold(const NameRef& name, Effects& effects) {
  effects.heard.names.push_back(name);
  return name.id();
}

}  // namespace dragoman::backends::muc
