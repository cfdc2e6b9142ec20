#include "backends/muc/session.hpp"

#include <algorithm>
#include <utility>

#include "backends/muc/handlers.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::backends::muc {

namespace {

void become_ready(State& state, Effects& effects) {
  state.up = true;
  const std::string address{state.voice.address.bare_view()};
  effects.tell(chat::Ready{state.voice.nickname, "speaking as " + address});
  effects.tell(chat::CapabilitiesChanged{capabilities_of_rooms()});
  for (auto at = state.rooms.begin(); at != state.rooms.end();) {
    Room& room = (at++)->second;  // it may end
    if (room.phase == Room::Phase::away) enter(state, room, effects);
  }
}

/// Somebody wants to see when we are here, or shows us that they are: bots have no contacts.
void answer_subscription(const State& state, const xmpp::Element& presence, const xmpp::Jid& from, Effects& effects) {
  if (presence.get("type") != "subscribe") return;
  xmpp::Element no{"presence", xmpp::ns::component};
  no.set("type", "unsubscribed").set("from", state.voice.address.bare_view()).set("to", from.bare_view());
  static_cast<void>(effects.link.send(no));
}

/// We are in a room in which nobody wants us: an entry that was given up has come about after all.
void leave_unknown(const State& state, const xmpp::Element& presence, const xmpp::Jid& from, Effects& effects) {
  const xmpp::Element* x = presence.child("x", xmpp::ns::muc_user);
  if (x == nullptr || !presence.get("type").empty()) return;
  for (const xmpp::Element& child : x->children) {
    if (!child.is("status", xmpp::ns::muc_user) || child.get("code") != "110") continue;
    xmpp::Element goodbye{"presence", xmpp::ns::component};
    goodbye.set("type", "unavailable").set("from", state.voice.address.str()).set("to", from.str());
    static_cast<void>(effects.link.send(goodbye));
    return;
  }
}

}  // namespace

Session::Session(Shared& shared, Voice voice, std::function<std::string(const std::string&)> kept)
    : state_(shared, std::move(voice)) {
  state_.kept = std::move(kept);
  shared.voices.insert(state_.voice.address.str());
}

Session::~Session() {
  state_.shared.voices.erase(state_.voice.address.str());
  for (const auto& [address, room] : state_.rooms) {
    if (const auto ours = occupant_address(room, room.nick)) state_.shared.ours.erase(ours->str());
  }
}

void Session::start(bool link_is_up, Effects& effects) {
  if (std::exchange(state_.started, true)) return;
  link_is_up ? become_ready(state_, effects)
             : effects.tell(chat::Lost{Fault::unavailable, "the XMPP server is not connected", effects.now});
}

void Session::on_link(bool up, Effects& effects) {
  if (!state_.started || state_.stopped || up == state_.up) return;
  if (up) return become_ready(state_, effects);
  state_.up = false;
  // Barriers have no answer any more; questions had theirs.
  for (auto& [id, then] : std::exchange(state_.questions, {})) {
    then(state_, failure(Fault::closed, "the XMPP server was disconnected"), effects);
  }
  rooms_are_away(state_, effects);
  effects.tell(chat::Lost{Fault::unavailable, "the XMPP server is not connected", effects.now});
}

void Session::on_stanza(const xmpp::Element& stanza, const xmpp::Jid& from, Effects& effects) {
  if (state_.stopped) return;
  if (stanza.name == "iq") return answer_question(state_, stanza, effects);
  Room* const room = state_.find(from.bare_view());
  if (stanza.name == "presence") {
    if (room != nullptr) return on_presence(state_, *room, stanza, from.resource(), effects);
    leave_unknown(state_, stanza, from, effects);
    return answer_subscription(state_, stanza, from, effects);
  }
  if (stanza.name != "message" || take_invitation(state_, stanza, from, effects)) return;
  if (room != nullptr) return on_message(state_, *room, stanza, from.resource(), effects);
  if (stanza.get("type") == "error") {
    const auto alone = state_.private_pending.extract(std::string{stanza.get("id")});
    const Error error = xmpp::read_error(stanza);
    if (!alone.empty()) effects.refused(alone.mapped(), error.fault, error.text);
  } else if (stanza.get("type") != "groupchat") {
    on_direct_message(stanza, from, effects);
  }
}

void Session::on_answer(QuestionId id, const Answer& answer, Effects& effects) {
  const auto asked = state_.questions.extract(id);
  if (!asked.empty() && !state_.stopped) asked.mapped()(state_, answer, effects);
}

void Session::on_wake(Effects& effects) {
  join_timers(state_, effects);
  sending_timers(state_, effects);
  liveness_timers(state_, effects);
}

void Session::perform(chat::CommandId id, const chat::Command& command, Effects& effects) {
  if (state_.stopped) return;
  const bool waits =
      std::holds_alternative<chat::JoinRoom>(command) || std::holds_alternative<chat::LeaveRoom>(command);
  if (!state_.up && !waits) return effects.not_sent(id, Fault::unavailable, "the XMPP server is not connected");
  muc::perform(state_, id, command, effects);
}

void Session::stop(const std::string& text, Effects& effects) {
  if (std::exchange(state_.stopped, true)) return;
  for (const auto& [address, room] : state_.rooms) {
    if (!state_.up || room.phase == Room::Phase::away || room.phase == Room::Phase::leaving) continue;
    const auto to = occupant_address(room, room.nick);
    if (!to) continue;
    xmpp::Element goodbye{"presence", xmpp::ns::component};
    goodbye.set("type", "unavailable").set("from", state_.voice.address.str()).set("to", to->str());
    if (!text.empty()) goodbye.add_text_child("status", text);
    static_cast<void>(effects.link.send(goodbye));
  }
}

std::optional<Instant> Session::wake() const {
  if (state_.stopped) return std::nullopt;
  std::optional<Instant> next;
  for (const auto& [address, room] : state_.rooms) {
    for (const auto& each : {next_of_join(room), next_of_sending(room), next_of_liveness(room)}) {
      if (each) next = std::min(next.value_or(Instant::max()), *each);
    }
  }
  return next;
}

}  // namespace dragoman::backends::muc
